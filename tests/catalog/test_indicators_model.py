"""The declaration of indicators: strict, and every mistake named with what is allowed."""

from pathlib import Path

import pytest
import yaml
from pydantic import ValidationError

from catalog.errors import ConfigurationError
from catalog.indicators import Indicator, Term, load_indicators
from catalog.manifests import load_profile

ROOT = Path(__file__).resolve().parents[2]
GROUP = {"numerator": ["owners"], "denominator": ["homes"]}
VALUES = {
    "id": "owners",
    "title": "Owners",
    "title_es": "Propietarios",
    "definition": "Households that own their home, for the tests.",
    "definition_es": "Hogares propietarios de su vivienda, para las pruebas.",
    "universe": "Households",
    "universe_es": "Hogares",
    "theme": "housing",
    "kind": "share",
    "per": 100,
    "unit": "percent",
    "decimals": 1,
    "direction": "neutral",
    "dimensions": [{"name": "tenure", "vocabulary": "tenure", "tabulation": "tenure"}],
    "source": {
        "layer": "homes",
        "place": {"type": "town", "vintage": "2020", "id": "geoid"},
        "period": {"fixed": "2022"},
    },
    "cells": {"shape": "wide", "groups": [GROUP]},
    "places": ["town"],
}
LONG = {"shape": "long", "variable": "variable", "estimate": "estimate"}


def indicator(**changes: object) -> Indicator:
    return Indicator.model_validate(VALUES | changes)


def wide(*groups: dict[str, object]) -> dict[str, object]:
    return {"shape": "wide", "groups": list(groups)}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"colour": "red"}, "Extra inputs are not permitted"),
        ({"theme": "houses"}, "'houses' is not a code of the vocabulary 'themes'; did you mean housing"),
        ({"places": ["town", "tract"]}, "the source has places of type town and no other"),
        (
            {"reference": {"tenure": "squatter"}},
            "reference: 'squatter' is not a code of tenure: total, owner, renter",
        ),
        ({"reference": {"age": "total"}}, r"reference names unknown dimensions: age \(dimensions: tenure\)"),
        (
            {"cells": wide(GROUP | {"codes": {"tenure": "own"}})},
            r"groups\[0\]: 'own' is not a code of tenure",
        ),
        ({"cells": wide(GROUP, GROUP)}, "several groups have the same codes and period"),
        ({"cells": wide({"numerator": ["owners"]})}, "the kind share needs denominator"),
        ({"kind": "count", "per": 1}, "the kind count has no denominator"),
        ({"kind": "count", "cells": wide({"numerator": ["owners"]})}, "the kind count has no scale"),
        ({"cells": wide(GROUP | {"numerator": ["1+1"]})}, "'1\\+1' is not a cell's name"),
        ({"cells": {"shape": "wide", "groups": []}}, "at least 1 item"),
        ({"cells": LONG}, "one of groups and generate is needed"),
        ({"cells": {"shape": "tidy"}}, "value or numerator is needed"),
        (
            {"cells": {"shape": "tidy", "value": "v", "totals": {"tenure": ["All"]}}},
            "without a column: tenure",
        ),
        ({"cells": {"shape": "tidy", "numerator": "n"}}, "the kind share needs denominator"),
        ({"cells": {"shape": "square"}}, "'long', 'wide', 'tidy'"),
        (
            {"dimensions": [{"name": "status", "vocabulary": "tenure"}]},
            "names of dimensions taken already: status",
        ),
        ({"dimensions": VALUES["dimensions"] * 2}, "names of dimensions taken already: tenure"),
        ({"source": VALUES["source"] | {"period": {}}}, "one of fixed and column is needed"),
        (
            {"source": VALUES["source"] | {"place": {"type": "town", "vintage": "2020"}}},
            "id or name is needed",
        ),
        ({"derived": [{"type": "county", "vintage": "2020", "sum_of": "tract"}]}, "not published: tract"),
        ({"policy": {"interval": "normal"}}, "'margin', 'wilson', 'clopper-pearson', 'poisson' or 'none'"),
    ],
)
def test_a_mistake_is_refused_and_named(changes, message):
    with pytest.raises(ValidationError, match=message):
        indicator(**changes)


