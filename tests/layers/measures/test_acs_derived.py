"""Margins of proportions, ratios, products, changes and differences; significance, replicates, levels."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.measures.acs import (
    BlankMargin,
    MarginFormula,
    Significance,
    coefficient_of_variation,
    convert_moe,
    moe_difference,
    moe_from_replicates,
    moe_from_standard_error,
    moe_percent_change,
    moe_product,
    moe_proportion,
    moe_ratio,
    moe_sum,
    published_margins,
    significant,
    standard_error,
    z_value,
)
from layers.measures.errors import (
    EmptyInputError,
    MeasureError,
    NegativeValueError,
    ScaleError,
    ShapeMismatchError,
)

amount = st.integers(1, 10**6).map(float)
margin = st.integers(0, 10**5).map(float)
nan = float("nan")


def test_proportion_by_hand() -> None:
    moe, formula = moe_proportion([50, 50, 50], [5, 3, 2.5], [100, 100, 100], [8, 8, 5])
    np.testing.assert_allclose(moe, [0.03, 0.05, np.hypot(2.5, 2.5) / 100])
    assert formula.tolist() == [MarginFormula.PROPORTION, MarginFormula.RATIO, MarginFormula.RATIO]


def test_part_above_whole_is_a_ratio() -> None:
    moe, formula = moe_proportion(200, 5, 100, 1)
    assert moe == pytest.approx(np.hypot(5, 2) / 100)
    assert formula == MarginFormula.RATIO


def test_nothing_known_gives_no_margin_and_no_formula() -> None:
    moe, formula = moe_proportion([0, nan, 1, 1, 1], [1, 1, nan, 1, 1], [0, 2, 2, nan, 2], [1, 1, 1, 1, nan])
    assert np.isnan(moe).all()
    assert (formula == MarginFormula.NONE).all()


def test_ratio_product_difference_and_change_by_hand() -> None:
    assert moe_ratio(200, 30, 100, 20) == pytest.approx(np.hypot(30, 40) / 100)
    assert moe_product(10, 3, 20, 8) == pytest.approx(np.hypot(80, 60))
    assert moe_difference(3, 4) == 5
    assert moe_percent_change(100, 20, 200, 30) == pytest.approx(0.5)


def test_worked_examples_of_the_census_bureau() -> None:
    """A Compass for Understanding and Using ACS Data: General Data Users (2008), appendix 3, examples 1 to 3."""
    # females living alone in Fairfax, Arlington and Alexandria
    assert moe_sum([52_354, 19_464, 17_190], [3303, 2011, 1854]) == pytest.approx(4289, abs=0.5)
    # Black females with a graduate degree among all Black females of 25 years and over, and against the males
    assert moe_proportion(4634, 989, 31_713, 601).moe == pytest.approx(0.0311, abs=5e-5)
    assert moe_ratio(4634, 989, 6440, 1328) == pytest.approx(0.2135, abs=5e-5)
    # Understanding and Using ACS Data (2018), chapter 8: females never married in the same three places
    moe = moe_sum([135_173, 43_104, 24_842], [3860, 2642, 1957])
    assert moe == pytest.approx(5070, abs=0.5)
    assert coefficient_of_variation(203_119, moe) == pytest.approx(0.015, abs=5e-4)


def test_missing_and_zero_denominators_are_missing() -> None:
    assert np.isnan(moe_ratio([1, nan, 1], [1, 1, nan], [0, 1, 1], 1)).all()
    assert np.isnan(moe_product([1, nan], [nan, 1], 1, 1)).all()
    assert np.isnan(moe_difference([1, nan], [nan, 1])).all()
    assert np.isnan(moe_percent_change(0, 1, 5, 1))


@given(amount, margin, amount, margin)
def test_ratio_margin_is_never_below_proportion(x: float, mx: float, extra: float, my: float) -> None:
    proportion = moe_proportion(x, mx, x + extra, my).moe
    assert proportion <= moe_ratio(x, mx, x + extra, my) * (1 + 1e-12)
    assert proportion >= 0


@given(amount, margin, margin, amount, margin)
def test_wider_inputs_never_narrow_the_result(a: float, m: float, more: float, b: float, mb: float) -> None:
    assert moe_ratio(a, m + more, b, mb) >= moe_ratio(a, m, b, mb)
    assert moe_product(a, m + more, b, mb) >= moe_product(a, m, b, mb)


def test_z_is_the_bureaus_factor_where_it_has_one() -> None:
    assert [z_value(level) for level in (0.90, 0.95, 0.99)] == [1.645, 1.960, 2.576]
    assert z_value(0.5) == pytest.approx(0.6744897501960817)


def test_standard_error_and_levels() -> None:
    assert standard_error(16.45) == pytest.approx(10)
    assert moe_from_standard_error(10) == pytest.approx(16.45)
    assert convert_moe(16.45, to=0.95) == pytest.approx(19.6)
    assert convert_moe(19.6, to=0.90, moe_confidence=0.95) == pytest.approx(16.45)
    assert np.isnan(standard_error(nan))


def test_coefficient_of_variation() -> None:
    np.testing.assert_allclose(
        coefficient_of_variation([100, -100, 0, nan, 100], [16.45, 16.45, 16.45, 1, nan]),
        [0.1, 0.1, nan, nan, nan],
    )
    assert coefficient_of_variation(100, 0) == 0


def test_significance_by_hand() -> None:
    # the margin of the difference is 5
    assert significant([10, 10, 16], 3, [15, 16, 10], 4).tolist() == [0, 1, 1]
    # at 95 % it is 5.957
    assert significant([10, 10], 3, [15.9, 16], 4, confidence=0.95).tolist() == [0, 1]


def test_significance_of_missing_and_controlled() -> None:
    code = significant([1, nan, 1, 5, 5], [nan, 1, 1, 0, 0], [2, 2, 2, 5, 6], [1, 1, nan, 0, 0])
    assert code.tolist() == [
        Significance.UNKNOWN,
        Significance.UNKNOWN,
        Significance.UNKNOWN,
        Significance.NOT_DIFFERENT,
        Significance.DIFFERENT,
    ]


@given(amount, margin, amount, margin, st.floats(0.5, 0.98))
def test_significance_is_symmetric_and_harder_at_higher_confidence(
    a: float, ma: float, b: float, mb: float, level: float
) -> None:
    code = significant(a, ma, b, mb, confidence=level)
    assert code == significant(b, mb, a, ma, confidence=level)
    assert significant(a, ma, b, mb, confidence=0.999) <= code


def test_replicates_by_hand() -> None:
    # 4/80 of 80 squared deviations of 5: variance 100
    runs = 100 + 5 * np.where(np.arange(80) % 2, 1, -1)
    assert moe_from_replicates(100, runs) == pytest.approx(16.45)
    assert moe_from_replicates(100, runs, confidence=0.95) == pytest.approx(19.6)
    assert moe_from_replicates(100, [103, 97]) == pytest.approx(1.645 * 6)


def test_replicates_along_an_axis_with_missing_zero_and_controlled() -> None:
    runs = np.array([[12.0, 8.0], [0, 0], [7, 7], [1, nan]]).T
    moe = moe_from_replicates([10, 0, 7, 1], runs, axis=0)
    np.testing.assert_allclose(moe, [1.645 * 4, nan, 0, nan])


def test_published_margins_resolve_annotations() -> None:
    estimate = [10, 10, 10, 10, nan, -666666666]
    moe = [3, -555555555, -222222222, nan, 5, 5]
    np.testing.assert_array_equal(published_margins(estimate, moe), [3, 0, nan, nan, nan, nan])
    np.testing.assert_array_equal(
        published_margins(estimate, moe, blank=BlankMargin.CONTROLLED), [3, 0, nan, 0, nan, nan]
    )


def test_refusals() -> None:
    with pytest.raises(NegativeValueError, match="moe is negative"):
        standard_error(-1)
    with pytest.raises(NegativeValueError, match="moe"):
        published_margins([1, 1], [1, -5])
    with pytest.raises(NegativeValueError, match="denominator"):
        moe_ratio(1, 1, -1, 1)
    with pytest.raises(NegativeValueError, match="numerator"):
        moe_proportion(-1, 1, 1, 1)
    with pytest.raises(ShapeMismatchError, match="numerator"):
        moe_proportion([1, 2], 1, [1, 2, 3], 1)
    with pytest.raises(ScaleError, match=r"confidence is 95; allowed: strictly between 0 and 1"):
        z_value(95)
    with pytest.raises(ShapeMismatchError, match=r"allowed: \(2,\)"):
        moe_from_replicates([1, 2, 3], np.ones((2, 80)))
    with pytest.raises(ShapeMismatchError, match="axis 2"):
        moe_from_replicates([1, 2], np.ones((2, 80)), axis=2)
    with pytest.raises(EmptyInputError):
        moe_from_replicates([1, 2], np.ones((2, 0)))
    with pytest.raises(MeasureError, match="a must be numbers"):
        moe_product(["many"], 1, 1, 1)


def test_masked_cells_are_missing() -> None:
    masked = np.ma.MaskedArray([3.0, 4.0], mask=[False, True])
    np.testing.assert_allclose(moe_difference(masked, 4), [5, nan])
