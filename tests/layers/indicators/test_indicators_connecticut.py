"""Connecticut's own indicators over the real layers: totals, vintages, suppression, counts that fall."""

import numpy as np
import pandas as pd
import pytest

from catalog.indicators import load_indicators
from catalog.places import Gazetteer
from layers.normalise import Notes

pytestmark = pytest.mark.state_data
PEOPLE = 3_611_317
WATER = ("09120990000", "09130990100", "09170990000", "09180990100", "09190990000")


@pytest.fixture(scope="module")
def indicators(connecticut):
    return load_indicators(connecticut.profile)


@pytest.fixture(scope="module")
def race(connecticut, indicators) -> tuple[pd.DataFrame, Notes]:
    notes = Notes()
    return connecticut.compute(indicators["population-by-race"], notes), notes


def test_state_regions_towns_tracts_and_old_counties_add_up(race):
    table, _ = race
    everyone = table[table.race_ethnicity == "total"].groupby("place_type").numerator.sum()
    for kind in ("state", "planning_region", "town", "tract", "county"):
        assert everyone[kind] == PEOPLE


def test_every_group_adds_up_over_places_and_to_its_place(race):
    table, _ = race
    groups = table[table.race_ethnicity != "total"]
    by_group = groups.groupby(["race_ethnicity", "place_type"]).numerator.sum().unstack()
    for kind in ("planning_region", "town", "tract", "county"):
        pd.testing.assert_series_equal(by_group[kind], by_group["state"], check_names=False)
    whole = table[table.race_ethnicity == "total"].set_index(["place_type", "vintage", "geoid"]).numerator
    gaps = (
        (groups.groupby(["place_type", "vintage", "geoid"]).numerator.sum() - whole)
        .abs()
        .groupby("place_type")
        .max()
    )
    assert gaps[["state", "planning_region", "town", "tract", "county", "custom_region"]].max() == 0
    assert gaps.max() <= 3, "neighbourhoods and districts were split and rounded group by group"


def test_the_old_counties_come_from_tracts_through_the_crosswalk(race):
    table, notes = race
    counties = table[table.place_type == "county"]
    assert set(counties.method) == {"nested sum"} and set(counties.vintage) == {"2020"}
    assert len(set(counties.geoid)) == 8 and "Hartford County" in set(counties.name)
    (note,) = [step for step in notes.steps if step.step == "nest"]
    assert "879 matched" in note.message and "only water" in note.message
    assert note.examples == WATER


def test_nobody_in_a_place_is_not_applicable_and_never_zero_percent(race):
    table, _ = race
    empty = table[table.denominator == 0]
    assert set(WATER) <= set(empty.geoid)
    assert empty.estimate.isna().all() and set(empty.status) == {"not_applicable"}


def test_old_and_new_ids_of_every_tract_resolve_to_each_other(connecticut):
    places = connecticut.places
    gazetteer = Gazetteer.of(places)
    old, new = (places.of("tract", vintage) for vintage in ("2020", "2022"))
    assert len(old) == len(new) == 879
    for place in (*old, *new):
        assert gazetteer.find(place.key.geoid).place == place
    pairs = {places.same(place.key)[1] for place in old}
    assert pairs == {place.key for place in new}


def test_tracts_of_the_survey_get_a_polygon_but_for_five_of_water(connecticut, race):
    ids = set(race[0][race[0].place_type == "tract"].geoid)
    found = connecticut.places.translate("tract", sorted(ids), "2022", "2020")
    polygons = {place.key.geoid for place in connecticut.places.of("tract", "2020")}
    assert len(ids) == 884
    assert sum(item in polygons for item in found.ids) == 879
    assert [(item.id, item.reason) for item in found.report.left] == [
        (geoid, "only water, no polygon") for geoid in WATER
    ]
    assert found.report.right == () and found.report.unexplained == ()


def test_a_village_is_in_its_town(connecticut):
    hit = Gazetteer.of(connecticut.places).find("Storrs")
    assert (hit.place.name, hit.place.key.type, hit.through) == ("Mansfield", "town", "Storrs")


