"""Rates at their edges against plain formulas over scipy.stats: no and all events, one person, whole nations."""

import math

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from layers.measures.rates import (
    ByarForm,
    binomial_clopper_pearson,
    binomial_wilson,
    direct_rate,
    effective_sample_size,
    empirical_bayes,
    korn_graubard,
    poisson_byar,
    poisson_exact,
    spatial_empirical_bayes,
)

LEVELS = (0.80, 0.90, 0.95, 0.99, 0.999)
COUNTS = (0, 1, 2, 3, 9, 10, 19, 20, 100, 12_345, 10**6, 3 * 10**8)
TRIALS = (
    *((x, 1) for x in (0, 1)),
    *((x, 2) for x in (0, 1, 2)),
    *((x, 30) for x in (0, 1, 29, 30)),
    *((x, 10**5) for x in (0, 1, 50_000, 99_999, 10**5)),
    (1, 331_097_593),
    (165_000_000, 331_097_593),
    (331_097_592, 331_097_593),
)


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("x", COUNTS)
def test_poisson_limits(x: int, level: float) -> None:
    tail = (1 - level) / 2
    found = poisson_exact(x, confidence=level)
    lower = 0.0 if x == 0 else stats.chi2.ppf(tail, 2 * x) / 2
    assert found.lower == pytest.approx(lower, rel=1e-9)
    assert found.upper == pytest.approx(stats.chi2.isf(tail, 2 * x + 2) / 2, rel=1e-9)
    # the limits are where the tails of the Poisson distribution hold exactly this much
    assert stats.poisson.cdf(x, float(found.upper)) == pytest.approx(tail, rel=1e-5)


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("x", COUNTS)
def test_byar_limits(x: int, level: float) -> None:
    z = stats.norm.ppf((1 + level) / 2)

    def plain(base: float, sign: int) -> float:
        return base * (1 - 1 / (9 * base) + sign * z / (3 * math.sqrt(base))) ** 3 if base else 0.0

    found = poisson_byar(x, confidence=level)
    assert found.lower == pytest.approx(max(plain(x, -1), 0.0), rel=1e-12)
    assert found.upper == pytest.approx(plain(x + 1, 1), rel=1e-12)
    middle = poisson_byar(x, confidence=level, form=ByarForm.MIDPOINT)
    assert middle.lower == pytest.approx(plain(x + 0.5, -1), rel=1e-12)
    assert middle.upper == pytest.approx(plain(x + 0.5, 1), rel=1e-12)


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize(("x", "n"), TRIALS)
def test_binomial_limits(x: int, n: int, level: float) -> None:
    for found, method in (
        (binomial_wilson(x, n, confidence=level), "wilson"),
        (binomial_clopper_pearson(x, n, confidence=level), "beta"),
    ):
        lower, upper = proportion_confint(x, n, alpha=1 - level, method=method)
        assert found.lower == pytest.approx(lower, rel=1e-9, abs=1e-15)
        assert found.upper == pytest.approx(upper, rel=1e-9, abs=1e-15)
        assert 0 <= found.lower <= x / n <= found.upper <= 1


def plain_korn_graubard(p: float, se: float, n: int, df: int, *, capped: bool) -> tuple[float, float, float]:
    size = n
    if 0 < p < 1:
        size = p * (1 - p) / se**2 * (stats.t.ppf(0.975, n - 1) / stats.t.ppf(0.975, df)) ** 2
    size = min(size, n) if capped else size
    x = size * p
    lower = 0.0 if p == 0 else stats.beta.ppf(0.025, x, size - x + 1)
    upper = 1.0 if p == 1 else stats.beta.ppf(0.975, x + 1, size - x)
    return size, lower, upper


