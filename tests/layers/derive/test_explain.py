"""A number walked back to its bytes, in a tiny state where every sum can be checked by eye."""

import pyarrow as pa
import pytest

from catalog.errors import DataError
from catalog.indicators import Indicator
from catalog.places import PlacesConfiguration
from layers.derive.explain import Question, explain
from layers.derive.indicators import derive_indicator

PLACES = PlacesConfiguration.model_validate({"state": {"geoid": "99", "name": "Testland"}, "boundaries": {}})
BASE = {
    "id": "late",
    "title": "Late",
    "title_es": "Tarde",
    "definition": "Students who come late to school.",
    "definition_es": "Estudiantes que llegan tarde a la escuela.",
    "universe": "Students",
    "universe_es": "Estudiantes",
    "theme": "education",
    "kind": "share",
    "per": 100,
    "unit": "percent",
    "decimals": 1,
    "direction": "lower_is_better",
    "dimensions": [{"name": "sex", "vocabulary": "sex", "tabulation": "female_male"}],
    "reference": {"sex": "female"},
    "places": ["town"],
    "policy": {"interval": "margin"},
    "disparity": {},
}
WIDE = BASE | {
    "source": {
        "layer": "lateness",
        "place": {"type": "town", "vintage": "2020", "id": "geoid"},
        "period": {"fixed": "2022"},
    },
    "cells": {
        "shape": "wide",
        "moe": "{}_moe",
        "groups": [
            {
                "codes": {"sex": sex},
                "numerator": [f"{sex}_day", f"{sex}_night"],
                "denominator": [f"{sex}_all"],
            }
            for sex in ("female", "male")
        ],
    },
}
NUMBERS = {
    f"{sex}_{part}": [value, 1.0]
    for sex, values in {"female": (10.0, 20.0, 300.0), "male": (30.0, 40.0, 350.0)}.items()
    for part, value in zip(("day", "night", "all"), values, strict=True)
}
COLUMNS = {"geoid": ["A", "B"], **NUMBERS} | {f"{name}_moe": [3.0, 4.0] for name in NUMBERS}


def asked(run, indicator: dict[str, object], layer: str, column: str, place: str, **where: str):
    made = Indicator.model_validate(indicator)
    steps = explain(run.store, {made.id: made}, Question(layer, column, place, where))
    return {step.about: dict(step.facts) for step in steps}


@pytest.fixture
def wide(testland, published):
    published("lateness", pa.table(COLUMNS))
    outcomes = derive_indicator(testland, Indicator.model_validate(WIDE), PLACES)
    assert [one.receipt.error for one in outcomes] == [None, None]
    return testland


def test_a_difference_is_walked_back_to_the_cells_of_both_groups(wide):
    found = asked(wide, WIDE, "disparity-late-sex-town", "male_difference", "A")
    assert found["layer disparity-late-sex-town version 1"]["value"] == pytest.approx(10)
    row = found["tidy row of indicator-late version 1: A, sex male"]
    assert (row["estimate"], row["numerator"], row["denominator"]) == (20, 70, 350)
    assert found["tidy row of indicator-late version 1: A, sex female"]["estimate"] == 10
    cells = {about: facts["value"] for about, facts in found.items() if about.startswith("lateness")}
    assert cells == {
        "lateness version 1: numerator male_day": 30,
        "lateness version 1: numerator male_night": 40,
        "lateness version 1: denominator male_all": 350,
        "lateness version 1: numerator female_day": 10,
        "lateness version 1: numerator female_night": 20,
        "lateness version 1: denominator female_all": 300,
    }
    assert found["lateness version 1: numerator male_day"]["margin of error"] == 3


def test_a_measure_over_all_groups_has_all_of_them(wide):
    found = asked(wide, WIDE, "disparity-late-sex-town", "par", "A")
    assert sum(about.startswith("tidy row") for about in found) == 2


def test_a_row_of_the_table_is_chosen_by_its_codes(wide):
    found = asked(wide, WIDE, "indicator-late", "estimate", "A", sex="male")
    assert found["layer indicator-late version 1"]["value"] == 20
    with pytest.raises(DataError, match="2 rows are of the place 'A'"):
        asked(wide, WIDE, "indicator-late", "estimate", "A")


def test_the_version_that_was_used_is_shown_and_not_the_newest(wide, published):
    published("lateness", pa.table(COLUMNS | {"male_day": [99.0, 1.0]}))
    found = asked(wide, WIDE, "disparity-late-sex-town", "male_estimate", "A")
    assert found["lateness version 1: numerator male_day"]["value"] == 30


def test_nothing_of_a_restricted_source_is_shown(testland, published):
    """A public layer that was made of a layer of the private store: the walk ends at its name."""
    published("lateness", pa.table(COLUMNS), access="restricted")
    version = testland.private.current("lateness")
    inputs = [{"layer": "lateness", "version": 1, "sha256": version.manifest.data_sha256}]
    published("released", pa.table({"geoid": ["A"], "count": [1234]}), inputs=inputs)
    found = asked(testland, WIDE, "released", "count", "A")
    assert found["layer lateness"] == {"access": "not public; nothing of it is shown"}
    assert not any("mirror" in str(facts) or "350" in str(facts) for facts in found.values())


def test_what_does_not_exist_is_named(wide):
    with pytest.raises(DataError, match="did you mean male_difference"):
        asked(wide, WIDE, "disparity-late-sex-town", "male_diference", "A")
    with pytest.raises(DataError, match="0 rows are of the place 'Z'"):
        asked(wide, WIDE, "disparity-late-sex-town", "par", "Z")
