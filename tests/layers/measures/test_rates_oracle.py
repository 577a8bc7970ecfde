"""Rates and intervals against published and independent results."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from esda.smoothing import Empirical_Bayes, Spatial_Empirical_Bayes
from libpysal.weights import W
from statsmodels.stats.proportion import proportion_confint
from statsmodels.stats.rates import confint_poisson

from layers.measures.rates import (
    US_2000,
    ByarForm,
    Interval,
    binomial_clopper_pearson,
    binomial_wilson,
    crude_rate,
    direct_rate,
    empirical_bayes,
    korn_graubard,
    poisson_byar,
    poisson_exact,
    spatial_empirical_bayes,
)


@pytest.fixture(scope="module")
def oracle(reference: Path) -> Path:
    return reference / "oracle"


def assert_limits(ours: Interval, theirs: pd.DataFrame, **tolerance: float) -> None:
    np.testing.assert_allclose(ours.lower, theirs.lower, **tolerance)
    np.testing.assert_allclose(ours.upper, theirs.upper, **tolerance)


def test_poisson_limits_equal_epitools(oracle: Path) -> None:
    rows = pd.read_csv(oracle / "epi_poisson_ci.csv").set_index("method")
    # the "exact" rows were solved numerically, to about 3e-5
    assert_limits(poisson_exact(rows.loc["exact", "x"]), rows.loc["exact"], atol=3e-5, rtol=3e-8)
    # the "daly" rows are the closed form, but with a one-sided upper limit where nothing was seen
    daly = rows.loc["daly"]
    assert_limits(poisson_exact(daly.x[1:]), daly[1:], rtol=1e-12)
    assert poisson_exact(0, confidence=0.90).upper == pytest.approx(daly.upper.iloc[0], rel=1e-12)
    midpoint = poisson_byar(rows.loc["byar", "x"], form=ByarForm.MIDPOINT)
    assert_limits(midpoint, rows.loc["byar"], rtol=1e-12, atol=1e-13)


def test_poisson_limits_equal_statsmodels() -> None:
    count = np.array([0, 1, 3.5, 17, 400, 123456])
    low, high = confint_poisson(count, 1, method="exact-c", alpha=0.1)
    ours = poisson_exact(count, confidence=0.9)
    np.testing.assert_allclose(ours.lower, low, rtol=1e-12)
    np.testing.assert_allclose(ours.upper, high, rtol=1e-12)


def test_binomial_limits_equal_epitools(oracle: Path) -> None:
    rows = pd.read_csv(oracle / "epi_binomial_ci.csv").set_index("method")
    wilson, exact = rows.loc["wilson"], rows.loc["clopper_pearson"]
    assert len(wilson) == len(exact) == 10
    assert_limits(binomial_wilson(wilson.x, wilson.n), wilson, rtol=1e-13, atol=1e-15)
    assert_limits(binomial_clopper_pearson(exact.x, exact.n), exact, rtol=1e-12, atol=1e-15)


def test_binomial_limits_equal_statsmodels() -> None:
    events, trials = np.array([0, 1, 7, 40, 99, 100]), 100
    for method, function in (("wilson", binomial_wilson), ("beta", binomial_clopper_pearson)):
        low, high = proportion_confint(events, trials, alpha=0.01, method=method)
        ours = function(events, trials, confidence=0.99)
        np.testing.assert_allclose(ours.lower, low, rtol=1e-12, atol=1e-15)
        np.testing.assert_allclose(ours.upper, high, rtol=1e-12)


def test_korn_graubard_equals_svyciprop(oracle: Path) -> None:
    rows = pd.read_csv(oracle / "nchs_korn_graubard_svyciprop.csv")
    assert_limits(korn_graubard(rows.p, rows.se, rows.n, rows.degf), rows, rtol=1e-12)


def test_fay_feuer_equals_epitools(oracle: Path) -> None:
    given = pd.read_csv(oracle / "epi_fayfeuer_input.csv")
    expected = pd.read_csv(oracle / "epi_fayfeuer_expected.csv")
    shape = (len(expected), -1)
    events, people = (given[column].to_numpy().reshape(shape) for column in ("count", "population"))
    rate = direct_rate(events, people, given.standard.to_numpy().reshape(shape)[0], per=1)
    np.testing.assert_allclose(rate.estimate, expected["adj.rate"], rtol=1e-12)
    np.testing.assert_allclose(rate.lower, expected.lci, rtol=1e-11)
    np.testing.assert_allclose(rate.upper, expected.uci, rtol=1e-11)
    crude = crude_rate(events.sum(axis=1), people.sum(axis=1), per=1)
    np.testing.assert_allclose(crude.estimate, expected["crude.rate"], rtol=1e-12)


def test_us_2000_shares_sum_to_one() -> None:
    assert sum(US_2000.weights) == pytest.approx(1, abs=1e-12)
    assert len(US_2000.bands) == 11


def test_empirical_bayes_equals_spdep_and_esda(oracle: Path) -> None:
    rows = pd.read_csv(oracle / "epi_spdep_EBest_ncsids.csv")
    ours = empirical_bayes(rows.sid74, rows.bir74)
    np.testing.assert_allclose(ours, rows.estmm, rtol=1e-13)
    np.testing.assert_allclose(ours, Empirical_Bayes(rows.sid74, rows.bir74).r.ravel(), rtol=1e-13)


def test_spatial_empirical_bayes_equals_esda() -> None:
    random = np.random.default_rng(3)
    places = 60
    population = random.integers(50, 5000, places)
    events = random.poisson(population * random.gamma(2, 0.005, places))
    neighbours = [sorted({(i + step) % places for step in (1, 2, 7, 59)}) for i in range(places)]
    weights = W(dict(enumerate(neighbours)), id_order=list(range(places)))
    theirs = Spatial_Empirical_Bayes(events, population, weights).r.ravel()
    np.testing.assert_allclose(spatial_empirical_bayes(events, population, neighbours), theirs, rtol=1e-12)
    np.testing.assert_allclose(
        spatial_empirical_bayes(events, population, weights.sparse), theirs, rtol=1e-12
    )
