"""Margins, standard errors and confidence levels."""

from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike

from layers.measures.arguments import FloatArray, aligned, divide, nonnegative, open_share, real

ACS_CONFIDENCE = 0.90
"""The confidence level at which the American Community Survey publishes its margins."""

_CENSUS_Z = {0.90: 1.645, 0.95: 1.960, 0.99: 2.576}


def z_value(confidence: float) -> float:
    """Return the factor between standard error and margin.

    At 90, 95 and 99 % the rounded factor that the Census Bureau itself applies (1.645, 1.960, 2.576), so that
    published margins convert back to the digit; at any other level the exact two-sided normal quantile.
    """
    level = open_share("confidence", confidence)
    return _CENSUS_Z.get(round(level, 9)) or NormalDist().inv_cdf((1 + level) / 2)


def standard_error(moe: ArrayLike, *, moe_confidence: float = ACS_CONFIDENCE) -> FloatArray:
    """Return the standard errors behind margins, same shape and unit; NaN stays NaN."""
    return nonnegative("moe", moe) / z_value(moe_confidence)


def moe_from_standard_error(se: ArrayLike, *, confidence: float = ACS_CONFIDENCE) -> FloatArray:
    """Return the margins of standard errors at a confidence, same shape and unit; NaN stays NaN."""
    return nonnegative("se", se) * z_value(confidence)


def convert_moe(moe: ArrayLike, *, to: float, moe_confidence: float = ACS_CONFIDENCE) -> FloatArray:
    """Return margins restated at confidence `to`, same shape and unit; NaN stays NaN."""
    return nonnegative("moe", moe) * (z_value(to) / z_value(moe_confidence))


def coefficient_of_variation(
    estimate: ArrayLike, moe: ArrayLike, *, moe_confidence: float = ACS_CONFIDENCE
) -> FloatArray:
    """Return standard error / |estimate| as a share (0.12 is 12 %).

    NaN where either is missing and where the estimate is 0, whose relative error is undefined.
    """
    values, se = real("estimate", estimate), standard_error(moe, moe_confidence=moe_confidence)
    aligned(estimate=values, moe=se)
    return divide(se, np.abs(values))
