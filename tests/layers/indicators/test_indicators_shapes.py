"""Long, wide and tidy layers of a tiny world, computed by eye."""

import numpy as np
import pyarrow as pa
import pytest

from catalog.encoder import UnseenValue
from layers.indicators.errors import (
    MissingCells,
    RepeatedCells,
    UnknownPlaces,
    UnseenLevel,
    UnusableNumbers,
)
from layers.normalise import Notes

TENURE = {"name": "tenure", "vocabulary": "tenure", "tabulation": "tenure"}
A, B = "9900100001", "9900100002"


def long_source(**place: object) -> dict[str, object]:
    rule = {"type": "town", "vintage": "2020", "id": "geoid"} | place
    return {"layer": "people", "place": rule, "period": {"fixed": "2022"}}


LONG = {"shape": "long", "variable": "variable", "estimate": "estimate", "moe": "moe"}


def homes(make_indicator, **changes: object):
    groups = [
        {"numerator": ["H_001"], "denominator": ["H_001"]},
        {"codes": {"tenure": "owner"}, "numerator": ["H_002"], "denominator": ["H_001"]},
        {"codes": {"tenure": "renter"}, "numerator": ["H_001", "-H_002"], "denominator": ["H_001"]},
    ]
    values = {
        "kind": "share",
        "per": 100,
        "dimensions": [TENURE],
        "source": long_source(),
        "cells": LONG | {"groups": groups},
        "policy": {"interval": "margin", "reliability": "states-cv"},
    }
    return make_indicator(**(values | changes))


def publish_homes(world, **changes: list[object]) -> None:
    columns = {
        "geoid": [A, A, B, B],
        "variable": ["H_001", "H_002", "H_001", "H_002"],
        "estimate": [100.0, 60.0, 0.0, 0.0],
        "moe": [10.0, 8.0, 5.0, 5.0],
    }
    world.publish("people", columns | changes)


def test_shares_of_a_long_layer(world, make_indicator):
    publish_homes(world)
    table = world.compute(homes(make_indicator)).set_index(["geoid", "tenure"])
    owner = table.loc[A, "owner"]
    assert (owner.estimate, owner.numerator, owner.denominator) == (60, 60, 100)
    assert owner.moe == pytest.approx(np.sqrt(8**2 - 0.6**2 * 10**2))
    assert (owner.moe_source, owner.status, owner.method, owner.split_share) == (
        "derived",
        "published",
        "direct",
        0,
    )
    half = owner.moe * 1.960 / 1.645
    assert (owner.lower, owner.upper) == pytest.approx((60 - half, 60 + half))
    assert table.loc[A, "renter"].numerator == 40
    assert tuple(table.loc[A, "total"][["estimate", "moe"]]) == (100, 0)


def test_nobody_below_the_line_is_not_applicable(world, make_indicator):
    publish_homes(world)
    table = world.compute(homes(make_indicator)).set_index(["geoid", "tenure"])
    assert set(table.loc[B].status) == {"not_applicable"}
    assert table.loc[B][["estimate", "moe", "lower", "upper"]].isna().all(axis=None)
    assert (table.loc[B].denominator == 0).all()


def test_a_missing_part_makes_the_sum_missing_and_a_suppressed_one_suppressed(world, make_indicator):
    publish_homes(
        world,
        estimate=[100.0, None, 50.0, None],
        estimate_status=["published", "missing", "published", "suppressed"],
    )
    table = world.compute(homes(make_indicator)).set_index(["geoid", "tenure"])
    assert list(table.loc[A].status) == ["missing", "missing", "published"]
    assert list(table.loc[B].status) == ["suppressed", "suppressed", "published"]
    assert table.estimate.notna().sum() == 2


def test_a_row_that_is_absent_is_missing_and_not_zero(world, make_indicator):
    publish_homes(
        world,
        geoid=[A, A, B],
        variable=["H_001", "H_002", "H_001"],
        estimate=[9.0, 3.0, 9.0],
        moe=[1.0, 1.0, 1.0],
    )
    table = world.compute(homes(make_indicator)).set_index(["geoid", "tenure"])
    assert table.loc[B, "owner"].status == "missing"