@pytest.mark.parametrize("capped", [False, True])
@pytest.mark.parametrize(
    ("p", "deff", "n", "df"),
    [
        (0.5, 1.0, 100, 50),
        (0.5, 0.4, 100, 50),  # a design that is better than a simple sample
        (0.5, 12.0, 100, 3),
        (0.001, 1.8, 20_000, 400),
        (0.999, 1.8, 20_000, 400),
        (0.3, 1.2, 2, 1),
        (0.03, 0.9, 31, 8),
        (0.0, 1.0, 40, 12),
        (1.0, 1.0, 40, 12),
        (0.41, 2.5, 3_000_000, 5_000),
    ],
)
def test_korn_graubard(p: float, deff: float, n: int, df: int, capped: bool) -> None:
    se = math.sqrt(deff * p * (1 - p) / n)
    size, lower, upper = plain_korn_graubard(p, se, n, df, capped=capped)
    assert effective_sample_size(p, se, n, df, capped=capped) == pytest.approx(size, rel=1e-10)
    found = korn_graubard(p, se, n, df, capped=capped)
    assert (found.lower, found.upper) == (pytest.approx(lower, rel=1e-9), pytest.approx(upper, rel=1e-9))


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize(
    ("events", "people"),
    [
        ([0, 0, 0], [10, 1000, 5]),
        ([0, 1, 0], [10, 1000, 5]),
        ([10, 1000, 5], [10, 1000, 5]),
        ([3, 40, 2000], [50_000_000, 200_000_000, 80_000_000]),
        ([7, 0, 123], [1, 3_000_000, 900]),
    ],
)
def test_fay_feuer(events: list[int], people: list[int], level: float) -> None:
    shares, tail = np.array([0.2, 0.7, 0.1]), (1 - level) / 2
    ratio = shares / people
    rate, variance, heaviest = (ratio * events).sum(), (ratio**2 * events).sum(), ratio.max()
    found = direct_rate(events, people, shares, per=1, confidence=level)
    lower = 0.0 if rate == 0 else stats.gamma.ppf(tail, rate**2 / variance, scale=variance / rate)
    above, spread = rate + heaviest, variance + heaviest**2
    assert found.estimate == pytest.approx(rate, rel=1e-12)
    assert found.lower == pytest.approx(lower, rel=1e-9)
    assert found.upper == pytest.approx(
        stats.gamma.isf(tail, above**2 / spread, scale=spread / above), rel=1e-9
    )


def plain_marshall(events: list[float], people: list[float]) -> list[float]:
    total, count = sum(people), len(people)
    mean = sum(events) / total
    spread = sum(n * (x / n - mean) ** 2 for x, n in zip(events, people, strict=True)) / total
    variance = max(0.0, spread - mean / (total / count))
    if mean == 0:
        return [0.0] * count
    weights = [variance / (variance + mean / n) for n in people]
    return [mean + (x / n - mean) * w for x, n, w in zip(events, people, weights, strict=True)]


@pytest.mark.parametrize(
    ("events", "people"),
    [
        ([0, 0, 0], [10, 20, 30]),
        ([1, 0, 0], [1, 1, 1]),
        ([10, 20, 30], [10, 20, 30]),
        ([3, 90, 4], [1_000, 2_000, 100_000_000]),
        ([5], [100]),
        ([4, 8, 16, 0], [100, 200, 400, 1]),
    ],
)
def test_empirical_bayes(events: list[float], people: list[float]) -> None:
    wanted = plain_marshall(events, people)
    np.testing.assert_allclose(empirical_bayes(events, people), wanted, rtol=1e-12)
    everybody = [[j for j in range(len(events)) if j != i] for i in range(len(events))]
    np.testing.assert_allclose(spatial_empirical_bayes(events, people, everybody), wanted, rtol=1e-12)


def test_local_smoothing_by_each_neighbourhood() -> None:
    events, people = [3.0, 9.0, 40.0, 1.0, 0.0], [100.0, 120.0, 300.0, 900.0, 50.0]
    around = [[1], [0, 2], [1, 3], [2], []]
    found = spatial_empirical_bayes(events, people, around)
    for place, neighbours in enumerate(around):
        members = [place, *neighbours]
        wanted = plain_marshall([events[i] for i in members], [people[i] for i in members])[0]
        assert found[place] == pytest.approx(wanted, rel=1e-12)
