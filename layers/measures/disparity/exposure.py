"""Group-weighted exposure: the mean value of the places where each group lives, and how groups compare.

E_g = Σ pop_g v / Σ pop_g over the units (blocks, tracts) of a place. The errors are the delta method over the
units' values and people, taken as independent. Source: reference formulas §8.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtri

from layers.measures.disparity import checks, interval
from layers.measures.disparity.results import Reason, finished
from layers.measures.disparity.types import FloatArray, IntArray, Options, Result, Status
from layers.measures.errors import EmptyInputError


@dataclass(frozen=True, eq=False)
class Exposure:
    """Values of units and the people of each group in them; build it with `Exposure.of`.

    - value, value_se: (places…, units).
    - population, population_se: (places…, units, groups).
    - reference: index of the group that the others are compared with.
    """

    value: FloatArray
    population: FloatArray
    value_se: FloatArray
    population_se: FloatArray
    reference: int

    @classmethod
    def of(
        cls,
        value: ArrayLike,
        population: ArrayLike,
        *,
        reference: int,
        value_se: ArrayLike = 0.0,
        population_se: ArrayLike = 0.0,
    ) -> Self:
        """Checked data. A standard error of 0 says that the values, or the people, are taken as known.

        Errors: `EmptyInputError`, `ShapeMismatchError`, `NegativeValueError`, `NotFiniteError`,
        `BadOptionError`.
        """
        people = checks.floats("population", population)
        if people.ndim < 2 or people.size == 0:
            raise EmptyInputError(f"population has shape {people.shape}; allowed: (places…, units, groups)")
        data = cls(
            value=checks.floats("value", value, people.shape[:-1]),
            population=people,
            value_se=checks.floats("value_se", value_se, people.shape[:-1]),
            population_se=checks.floats("population_se", population_se, people.shape),
            reference=checks.position("reference", reference, people.shape[-1]),
        )
        for name in ("population", "value_se", "population_se"):
            checks.not_negative(name, getattr(data, name))
        return data


@dataclass(frozen=True, eq=False)
class _Means:
    """Mean exposure, (places…, groups), and its derivatives by value and people, (places…, units, groups)."""

    mean: FloatArray
    by_value: FloatArray
    by_people: FloatArray
    reasons: list[Reason]
    dropped: IntArray


def group_exposure(data: Exposure, options: Options) -> Result:
    """Mean exposure of each group, shape (places…, groups), with normal limits."""
    with np.errstate(divide="ignore", invalid="ignore"):
        means = _means(data, options)
        se = _se(data, means.by_value, _squared(means.by_people, data.population_se))
        limits = interval.normal(means.mean, se, ndtri((1 + options.confidence) / 2))
    return _finished(means, means.mean, se, limits, "normal quantile, delta method")


def group_exposure_difference(data: Exposure, options: Options) -> Result:
    """Mean exposure of each group minus that of the reference, (places…, groups); the reference is 0 ± 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        means = _means(data, options)
        base = means.mean[..., [data.reference]]
        estimate = means.mean - base
        se = _contrast_se(data, means, np.ones_like(base))
        limits = interval.normal(estimate, se, ndtri((1 + options.confidence) / 2))
    return _finished(means, estimate, se, limits, "normal quantile, delta method", data.reference)


def group_exposure_ratio(data: Exposure, options: Options) -> Result:
    """Mean exposure of each group divided by that of the reference, (places…, groups); log-scale limits."""
    with np.errstate(divide="ignore", invalid="ignore"):
        means = _means(data, options)
        base = means.mean[..., [data.reference]]
        base = np.where(base > 0, base, np.nan)
        estimate = means.mean / base
        se = _contrast_se(data, means, estimate) / base[..., 0, None]
        limits = interval.logarithmic(estimate, se, ndtri((1 + options.confidence) / 2))
    return _finished(means, estimate, se, limits, "normal quantile, log scale, delta method", data.reference)


def _means(data: Exposure, options: Options) -> _Means:
    gap = np.isnan(data.value) | np.isnan(data.population).any(axis=-1)
    people = np.where(gap[..., None], 0.0, data.population)
    value = np.where(gap, 0.0, data.value)
    total = people.sum(axis=-2)
    mean = (people * value[..., None]).sum(axis=-2) / total
    reasons: list[Reason] = [
        (Status.ZERO_POPULATION, total == 0),
        (Status.NO_POPULATION, (total == 0).all(axis=-1, keepdims=True)),
    ]
    if options.missing == "strict":
        reasons.append((Status.MISSING_GROUP, gap.any(axis=-1)[..., None]))
    by_people = np.where(gap[..., None], 0.0, (value[..., None] - mean[..., None, :]) / total[..., None, :])
    dropped = gap.sum(axis=-1)[..., None] if options.missing == "available" else np.zeros(1, dtype=np.int64)
    return _Means(mean, people / total[..., None, :], by_people, reasons, dropped)


def _squared(derivative: FloatArray, se: FloatArray) -> FloatArray:
    """Variance term of each unit; a unit with derivative 0 (a dropped one) adds nothing, whatever its error."""
    return np.where(derivative == 0, 0.0, (derivative * se) ** 2)


def _se(data: Exposure, by_value: FloatArray, people_terms: FloatArray) -> FloatArray:
    value_terms = _squared(by_value, data.value_se[..., None])
    return np.asarray(np.sqrt((value_terms + people_terms).sum(axis=-2)))


def _contrast_se(data: Exposure, means: _Means, weight: FloatArray) -> FloatArray:
    """Standard error of E_g − weight · E_ref; the units' values are common to both, their people are not."""
    reference = [data.reference]
    factor = np.broadcast_to(weight, means.mean.shape)[..., None, :]
    by_value = means.by_value - factor * means.by_value[..., reference]
    own = _squared(means.by_people, data.population_se)
    se = _se(data, by_value, own + factor**2 * own[..., reference])
    se[..., data.reference] = np.where(np.isnan(means.mean[..., data.reference]), np.nan, 0.0)
    return se


def _finished(
    means: _Means,
    estimate: FloatArray,
    se: FloatArray,
    limits: interval.Limits,
    method: str,
    reference: int | None = None,
) -> Result:
    reasons = list(means.reasons)
    if reference is not None:
        reasons.append((Status.MISSING_REFERENCE, np.isnan(means.mean[..., [reference]])))
    return finished(
        estimate,
        se,
        limits,
        method=method,
        reasons=reasons,
        dropped=np.broadcast_to(means.dropped, estimate.shape),
    )