def test_blank_margins_mean_what_the_policy_says(world, make_indicator):
    publish_homes(world, moe=[None, 8.0, None, 5.0])
    unknown = world.compute(homes(make_indicator)).set_index(["geoid", "tenure"])
    assert np.isnan(unknown.loc[A, "owner"].moe) and unknown.loc[A, "owner"].moe_source == "none"
    policy = {"interval": "margin", "blank_margins": "controlled"}
    known = world.compute(homes(make_indicator, policy=policy)).set_index(["geoid", "tenure"])
    assert known.loc[A, "owner"].moe == 8


def test_a_count_of_one_cell_keeps_its_published_margin(world, make_indicator):
    publish_homes(world)
    cells = LONG | {"groups": [{"numerator": ["H_002"]}]}
    table = world.compute(make_indicator(source=long_source(), cells=cells)).set_index("geoid")
    assert (table.loc[A].estimate, table.loc[A].moe, table.loc[A].moe_source) == (60, 8, "published")


def test_top_codes_are_marked(world, make_indicator):
    publish_homes(world)
    cells = LONG | {"top": 100, "groups": [{"numerator": ["H_001"]}]}
    indicator = make_indicator(kind="median", source=long_source(), cells=cells)
    assert list(world.compute(indicator).status) == ["top_coded", "published"]


def test_an_unseen_level_is_stopped_and_adding_it_to_the_declaration_is_enough(world, make_indicator):
    publish_homes(world, level=["town", "town", "zcta", "zcta"])
    source = long_source(type={"column": "level"})
    with pytest.raises(UnseenLevel, match=r"zcta; to publish them add the place type to `places`"):
        world.compute(homes(make_indicator, source=source))
    more = homes(make_indicator, source=source, places=["town", "zcta"])
    assert set(world.compute(more).place_type) == {"town", "zcta"}
    ignoring = long_source(type={"column": "level", "ignored": ["zcta"]})
    assert set(world.compute(homes(make_indicator, source=ignoring)).place_type) == {"town"}


def test_a_renamed_column_and_an_unknown_variable_are_named(world, make_indicator):
    world.publish("people", {"geoid": [A], "variable": ["H_001"], "estimated": [1.0], "moe": [1.0]})
    with pytest.raises(MissingCells, match=r"column estimate: .*did you mean estimated"):
        world.compute(homes(make_indicator))
    publish_homes(world, variable=["H_001", "H_003", "H_001", "H_003"])
    with pytest.raises(MissingCells, match=r"variables that no row has: H_002; did you mean H_003"):
        world.compute(homes(make_indicator))


def test_two_numbers_for_one_cell_are_refused(world, make_indicator):
    publish_homes(world, geoid=[A, A, A, B])
    with pytest.raises(RepeatedCells, match="H_001"):
        world.compute(homes(make_indicator))


def test_a_wide_layer_with_periods_and_chance_error(world, make_indicator):
    world.publish("people", {"geoid": [A, B], "people": [50, 0], "cases": [5, 0]})
    groups = [{"numerator": ["cases"], "denominator": ["people"], "period": "2021"}]
    indicator = make_indicator(
        kind="share", cells={"shape": "wide", "groups": groups}, policy={"interval": "wilson"}
    )
    table = world.compute(indicator).set_index("geoid")
    assert (table.loc[A].estimate, table.loc[A].period) == (0.1, "2021")
    assert table.loc[A].moe == pytest.approx(1.645 * np.sqrt(0.1 * 0.9 / 50))
    assert table.loc[B].status == "not_applicable"


def tidy(make_indicator, **changes: object):
    values = {
        "dimensions": [TENURE],
        "cells": {
            "shape": "tidy",
            "codes": {"tenure": "holder"},
            "totals": {"tenure": ["All"]},
            "value": "people",
        },
    }
    return make_indicator(**(values | changes))