@pytest.mark.parametrize("part", ["numerator", "denominator"])
def test_shares_of_the_survey_conserve_their_parts(connecticut, indicators, part):
    for name in ("poverty-by-age", "tenure", "no-vehicle", "educational-attainment"):
        table = connecticut.compute(indicators[name])
        codes = [dimension.name for dimension in indicators[name].dimensions]
        sums = table.groupby([*codes, "place_type"])[part].sum().unstack()
        for kind in ("planning_region", "town", "tract", "county"):
            pd.testing.assert_series_equal(sums[kind], sums["state"], check_names=False)


def test_age_and_sex_cross_and_add_up(connecticut, indicators):
    table = connecticut.compute(indicators["population-by-age-sex"])
    cells = table.set_index(["place_type", "geoid", "sex", "age"]).numerator.unstack(["sex", "age"])
    cells = cells.drop(["neighbourhood", "state_house_district", "state_senate_district"], level="place_type")
    inner = cells.drop(columns="total", level="sex").drop(columns="total", level="age")
    np.testing.assert_array_equal(inner.sum(axis=1), cells["total", "total"])
    np.testing.assert_array_equal(inner.T.groupby(level="sex").sum().T["male"], cells["male", "total"])


def test_published_margins_are_kept_and_marked(connecticut, indicators):
    table = connecticut.compute(indicators["median-household-income"]).set_index(["place_type", "name"])
    state = table.loc[("state", "Connecticut")]
    assert (state.estimate, state.moe, state.moe_source) == (90213, 730, "published")
    darien = table.loc[("town", "Darien")]
    assert (darien.status, darien.estimate, darien.moe_source) == ("top_coded", 250_001, "none")
    assert np.isnan(darien.moe)
    assert set(table.loc["custom_region"].status) == {"not_published"}


def test_raw_exports_of_absenteeism_give_the_same_values(connecticut, indicators):
    processed = indicators["chronic-absenteeism"]
    level = {"column": "district", "values": {"State Level": "state", "NOTSET": "state"}}
    source = processed.source.model_dump() | {"layer": "chronic-absenteeism-raw", "where": ()}
    source["place"] |= {"type": level | {"otherwise": "school_district"}}
    raw = type(processed).model_validate(processed.model_dump() | {"source": source})
    keys = ["place_type", "geoid", "period", "race_ethnicity"]
    one, other = (connecticut.compute(item).set_index(keys) for item in (processed, raw))
    both = one.add_suffix("_processed").join(other.add_suffix("_raw"), how="outer")
    pd.testing.assert_series_equal(
        both.estimate_processed, both.estimate_raw, check_names=False, check_exact=True
    )
    absent = both.status_raw.isna()
    assert set(both.status_processed[absent]) == {"missing"}
    assert (both.status_processed[~absent] == both.status_raw[~absent]).all()
    hidden = one.status.isin(["suppressed", "missing"])
    assert one.estimate[hidden].isna().all() and one.estimate[~hidden].notna().all()
    assert (one.status == "suppressed").sum() == 5658
    state = one.xs("state", level="place_type")
    assert set(state.name) == {"Connecticut"} and len(state) == 56


def test_cumulative_cases_that_fall_are_shown_and_flagged(connecticut, indicators):
    notes = Notes()
    table = connecticut.compute(indicators["covid-cases"], notes)
    source = pd.read_parquet(connecticut.store.current("covid-cases").data)
    towns = table[table.place_type == "town"]
    assert towns.estimate.sum() == source.cases.sum()
    falls = [step.rows for step in notes.steps if "fall from one report" in step.message]
    assert falls == [3423]
    ordered = towns.sort_values(["geoid", "period"])
    lowest_later = ordered[::-1].groupby("geoid").estimate.cummin()[::-1]
    assert ((ordered.status == "unreliable") == (ordered.estimate > lowest_later)).all()
    per_day = table.groupby(["place_type", "period"]).estimate.sum().unstack("place_type")
    np.testing.assert_array_equal(per_day.town, per_day.state)
    np.testing.assert_array_equal(per_day.town, per_day.planning_region)


def test_doses_above_the_population_are_flagged_and_not_clipped(connecticut, indicators):
    table = connecticut.compute(indicators["covid-first-doses"])
    above = table[(table.place_type == "town") & (table.estimate > 100)]
    assert len(above) == 128 and set(above.status) == {"unreliable"}
    np.testing.assert_allclose(above.estimate, above.numerator / above.denominator * 100)
