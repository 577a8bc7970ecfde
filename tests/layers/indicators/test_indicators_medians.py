"""Medians: from bins wherever people are counted in bins, unchanged for one whole place, else said to be absent."""

import numpy as np
import pytest

from catalog.indicators import load_indicators

COUNTY = {"type": "county", "vintage": "2020", "sum_of": "town"}
NESTING = {
    "child": "town",
    "parent": "county",
    "vintage": "2020",
    "layer": "nesting",
    "child_column": "town",
    "parent_column": "county",
}
BINS = {"edges": [0, 10, 20]}
CELLS = {
    "shape": "wide",
    "moe": "{}_moe",
    "bins": BINS,
    "groups": [{"bins": [["young"], ["grown"], ["old"]]}],
}


def places(world):
    world.publish("nesting", {"town": ["a", "b", "c"], "county": ["north", "north", "south"]})
    world.publish(
        "counties",
        {"geoid": ["north", "south"], "name": ["North", "South"]},
        places={"type": "county", "vintage": "2020", "id": "geoid", "name": "name"},
    )
    world.publish(
        "towns", {"geoid": ["a", "b", "c"]}, places={"type": "town", "vintage": "2020", "id": "geoid"}
    )
    boundaries = {"county": {"2020": "counties"}, "town": {"2020": "towns"}}
    return world.places(boundaries=boundaries, nesting=[NESTING])


def publish_bins(world, young, grown, old, **more):
    columns = {"geoid": ["a", "b", "c"], "young": young, "grown": grown, "old": old}
    margins = {f"{name}_moe": [3.0, 3.0, 3.0] for name in ("young", "grown", "old")}
    world.publish("people", columns | margins | more)


def test_bins_add_up_and_the_median_is_read_from_their_sum(world, make_indicator):
    publish_bins(world, [10.0, 30.0, 0.0], [20.0, 0.0, 10.0], [10.0, 30.0, 30.0])
    indicator = make_indicator(kind="median", unit="years", cells=CELLS, derived=[COUNTY])
    table = world.compute(indicator, places(world)).set_index("geoid")
    # 10, 20, 10 people in bins of ten years: the 20th of 40 is in the middle of the second
    a = table.loc["a"]
    assert (a.estimate, a.denominator, a.method) == (15, 40, "direct, median of bins")
    # SE(50 %) = half the margin of the sum, 3 · sqrt(3), over 1.645 · 40; one person is half a year there
    assert a.moe == pytest.approx(0.5 * np.sqrt(27) / 20 * 10)
    assert a.moe_source == "derived" and np.isnan(a.numerator)
    # 40, 20, 40 people of north: the 50th of 100 is the 10th of 20, halfway through the second bin
    north = table.loc["north"]
    assert (north.estimate, north.denominator, north.method) == (15, 100, "nested sum, median of bins")
    # more than half of c and south are in the open bin
    assert (table.loc["south"].estimate, table.loc["south"].status) == (20, "top_coded")


def test_nobody_has_no_median_and_a_suppressed_bin_hides_it(world, make_indicator):
    publish_bins(
        world,
        [0.0, 30.0, None],
        [0.0, 0.0, 10.0],
        [0.0, 30.0, 30.0],
        young_status=["published", "published", "suppressed"],
    )
    indicator = make_indicator(kind="median", unit="years", cells=CELLS, derived=[COUNTY])
    table = world.compute(indicator, places(world)).set_index("geoid")
    assert (table.loc["a"].status, table.loc["c"].status) == ("not_applicable", "suppressed")
    assert table.loc["south"].status == "suppressed" and table.loc[["a", "c", "south"]].estimate.isna().all()


def test_a_finished_median_stands_for_one_whole_place_and_is_not_published_for_others(world, make_indicator):
    world.publish(
        "people", {"geoid": ["a", "b", "c"], "income": [1.0, 2.0, 3.0], "income_moe": [0.1, 0.2, 0.3]}
    )
    cells = {"shape": "wide", "moe": "{}_moe", "groups": [{"numerator": ["income"]}]}
    indicator = make_indicator(kind="median", unit="dollars", cells=cells, derived=[COUNTY])
    table = world.compute(indicator, places(world)).set_index("geoid")
    north, south = table.loc["north"], table.loc["south"]
    assert (north.status, north.method) == ("not_published", "not movable") and np.isnan(north.estimate)
    assert (south.estimate, south.moe, south.moe_source) == (3, 0.3, "published")
    assert (south.status, south.method) == ("published", "one whole place")


def test_a_level_for_which_the_source_never_gives_the_median_says_so(world, make_indicator):
    world.publish(
        "people",
        {"level": ["town", "town", "zcta"], "geoid": ["a", "b", "z"], "income": [1.0, None, None]},
    )
    source = {
        "layer": "people",
        "place": {"type": {"column": "level"}, "vintage": "2020", "id": "geoid"},
        "period": {"fixed": "2022"},
    }
    cells = {"shape": "wide", "groups": [{"numerator": ["income"]}]}
    indicator = make_indicator(kind="median", source=source, cells=cells, places=["town", "zcta"])
    table = world.compute(indicator).set_index("geoid")
    assert list(table.status[["a", "b", "z"]]) == ["published", "missing", "not_published"]


@pytest.mark.state_data
def test_median_age_of_every_place_of_the_survey(connecticut):
    table = connecticut.compute(load_indicators(connecticut.profile)["median-age"])
    everyone = table[table["sex"] == "total"].set_index(["place_type", "name"])
    # the Census Bureau computes 38.5 years for the nation and 40.9 for the state from single years of age
    assert everyone.estimate["nation", "United States"] == pytest.approx(38.5, abs=0.2)
    assert everyone.estimate["state", "Connecticut"] == pytest.approx(40.9, abs=0.2)
    counted = everyone.groupby("place_type").denominator.sum()
    assert counted["state"] == counted["town"] == counted["tract"] == counted["county"] == 3_611_317
    kinds = set(everyone.index.get_level_values("place_type"))
    assert {"county", "neighbourhood", "custom_region", "planning_region"} <= kinds
    men, women = (
        table[table["sex"] == code].set_index(["place_type", "name"]) for code in ("male", "female")
    )
    assert men.estimate["state", "Connecticut"] < women.estimate["state", "Connecticut"]


@pytest.mark.state_data
def test_median_income_says_where_it_is_not_published(connecticut):
    table = connecticut.compute(load_indicators(connecticut.profile)["median-household-income"])
    status = table.groupby("place_type").status.agg(set)
    for kind in ("custom_region", "neighbourhood", "county"):
        assert status[kind] == {"not_published"}
    assert status["planning_region"] == {"published"} and "missing" in status["tract"]
