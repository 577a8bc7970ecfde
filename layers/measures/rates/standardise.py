"""Age-standardised rates: direct with Fay-Feuer or Dobson limits, indirect with Poisson limits."""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from layers.measures.arguments import FloatArray, aligned, divide, nonnegative, open_share, positive
from layers.measures.errors import ShapeMismatchError
from layers.measures.rates.intervals import Estimate, Interval, gamma_quantile, poisson_exact
from layers.measures.rates.standards import StandardPopulation, standard_shares


def direct_rate(
    events: ArrayLike,
    population: ArrayLike,
    standard: StandardPopulation | ArrayLike,
    *,
    per: float = 100_000,
    interval: Callable[..., Interval] | None = None,
    confidence: float = 0.95,
) -> Estimate:
    """Return directly age-standardised rates per `per` people with Fay-Feuer or Dobson limits, shape (…).

    `events` and `population` are (…, k) with the k age bands of `standard` on the last axis; `standard` is a
    StandardPopulation or (k,) shares or people. NaN where any band is missing or has no people, for its rate
    is unknown: merge bands before that. Bands with weight 0 count too.

    `interval` None gives gamma limits (Fay & Feuer 1997). A function of count and `confidence`, such as
    `poisson_byar` or `poisson_exact`, gives Dobson's: the limits of the number of all events, stretched by the
    standard error of the rate over that of the number (Dobson et al. 1991; with Byar's, the form of public health
    in England); NaN without events.
    """
    x, n = nonnegative("events", events), nonnegative("population", population)
    w = standard.shares if isinstance(standard, StandardPopulation) else standard_shares(standard)
    scale, tail = positive("per", per), (1 - open_share("confidence", confidence)) / 2
    aligned(events=x, population=n)
    for name, array in (("events", x), ("population", n)):
        if array.ndim == 0 or array.shape[-1] != w.size:
            raise ShapeMismatchError(f"{name} has shape {array.shape}; allowed: (…, {w.size}), bands last")
    people = np.where(n == 0, np.nan, n)
    rate = (w * x / people).sum(axis=-1)
    variance = (w**2 * x / people**2).sum(axis=-1)
    if interval is None:
        heaviest = (w / people).max(axis=-1)
        lower = _gamma_limit(rate, variance, tail)
        upper = _gamma_limit(rate + heaviest, variance + heaviest**2, 1 - tail)
    else:
        count = (x + 0 * people).sum(axis=-1)
        stretch = np.sqrt(divide(variance, count))
        lower, upper = (rate + stretch * (limit - count) for limit in interval(count, confidence=confidence))
    return Estimate(rate * scale, lower * scale, upper * scale)


def expected_events(population: ArrayLike, reference_rate: ArrayLike) -> FloatArray:
    """Return the events expected at reference rates, shape (…).

    `population` is (…, k), `reference_rate` (k,) events per person and age band (not per 100,000). NaN where
    a band is missing.
    """
    n, rate = nonnegative("population", population), nonnegative("reference_rate", reference_rate)
    if rate.ndim != 1 or n.ndim == 0 or n.shape[-1] != rate.size:
        raise ShapeMismatchError(
            f"population has shape {n.shape} and reference_rate {rate.shape}; allowed: (…, k) and (k,)"
        )
    return (n * rate).sum(axis=-1)


def standardised_ratio(
    observed: ArrayLike,
    expected: ArrayLike,
    *,
    interval: Callable[..., Interval] = poisson_exact,
    confidence: float = 0.95,
) -> Estimate:
    """Return observed / expected (the SMR, 1 = as expected) with Poisson limits of the observed count.

    Arguments broadcast; `expected` is taken as known without error. NaN where anything is missing or nothing
    is expected. SMRs of two places are not comparable with each other, only each with the reference.
    """
    x, e = nonnegative("observed", observed), nonnegative("expected", expected)
    aligned(observed=x, expected=e)
    limits = interval(x, confidence=confidence)
    return Estimate(*(divide(part, e) for part in (x, limits.lower, limits.upper)))


def indirect_rate(
    observed: ArrayLike,
    population: ArrayLike,
    reference_rate: ArrayLike,
    reference_crude_rate: float,
    *,
    per: float = 100_000,
    interval: Callable[..., Interval] = poisson_exact,
    confidence: float = 0.95,
) -> Estimate:
    """Return indirectly standardised rates per `per` people: SMR × the reference's crude rate, Poisson limits.

    `observed` is (…), `population` (…, k), `reference_rate` (k,) and `reference_crude_rate` events per
    person; `interval` as in `standardised_ratio`.
    """
    factor = positive("reference_crude_rate", reference_crude_rate) * positive("per", per)
    expected = expected_events(population, reference_rate)
    ratio = standardised_ratio(observed, expected, interval=interval, confidence=confidence)
    return Estimate(*(part * factor for part in ratio))


def _gamma_limit(mean: FloatArray, variance: FloatArray, probability: float) -> FloatArray:
    """Return the quantile of the gamma distribution with this mean and variance; 0 where both are 0."""
    none = mean == 0
    shape = divide(mean**2, variance)
    limit = gamma_quantile(probability, shape) * divide(variance, mean)
    return np.where(none, 0.0, limit)
