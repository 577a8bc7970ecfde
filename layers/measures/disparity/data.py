"""Input of the group measures: what each group of each place has, checked once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Self, get_args

import numpy as np
from numpy.typing import ArrayLike

from layers.measures.arguments import truth
from layers.measures.disparity import checks
from layers.measures.disparity.errors import BadOptionError, TooFewGroupsError
from layers.measures.disparity.types import FloatArray
from layers.measures.errors import EmptyInputError, PartAboveWholeError, ShapeMismatchError

Kind = Literal["proportion", "rate", "mean"]


@dataclass(frozen=True, eq=False)
class GroupData:
    """Estimates of groups in places; build it with `GroupData.of` or `GroupData.from_counts`.

    - estimate: (places…, groups), NaN where a group has none.
    - se, population: the same shape or None.
    - average: (places…) or None: the published value of the place, taken as an estimate of the same
      population-weighted mean.
    - kind: `proportion` lies in 0…scale, `rate` is zero or more, `mean` is any number.
    - order: rank of each group, lowest = most disadvantaged; equal ranks are ties; None for unordered groups.
    - reference: index of the reference group, or None.
    """

    estimate: FloatArray
    se: FloatArray | None
    population: FloatArray | None
    average: FloatArray | None
    kind: Kind
    scale: float
    high_is_good: bool
    order: tuple[float, ...] | None
    reference: int | None

    @classmethod
    def of(
        cls,
        estimate: ArrayLike,
        *,
        kind: Kind,
        scale: float,
        high_is_good: bool,
        se: ArrayLike | None = None,
        population: ArrayLike | None = None,
        average: ArrayLike | None = None,
        order: Sequence[float] | None = None,
        reference: int | None = None,
    ) -> Self:
        """Checked data; `se` and `population` may broadcast to the estimates.

        Errors: `TooFewGroupsError`, `EmptyInputError`, `ShapeMismatchError`, `ScaleError`,
        `NegativeValueError`, `NotFiniteError`, `BadOptionError`.
        """
        if kind not in get_args(Kind):
            raise BadOptionError(f"kind is {kind!r}; allowed: {', '.join(get_args(Kind))}")
        checks.known_scale(scale, kind)
        values = checks.floats("estimate", estimate)
        groups = _group_count(values)
        return cls(
            estimate=_in_range("estimate", values, kind, scale),
            se=_optional("se", se, values.shape),
            population=_optional("population", population, values.shape),
            average=None
            if average is None
            else _in_range("average", checks.floats("average", average, values.shape[:-1]), kind, scale),
            kind=kind,
            scale=float(scale),
            high_is_good=truth("high_is_good", high_is_good),
            order=_checked_order(order, groups),
            reference=None if reference is None else checks.position("reference", reference, groups),
        )

    @classmethod
    def from_counts(
        cls,
        numerator: ArrayLike,
        denominator: ArrayLike,
        *,
        scale: float,
        high_is_good: bool,
        order: Sequence[float] | None = None,
        reference: int | None = None,
    ) -> Self:
        """Proportions numerator/denominator with binomial standard errors; the denominator is the population.

        The variance p(1−p)/n is evaluated at p = (x+½)/(n+1), so that a cell with no event, or only events,
        does not claim to be certain. A zero denominator gives NaN. A numerator above its denominator is a
        `PartAboveWholeError`: such a rate is no proportion.
        """
        checks.known_scale(scale, "proportion")
        whole = checks.floats("denominator", denominator)
        part = checks.floats("numerator", numerator, whole.shape)
        checks.not_negative("denominator", whole)
        checks.not_negative("numerator", part)
        above = part > whole
        if above.any():
            first = [int(i) for i in np.argwhere(above)[0]]
            raise PartAboveWholeError(
                f"numerator{first} is above its denominator ({int(above.sum())} such cells); "
                "allowed: at most the denominator"
            )
        people = np.where(whole > 0, whole, np.nan)
        smoothed = (part + 0.5) / (people + 1)
        return cls.of(
            scale * part / people,
            se=scale * np.sqrt(smoothed * (1 - smoothed) / people),
            population=whole,
            kind="proportion",
            scale=scale,
            high_is_good=high_is_good,
            order=order,
            reference=reference,
        )

    @property
    def places(self) -> tuple[int, ...]:
        """Shape of the places: all axes but the last."""
        return self.estimate.shape[:-1]

    @property
    def limits(self) -> tuple[float, float]:
        """Smallest and largest possible value of an estimate."""
        upper = self.scale if self.kind == "proportion" else np.inf
        return (-np.inf if self.kind == "mean" else 0.0), upper


def _group_count(values: FloatArray) -> int:
    if values.ndim == 0 or values.size == 0:
        raise EmptyInputError(f"estimate has shape {values.shape}; allowed: (places…, groups), not empty")
    if values.shape[-1] < 2:
        raise TooFewGroupsError("estimate has 1 group on its last axis; allowed: 2 or more")
    return int(values.shape[-1])


def _in_range(name: str, values: FloatArray, kind: Kind, scale: float) -> FloatArray:
    if kind != "mean":
        checks.not_negative(name, values)
    if kind == "proportion":
        checks.within_scale(name, values, scale)
    return values


def _optional(name: str, values: ArrayLike | None, shape: tuple[int, ...]) -> FloatArray | None:
    if values is None:
        return None
    array = checks.floats(name, values, shape)
    checks.not_negative(name, array)
    return array


def _checked_order(order: Sequence[float] | None, groups: int) -> tuple[float, ...] | None:
    if order is None:
        return None
    ranks = tuple(checks.floats("order", order).ravel().tolist())
    if len(ranks) != groups or not np.isfinite(ranks).all():
        raise ShapeMismatchError(
            f"order has {len(ranks)} ranks; allowed: one finite rank for each of {groups}"
        )
    if len(set(ranks)) < 2:
        raise TooFewGroupsError("order gives all groups one rank; allowed: two or more ranks")
    return ranks
