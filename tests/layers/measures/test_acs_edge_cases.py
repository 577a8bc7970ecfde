"""Margins at their edges against the Census Bureau's formulas written out once more, in plain Python."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.measures.acs import (
    Significance,
    ZeroMargins,
    coefficient_of_variation,
    moe_percent_change,
    moe_product,
    moe_proportion,
    moe_ratio,
    moe_sum,
    published_margins,
    significant,
)

COUNTS = st.integers(0, 400_000_000).map(float)
MARGINS = st.one_of(st.just(0.0), st.floats(0, 5_000_000))


def plain_sum(parts: list[tuple[float, float]]) -> float:
    zeros = [moe for estimate, moe in parts if estimate == 0]
    others = [moe for estimate, moe in parts if estimate != 0]
    return math.sqrt(sum(moe**2 for moe in others) + (max(zeros) ** 2 if zeros else 0.0))


def plain_proportion(x: float, mx: float, y: float, my: float) -> float:
    p = x / y
    under = mx**2 - p**2 * my**2
    return math.sqrt(under if under > 0 and p <= 1 else mx**2 + p**2 * my**2) / y


@given(st.lists(st.tuples(st.one_of(st.just(0.0), COUNTS), MARGINS), min_size=1, max_size=30))
def test_sums(parts: list[tuple[float, float]]) -> None:
    estimate, moe = zip(*parts, strict=True)
    assert moe_sum(estimate, moe) == pytest.approx(plain_sum(parts), rel=1e-12)
    every = math.sqrt(sum(value**2 for value in moe))
    assert moe_sum(estimate, moe, zeros=ZeroMargins.ALL) == pytest.approx(every, rel=1e-12)


@given(COUNTS, MARGINS, COUNTS.filter(lambda y: y > 0), MARGINS)
def test_proportions_ratios_products_and_changes(x: float, mx: float, y: float, my: float) -> None:
    assert moe_proportion(x, mx, y, my).moe == pytest.approx(plain_proportion(x, mx, y, my), rel=1e-9)
    ratio = math.sqrt(mx**2 + (x / y) ** 2 * my**2) / y
    assert moe_ratio(x, mx, y, my) == pytest.approx(ratio, rel=1e-12)
    assert moe_product(x, mx, y, my) == pytest.approx(math.sqrt(x**2 * my**2 + y**2 * mx**2), rel=1e-12)
    assert moe_percent_change(y, my, x, mx) == pytest.approx(ratio, rel=1e-12)


@given(COUNTS, MARGINS, COUNTS, MARGINS)
def test_significance(a: float, ma: float, b: float, mb: float) -> None:
    apart = abs(a - b) > math.hypot(ma, mb)
    code = Significance(int(significant(a, ma, b, mb)))
    assert code is (Significance.DIFFERENT if apart else Significance.NOT_DIFFERENT)


@pytest.mark.parametrize(
    ("x", "mx", "y", "my", "moe"),
    [
        (0, 12, 500, 60, 12 / 500),  # nobody seen: the margin of the numerator alone
        (0, 0, 500, 60, 0),  # a controlled zero
        (500, 60, 500, 60, math.sqrt(2) * 60 / 500),  # all: the root is 0, so the ratio's formula
        (500, 0, 500, 0, 0),  # both controlled
        (1, 5, 1, 1, math.sqrt(24)),
        (0, 12, 0, 12, math.nan),  # nobody to be a part of
        (3, 5, 0, 12, math.nan),
        (math.nan, 5, 10, 1, math.nan),
        (3, math.nan, 10, 1, math.nan),
        (3, 5, 10, math.nan, math.nan),
    ],
)
def test_proportions_at_the_edges(x: float, mx: float, y: float, my: float, moe: float) -> None:
    assert moe_proportion(x, mx, y, my).moe == pytest.approx(moe, rel=1e-12, nan_ok=True)


@pytest.mark.parametrize(
    ("annotation", "margin"),
    [
        (-555_555_555, 0.0),  # *****: controlled
        (-999_999_999, math.nan),  # N: too few sample cases
        (-888_888_888, math.nan),  # (X): not applicable
        (-666_666_666, math.nan),  # -: no sample observations
        (-333_333_333, math.nan),  # ***: the median is in an open interval
        (-222_222_222, math.nan),  # **: no margin could be computed
    ],
)
def test_every_annotation_of_a_margin(annotation: float, margin: float) -> None:
    assert published_margins(100, annotation) == pytest.approx(margin, nan_ok=True)
    assert published_margins(0, annotation) == pytest.approx(margin, nan_ok=True)


@pytest.mark.parametrize("annotation", [-999_999_999, -888_888_888, -666_666_666, -333_333_333, -222_222_222])
def test_no_margin_beside_an_annotated_estimate(annotation: float) -> None:
    assert np.isnan(published_margins(annotation, [5, 0, -555_555_555])).all()


def test_a_controlled_estimate_has_no_relative_error_and_a_zero_none_that_is_defined() -> None:
    assert coefficient_of_variation(100, 0) == 0
    assert np.isnan(coefficient_of_variation(0, 12))
