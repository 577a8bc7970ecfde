"""Places made by adding up others: totals are conserved, margins carried, nothing lost."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.errors import TownlineError
from catalog.places import Places
from layers.indicators.errors import LostTotals
from layers.normalise import Notes

NESTING = {
    "child": "town",
    "parent": "planning_region",
    "vintage": "2022",
    "layer": "nesting",
    "child_column": "town_2022",
    "parent_column": "region",
}
CROSSWALK = {
    "type": "town",
    "from_vintage": "2020",
    "to_vintage": "2022",
    "layer": "nesting",
    "from_column": "town_2020",
    "to_column": "town_2022",
}
REGION = {"type": "planning_region", "vintage": "2022", "sum_of": "town"}
CELLS = {
    "shape": "wide",
    "moe": "{}_moe",
    "groups": [{"numerator": ["people"], "denominator": ["all"]}],
}


def places(world, regions=("R1", "R1", "R2")):
    world.publish(
        "nesting",
        {"town_2020": ["a", "b", "c"], "town_2022": ["A", "B", "C"], "region": list(regions)},
    )
    world.publish(
        "regions",
        {"geoid": ["R1", "R2"], "name": ["North", "South"]},
        places={"type": "planning_region", "vintage": "2022", "id": "geoid", "name": "name"},
    )
    boundaries = {"planning_region": {"2022": "regions"}}
    gaps = [{"type": "town", "pattern": "w.*", "reason": "only water"}]
    return world.places(boundaries=boundaries, nesting=[NESTING], crosswalks=[CROSSWALK], known_gaps=gaps)


def publish_people(world, people, **changes):
    size = len(people)
    columns = {
        "geoid": ["a", "b", "c", "w"][:size],
        "people": people,
        "people_moe": [3.0, 4.0, 1.0, 0.0][:size],
        "all": [10.0, 30.0, 20.0, 0.0][:size],
        "all_moe": [0.0] * size,
    }
    world.publish("people", columns | changes)


def test_towns_add_up_to_regions_through_the_crosswalk(world, make_indicator):
    publish_people(world, [1.0, 3.0, 5.0, 0.0])
    indicator = make_indicator(kind="share", cells=CELLS, derived=[REGION])
    table = world.compute(indicator, places(world))
    north = table[table.geoid == "R1"].iloc[0]
    assert (north["name"], north.numerator, north.denominator, north.estimate) == ("North", 4, 40, 0.1)
    assert (north.numerator_moe, north.moe, north.method) == (5, 5 / 40, "nested sum")
    assert (north.vintage, north.moe_source) == ("2022", "derived")


def test_a_region_with_a_missing_town_is_missing_and_with_a_suppressed_one_suppressed(world, make_indicator):
    publish_people(world, [1.0, None, None], people_status=["published", "missing", "suppressed"])
    indicator = make_indicator(kind="share", cells=CELLS, derived=[REGION])
    table = world.compute(indicator, places(world)).set_index("geoid")
    assert (table.loc["R1"].status, table.loc["R2"].status) == ("missing", "suppressed")
    assert table.loc[["R1", "R2"]].estimate.isna().all()


def test_a_region_of_which_nothing_is_known_still_says_how_it_was_made(world, make_indicator):
    unknown = pa.array([None] * 3, pa.float64())
    publish_people(world, unknown, people_status=["suppressed"] * 3)
    table = world.compute(make_indicator(kind="share", cells=CELLS, derived=[REGION]), places(world))
    regions = table[table.place_type == "planning_region"]
    assert set(regions.method) == {"nested sum"} and set(regions.status) == {"suppressed"}


def test_people_who_would_drop_out_of_a_sum_stop_the_run(world, make_indicator):
    publish_people(world, [1.0, 3.0, 5.0, 2.0])
    indicator = make_indicator(kind="share", cells=CELLS, derived=[REGION])
    with pytest.raises(LostTotals, match="town places with people lie in no one planning_region 2022: w;"):
        world.compute(indicator, places(world))


def publish_split_and_merged(world, regions):
    """Town a became A1 and A2; b and c became C."""
    ready = places(world)
    world.publish(
        "nesting",
        {"town_2020": ["a", "a", "b", "c"], "town_2022": ["A1", "A2", "C", "C"], "region": regions},
    )
    return ready


def test_towns_that_were_split_or_merged_add_up_where_all_their_parts_lie(world, make_indicator):
    publish_people(world, [1.0, 3.0, 5.0])
    ready = publish_split_and_merged(world, ["R1", "R1", "R2", "R2"])
    table = world.compute(make_indicator(kind="share", cells=CELLS, derived=[REGION]), ready)
    regions = table[table.place_type == "planning_region"].set_index("geoid")
    assert (regions.loc["R1"].numerator, regions.loc["R1"].denominator) == (1, 10)
    assert (regions.loc["R2"].numerator, regions.loc["R2"].denominator) == (8, 50)


def test_a_town_that_was_split_between_two_regions_is_in_neither(world, make_indicator):
    publish_people(world, [1.0, 3.0, 5.0])
    ready = publish_split_and_merged(world, ["R1", "R2", "R2", "R2"])
    indicator = make_indicator(kind="share", cells=CELLS, derived=[REGION])
    with pytest.raises(LostTotals, match="town places with people lie in no one planning_region 2022: a;"):
        world.compute(indicator, ready)


def test_a_set_without_nesting_is_named(world, make_indicator):
    publish_people(world, [1.0, 3.0, 5.0])
    county = {"type": "county", "vintage": "2022", "sum_of": "town"}
    indicator = make_indicator(kind="share", cells=CELLS, derived=[county])
    with pytest.raises(TownlineError, match="nothing says how town in county 2022 nest"):
        world.compute(indicator, places(world))


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    people=st.lists(st.integers(0, 10**6), min_size=3, max_size=3),
    regions=st.lists(st.sampled_from(["R1", "R2"]), min_size=3, max_size=3),
)
def test_totals_are_conserved_whatever_the_nesting(world, make_indicator, people, regions):
    publish_people(world, [float(count) for count in people])
    indicator = make_indicator(
        cells=CELLS | {"groups": [{"numerator": ["people"]}]},
        derived=[REGION, {"type": "state", "vintage": "2020", "sum_of": "town"}],
    )
    table = world.compute(indicator, towns_of_state(world, regions))
    sums = table.groupby("place_type").estimate.sum()
    assert sums["town"] == sums["planning_region"] == sums["state"] == sum(people)
    margins = table[table.place_type == "planning_region"].moe
    assert np.sqrt((margins**2).sum()) <= np.sqrt(3**2 + 4**2 + 1) + 1e-9


def towns_of_state(world, regions):
    world.publish(
        "towns",
        {"geoid": ["a", "b", "c"]},
        places={"type": "town", "vintage": "2020", "id": "geoid"},
    )
    found = places(world, regions)
    boundaries = {**found.configuration.boundaries, "town": {"2020": "towns"}}
    given = found.configuration.model_dump() | {"boundaries": boundaries}
    return world.places(**given)


def test_a_sum_lacks_the_towns_that_the_source_never_names(world, make_indicator):
    """Town c has no row at all: what it lies in has no sum, and it is never taken for zero."""
    publish_people(world, [1.0, 3.0])
    reference = {"type": "town", "vintage": "2020", "id": "geoid", "name": "name"}
    names = {"geoid": ["a", "b", "c", "water"], "name": ["A", "B", "C", "Lake"]}
    for regions, expected in (
        (("R1", "R1", "R2"), ["published"]),
        (("R1", "R2", "R2"), ["published", "missing"]),
    ):
        ready = places(world, regions)
        world.publish("towns", names, places=reference)
        boundaries = ready.configuration.boundaries | {"town": {"2020": ("towns",)}}
        listed = Places(ready.configuration.model_copy(update={"boundaries": boundaries}), world.store)
        notes = Notes()
        indicator = make_indicator(kind="share", cells=CELLS, derived=[REGION])
        table = world.compute(indicator, listed, notes)
        found = table[table.place_type == "planning_region"].sort_values("geoid")
        assert list(found.status) == expected
    assert found.estimate.isna().tolist() == [False, True]
    assert [(note.rows, note.examples) for note in notes.steps if "without any row" in note.message] == [
        (1, ("c",))
    ]
