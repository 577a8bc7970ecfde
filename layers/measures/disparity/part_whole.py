"""A place against the whole that contains it: difference and ratio with the part–whole covariance.

The whole is q · place + (1−q) · rest, q the place's share of the denominator, so
y_place − y_whole = (1−q)(y_place − y_rest) and Cov(place, whole) = q s_place². Source: reference formulas §1.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtri

from layers.measures.disparity import checks, interval
from layers.measures.disparity.data import Kind
from layers.measures.disparity.results import Reason, finished
from layers.measures.disparity.types import FloatArray, Options, Result, Status
from layers.measures.errors import PartAboveWholeError


@dataclass(frozen=True, eq=False)
class PartWhole:
    """Places and the whole around them, all of one shape; build it with `PartWhole.of`.

    estimate, se, population: of the place; whole_*: of the state (or group total) that contains it.
    """

    estimate: FloatArray
    se: FloatArray
    population: FloatArray
    whole_estimate: FloatArray
    whole_se: FloatArray
    whole_population: FloatArray

    @classmethod
    def of(
        cls,
        estimate: ArrayLike,
        se: ArrayLike,
        population: ArrayLike,
        *,
        whole_estimate: ArrayLike,
        whole_se: ArrayLike,
        whole_population: ArrayLike,
        kind: Kind,
        scale: float,
    ) -> Self:
        """Checked data; everything broadcasts to the shape of `estimate`.

        Errors: those of the checks, and `PartAboveWholeError` for a place with more people than its whole.
        """
        checks.known_scale(scale, kind)
        shape = np.shape(estimate)
        given = {
            "estimate": estimate,
            "se": se,
            "population": population,
            "whole_estimate": whole_estimate,
            "whole_se": whole_se,
            "whole_population": whole_population,
        }
        arrays = {name: checks.floats(name, values, shape) for name, values in given.items()}
        for name, array in arrays.items():
            if not (kind == "mean" and name.endswith("estimate")):
                checks.not_negative(name, array)
            if kind == "proportion" and name.endswith("estimate"):
                checks.within_scale(name, array, scale)
        above = arrays["population"] > arrays["whole_population"]
        if above.any():
            first = [int(i) for i in np.argwhere(above)[0]]
            raise PartAboveWholeError(
                f"population{first} is above whole_population; allowed: at most the whole"
            )
        return cls(**arrays)


def place_state_difference(data: PartWhole, options: Options) -> Result:
    """Place minus whole, with normal limits."""
    estimate = data.estimate - data.whole_estimate
    variance = data.se**2 + data.whole_se**2 - 2 * _covariance(data)
    se = np.sqrt(np.maximum(variance, 0))
    quantile = ndtri((1 + options.confidence) / 2)
    limits = interval.normal(estimate, se, quantile)
    method = "normal quantile, part–whole covariance"
    return finished(estimate, se, limits, method=method, reasons=_reasons(data))


def place_state_ratio(data: PartWhole, options: Options) -> Result:
    """Place divided by whole, with limits on the log scale."""
    with np.errstate(divide="ignore", invalid="ignore"):
        whole = np.where(data.whole_estimate > 0, data.whole_estimate, np.nan)
        estimate = data.estimate / whole
        variance = data.se**2 + (estimate * data.whole_se) ** 2 - 2 * estimate * _covariance(data)
        se = np.sqrt(np.maximum(variance, 0)) / whole
        limits = interval.logarithmic(estimate, se, ndtri((1 + options.confidence) / 2))
    method = "normal quantile, log scale, part–whole covariance"
    return finished(estimate, se, limits, method=method, reasons=_reasons(data))


def _share(data: PartWhole) -> FloatArray:
    with np.errstate(divide="ignore", invalid="ignore"):
        return data.population / data.whole_population


def _covariance(data: PartWhole) -> FloatArray:
    return _share(data) * data.se**2


def _reasons(data: PartWhole) -> list[Reason]:
    inconsistent = data.whole_se < _share(data) * data.se * (1 - checks.ROUNDING)
    return [
        (Status.INCONSISTENT_SE, inconsistent),
        (Status.MISSING_GROUP, np.isnan(data.estimate)),
        (Status.MISSING_REFERENCE, np.isnan(data.whole_estimate)),
        (Status.NO_POPULATION, data.population == 0),
    ]
