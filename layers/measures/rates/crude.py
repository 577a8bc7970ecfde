"""Crude rates."""

from collections.abc import Callable

from numpy.typing import ArrayLike

from layers.measures.arguments import aligned, divide, nonnegative, positive
from layers.measures.rates.intervals import Estimate, Interval, poisson_exact


def crude_rate(
    count: ArrayLike,
    population: ArrayLike,
    *,
    per: float = 100_000,
    interval: Callable[..., Interval] = poisson_exact,
    confidence: float = 0.95,
) -> Estimate:
    """Return events per `per` people (or person-years), with Poisson limits.

    Arguments broadcast. The population is taken as known without error. A count may exceed its population,
    for events recur. NaN where anything is missing or the population is 0. `interval` is `poisson_exact`,
    `poisson_byar` or any function of count and `confidence`.
    """
    x, n = nonnegative("count", count), nonnegative("population", population)
    aligned(count=x, population=n)
    scale = positive("per", per)
    limits = interval(x, confidence=confidence)
    return Estimate(*(divide(part * scale, n) for part in (x, limits.lower, limits.upper)))
