"""Ten published sites of EJAM, from their blocks; and Connecticut's population centres in its towns."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from layers.measures.areal import (
    move_extensive,
    move_intensive,
    nesting_weights,
    point_weights,
    population_weights,
    weighted_mean,
)
from layers.measures.percentiles import ratio_to_average

COUNTS = [
    "pop",
    "mins",
    "hisp",
    "nhba",
    "nhwa",
    "nhaa",
    "nhaiana",
    "nhnhpia",
    "nhmulti",
    "lowinc",
    "povknownratio",
    "under5",
    "over64",
    "lths",
    "age25up",
    "lingiso",
    "hhlds",
    "unemployed",
    "unemployedbase",
    "disability",
    "disab_universe",
]
SHARES = {
    "pctlowinc": ("lowinc", "povknownratio"),
    "pctmin": ("mins", "pop"),
    "pctlths": ("lths", "age25up"),
    "pctlingiso": ("lingiso", "hhlds"),
    "pctunder5": ("under5", "pop"),
    "pctover64": ("over64", "pop"),
}
MEANS = {
    "pm": "pop",
    "o3": "pop",
    "Demog.Index": "pop",
    # published as means of block-group rates over these universes, not as ratios of the published counts
    "pctunemployed": "unemployedbase",
    "pctdisability": "disab_universe",
}
RATIOS = ["pctlowinc", "pctlingiso", "pctlths", "pctunder5", "pctover64", "pctmin", "pm", "o3"]
OVERALL = "all"


@pytest.fixture(scope="module")
def sites(reference):
    folder = reference / "oracle"
    blocks = pd.read_csv(folder / "ejam_10pts_1miles_blocks.csv", dtype={"blockid": str, "bgid": str})
    groups = pd.read_csv(folder / "ejam_10pts_1miles_bg.csv", dtype={"bgid": str}).set_index("bgid")
    expected = pd.concat(
        [
            pd.read_csv(folder / "ejam_10pts_1miles_bysite_expected.csv"),
            pd.read_csv(folder / "ejam_10pts_1miles_overall_expected.csv"),
        ]
    )
    expected.index = [*(str(site) for site in expected["ejam_uniq_id"][:-1].astype(int)), OVERALL]
    return blocks, groups, expected


@pytest.fixture(scope="module")
def weights(sites):
    """Weights of block groups in the ten sites and in all of them together."""
    blocks, _, expected = sites
    once = blocks.drop_duplicates("blockid")
    in_sites = pd.concat([blocks["ejam_uniq_id"].astype(str), pd.Series(OVERALL, index=once.index)])
    to_site = nesting_weights(
        pd.concat([blocks["blockid"], once["blockid"]]),
        in_sites,
        target_ids=expected.index,
        basis="internal points within a mile",
        overlapping=True,
    )
    to_group = nesting_weights(once["blockid"], once["bgid"], basis="2020 census")
    return population_weights(
        once["blockwt"],
        to_group,
        to_site,
        source_population=np.ones(to_group.target_ids.size),
        basis="2020 census block shares of their block group",
    )


def test_weights_are_the_published_block_group_weights(sites, weights):
    blocks, groups, _ = sites
    site_of_group = blocks.drop_duplicates("bgid").set_index("bgid")["ejam_uniq_id"].astype(str)
    column = pd.Index(weights.target_ids).get_indexer(site_of_group[weights.source_ids])
    found = weights.matrix.toarray()[np.arange(column.size), column]
    np.testing.assert_allclose(found, groups["bgwt"][weights.source_ids], atol=1e-14)
    np.testing.assert_allclose(weights.uncovered, 1 - found, atol=1e-14)


def test_counts_are_the_published_ones_to_their_rounding(sites, weights):
    _, groups, expected = sites
    moved = move_extensive(weights.align(groups.index, groups[COUNTS]), weights)
    sites_only = expected.index != OVERALL
    np.testing.assert_allclose(moved.value[sites_only], expected.loc[sites_only, COUNTS], atol=0.05001)
    np.testing.assert_allclose(moved.value[~sites_only], expected.loc[~sites_only, COUNTS], atol=0.5001)


@pytest.mark.parametrize("name", SHARES)
def test_percents_are_the_published_ones(sites, weights, name):
    _, groups, expected = sites
    numerator, denominator = (weights.align(groups.index, groups[part]) for part in SHARES[name])
    moved = move_intensive(numerator, denominator, weights)
    np.testing.assert_allclose(moved.value, expected[name], rtol=0, atol=1e-14)


@pytest.mark.parametrize("name", MEANS)
def test_means_are_the_published_ones(sites, weights, name):
    _, groups, expected = sites
    values, people = (weights.align(groups.index, groups[column]) for column in (name, MEANS[name]))
    moved = weighted_mean(values, people, weights)
    np.testing.assert_allclose(moved.value, expected[name], rtol=1e-13)


@pytest.mark.parametrize("average", ["avg", "state.avg"])
@pytest.mark.parametrize("name", RATIOS)
def test_ratios_to_the_average_are_the_published_ones(sites, average, name):
    _, _, expected = sites
    ratio = ratio_to_average(expected[name], expected[f"{average}.{name}"])
    np.testing.assert_allclose(ratio, expected[f"ratio.to.{average}.{name}"], rtol=1e-13)


@pytest.mark.state_data
def test_population_centres_fill_connecticuts_towns_and_lose_nobody(reference, state_data):
    centres = pd.read_csv(reference / "oracle" / "ct_bg_cenpop2020_points.csv")
    towns = gpd.read_file(state_data / "boundaries" / "town_sf.geojson")
    ids = [f"bg{i}" for i in range(len(centres))]
    weights = point_weights(
        ids,
        shapely.points(centres[["lon", "lat"]].to_numpy()),
        towns["GEOID"],
        towns.geometry.to_numpy(),
        basis="2020 centres of population",
    )
    moved = move_extensive(centres["pop2020"], weights)
    assert moved.value.shape == (169,)
    assert np.nansum(moved.value) + moved.uncovered == centres["pop2020"].sum() == 3_605_944
    assert (moved.value > 0).all()
    assert moved.uncovered / 3_605_944 < 0.01


@pytest.fixture(scope="module")
def acs(state_data):
    """ACS 2018-22 counts: one row per place, one column per variable, by level."""
    table = pd.read_parquet(state_data / "acs2022" / "acs2022_long.parquet")
    counts = table[table["level"].isin(["2_state", "3_county", "6_town", "8_tract"])]
    counts = counts[~counts["variable"].str.startswith("B19013")]
    return {
        level: rows.pivot(index="geoid", columns="variable", values="estimate")
        for level, rows in counts.groupby("level")
    }


@pytest.mark.state_data
@pytest.mark.parametrize("level", ["6_town", "8_tract"])
def test_towns_and_tracts_add_up_to_regions_and_state_in_every_count(acs, level):
    places, regions, state = acs[level], acs["3_county"], acs["2_state"]
    to_region = nesting_weights(
        places.index, places.index.str[:5], target_ids=regions.index, basis="region in the id"
    )
    to_state = nesting_weights(regions.index, regions.index.str[:2], basis="state in the id")
    in_regions = move_extensive(places, to_region)
    np.testing.assert_array_equal(in_regions.value, regions[places.columns])
    np.testing.assert_array_equal(in_regions.uncovered, 0)
    in_state = move_extensive(places, to_region.then(to_state))
    np.testing.assert_array_equal(in_state.value, state[places.columns])
    assert in_state.value[0, list(places.columns).index("B01003_001")] == 3_611_317
