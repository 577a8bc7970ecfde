"""Age-standardised rates: direct with Fay-Feuer limits, indirect with exact limits."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from layers.measures.arguments import FloatArray, aligned, divide, nonnegative, open_share, positive
from layers.measures.errors import NotFiniteError, ScaleError, ShapeMismatchError
from layers.measures.rates.intervals import Estimate, Interval, gamma_quantile, poisson_exact


@dataclass(frozen=True)
class StandardPopulation:
    """A named standard: age bands in order, and for each its share or its people."""

    name: str
    source: str
    bands: tuple[str, ...]
    weights: tuple[float, ...]

    def __post_init__(self) -> None:
        """Refuse bands and weights that do not pair up, or weights that cannot be shares."""
        if len(self.bands) != len(self.weights):
            raise ShapeMismatchError(
                f"standard {self.name!r} has {len(self.bands)} bands and {len(self.weights)} weights"
            )
        _shares(self.weights)

    @property
    def shares(self) -> FloatArray:
        """The share of each band, summing to 1."""
        return _shares(self.weights)


US_2000 = StandardPopulation(
    name="US 2000 standard population",
    source="Klein & Schoenborn 2001, NCHS Healthy People 2010 Statistical Notes 20, distribution 1",
    bands=("<1", "1-4", "5-14", "15-24", "25-34", "35-44", "45-54", "55-64", "65-74", "75-84", "85+"),
    weights=(
        0.013818,
        0.055317,
        0.145565,
        0.138646,
        0.135573,
        0.162613,
        0.134834,
        0.087247,
        0.066037,
        0.044842,
        0.015508,
    ),
)
"""The standard of U.S. vital statistics since data year 1999: people projected for 2000, 11 age bands."""


def direct_rate(
    events: ArrayLike,
    population: ArrayLike,
    standard: StandardPopulation | ArrayLike,
    *,
    per: float = 100_000,
    confidence: float = 0.95,
) -> Estimate:
    """Return directly age-standardised rates per `per` people with Fay-Feuer gamma limits, shape (…).

    `events` and `population` are (…, k) with the k age bands of `standard` on the last axis; `standard` is a
    StandardPopulation or (k,) shares or people. NaN where any band is missing or has no people, for its rate
    is unknown: merge bands before that. Bands with weight 0 count too. Source: Fay & Feuer 1997.
    """
    x, n = nonnegative("events", events), nonnegative("population", population)
    w = standard.shares if isinstance(standard, StandardPopulation) else _shares(standard)
    scale, tail = positive("per", per), (1 - open_share("confidence", confidence)) / 2
    aligned(events=x, population=n)
    for name, array in (("events", x), ("population", n)):
        if array.ndim == 0 or array.shape[-1] != w.size:
            raise ShapeMismatchError(f"{name} has shape {array.shape}; allowed: (…, {w.size}), bands last")
    people = np.where(n == 0, np.nan, n)
    rate = (w * x / people).sum(axis=-1)
    variance = (w**2 * x / people**2).sum(axis=-1)
    heaviest = (w / people).max(axis=-1)
    lower = _gamma_limit(rate, variance, tail)
    upper = _gamma_limit(rate + heaviest, variance + heaviest**2, 1 - tail)
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
    limits = interval(x, confidence=confidence)
    return Estimate(*(divide(part, e) for part in (x, limits.lower, limits.upper)))


def indirect_rate(
    observed: ArrayLike,
    population: ArrayLike,
    reference_rate: ArrayLike,
    reference_crude_rate: float,
    *,
    per: float = 100_000,
    confidence: float = 0.95,
) -> Estimate:
    """Return indirectly standardised rates per `per` people: SMR × the reference's crude rate, exact limits.

    `observed` is (…), `population` (…, k), `reference_rate` (k,) and `reference_crude_rate` events per
    person.
    """
    factor = positive("reference_crude_rate", reference_crude_rate) * positive("per", per)
    ratio = standardised_ratio(observed, expected_events(population, reference_rate), confidence=confidence)
    return Estimate(*(part * factor for part in ratio))


def _shares(weights: ArrayLike) -> FloatArray:
    w = nonnegative("standard", weights)
    if w.ndim != 1 or w.size == 0:
        raise ShapeMismatchError(f"standard has shape {w.shape}; allowed: (k,) with one weight per age band")
    if np.isnan(w).any():
        raise NotFiniteError("standard holds NaN; allowed: a share or a number of people for every age band")
    if w.sum() == 0:
        raise ScaleError("standard sums to 0; allowed: shares or people of which at least one is above 0")
    return w / w.sum()


def _gamma_limit(mean: FloatArray, variance: FloatArray, probability: float) -> FloatArray:
    """Return the quantile of the gamma distribution with this mean and variance; 0 where both are 0."""
    none = mean == 0
    shape = divide(mean**2, variance)
    limit = gamma_quantile(probability, shape) * divide(variance, mean)
    return np.where(none, 0.0, limit)
