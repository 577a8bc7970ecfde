"""Disparity layers of a tiny state whose differences, verdicts and gaps can be read off by eye."""

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
import pytest
from pydantic import ValidationError

from catalog.indicators import Indicator
from catalog.places import PlacesConfiguration
from catalog.vocabulary import vocabulary
from layers.derive.indicators import derive_indicator

PLACES = PlacesConfiguration.model_validate(
    {
        "state": {"geoid": "99", "name": "Testland"},
        "boundaries": {},
        "crosswalks": [
            {"type": "town", "from_vintage": "2020", "to_vintage": "2022", "layer": "crosswalk"}
            | {"from_column": "old", "to_column": "new"}
        ],
    }
)
LATE = {
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
    "source": {
        "layer": "lateness",
        "place": {"type": {"column": "level"}, "vintage": "2020", "id": "geoid"},
        "period": {"column": "year"},
    },
    "cells": {
        "shape": "tidy",
        "codes": {"sex": "sex"},
        "totals": {"sex": ["all"]},
        "numerator": "late",
        "denominator": "students",
    },
    "places": ["state", "town"],
    "policy": {"interval": "wilson", "suppression": "ct-sde"},
    "disparity": {"places": ["town"]},
}
ROWS = [
    # level, place, year, sex, late, students, status
    ("state", "99", "2022", "all", 300.0, 3000.0, None),
    ("town", "A", "2022", "female", 100.0, 1000.0, None),
    ("town", "A", "2022", "male", 200.0, 1000.0, None),
    ("town", "B", "2022", "female", 50.0, 500.0, None),
    ("town", "B", "2022", "male", 51.0, 500.0, None),
    ("town", "C", "2022", "female", None, None, "suppressed"),
    ("town", "C", "2022", "male", 30.0, 100.0, None),
    ("town", "D", "2022", "female", 20.0, 100.0, None),
    ("town", "D", "2022", "male", 0.0, 0.0, None),
    ("town", "E", "2022", "female", None, None, "suppressed"),
    ("town", "E", "2022", "male", None, None, "suppressed"),
    ("town", "F", "2022", "female", 10.0, 100.0, None),
    ("town", "F", "2021", "female", 10.0, 100.0, None),
    ("town", "F", "2021", "male", 60.0, 100.0, None),
    ("town", "G", "2022", "female", 120.0, 100.0, None),
    ("town", "G", "2022", "male", 10.0, 100.0, None),
]


def table(rows: list[tuple[object, ...]]) -> pa.Table:
    schema = pa.schema(
        [
            *((name, pa.string()) for name in ("level", "geoid", "year", "sex")),
            ("late", pa.float64()),
            ("students", pa.float64()),
            ("late_status", pa.string()),
        ]
    )
    columns = zip(*rows, strict=True)
    return pa.table(
        [pa.array(one, field.type) for one, field in zip(columns, schema, strict=True)], schema=schema
    )


def derived(run, published, rows=None, **changes):
    published("lateness", table(ROWS if rows is None else rows))
    return derive_indicator(run, Indicator.model_validate(LATE | changes), PLACES)


def towns(run) -> dict[str, dict[str, object]]:
    rows = pq.read_table(run.store.current("disparity-late-sex-town").data).to_pylist()
    return {row["geoid"]: row for row in rows}


def test_differences_ratios_and_verdicts_come_from_the_intervals(testland, published):
    outcomes = derived(testland, published)
    assert [(one.layer, one.receipt.error) for one in outcomes] == [
        ("indicator-late", None),
        ("disparity-late-sex-town", None),
    ]
    found = towns(testland)
    se = np.sqrt(0.1 * 0.9 / 1000 + 0.2 * 0.8 / 1000) * 100
    assert found["A"]["male_difference"] == pytest.approx(10)
    assert found["A"]["male_difference_lower"] == pytest.approx(10 - 1.959964 * se, rel=1e-4)
    assert found["A"]["male_ratio"] == pytest.approx(2)
    assert found["A"]["male_verdict"] == "clearly_worse"
    assert found["B"]["male_verdict"] == "no_clear_difference"
    assert found["A"]["par"] == pytest.approx(-5)
    assert found["A"]["paf"] == pytest.approx(-100 / 3)
    assert "female_difference" not in found["A"]


