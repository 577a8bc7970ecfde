"""Direct and indirect standardisation: tiny cases, properties, missing, refused."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from layers.measures.errors import NegativeValueError, NotFiniteError, ScaleError, ShapeMismatchError
from layers.measures.rates import (
    US_2000,
    Interval,
    StandardPopulation,
    crude_rate,
    direct_rate,
    expected_events,
    indirect_rate,
    poisson_byar,
    poisson_exact,
    standardised_ratio,
)

nan = float("nan")
events_in_bands = hnp.arrays(float, (3, 4), elements=st.integers(0, 50).map(float))
people_in_bands = hnp.arrays(float, (3, 4), elements=st.integers(100, 9000).map(float))


def test_direct_rate_by_hand() -> None:
    # band rates 0.01 and 0.10 under weights 3:1
    rate = direct_rate([[1, 10]], [[100, 100]], [3, 1], per=1000)
    np.testing.assert_allclose(rate.estimate, [32.5])


def test_one_band_gives_the_crude_rate_with_exact_limits() -> None:
    direct, crude = direct_rate([[7], [0]], [[500], [500]], [1]), crude_rate([7, 0], [500, 500])
    for ours, theirs in zip(direct, crude, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-12)


@given(events_in_bands, people_in_bands)
def test_limits_contain_the_rate_and_bands_may_be_permuted(events: np.ndarray, people: np.ndarray) -> None:
    weights, order = np.array([4.0, 3, 2, 1]), [2, 0, 3, 1]
    rate = direct_rate(events, people, weights)
    assert (rate.lower <= rate.estimate).all()
    assert (rate.estimate < rate.upper).all()
    permuted = direct_rate(events[:, order], people[:, order], weights[order])
    for ours, theirs in zip(rate, permuted, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-9)


@given(events_in_bands, people_in_bands)
def test_equal_band_rates_are_the_rate_under_any_standard(events: np.ndarray, people: np.ndarray) -> None:
    rate = direct_rate(people * 0.01, people, events.sum(axis=0) + 1, per=100)
    np.testing.assert_allclose(rate.estimate, 1)


def test_people_and_shares_are_the_same_standard() -> None:
    shares = direct_rate([1, 2], [50, 60], [0.25, 0.75])
    assert direct_rate([1, 2], [50, 60], [250, 750]) == pytest.approx(shares)


def test_us_2000_is_passed_by_name() -> None:
    events, people = np.arange(11.0), np.full(11, 1000.0)
    assert direct_rate(events, people, US_2000) == pytest.approx(direct_rate(events, people, US_2000.weights))


def test_missing_band_or_band_without_people_is_missing() -> None:
    rate = direct_rate([[1, nan], [1, 0], [1, 1]], [[9, 9], [9, 0], [9, nan]], [1, 1])
    assert np.isnan(rate).all()


def test_no_events_have_a_rate_of_zero_and_an_upper_limit() -> None:
    rate = direct_rate([0, 0], [100, 200], [1, 1], per=1)
    assert rate.estimate == rate.lower == 0
    assert rate.upper == pytest.approx(0.5 / 100 * -np.log(0.025))


def test_standardised_ratio_by_hand() -> None:
    expected = expected_events([[100, 200], [10, nan]], [0.1, 0.2])
    np.testing.assert_allclose(expected, [50, nan])
    ratio = standardised_ratio([75, 5], expected)
    np.testing.assert_allclose(ratio.estimate, [1.5, nan])
    np.testing.assert_allclose(ratio.upper, [poisson_exact(75).upper / 50, nan])
    byar = standardised_ratio(75, 50, interval=poisson_byar)
    assert byar.upper == pytest.approx(poisson_byar(75).upper / 50)
    assert np.isnan(standardised_ratio(0, 0)).all()


def test_dobson_limits_stretch_those_of_all_events_by_the_error_of_the_rate() -> None:
    # band rates 0.09 and 0.16 under weights 3:1, 25 events; √(v / 25) = √(0.00060625 / 25)
    def ten_below_and_twenty_above(count: np.ndarray, *, confidence: float) -> Interval:
        return Interval(count - 10, count + 20)

    rate = direct_rate([9, 16], [100, 100], [3, 1], per=1, interval=ten_below_and_twenty_above)
    stretch = np.sqrt((0.75**2 * 9 + 0.25**2 * 16) / 100**2 / 25)
    assert rate == pytest.approx((0.1075, 0.1075 - 10 * stretch, 0.1075 + 20 * stretch))


def test_dobson_limits_of_one_band_are_those_of_its_count() -> None:
    for interval in (poisson_byar, poisson_exact):
        direct = direct_rate([[7], [40]], [[500], [900]], [1], interval=interval, confidence=0.9)
        crude = crude_rate([7, 40], [500, 900], interval=interval, confidence=0.9)
        for ours, theirs in zip(direct, crude, strict=True):
            np.testing.assert_allclose(ours, theirs, rtol=1e-12)


def test_dobson_limits_without_events_or_with_an_unknown_band_are_missing() -> None:
    rate = direct_rate(
        [[0, 0], [5, nan], [5, 1]], [[10, 20], [10, 20], [10, 0]], [1, 1], interval=poisson_byar
    )
    np.testing.assert_array_equal(np.isnan(rate.estimate), [False, True, True])
    assert np.isnan(rate.lower).all()
    assert np.isnan(rate.upper).all()


def test_fay_feuer_and_dobson_limits_cover_repeated_counts() -> None:
    expected, people = np.array([2.0, 8, 20, 15]), np.array([1000, 3000, 4000, 1500])
    weights = np.array([0.1, 0.2, 0.3, 0.4])
    true = (weights * expected / people).sum()
    events = np.random.default_rng(1).poisson(expected, (40_000, 4))
    for interval in (None, poisson_byar):
        rate = direct_rate(events, people, weights, per=1, interval=interval)
        assert 0.945 <= np.mean((rate.lower <= true) & (true <= rate.upper)) <= 0.97


def test_indirect_rate_of_the_reference_itself_is_its_crude_rate() -> None:
    people, rate = np.array([1000, 3000]), np.array([0.01, 0.002])
    crude = (people * rate).sum() / people.sum()
    indirect = indirect_rate(16, people, rate, crude, per=1000)
    assert indirect.estimate == pytest.approx(1000 * crude)
    assert indirect.lower == pytest.approx(1000 * crude * poisson_exact(16).lower / 16)
    byar = indirect_rate(16, people, rate, crude, per=1000, interval=poisson_byar)
    assert byar.upper == pytest.approx(1000 * crude * poisson_byar(16).upper / 16)


def test_refusals() -> None:
    with pytest.raises(ShapeMismatchError, match=r"events has shape \(3,\); allowed: \(…, 2\)"):
        direct_rate([1, 2, 3], [1, 2, 3], [1, 1])
    with pytest.raises(ShapeMismatchError, match="events"):
        direct_rate([[1, 2], [1, 2]], [[1, 2], [1, 2], [1, 2]], [1, 1])
    with pytest.raises(NegativeValueError, match="standard"):
        direct_rate([1, 2], [1, 2], [1, -1])
    with pytest.raises(NotFiniteError, match="standard"):
        direct_rate([1, 2], [1, 2], [1, nan])
    with pytest.raises(ScaleError, match="sums to 0"):
        direct_rate([1, 2], [1, 2], [0, 0])
    with pytest.raises(ShapeMismatchError, match="one weight per age band"):
        direct_rate([1, 2], [1, 2], [[1, 1]])
    with pytest.raises(ShapeMismatchError, match="2 bands and 1 weights"):
        StandardPopulation("x", "nowhere", ("young", "old"), (1.0,))
    with pytest.raises(ShapeMismatchError, match="reference_rate"):
        expected_events([1, 2, 3], [0.1, 0.2])
    with pytest.raises(ScaleError, match="reference_crude_rate is 0"):
        indirect_rate(1, [1, 2], [0.1, 0.2], 0)
