"""Margins of proportions, ratios, products, changes and differences."""

from enum import IntEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from layers.measures.arguments import FloatArray, aligned, divide, nonnegative, real


class MarginFormula(IntEnum):
    """Which formula gave a margin."""

    NONE = 0
    """No margin: an input is missing or the denominator is 0."""
    PROPORTION = 1
    RATIO = 2


class ProportionMargin(NamedTuple):
    """Margins of proportions, and per cell the `MarginFormula` (int8) that gave them."""

    moe: FloatArray
    formula: NDArray[np.int8]


def moe_proportion(
    numerator: ArrayLike, moe_numerator: ArrayLike, denominator: ArrayLike, moe_denominator: ArrayLike
) -> ProportionMargin:
    """Return the margins of proportions numerator / denominator, as shares, and the formula used.

    sqrt(MX² - p² MY²) / Y for a numerator that is a subset of its denominator. Where the radicand is 0 or
    less (the Census Bureau's answer includes exactly 0), and where p > 1 shows that the numerator is no
    subset, the ratio formula sqrt(MX² + p² MY²) / Y. All arguments broadcast. NaN where anything is missing
    or Y is 0.
    """
    x, mx = nonnegative("numerator", numerator), nonnegative("moe_numerator", moe_numerator)
    y, my = nonnegative("denominator", denominator), nonnegative("moe_denominator", moe_denominator)
    aligned(numerator=x, moe_numerator=mx, denominator=y, moe_denominator=my)
    p = divide(x, y)
    radicand = mx**2 - (p * my) ** 2
    subset = (radicand > 0) & (p <= 1)
    moe = divide(np.sqrt(np.where(subset, radicand, mx**2 + (p * my) ** 2)), y)
    formula = np.where(subset, MarginFormula.PROPORTION, MarginFormula.RATIO)
    return ProportionMargin(moe, np.where(np.isnan(moe), MarginFormula.NONE, formula).astype(np.int8))


def moe_ratio(
    numerator: ArrayLike, moe_numerator: ArrayLike, denominator: ArrayLike, moe_denominator: ArrayLike
) -> FloatArray:
    """Return the margins of ratios X / Y where X is no subset of Y: sqrt(MX² + R² MY²) / Y.

    All arguments broadcast. X may be negative (an aggregate), Y may not. NaN where anything is missing or Y
    is 0.
    """
    x, mx = real("numerator", numerator), nonnegative("moe_numerator", moe_numerator)
    y, my = nonnegative("denominator", denominator), nonnegative("moe_denominator", moe_denominator)
    aligned(numerator=x, moe_numerator=mx, denominator=y, moe_denominator=my)
    return divide(np.hypot(mx, divide(x, y) * my), y)


def moe_product(a: ArrayLike, moe_a: ArrayLike, b: ArrayLike, moe_b: ArrayLike) -> FloatArray:
    """Return the margins of products A × B: sqrt(A² MB² + B² MA²).

    All arguments broadcast; NaN where anything is missing. A count times a percentage must give the
    percentage and its margin as shares.
    """
    left, moe_left = real("a", a), nonnegative("moe_a", moe_a)
    right, moe_right = real("b", b), nonnegative("moe_b", moe_b)
    aligned(a=left, moe_a=moe_left, b=right, moe_b=moe_right)
    return np.hypot(left * moe_right, right * moe_left)


def moe_percent_change(
    earlier: ArrayLike, moe_earlier: ArrayLike, later: ArrayLike, moe_later: ArrayLike
) -> FloatArray:
    """Return the margins of relative changes (later - earlier) / earlier, as shares (0.05 is 5 %).

    Equal to the margins of the ratios later / earlier, for the constant 1 has no error. The two periods must
    not overlap. All arguments broadcast; NaN where anything is missing or the earlier estimate is 0.
    """
    return moe_ratio(later, moe_later, earlier, moe_earlier)


def moe_difference(moe_a: ArrayLike, moe_b: ArrayLike) -> FloatArray:
    """Return the margins of differences of independent estimates: sqrt(MA² + MB²); NaN stays NaN."""
    left, right = nonnegative("moe_a", moe_a), nonnegative("moe_b", moe_b)
    aligned(moe_a=left, moe_b=right)
    return np.hypot(left, right)