def test_gaps_are_told_and_never_zero(testland, published):
    derived(testland, published)
    found = towns(testland)
    assert (found["C"]["female_status"], found["C"]["male_verdict"]) == ("suppressed", "suppressed")
    assert found["C"]["male_estimate"] == pytest.approx(30)
    assert found["C"]["male_difference"] is None
    assert found["D"]["male_verdict"] == "no_population"
    assert found["E"]["male_verdict"] == "suppressed", "all groups suppressed in a place"
    assert found["E"]["par_reason"] != "estimate and interval"
    assert found["F"]["male_verdict"] == "unreliable", "a group that is present in the other period only"
    assert found["F"]["male_status"] == "missing"
    assert found["G"]["female_status"] == "unreliable", (
        "a numerator above its denominator is shown and flagged"
    )
    assert found["G"]["male_difference"] is None
    assert found["G"]["male_verdict"] == "unreliable"


def test_all_six_classes_come_from_one_table(testland, published):
    better = [
        ("town", "H", "2022", sex, late, 1000.0, None) for sex, late in (("female", 200.0), ("male", 100.0))
    ]
    derived(testland, published, [*ROWS, *better])
    found = {name: row["male_verdict"] for name, row in towns(testland).items()}
    assert {name: found[name] for name in "ABCDFH"} == {
        "A": "clearly_worse",
        "B": "no_clear_difference",
        "C": "suppressed",
        "D": "no_population",
        "F": "unreliable",
        "H": "clearly_better",
    }
    assert set(found.values()) == {term["code"] for term in vocabulary("verdicts").model_dump()["terms"]}


def test_suppressed_comes_before_unreliable_and_no_population_before_both(testland, published):
    rows = [
        ("town", "A", "2022", "female", None, None, "suppressed"),
        ("town", "A", "2022", "male", 120.0, 100.0, None),  # above the whole: unreliable
        ("town", "B", "2022", "female", None, None, "suppressed"),
        ("town", "B", "2022", "male", 0.0, 0.0, None),
    ]
    derived(testland, published, rows)
    assert towns(testland)["A"]["male_status"] == "unreliable"
    assert [towns(testland)[name]["male_verdict"] for name in "AB"] == ["suppressed", "no_population"]


def test_a_negative_count_ends_with_one_clear_error(testland, published):
    outcomes = derived(testland, published, [("town", "A", "2022", "female", -5.0, 100.0, None), *ROWS[2:5]])
    assert "indicator 'late': " in outcomes[0].receipt.error
    assert "negative" in outcomes[0].receipt.error
    assert "indicator-late" not in testland.store.layers()


def test_ordered_groups_have_gradient_measures(testland, published):
    rule = {
        "places": ["town"],
        "order": {"sex": ["male", "female"]},
        "measures": ["sii_linear", "aci", "par"],
    }
    derived(testland, published, disparity=rule)
    a = towns(testland)["A"]  # 20 % of the first half of the people, 10 % of the second
    assert a["sii_linear"] == pytest.approx(-20)
    assert a["aci"] == pytest.approx(-2.5)
    assert a["par"] == pytest.approx(-5)
    for codes in (["male"], ["male", "female", "female"], ["male", "boys"]):
        with pytest.raises(ValidationError, match="allowed: each of female, male once"):
            Indicator.model_validate(LATE | {"disparity": rule | {"order": {"sex": codes}}})
    with pytest.raises(ValidationError, match=r"disparity\.order names unknown dimensions: age"):
        Indicator.model_validate(LATE | {"disparity": rule | {"order": {"age": ["male", "female"]}}})


def test_one_place_only_is_a_layer_with_one_row(testland, published):
    derived(testland, published, [row for row in ROWS if row[1] in ("99", "A")])
    assert set(towns(testland)) == {"A"}


