"""Change across a new vintage of places, in a tiny state whose towns got new ids and whose counties became regions."""

from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from catalog.errors import TownlineError
from catalog.indicators import ChangeRule, Indicator
from catalog.places import Places, PlacesConfiguration
from catalog.vocabulary import vocabulary
from layers.derive.change_groups import compared_periods
from layers.derive.indicators import derive_indicator
from layers.derive.plan import _earlier_first
from layers.derive.series import series
from layers.ingest import Run
from layers.normalise import Notes

PLACES = PlacesConfiguration.model_validate(
    {
        "state": {"geoid": "99", "name": "Testland"},
        "boundaries": {},
        "rosters": [
            {
                "type": kind,
                "vintage": vintage,
                "layer": "town-ids",
                "id_column": column,
                "name_column": column,
            }
            for kind, vintage, column in (
                ("town", "2020", "old"),
                ("town", "2022", "new"),
                ("planning_region", "2022", "region"),
            )
        ],
        "crosswalks": [
            {
                "type": "town",
                "from_vintage": "2020",
                "to_vintage": "2022",
                "layer": "town-ids",
                "from_column": "old",
                "to_column": "new",
            }
        ],
        "nesting": [
            {
                "child": "town",
                "parent": "planning_region",
                "vintage": "2022",
                "layer": "town-ids",
                "child_column": "new",
                "parent_column": "region",
            }
        ],
    }
)
TOWNS = {
    "old": ["99001A", "99001B", "99003C", "99003D"],
    "new": ["99110A", "99120B", "99110C", "99120D"],
    "region": ["99110", "99120", "99110", "99120"],
}
LINES = {
    f"{sex}_{part}": values
    for sex, part, values in (
        ("female", "late", [30.0, 20.0, 10.0, 0.0]),
        ("female", "all", [100.0, 100.0, 100.0, 0.0]),
        ("male", "late", [40.0, 40.0, 10.0, 5.0]),
        ("male", "all", [100.0, 100.0, 100.0, 50.0]),
    )
}


def indicator(name: str, vintage: str, period: str, **changes: object) -> Indicator:
    told = {
        "id": name,
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
        "source": {
            "layer": f"source-{name}",
            "place": {"type": "town", "vintage": vintage, "id": "geoid"},
            "period": {"fixed": period},
        },
        "cells": {
            "shape": "wide",
            "moe": "{}_moe",
            "groups": [
                {"codes": {"sex": sex}, "numerator": [f"{sex}_late"], "denominator": [f"{sex}_all"]}
                for sex in ("female", "male")
            ],
        },
        "places": ["town"],
        "policy": {"interval": "margin", "confidence": 0.9},
    }
    return Indicator.model_validate(told | changes)


def sums(*kinds: str) -> list[dict[str, str]]:
    return [{"type": kind, "vintage": "2022", "sum_of": "town"} for kind in kinds]


def source(ids: list[str], less: float = 0.0, rows: slice = slice(None)) -> pa.Table:
    numbers = {
        name: [max(v - less, 0) if "late" in name else v for v in values] for name, values in LINES.items()
    }
    margins = {f"{name}_moe": [4.0] * len(values) for name, values in LINES.items()}
    return pa.table({name: values[rows] for name, values in ({"geoid": ids} | numbers | margins).items()})


@pytest.fixture
def derived(testland: Run, published: Callable[..., None]) -> Callable[..., list[str | None]]:
    """A function that derives both indicators and returns the error of each change layer."""
    published("town-ids", pa.table(TOWNS))
    published("source-before", source(TOWNS["old"]))
    published("source-now", source(TOWNS["new"], less=10.0))

    def derive(before: dict[str, object] | None = None, **now: object) -> list[str | None]:
        earlier = indicator("before", "2020", **({"period": "2013-2017"} | (before or {})))  # type: ignore[arg-type]
        told = {"change": {"earlier": ["before"], "places": ["town"]}} | now
        later = indicator("now", "2022", **({"period": "2018-2022"} | told))  # type: ignore[arg-type]
        assert [one.receipt.error for one in derive_indicator(testland, earlier, PLACES)] == [None]
        outcomes = derive_indicator(testland, later, PLACES)
        assert outcomes[0].receipt.error is None
        return [one.receipt.error for one in outcomes[1:]]

    return derive


def layer(run: Run, name: str = "change-now-town"):
    return pq.read_table(run.store.current(name).data).to_pandas().set_index("geoid")


def beside(run: Run, name: str = "change-now-town"):
    return pq.read_table(run.store.current(name).folder / "series.parquet").to_pandas()


