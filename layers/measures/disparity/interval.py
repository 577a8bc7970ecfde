"""Confidence limits: normal, logarithmic, square-root, and simultaneous over groups chosen by the data."""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from layers.measures.disparity.types import BoolArray, FloatArray

type Limits = tuple[FloatArray, FloatArray]


@dataclass(frozen=True, eq=False)
class Contrasts:
    """All comparisons among which the data choose the largest.

    - value, se: (contrasts, places); candidate: which of them may be chosen in a place.
    - cap, cap_se: largest contrast that the scale allows, as 100 % minus the mean, with its standard error.
    - sign: −1 where the measure is minus the largest contrast.
    """

    value: FloatArray
    se: FloatArray
    candidate: BoolArray
    cap: FloatArray | float = np.inf
    cap_se: FloatArray | float = 0.0
    sign: int = 1


def normal(estimate: FloatArray, se: FloatArray, quantile: FloatArray | float) -> Limits:
    """Estimate ± quantile · se."""
    return estimate - quantile * se, estimate + quantile * se


def logarithmic(estimate: FloatArray, se: FloatArray, quantile: FloatArray | float) -> Limits:
    """Estimate ×/÷ exp(quantile · se/estimate); NaN where it is not positive, infinite where noise is all."""
    positive = np.where(estimate > 0, estimate, np.nan)
    with np.errstate(over="ignore"):
        factor = np.exp(quantile * se / positive)
    return positive / factor, positive * factor


def square_root(square: FloatArray, se: FloatArray, quantile: FloatArray | float) -> Limits:
    """Roots of the normal limits of a square, negative limits taken as zero."""
    lower, upper = normal(square, se, quantile)
    return np.sqrt(np.maximum(lower, 0)), np.sqrt(np.maximum(upper, 0))


def simultaneous(contrasts: Contrasts, confidence: float) -> Limits:
    """Limits of the largest contrast that hold whichever of them the data choose.

    All m contrasts (and the cap) lie within ± c standard errors at once with at least the given confidence,
    where c = Φ⁻¹((1 + confidence^(1/m)) / 2) (Šidák 1967, valid under any correlation). Then the largest true
    contrast lies between the largest lower and the largest upper limit.
    """
    capped = np.isfinite(contrasts.cap) & (np.asarray(contrasts.cap_se) > 0)
    count = np.maximum(contrasts.candidate.sum(axis=0), 1) + capped
    quantile = ndtri((1 + confidence ** (1 / count)) / 2)
    lower, upper = normal(contrasts.value, contrasts.se, quantile)
    lower = np.where(contrasts.candidate, lower, -np.inf).max(axis=0)
    upper = np.where(contrasts.candidate, upper, -np.inf).max(axis=0)
    upper = np.minimum(upper, contrasts.cap + quantile * contrasts.cap_se)
    return (lower, upper) if contrasts.sign > 0 else (-upper, -lower)
