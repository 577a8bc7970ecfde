"""Intervals of counts and proportions, crude rates and surveys: tiny cases, properties, missing, refused."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.measures.errors import NegativeValueError, PartAboveWholeError, ScaleError, ShapeMismatchError
from layers.measures.rates import (
    ByarForm,
    binomial_clopper_pearson,
    binomial_wilson,
    crude_rate,
    effective_sample_size,
    korn_graubard,
    poisson_byar,
    poisson_exact,
)

nan = float("nan")
counts = st.integers(0, 5000).map(float)
levels = st.floats(0.5, 0.999)
BINOMIAL = [binomial_wilson, binomial_clopper_pearson]


def test_nothing_seen_by_hand() -> None:
    # P(X = 0) = exp(-u) = 0.025 and (1 - u)^n = 0.025
    assert poisson_exact(0).lower == 0
    assert poisson_exact(0).upper == pytest.approx(-np.log(0.025))
    assert binomial_clopper_pearson(0, 10).lower == 0
    assert binomial_clopper_pearson(0, 10).upper == pytest.approx(1 - 0.025**0.1)
    assert binomial_clopper_pearson(10, 10).lower == pytest.approx(0.025**0.1)
    assert binomial_clopper_pearson(10, 10).upper == 1
    assert binomial_wilson(0, 10).lower == pytest.approx(0, abs=1e-15)


@pytest.mark.parametrize(
    ("events", "trials", "wilson", "exact"),
    [
        (81, 263, (0.2553, 0.3662), (0.2527, 0.3676)),
        (15, 148, (0.0624, 0.1605), (0.0578, 0.1617)),
        (0, 20, (0.0, 0.1611), (0.0, 0.1684)),
        (1, 29, (0.0061, 0.1718), (0.0009, 0.1776)),
    ],
)
def test_binomial_limits_of_newcombe(
    events: int, trials: int, wilson: tuple[float, float], exact: tuple[float, float]
) -> None:
    """Newcombe 1998, Statistics in Medicine 17, 857–872, table I: methods 3 and 5."""
    assert binomial_wilson(events, trials) == pytest.approx(wilson, abs=5.1e-5)
    assert binomial_clopper_pearson(events, trials) == pytest.approx(exact, abs=5.1e-5)


def test_byar_by_hand() -> None:
    z = 1.959963984540054
    byar = poisson_byar([0, 9])
    np.testing.assert_allclose(byar.lower, [0, 9 * (1 - 1 / 81 - z / 9) ** 3])
    np.testing.assert_allclose(
        byar.upper, [(1 - 1 / 9 + z / 3) ** 3, 10 * (1 - 1 / 90 + z / np.sqrt(90)) ** 3]
    )


def test_byar_never_falls_below_zero_in_the_public_health_form() -> None:
    assert poisson_byar(1, confidence=0.9999).lower == 0
    assert poisson_byar(0, form=ByarForm.MIDPOINT).lower < 0


@given(counts, levels)
def test_poisson_limits_contain_the_count(count: float, level: float) -> None:
    for limits in (poisson_exact(count, confidence=level), poisson_byar(count, confidence=level)):
        assert 0 <= limits.lower <= count <= limits.upper


@given(counts.filter(lambda count: count >= 10))
def test_byar_is_close_to_exact_from_ten_events(count: float) -> None:
    exact, byar = poisson_exact(count), poisson_byar(count)
    assert byar.lower == pytest.approx(exact.lower, rel=2e-3)
    assert byar.upper == pytest.approx(exact.upper, rel=2e-3)


@given(counts, levels, levels)
def test_limits_rise_with_the_count_and_widen_with_confidence(count: float, one: float, two: float) -> None:
    less, more = (
        poisson_exact(count, confidence=min(one, two)),
        poisson_exact(count, confidence=max(one, two)),
    )
    assert more.lower <= less.lower
    assert more.upper >= less.upper
    following = poisson_exact(count + 1, confidence=one)
    assert following.lower > poisson_exact(count, confidence=one).lower
    assert following.upper > poisson_exact(count, confidence=one).upper


@given(st.integers(1, 3000), st.floats(0, 1), levels)
def test_binomial_limits_contain_the_share_and_mirror(trials: int, part: float, level: float) -> None:
    events = round(part * trials)
    for function in BINOMIAL:
        limits = function(events, trials, confidence=level)
        mirrored = function(trials - events, trials, confidence=level)
        assert 0 <= limits.lower <= events / trials + 1e-12
        assert events / trials - 1e-12 <= limits.upper <= 1
        assert mirrored.lower == pytest.approx(1 - limits.upper, abs=1e-9)


def test_missing_and_empty_are_missing() -> None:
    assert np.isnan(poisson_exact([nan])).all()
    assert np.isnan(poisson_byar([nan])).all()
    for function in BINOMIAL:
        assert np.isnan(function([nan, 1, 0], [5, nan, 0])).all()
    assert np.isnan(crude_rate([nan, 1, 0, 3], [5, nan, 0, 0])).all()
    assert np.isnan(korn_graubard([nan, 0.5, 0.5, 0.5], 0.1, [50, nan, 1, 50], [9, 9, 9, 0.5])).all()
    assert np.isnan(korn_graubard(0.5, [nan, 0], 50, 9)).all()


def test_crude_rate_by_hand() -> None:
    rate = crude_rate([0, 20], [1000, 40_000], per=1000)
    np.testing.assert_allclose(rate.estimate, [0, 0.5])
    np.testing.assert_allclose(rate.upper, poisson_exact([0, 20]).upper / [1, 40])
    byar = crude_rate(20, 40_000, interval=poisson_byar, confidence=0.9)
    assert byar.lower == pytest.approx(poisson_byar(20, confidence=0.9).lower * 2.5)


def test_effective_size_of_a_simple_random_sample_is_its_size() -> None:
    p, n = 0.2, 101
    se = np.sqrt(p * (1 - p) / n)
    assert effective_sample_size(p, se, n, n - 1) == pytest.approx(n)
    limits, simple = korn_graubard(p, se, n, n - 1), binomial_clopper_pearson(p * n, n)
    assert limits.lower == pytest.approx(simple.lower)
    assert limits.upper == pytest.approx(simple.upper)


def test_effective_size_halves_with_a_design_effect_of_two_and_can_be_capped() -> None:
    p, n = 0.5, 200
    simple = np.sqrt(p * (1 - p) / n)
    assert effective_sample_size(p, simple * np.sqrt(2), n, n - 1) == pytest.approx(n / 2)
    assert effective_sample_size(p, simple / 2, n, n - 1) == pytest.approx(4 * n)
    assert effective_sample_size(p, simple / 2, n, n - 1, capped=True) == n


def test_few_degrees_of_freedom_shrink_the_effective_sample() -> None:
    sizes = effective_sample_size(0.5, 0.05, 100, [5, 20, 80])
    assert (np.diff(sizes) > 0).all()


def test_nobody_and_everybody_in_a_survey() -> None:
    limits = korn_graubard([0, 1], 0, 40, 12)
    np.testing.assert_allclose(limits.lower, [0, 0.025 ** (1 / 40)])
    np.testing.assert_allclose(limits.upper, [1 - 0.025 ** (1 / 40), 1])


@given(st.floats(0.001, 0.999), st.floats(0.001, 0.2), st.integers(2, 5000), st.integers(1, 500))
def test_survey_limits_contain_the_share_and_capping_never_narrows(
    p: float, se: float, n: int, df: int
) -> None:
    free, capped = korn_graubard(p, se, n, df), korn_graubard(p, se, n, df, capped=True)
    assert free.lower <= p <= free.upper
    assert capped.lower <= free.lower * (1 + 1e-9)
    assert capped.upper >= free.upper * (1 - 1e-9)


def test_refusals() -> None:
    with pytest.raises(NegativeValueError, match=r"count is negative at position 0 \(1 of 2 cells\)"):
        poisson_exact([-1, 2])
    with pytest.raises(NegativeValueError, match="population"):
        crude_rate(1, -5)
    for function in BINOMIAL:
        with pytest.raises(PartAboveWholeError, match="events is larger than trials at position 1"):
            function([1, 6], [5, 5])
        with pytest.raises(ShapeMismatchError, match=r"events \(2,\), trials \(3,\)"):
            function([1, 2], [3, 3, 3])
    with pytest.raises(ScaleError, match="per is 0"):
        crude_rate(1, 5, per=0)
    with pytest.raises(ScaleError, match="confidence is 95"):
        poisson_exact(1, confidence=95)
    with pytest.raises(ScaleError, match="proportion lies outside 0 … 1; give shares, not percent"):
        korn_graubard(20, 1, 100, 10)
    with pytest.raises(ShapeMismatchError, match=r"count \(2,\), population \(3,\)"):
        crude_rate([1, 2], [3, 3, 3])
