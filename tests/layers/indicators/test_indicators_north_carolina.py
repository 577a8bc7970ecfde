"""North Carolina's indicators from the data that PySAL carries: rates against published intervals."""

from pathlib import Path

import numpy as np
import pytest
from scipy.stats import chi2
from statsmodels.stats.proportion import proportion_confint

from catalog.indicators import load_indicators
from catalog.manifests import load_profile
from catalog.places import Places, load_places
from catalog.store import Store
from layers.indicators import compute
from layers.ingest import Run, ingest_layer

ROOT = Path(__file__).resolve().parents[3]
PERIODS = ("1974-07/1978-06", "1979-07/1984-06")


@pytest.fixture(scope="module")
def tables(tmp_path_factory):
    root = tmp_path_factory.mktemp("north-carolina")
    profile = load_profile(ROOT / "config/north-carolina")
    run = Run(profile, Store(root / "store"), Store(root / "private"))
    for layer in ("counties", "infant-deaths"):
        assert not ingest_layer(run, profile.layer(layer)).failed
    places = Places(load_places(profile.folder), run.store)
    version = run.store.current("infant-deaths")
    return {
        name: compute(indicator, version, places).to_pandas()
        for name, indicator in load_indicators(profile).items()
    }


def test_shares_of_births_are_complementary_with_wilson_limits(tables):
    births = tables["births-by-race"]
    counties = births[births.place_type == "county"]
    assert len(counties) == 100 * 3 * 2 and set(counties.period) == set(PERIODS)
    by_race = counties.set_index(["geoid", "period", "race"]).estimate.unstack("race")
    np.testing.assert_allclose(by_race.white + by_race.nonwhite, 100)
    groups = counties[counties.race != "total"]
    low, high = proportion_confint(groups.numerator, groups.denominator, method="wilson")
    np.testing.assert_allclose(groups.lower, low * 100, atol=1e-9)
    np.testing.assert_allclose(groups.upper, high * 100, atol=1e-9)


def test_death_rates_have_exact_poisson_limits(tables):
    rates = tables["sudden-infant-deaths"]
    anson = rates[(rates.name == "Anson") & (rates.period == PERIODS[0])].iloc[0]
    assert (anson.numerator, anson.denominator) == (15, 1570)
    assert anson.estimate == pytest.approx(1000 * 15 / 1570)
    assert anson.lower == pytest.approx(1000 * chi2.ppf(0.025, 30) / 2 / 1570)
    assert anson.upper == pytest.approx(1000 * chi2.ppf(0.975, 32) / 2 / 1570)


def test_a_county_without_deaths_has_a_rate_of_zero_with_an_upper_limit_and_no_margin(tables):
    rates = tables["sudden-infant-deaths"]
    zero = rates[(rates.numerator == 0) & (rates.denominator > 0)]
    assert len(zero) and (zero.estimate == 0).all() and (zero.upper > 0).all()
    assert zero.moe.isna().all() and set(zero.moe_source) == {"none"}


def test_the_state_is_the_sum_of_its_counties(tables):
    for table in tables.values():
        codes = [name for name in ("race", "period") if name in table]
        sums = table.groupby([*codes, "place_type"])[["numerator", "denominator"]].sum().unstack("place_type")
        np.testing.assert_array_equal(sums["numerator"]["county"], sums["numerator"]["state"])
        np.testing.assert_array_equal(sums["denominator"]["county"], sums["denominator"]["state"])
    state = tables["sudden-infant-deaths"].query("place_type == 'state'")
    assert list(state.numerator) == [667, 836] and set(state.method) == {"nested sum"}