def test_a_town_with_two_ids_is_one_series_on_the_newest(testland, derived):
    assert derived() == [None]
    found = layer(testland)
    assert found.index.tolist() == sorted(TOWNS["new"])
    a = found.loc["99110A"]
    assert (a["start"], a["end"]) == ("2013-2017", "2018-2022")
    assert (a["female_start"], a["female_end"], a["female_change"]) == (30, 20, -10)
    assert (a["start_id"], a["end_id"]) == ("99001A", "99110A")
    assert a["moved"] == "renamed by the crosswalk 2020–2022"
    rows = beside(testland)
    assert rows.groupby(["geoid", "sex"]).size().eq(2).all()
    assert rows.loc[rows["period"] == "2018-2022", "moved"].eq("same id").all()
    assert set(rows.loc[rows["period"] == "2013-2017", "source_vintage"]) == {"2020"}


def test_the_change_has_its_margin_and_a_verdict_from_it(testland, derived):
    derived()
    a = layer(testland).loc["99110A"]
    moes = [np.sqrt(4**2 - p**2 * 4**2) for p in (0.3, 0.2)]
    assert a["female_change_moe"] == pytest.approx(np.hypot(*moes))
    assert a["female_change_percent"] == pytest.approx(-100 / 3)
    assert a["female_change_percent_moe"] == pytest.approx(100 * np.hypot(moes[1], 20 / 30 * moes[0]) / 30)
    assert a["female_verdict"] == "clearly_better"  # −10 ± 5.4, and low is good
    assert layer(testland).loc["99120D", "male_change"] == pytest.approx(-10)
    assert layer(testland).loc["99120D", "male_verdict"] == "no_clear_difference"  # ± 11.3
    assert layer(testland).loc["99120D", "female_verdict"] == "no_population"


def test_regions_are_a_gap_unless_the_earlier_towns_are_added_up(testland, derived):
    change = {"earlier": ["before"], "places": ["planning_region"]}
    assert derived(derived=sums("planning_region"), change=change) == [None]
    gap = layer(testland, "change-now-planning-region")
    assert gap["female_start"].isna().all() and (gap["female_start_status"] == "missing").all()
    assert set(gap["moved"]) == {"the table indicator-before has no planning_region"}
    assert (gap["female_verdict"] == "unreliable").all()
    assert derived({"derived": sums("planning_region")}, derived=sums("planning_region"), change=change) == [
        None
    ]
    found = layer(testland, "change-now-planning-region").loc["99110"]
    assert (found["female_start"], found["female_end"], found["female_change"]) == (20, 10, -10)
    assert found["moved"] == "same id"


def test_two_places_made_one_are_a_gap_with_the_reason(testland, published, derived):
    published("town-ids", pa.table(TOWNS | {"new": ["99110A", "99110A", "99110C", "99120D"]}))
    published("source-before", source(TOWNS["old"], rows=slice(1, 4)))  # one half of the new place only
    published("source-now", source(["", "99110A", "99110C", "99120D"], rows=slice(1, 4)))
    assert derived() == [None]
    found = layer(testland)
    assert found.loc["99110A", "moved"] == "several places of 2020 became this one"
    assert np.isnan(found.loc["99110A", "female_change"])
    assert found.loc["99110C", "female_change"] == 0


def test_without_a_crosswalk_nothing_is_guessed(testland, derived):
    derived()
    bare = PlacesConfiguration.model_validate(
        {"state": {"geoid": "99", "name": "Testland"}, "boundaries": {}}
    )
    tables = [testland.store.current(f"indicator-{name}") for name in ("now", "before")]
    made = series(
        indicator("now", "2022", "2018-2022"), tables, "town", Places(bare, testland.store), Notes()
    )
    earlier = made.rows[made.rows["period"] == "2013-2017"]
    assert earlier["estimate"].isna().all()
    assert set(earlier["moved"]) == {
        "no crosswalk takes town 2020 to 2022: such places cannot be moved exactly"
    }


def test_overlapping_samples_are_refused(derived):
    (error,) = derived({"period": "2017-2021"})
    assert "no period before 2018-2022 that does not overlap it; there are: 2017-2021, 2018-2022" in error
    assert "share people" in error


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({}, ("2008-2012", "2018-2022")),
        ({"start": "2013-2017"}, ("2013-2017", "2018-2022")),
        ({"end": "2013-2017"}, ("2008-2012", "2013-2017")),
        ({"start": "2014-2018"}, "the periods 2014-2018 and 2018-2022 overlap or stand in the wrong order"),
        ({"end": "2008-2012"}, "no period before 2008-2012"),
        (
            {"start": "2018-2022", "end": "2013-2017"},
            "wrong order; before 2013-2017 without overlap: 2008-2012",
        ),
        ({"start": "1999"}, "there is no period '1999'"),
    ],
)
def test_which_periods_are_compared(rule, expected):
    periods = ("2008-2012", "2013-2017", "2014-2018", "2018-2022")
    if isinstance(expected, tuple):
        assert compared_periods(ChangeRule(**rule), periods, "indicator-now") == expected
    else:
        with pytest.raises(TownlineError, match=expected):
            compared_periods(ChangeRule(**rule), periods, "indicator-now")


