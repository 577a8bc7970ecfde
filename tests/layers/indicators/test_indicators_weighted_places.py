"""Places that are divided by where people live: a tiny state by eye, and the neighbourhoods of real cities."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from catalog.indicators import load_indicators
from layers.indicators.errors import LostTotals
from layers.normalise import Notes

QUARTERS = {
    "type": "neighbourhood",
    "vintage": "2020",
    "weighted_from": "tract",
    "by": "centres",
    "population": "people",
}
CELLS = {"shape": "wide", "moe": "{}_moe", "groups": [{"numerator": ["poor"], "denominator": ["all"]}]}
SOURCE = {
    "layer": "counts",
    "place": {"type": "tract", "vintage": "2020", "id": "geoid"},
    "period": {"fixed": "2022"},
}
# two tracts side by side, each 2 wide; the quarters Q1 and Q2 meet in the middle of the second tract
TRACTS = {"T1": shapely.box(0, 0, 2, 1), "T2": shapely.box(2, 0, 4, 1)}
QUARTER_SHAPES = {"Q1": shapely.box(0, 0, 3, 1), "Q2": shapely.box(3, 0, 4, 1)}
CENTRES = ((1.0, 0.5, 10.0), (2.5, 0.5, 30.0), (3.5, 0.5, 10.0))


def shapes(world, layer, kind, polygons, **reference):
    geometry = pa.array(shapely.to_wkb(list(polygons.values())), pa.binary())
    place = {"type": kind, "vintage": "2020", "id": "code"} | reference
    world.publish(layer, {"code": list(polygons), "geometry": geometry}, places=place)


def state(world, centres=CENTRES, quarters=QUARTER_SHAPES):
    """Two tracts; quarters in two layers of which each puts its own prefix before its ids."""
    shapes(world, "tracts", "tract", TRACTS)
    names = []
    for name, polygon in quarters.items():
        names.append(f"quarters-{name.lower()}")
        shapes(world, names[-1], "neighbourhood", {name: polygon}, prefix="City_", within="City")
    points = pa.array(shapely.to_wkb([shapely.Point(x, y) for x, y, _ in centres]), pa.binary())
    world.publish("centres", {"people": [people for _, _, people in centres], "geometry": points})
    return world.places(boundaries={"tract": {"2020": "tracts"}, "neighbourhood": {"2020": names}})


def counts(world, poor=(8.0, 20.0), everyone=(10.0, 80.0), **more):
    columns = {
        "geoid": ["T1", "T2"],
        "poor": list(poor),
        "poor_moe": [3.0, 4.0],
        "all": list(everyone),
        "all_moe": [0.0, 0.0],
    }
    world.publish("counts", columns | more)


def quarters_of(make_indicator, **rule):
    return make_indicator(
        kind="share", source=SOURCE, cells=CELLS, places=["tract"], derived=[QUARTERS | rule]
    )


def test_a_tract_is_divided_by_its_people_and_its_rate_by_both_parts(world, make_indicator):
    places, notes = state(world), Notes()
    counts(world)
    table = world.compute(quarters_of(make_indicator), places, notes).set_index("geoid")
    first, second = table.loc["City_Q1"], table.loc["City_Q2"]
    # T2 has 30 of its 40 people in Q1: 8 + 0.75 × 20 of 10 + 0.75 × 80, and the rest
    assert (first.numerator, first.denominator) == (23, 70) and first.estimate == pytest.approx(23 / 70)
    assert (second.numerator, second.denominator, second.estimate) == (5, 20, 0.25)
    assert first.numerator_moe == pytest.approx((3**2 + (0.75 * 4) ** 2) ** 0.5)
    assert (first.method, first.moe_source, first["name"]) == ("population-weighted", "derived", "Q1")
    assert first.split_share == pytest.approx(0.75 / 1.75) and second.split_share == 1
    (note,) = [step.message for step in notes.steps if step.step == "weigh"]
    assert "people at the points of centres" in note and "1 had to be divided" in note
    assert {"centres", "quarters-q1", "quarters-q2", "tracts"} <= {item.layer for item in places.inputs}


def test_a_centre_outside_every_tract_belongs_to_the_nearest(world, make_indicator):
    counts(world)
    places = state(world, (*CENTRES[:2], (3.5, 1.2, 10.0)))
    table = world.compute(quarters_of(make_indicator), places).set_index("geoid")
    assert table.loc["City_Q1"].denominator == 70 and "City_Q2" in table.index
    held = world.compute(quarters_of(make_indicator, outside="allocated"), places).set_index("geoid")
    assert held.loc["City_Q1"].denominator == 90, (
        "the part outside the quarters went to the quarter with the rest"
    )


def test_a_tract_without_centres_counts_where_its_inner_point_lies(world, make_indicator):
    counts(world)
    halves = {"Q1": shapely.box(0, 0, 1.9, 1), "Q2": shapely.box(1.9, 0, 4, 1)}
    table = world.compute(quarters_of(make_indicator), state(world, CENTRES[:1], halves)).set_index("geoid")
    assert (table.loc["City_Q1"].denominator, table.loc["City_Q2"].denominator) == (10, 80)
    assert set(table.loc[["City_Q1", "City_Q2"]].method) == {"nested sum"}


def test_a_suppressed_part_makes_its_quarters_suppressed_and_never_zero(world, make_indicator):
    counts(world, poor=(8.0, None), poor_status=["published", "suppressed"])
    table = world.compute(quarters_of(make_indicator), state(world)).set_index("geoid")
    assert set(table.loc[["City_Q1", "City_Q2"]].status) == {"suppressed"}
    assert table.loc[["City_Q1", "City_Q2"]].estimate.isna().all()


def test_people_of_a_place_without_a_polygon_stop_the_run(world, make_indicator):
    counts(world, geoid=["T1", "T9"])
    with pytest.raises(LostTotals, match="tract places with people have no polygon: T9"):
        world.compute(quarters_of(make_indicator), state(world))


def test_what_the_source_says_of_a_place_stands_and_only_the_others_are_made(world, make_indicator):
    level = {"level": ["tract", "tract", "neighbourhood"], "geoid": ["T1", "T2", "City_Q1"]}
    source = SOURCE | {"place": {"type": {"column": "level"}, "vintage": "2020", "id": "geoid"}}
    indicator = make_indicator(
        kind="share", source=source, cells=CELLS, places=["tract", "neighbourhood"], derived=[QUARTERS]
    )
    for status, shown in (("published", 40.0), ("suppressed", None)):
        counts(
            world,
            (8.0, 20.0, shown),
            (10.0, 80.0, 100.0),
            poor_moe=[3.0, 4.0, 5.0],
            all_moe=[0.0, 0.0, 0.0],
            poor_status=["published", "published", status],
            **level,
        )
        places, notes = state(world), Notes()
        table = world.compute(indicator, places, notes).set_index("geoid")
        first, second = table.loc["City_Q1"], table.loc["City_Q2"]
        assert (first.method, first.status, first.denominator) == ("direct", status, 100)
        assert (second.method, second.denominator) == ("population-weighted", 20)
        assert table.loc["City_Q1", "estimate"] == 0.4 if shown else np.isnan(first.estimate)
        (told,) = [step for step in notes.steps if step.step == "prefer"]
        assert "the values of the source stand" in told.message and "City_Q2" in told.message
        assert "City_Q1" not in told.message


def test_the_two_ways_are_kept_apart(make_indicator):
    for rule in ({"sum_of": "tract"}, {"by": None}, {"weighted_from": None}):
        with pytest.raises(ValidationError, match=r"one of sum_of and weighted_from|go together"):
            quarters_of(make_indicator, **rule)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    people=st.lists(st.integers(0, 10**6), min_size=2, max_size=2),
    centres=st.lists(
        st.tuples(st.floats(0, 4), st.floats(0, 1), st.integers(0, 5000).map(float)),
        min_size=1,
        max_size=12,
        unique=True,
    ),
)
def test_totals_are_conserved_wherever_people_live(world, make_indicator, people, centres):
    counts(world, (0.0, 0.0), [float(count) for count in people])
    table = world.compute(quarters_of(make_indicator), state(world, centres))
    assert table[table.place_type == "neighbourhood"].denominator.sum() == pytest.approx(
        sum(people), rel=1e-12
    )


CITIES = ("Hartford", "West Hartford", "New Haven")


@pytest.mark.state_data
@pytest.mark.parametrize(("name", "within"), [("population-by-race", 6), ("poverty", 5), ("no-vehicle", 5)])
def test_the_neighbourhoods_of_real_cities(connecticut, name, within):
    """Totals are the cities'; shares are near the compilers', who weighted by blocks instead of block groups."""
    indicator = load_indicators(connecticut.profile)[name]
    table = connecticut.compute(indicator)
    keys = ["geoid", *(dimension.name for dimension in indicator.dimensions)]
    theirs = table[(table.place_type == "neighbourhood") & (table.method == "direct")].set_index(keys)
    level = {"column": "level", "ignored": ["neighbourhood"]}
    source = indicator.source.model_dump()
    source["place"] |= {"type": level}
    others = [kind for kind in indicator.places if kind != "neighbourhood"]
    alone = type(indicator).model_validate(indicator.model_dump() | {"source": source, "places": others})
    moved = connecticut.compute(alone)
    ours = moved[moved.place_type == "neighbourhood"].set_index(keys)
    towns = table[(table.place_type == "town") & table.name.isin(CITIES)]
    for part in ("numerator", "denominator"):
        assert ours[part].sum() == pytest.approx(towns[part].sum(), rel=1e-12)
    assert {"nested sum", "population-weighted"} == set(ours.method)
    assert len(theirs.index.unique("geoid")) == 71
    both = ours.join(theirs, how="inner", suffixes=("", "_theirs"))
    assert set(ours.index.unique("geoid")) - set(both.index.unique("geoid")) == {
        "Hartford_North Meadows",
        "New Haven_Long Wharf",
    }
    shown = both[both.denominator > 500].dropna(subset=["estimate", "estimate_theirs"])
    gaps = (shown.estimate - shown.estimate_theirs).abs()
    inside = gaps <= shown.moe + shown.moe_theirs
    assert gaps.median() < 1 and inside.mean() > 0.98, listed(shown, gaps)
    assert gaps.max() < 4 * within, listed(shown, gaps)
    moved = (both.denominator - both.denominator_theirs).abs().sum() / both.denominator_theirs.sum()
    assert moved < 0.08, "people who are counted in another neighbourhood"


@pytest.mark.state_data
def test_a_neighbourhood_is_one_place_with_a_polygon_and_the_published_value(connecticut):
    indicator = load_indicators(connecticut.profile)["population-by-race"]
    table = connecticut.compute(indicator)
    everyone = table[(table.place_type == "neighbourhood") & (table.race_ethnicity == "total")]
    assert len(everyone) == len(set(everyone.geoid)) == 73 and set(everyone.vintage) == {"2022"}
    drawn = set(connecticut.places.polygons("neighbourhood", "2022"))
    assert len(drawn) == 47 and drawn <= set(everyone.geoid)
    made = everyone[everyone.method != "direct"].set_index("geoid")
    assert set(made.index) == {"Hartford_North Meadows", "New Haven_Long Wharf"}
    # the compilers leave North Meadows out: with the value made of its tract the city's people are complete
    hartford = everyone[everyone.geoid.isin(drawn) & everyone.geoid.str.startswith("Hartford_")]
    towns = table[(table.place_type == "town") & (table.race_ethnicity == "total")].set_index("name")
    assert hartford.numerator.sum() == pytest.approx(
        towns.numerator[["Hartford", "West Hartford"]].sum(), abs=16
    )


def listed(shown: pd.DataFrame, gaps: pd.Series) -> str:
    return shown.assign(gap=gaps).nlargest(10, "gap")[["estimate", "estimate_theirs", "gap"]].to_string()
