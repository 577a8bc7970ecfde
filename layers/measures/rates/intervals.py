"""Confidence intervals of counts (Poisson) and of proportions (binomial)."""

from enum import Enum
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from layers.measures.arguments import FloatArray, divide, nonnegative, open_share, within


class Interval(NamedTuple):
    """Lower and upper confidence limits, same shape and unit as what they belong to."""

    lower: FloatArray
    upper: FloatArray


class Estimate(NamedTuple):
    """Estimates with their lower and upper confidence limits, all of one shape and unit."""

    estimate: FloatArray
    lower: FloatArray
    upper: FloatArray


class ByarForm(Enum):
    """The count that enters Byar's formula at the lower and at the upper limit: x plus these."""

    PUBLIC_HEALTH = (0.0, 1.0)
    """x and x + 1: Breslow & Day 1987, the form of public-health practice."""
    MIDPOINT = (0.5, 0.5)
    """x + 0.5 at both: Rothman & Boice 1979, the form of R's epitools; narrower than the exact interval."""


def poisson_exact(count: ArrayLike, *, confidence: float = 0.95) -> Interval:
    """Return exact (Garwood) limits of Poisson counts: χ²(α/2; 2x)/2 and χ²(1-α/2; 2x+2)/2.

    A count of 0 has the lower limit 0. Same shape as `count`; NaN stays NaN. Source: Garwood 1936.
    """
    x = nonnegative("count", count)
    tail = (1 - open_share("confidence", confidence)) / 2
    return Interval(gamma_quantile(tail, x), gamma_quantile(1 - tail, x + 1))


def poisson_byar(
    count: ArrayLike, *, form: ByarForm = ByarForm.PUBLIC_HEALTH, confidence: float = 0.95
) -> Interval:
    """Return Byar's approximate limits of Poisson counts: c · (1 - 1/9c ± z/(3√c))³ with c given by `form`.

    Good from about 10 events. No lower limit of the public-health form is below 0; the midpoint form can fall
    below 0 at a count of 0 and is returned as it is. Same shape as `count`; NaN stays NaN.
    """
    x = nonnegative("count", count)
    z = special.ndtri((1 + open_share("confidence", confidence)) / 2)
    low, high = form.value

    def limit(base: FloatArray, sign: int) -> FloatArray:
        return base * (1 - divide(np.ones_like(base), 9 * base) + sign * divide(z, 3 * np.sqrt(base))) ** 3

    lower = limit(x + low, -1)
    if form is ByarForm.PUBLIC_HEALTH:
        lower = np.where(x == 0, 0.0, np.maximum(lower, 0.0))
    return Interval(lower, limit(x + high, 1))


def binomial_wilson(events: ArrayLike, trials: ArrayLike, *, confidence: float = 0.95) -> Interval:
    """Return Wilson score limits of proportions events / trials, as shares.

    Arguments broadcast. NaN where anything is missing or there are no trials. Raises PartAboveWholeError
    where events exceed trials. Source: Wilson 1927; Brown, Cai & DasGupta 2001 recommend it for small
    samples.
    """
    x, n = _binomial(events, trials)
    z = special.ndtri((1 + open_share("confidence", confidence)) / 2)
    p = divide(x, n)
    centre = p + divide(np.asarray(z**2), 2 * n)
    half = z * np.sqrt(divide(p * (1 - p), n) + divide(np.asarray(z**2), 4 * n**2))
    scale = 1 + divide(np.asarray(z**2), n)
    # rounding must not push a limit past the share itself: with no events the lower one is 0, with all the upper 1
    return Interval(np.clip((centre - half) / scale, 0, p), np.clip((centre + half) / scale, p, 1))


def binomial_clopper_pearson(events: ArrayLike, trials: ArrayLike, *, confidence: float = 0.95) -> Interval:
    """Return exact (Clopper-Pearson) limits of proportions events / trials, as shares.

    Beta(α/2; x, n-x+1) and Beta(1-α/2; x+1, n-x); 0 and 1 at the ends. Arguments broadcast and may be
    fractional (an effective sample). NaN where anything is missing or there are no trials. Raises
    PartAboveWholeError where events exceed trials. Source: Clopper & Pearson 1934.
    """
    x, n = _binomial(events, trials)
    tail = (1 - open_share("confidence", confidence)) / 2
    return beta_limits(x, np.where(n == 0, np.nan, n), tail)


def beta_limits(x: FloatArray, n: FloatArray, tail: float) -> Interval:
    """Return the beta quantiles around x of n, 0 and 1 at the ends; NaN stays NaN.

    Arguments are not checked.
    """
    inside = np.where(x == 0, 1.0, x), np.where(x == n, 1.0, n - x)
    known = np.isfinite(x + n)
    lower = np.where(x == 0, 0.0, special.betaincinv(inside[0], n - x + 1, tail))
    upper = np.where(x == n, 1.0, special.betainccinv(x + 1, inside[1], tail))
    return Interval(np.where(known, lower, np.nan)[()], np.where(known, upper, np.nan)[()])


def gamma_quantile(probability: float, shape: FloatArray) -> FloatArray:
    """Return quantiles of Gamma(shape, scale 1); 0 for shape 0, NaN stays NaN."""
    defined = np.where(shape == 0, 1.0, shape)
    quantile: FloatArray = special.gammaincinv(defined, probability)
    return np.where(shape == 0, 0.0, quantile)[()]


def _binomial(events: ArrayLike, trials: ArrayLike) -> tuple[FloatArray, FloatArray]:
    x, n = nonnegative("events", events), nonnegative("trials", trials)
    within("events", x, "trials", n)
    return x, n