def test_school_years_that_touch_are_compared():
    years = ("2017-2018", "2018-2019")
    assert compared_periods(ChangeRule(years_from=7), years, "indicator-now") == years
    with pytest.raises(TownlineError, match="does not overlap"):
        compared_periods(ChangeRule(), years, "indicator-now")


def test_a_group_or_place_of_one_period_only_has_no_change_and_says_why(testland, published, derived):
    published("source-before", source(TOWNS["old"][:3], rows=slice(0, 3)))
    assert derived() == [None]
    d = layer(testland).loc["99120D"]
    assert d["male_end"] == 0 and d["male_start_status"] == "missing"
    assert np.isnan(d["male_change"]) and d["male_verdict"] == "unreliable"
    assert d["moved"] == "the table of the period does not have the place"


def test_one_table_with_several_periods_needs_no_other(testland, published):
    twice = pa.concat_tables([source(TOWNS["new"]), source(TOWNS["new"], less=10.0)])
    published("source-now", twice.append_column("year", pa.array(["2016"] * 4 + ["2019"] * 4)))
    told = indicator("now", "2022", "2019", change={"places": ["town"]}).model_dump()
    told["source"]["period"] = {"column": "year"}
    outcomes = derive_indicator(testland, Indicator.model_validate(told), PLACES)
    assert [one.receipt.error for one in outcomes] == [None, None]
    assert layer(testland).loc["99110A", "female_change"] == -10


def test_the_same_period_in_two_tables_is_refused(testland, published, derived):
    (error,) = derived({"period": "2018-2022"})
    assert "values stand for the same place, period and group" in error


def test_deriving_again_changes_nothing_and_a_changed_input_is_told(testland, published, derived):
    derived()
    assert testland.store.current("change-now-town").number == 1
    derived()
    assert testland.store.current("change-now-town").number == 1
    published("source-before", source(TOWNS["old"], less=5.0))
    derived()
    current = testland.store.current("change-now-town")
    assert current.number == 2
    assert "indicator-before: version 1 → 2" in [one.message for one in current.receipt.steps]
    assert {"indicator-now", "indicator-before", "town-ids"} == {one.layer for one in current.record.inputs}


def test_columns_are_described_and_the_dictionary_lists_those_of_the_series(testland, derived):
    derived()
    version = testland.store.current("change-now-town")
    column = version.record.column("female_change")
    assert column.title == "Late: Female, change"
    assert column.description.endswith("2018-2022 minus 2013-2017.")
    codes = {one["code"] for one in vocabulary("verdicts").model_dump()["terms"]}
    assert set(layer(testland)["female_verdict"]) <= codes
    told = (version.folder / "series-dictionary.csv").read_text(encoding="utf-8")
    assert all(f'"{name}"' in told for name in ("moved", "source_id", "source_vintage", "estimate", "moe"))


def test_a_neutral_indicator_has_changes_and_no_verdict(testland, derived):
    assert derived({"direction": "neutral"}, direction="neutral") == [None]
    assert "female_verdict" not in layer(testland).columns
    assert layer(testland).loc["99110A", "female_change"] == -10


def test_correction_for_many_comparisons_calls_less(testland, derived):
    derived()
    plain = layer(testland).filter(like="_verdict").isin(["clearly_better", "clearly_worse"]).sum(axis=None)
    derived(change={"earlier": ["before"], "places": ["town"], "correction": "benjamini_hochberg"})
    corrected = (
        layer(testland).filter(like="_verdict").isin(["clearly_better", "clearly_worse"]).sum(axis=None)
    )
    assert corrected <= plain
    assert "Benjamini–Hochberg" in testland.store.current("change-now-town").record.caveats[0]


def test_earlier_indicators_come_first_and_circles_are_refused():
    one, other = (indicator(name, "2022", "2022") for name in ("a", "b"))
    later = one.model_copy(update={"change": ChangeRule(earlier=("b",))})
    assert [item.id for item in _earlier_first({"a": later, "b": other})] == ["b", "a"]
    circle = other.model_copy(update={"change": ChangeRule(earlier=("a",))})
    with pytest.raises(TownlineError, match="earlier than each other"):
        _earlier_first({"a": later, "b": circle})