def test_the_files_beside_hold_every_period_and_say_what_each_column_is(testland, published):
    derived(testland, published)
    version = testland.store.current("disparity-late-sex-town")
    names = [file.name for file in version.record.files]
    assert names == ["data.parquet", "tidy.csv", "tidy.parquet", "tidy-dictionary.csv"]
    rows = pacsv.read_csv(version.folder / "tidy.csv").to_pandas()
    assert set(rows["period"]) == {2021, 2022}
    one = rows[(rows.geoid == "F") & (rows.period == 2021) & (rows.measure == "difference_to_reference")]
    assert (one["estimate"].item(), one["verdict"].item()) == (50, "clearly_worse")
    words = pacsv.read_csv(version.folder / "tidy-dictionary.csv").to_pylist()
    assert [word["name"] for word in words] == list(rows.columns)
    assert all(word["description"] for word in words)
    field = pq.read_schema(version.folder / "tidy.parquet").field("lower")
    assert b"Lower limit" in field.metadata[b"title"]
    assert testland.store.verify() == []


def test_deriving_again_changes_nothing_and_a_changed_table_is_told(testland, published):
    derived(testland, published)
    again = derived(testland, published)
    assert again[1].receipt.outcome == "unchanged"
    changed = derived(testland, published, [("town", "A", "2022", "female", 90.0, 1000.0, None), *ROWS[2:5]])
    assert changed[1].receipt.version == 2
    assert "indicator-late: version 1 → 2" in [step.message for step in changed[1].receipt.steps]


def test_benjamini_hochberg_calls_less(testland, published):
    """Twenty towns, of which one differs by two standard errors: clear alone, not among twenty."""
    rows = [
        ("town", f"T{n:02}", "2022", sex, 100.0, 1000.0, None)
        for n in range(20)
        for sex in ("female", "male")
    ]
    rows[1] = (*rows[1][:4], 130.0, 1000.0, None)
    derived(testland, published, rows)
    assert towns(testland)["T00"]["male_verdict"] == "clearly_worse"
    derived(testland, published, rows, disparity={"places": ["town"], "correction": "benjamini_hochberg"})
    assert towns(testland)["T00"]["male_verdict"] == "no_clear_difference"


def test_a_cell_that_the_totals_give_away_is_refused(testland, published):
    """The total of town A less its girls is its boys."""
    rows = [
        ("town", "A", "2022", "all", 105.0, 1050.0, None),
        ("town", "A", "2022", "female", 100.0, 1000.0, None),
        ("town", "A", "2022", "male", None, None, "suppressed"),
    ]
    failed = derived(testland, published, rows)[1]
    assert "withheld cells of sex can be computed to less than" in failed.receipt.error
    assert "105" not in failed.receipt.error
    assert "disparity-late-sex-town" not in testland.store.layers()


def test_withheld_cells_that_nothing_gives_away_have_a_certificate(testland, published):
    told = [step.message for step in derived(testland, published)[1].receipt.steps]
    assert "cells withheld by the source: 3" in told
    assert "narrowest: unbounded" in told
    assert "policy: ct-sde" in told


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"direction": "neutral"}, "a direction that is not neutral"),
        ({"reference": {}}, "disparity needs a reference"),
        ({"disparity": {"by": ["race"]}}, "disparity needs a reference for: race"),
    ],
)
def test_what_cannot_be_compared_is_refused(changes, message):
    with pytest.raises(ValidationError, match=message):
        Indicator.model_validate(LATE | changes)


def test_a_measure_that_is_not_known_or_not_possible_is_named(testland, published):
    wrong = derived(testland, published, disparity={"places": ["town"], "measures": ["bgw"]})[1]
    assert "measure 'bgw' is not known" in wrong.receipt.error
    lacking = derived(testland, published, disparity={"places": ["town"], "measures": ["aci"]})[1]
    assert "aci needs order" in lacking.receipt.error