def test_a_tidy_layer_is_encoded_and_everyone_is_the_total(world, make_indicator):
    world.publish("people", {"geoid": [A] * 3, "holder": ["Own", "renter", "All"], "people": [1, 2, 3]})
    notes = Notes()
    table = world.compute(tidy(make_indicator), notes=notes).set_index("tenure")
    assert dict(table.estimate) == {"owner": 1, "renter": 2, "total": 3}
    assert [step.message for step in notes.steps] == ["'Own' is the code owner"]


def test_an_unseen_category_is_stopped_with_the_line_to_add(world, make_indicator):
    world.publish("people", {"geoid": [A], "holder": ["Leaseholder"], "people": [1]})
    with pytest.raises(UnseenValue, match=r"(?s)layer people, column holder.*fixes:.*Leaseholder"):
        world.compute(tidy(make_indicator))


def test_a_code_outside_the_tabulation_is_refused(world, make_indicator):
    world.publish("people", {"geoid": [A], "holder": ["owner_free"], "people": [1]})
    with pytest.raises(UnusableNumbers, match="owner_free"):
        world.compute(tidy(make_indicator))


def test_places_are_found_by_name(world, make_indicator):
    world.publish(
        "towns",
        {"geoid": [A, B], "name": ["Ávila", "Brook"]},
        places={"type": "town", "vintage": "2020", "id": "geoid", "name": "name"},
    )
    places = world.places(boundaries={"town": {"2020": "towns"}}, aliases={"Old Mill": "Brook"})
    source = long_source() | {"place": {"type": "town", "vintage": "2020", "name": "town"}}
    world.publish("people", {"town": ["AVILA", "Old Mill"], "people": [1, 2]})
    table = world.compute(make_indicator(source=source), places)
    assert list(table.geoid) == [A, B] and list(table.name) == ["Ávila", "Brook"]
    world.publish("people", {"town": ["Brok"], "people": [1]})
    with pytest.raises(UnknownPlaces, match=r"'Brok' \(did you mean Brook\?\); add them to `aliases`"):
        world.compute(make_indicator(source=source), places)


def test_rows_without_an_id_are_refused(world, make_indicator):
    world.publish("people", {"geoid": pa.array([None], pa.string()), "people": [1]})
    with pytest.raises(UnknownPlaces, match="1 rows have no id"):
        world.compute(make_indicator())


def test_periods_come_from_a_column_and_falls_are_flagged(world, make_indicator):
    days = pa.array(["2021-01-01", "2021-01-02", "2021-01-03"]).cast(pa.date32())
    world.publish("people", {"geoid": [A] * 3, "day": days, "people": [1, 5, 4]})
    source = long_source() | {"period": {"column": "day"}}
    cells = {"shape": "tidy", "value": "people", "cumulative": True}
    table = world.compute(make_indicator(source=source, cells=cells)).set_index("period")
    assert dict(table.estimate) == {"2021-01-01": 1, "2021-01-02": 5, "2021-01-03": 4}
    assert list(table.status) == ["published", "unreliable", "published"]


def test_shares_above_the_whole_are_flagged_whatever_the_standard(world, make_indicator):
    world.publish("people", {"geoid": [A, B], "people": [100, 100], "doses": [110, 50]})
    groups = [{"numerator": ["doses"], "denominator": ["people"]}]
    policy = {"interval": "clopper-pearson", "reliability": "nchs-2017-proportions"}
    indicator = make_indicator(
        kind="share", per=100, cells={"shape": "wide", "groups": groups}, policy=policy
    )
    table = world.compute(indicator).set_index("geoid")
    assert (table.loc[A].estimate, table.loc[A].status) == (pytest.approx(110), "unreliable")
    assert (table.loc[B].status, table.loc[B].reliability) == ("published", "reliable")