@pytest.mark.parametrize(
    ("kind", "group", "edges", "message"),
    [
        ("median", {"numerator": ["income"], "bins": [["low"]]}, (0, 10), "or bins and neither"),
        ("median", {"bins": [["low"], []]}, (0, 10), "every bin needs at least one cell"),
        ("median", {"bins": [["low"], ["high"]]}, (0, 10, 20), "2 bins and cells.bins has 3 edges"),
        ("median", {"bins": [["low"], ["high"]]}, (10, 0), "edges must rise"),
        ("median", {"bins": [["low"], ["high"]]}, None, "2 bins and cells.bins has 0 edges"),
        ("count", {"bins": [["low"], ["high"]]}, (0, 10), "bins make medians, not the kind count"),
    ],
)
def test_mistakes_in_bins_are_named(kind, group, edges, message):
    cells = wide(group) | ({"bins": {"edges": edges}} if edges else {})
    with pytest.raises(ValidationError, match=message):
        indicator(kind=kind, per=1, cells=cells)


def test_finished_shares_cannot_be_added_up():
    derived = [{"type": "county", "vintage": "2020", "sum_of": "town"}]
    with pytest.raises(ValidationError, match="finished values of kind share cannot be added up"):
        indicator(cells={"shape": "tidy", "value": "share"}, derived=derived)


def test_a_minus_takes_a_cell_away_and_survives_a_dump():
    found = indicator(cells=wide(GROUP | {"numerator": ["homes", "-renters"]}))
    assert found.groups[0].numerator == (Term("homes"), Term("renters", -1))
    assert Indicator.model_validate_json(found.model_dump_json()) == found


def test_a_generated_group_needs_a_table_of_its_dimensions():
    generate = {"vocabulary": "acs-b25003", "denominator": {"tenure": "total"}}
    assert len(indicator(cells=LONG | {"generate": generate}).groups) == 3
    for vocabulary, message in (
        ("tenure", "the vocabulary 'tenure' is of kind list, not of kind table"),
        ("acs-b9", "there is no vocabulary 'acs-b9'"),
    ):
        with pytest.raises(ValidationError, match=message):
            indicator(cells=LONG | {"generate": generate | {"vocabulary": vocabulary}})
    with pytest.raises(ValidationError, match="the table 'acs-b25003' is not split by 'age'"):
        indicator(cells=LONG | {"generate": generate | {"denominator": {"age": "total"}}})
    with pytest.raises(ValidationError, match="'tenant' is not a code of the vocabulary 'tenure'"):
        indicator(cells=LONG | {"generate": generate | {"numerator": {"tenure": "tenant"}}})


def test_a_group_that_the_table_does_not_hold_is_named():
    dimension = {"name": "tenure", "vocabulary": "tenure"}
    with pytest.raises(
        ValidationError, match="no lines that make the group tenure owner_mortgage; add them to"
    ):
        indicator(
            dimensions=[dimension],
            cells=LONG | {"generate": {"vocabulary": "acs-b25003", "denominator": {"tenure": "total"}}},
        )


def write(folder: Path, name: str, **changes: object) -> None:
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.yml").write_text(yaml.safe_dump(VALUES | changes))


def test_all_mistakes_of_all_files_come_together(tmp_path):
    profile = load_profile(ROOT / "config/north-carolina")
    folder = tmp_path / "indicators"
    write(folder, "owners", source=VALUES["source"] | {"layer": "infant-deths"})
    source = VALUES["source"] | {"layer": "infant-deaths"}
    write(folder, "births", id="births", source=source, cells=wide(GROUP | {"numerator": ["births_1974"]}))
    with pytest.raises(ConfigurationError) as caught:
        load_indicators(type(profile)(tmp_path, profile.state, profile.layers))
    text = str(caught.value)
    assert "no layer 'infant-deths'; did you mean infant-deaths?" in text
    assert "has no column 'births_1974'; did you mean" in text and "births_1974_1978" in text
    assert "has no column 'homes'" in text


def test_a_profile_without_indicators_has_none(tmp_path):
    profile = load_profile(ROOT / "config/north-carolina")
    assert load_indicators(type(profile)(tmp_path, profile.state, profile.layers)) == {}


@pytest.mark.parametrize("state", ["connecticut", "north-carolina"])
def test_the_states_indicators_are_sound_and_speak_spanish(state):
    found = load_indicators(load_profile(ROOT / "config" / state))
    assert found
    for item in found.values():
        assert item.title_es != item.title and item.definition_es != item.definition
        for group in item.groups:
            assert set(group.codes) <= {dimension.name for dimension in item.dimensions}
