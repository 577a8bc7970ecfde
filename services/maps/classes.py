"""Class breaks, shared by all groups and periods of a topic at one level, so that maps can be compared."""

import warnings

import mapclassify
import numpy as np

from catalog.maps import Classes, Measure
from services.maps.model import FloatArray

_RATIOS = (1.1, 1.25, 1.5, 2.0, 3.0, 5.0, 10.0)
_METHODS = {
    "quantiles": mapclassify.Quantiles,
    "equal_interval": mapclassify.EqualInterval,
}
_SHARES = (
    0.2,
    0.5,
    0.8,
)  # of the distances from no difference: limits of the middle class and of the next ones


def estimate_breaks(values: FloatArray, classes: Classes, decimals: int) -> list[float]:
    """The inner limits of the classes, rising: a value belongs to the first class whose limit it does not exceed.

    They are rounded to the digits that are shown; limits that fall together make fewer classes.
    """
    pooled = _varied(values)
    distinct = np.unique(np.round(pooled, decimals))
    if len(distinct) <= 1:
        return []
    classifier = _METHODS[classes.method]
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore", UserWarning
        )  # fewer distinct values than classes: ties are merged below
        bins = classifier(pooled, k=min(classes.number, len(np.unique(pooled)))).bins
    limits = np.unique(np.round(bins[:-1], decimals))
    return [float(limit) for limit in limits if distinct[0] <= limit < distinct[-1]]


def _varied(values: FloatArray) -> FloatArray:
    """The values of all periods and groups together, without groups that are the same everywhere."""
    rows = values.reshape(-1, values.shape[-1])
    with np.errstate(invalid="ignore"):
        known = [row[np.isfinite(row)] for row in rows]
    varied = [row for row in known if len(row) and np.ptp(row) > 0]
    return np.concatenate(varied or known)


def gap_breaks(values: FloatArray, decimals: int) -> list[float]:
    """Limits of at most seven classes symmetric around no difference, at shares of the distances from it."""
    distance = np.abs(values[np.isfinite(values) & (values != 0)])
    if not len(distance):
        return []
    limits = sorted({_handsome(float(np.quantile(distance, share)), decimals) for share in _SHARES})
    return [*(-limit for limit in reversed(limits)), *limits]


def ratio_breaks(values: FloatArray) -> list[float]:
    """Limits of seven classes symmetric around 1 on the scale of ratios: as far below as above."""
    known = values[np.isfinite(values) & (values > 0) & (values != 1)]
    if not len(known):
        return []
    distance = np.abs(np.log(known))
    limits: list[float] = []
    for share in _SHARES:
        allowed = [ratio for ratio in _RATIOS if not limits or ratio > limits[-1]]
        limits.append(
            _nearest(float(np.quantile(distance, share)), allowed[: len(allowed) - 2 + len(limits)])
        )
    return [*(1 / limit for limit in reversed(limits)), *limits]


def breaks(measure: Measure, values: FloatArray, classes: Classes, decimals: int) -> list[float]:
    """The inner limits of the classes of a measure; verdicts have none."""
    if measure.startswith("verdict"):
        return []
    if measure == "ratio_state":
        return ratio_breaks(values)
    if measure.startswith("gap"):
        return gap_breaks(values, decimals)
    return estimate_breaks(values, classes, decimals)


def class_numbers(values: FloatArray, limits: list[float]) -> np.ndarray:
    """The class of each value by its number; what is not finite is -1."""
    numbers = np.searchsorted(np.asarray(limits), values, side="left")
    return np.where(np.isfinite(values), numbers, -1)


def _handsome(value: float, decimals: int) -> float:
    """The value at two significant digits, at least one unit of the last digit that is shown."""
    rounded = float(f"{value:.2g}")
    return max(round(rounded, decimals), 10.0**-decimals)


def _nearest(distance: float, allowed: list[float]) -> float:
    """The ratio whose logarithm is nearest to a distance."""
    return min(allowed, key=lambda ratio: abs(float(np.log(ratio)) - distance))