@pytest.mark.parametrize(
    ("standard", "classes"),
    [
        ("states-cv", ["reliable", "caution", "unreliable"]),
        ("cdc-wonder", ["reliable", "unreliable", "unreliable"]),
        ("nchs-2023-rates-counts", ["reliable", "reliable", "unreliable"]),
    ],
)
def test_each_kind_of_standard_judges(world, make_indicator, standard, classes):
    world.publish("people", {"geoid": ["a", "b", "c"], "people": [10_000] * 3, "deaths": [100, 15, 4]})
    cells = {"shape": "wide", "groups": [{"numerator": ["deaths"], "denominator": ["people"]}]}
    policy = {"interval": "poisson", "reliability": standard}
    table = world.compute(make_indicator(kind="rate", per=1000, cells=cells, policy=policy))
    assert list(table.reliability) == classes
    assert list(table.status) == ["unreliable" if item == "unreliable" else "published" for item in classes]


def test_an_unknown_standard_is_named(world, make_indicator):
    world.publish("people", {"geoid": [A], "people": [1]})
    with pytest.raises(UnusableNumbers, match="'best' is no reliability standard; allowed: esri-cv"):
        world.compute(make_indicator(policy={"reliability": "best"}))


def test_rows_can_be_filtered_and_texts_are_no_numbers(world, make_indicator):
    world.publish("people", {"geoid": [A, B], "people": [1, 2]})
    source = long_source() | {"where": [{"column": "geoid", "pattern": ".*1"}]}
    assert list(world.compute(make_indicator(source=source)).geoid) == [A]
    world.publish("people", {"geoid": [A], "people": ["1"]})
    with pytest.raises(UnusableNumbers, match="column people: numbers are needed"):
        world.compute(make_indicator())


def test_a_negative_count_is_refused_with_the_indicator(world, make_indicator):
    world.publish("people", {"geoid": [A], "people": [-1], "all": [5]})
    groups = [{"numerator": ["people"], "denominator": ["all"]}]
    indicator = make_indicator(
        kind="share", cells={"shape": "wide", "groups": groups}, policy={"interval": "wilson"}
    )
    with pytest.raises(UnusableNumbers, match="indicator 'people'"):
        world.compute(indicator)


@pytest.mark.parametrize("blank", ["not-available", "controlled"])
@pytest.mark.parametrize("shape", ["long", "wide", "tidy"])
def test_the_status_of_a_margin_says_whether_it_is_none_or_unknown(world, make_indicator, shape, blank):
    """Controlled is 0, withheld is unknown whatever a blank margin means; a blank one is what the policy says."""
    ids = [A, B, "9900100003", "9900100004"]
    columns = {
        "geoid": ids,
        "people": [100.0, 100.0, 100.0, 100.0],
        "people_moe": [None, None, None, 7.0],
        "people_moe_status": ["controlled", "too_few_samples", "missing", "published"],
    }
    cells = {"shape": "wide", "moe": "{}_moe", "groups": [{"numerator": ["people"]}]}
    if shape == "tidy":
        cells = {"shape": "tidy", "value": "people", "moe": "people_moe"}
    if shape == "long":
        columns |= {"variable": ["P"] * 4}
        cells = {"shape": "long", "variable": "variable", "estimate": "people", "moe": "people_moe"}
        cells |= {"groups": [{"numerator": ["P"]}]}
    world.publish("people", columns)
    indicator = make_indicator(
        kind="count", source=long_source(), cells=cells, policy={"interval": "margin", "blank_margins": blank}
    )
    moe = world.compute(indicator).set_index("geoid").moe
    expected = [0.0, np.nan, np.nan if blank == "not-available" else 0.0, 7.0]
    np.testing.assert_array_equal(moe.loc[ids], expected)


def test_a_top_coded_median_of_a_wide_layer(world, make_indicator):
    world.publish("people", {"geoid": [A, B], "income": [72000.0, 250001.0]})
    cells = {"shape": "wide", "top": 250001, "groups": [{"numerator": ["income"]}]}
    table = world.compute(make_indicator(kind="median", source=long_source(), cells=cells)).set_index("geoid")
    assert (table.loc[A].status, table.loc[B].status) == ("published", "top_coded")
