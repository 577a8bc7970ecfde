"""Groups-first working arrays of the group measures, with shares, ranks and gaps settled once."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from layers.measures.disparity.curve import LogitFit, fit_logit
from layers.measures.disparity.data import GroupData
from layers.measures.disparity.types import BoolArray, FloatArray, IntArray, Missing


@dataclass(frozen=True, eq=False)
class Cells:
    """Arrays of shape (groups, places) or, in a simulation, (groups, places, draws).

    - y: estimate; s: standard error (NaN: not known). In absent groups y is the mean and s is 0.
    - p: population share (equal shares without population); u: equal share of the groups present.
    - present: the group has an estimate and people. empty: it has no people.
    - candidate: groups that the measure may use: all (`strict`) or those present (`available`).
    - shift: supplied average minus Σ p y, per place (0 when none was supplied).
    """

    y: FloatArray
    s: FloatArray
    p: FloatArray
    u: FloatArray
    present: BoolArray
    empty: BoolArray
    candidate: BoolArray
    shift: FloatArray
    ranks: tuple[float, ...] | None
    reference: int | None
    high_is_good: bool
    scale: float
    limits: tuple[float, float]

    @cached_property
    def mean(self) -> FloatArray:
        """Population-weighted mean μ, or the supplied average moved along with the groups."""
        return np.asarray((self.p * self.y).sum(axis=0) + self.shift)

    @cached_property
    def positive_mean(self) -> FloatArray:
        """μ where it is positive, NaN elsewhere: the denominator of relative measures."""
        return np.where(self.mean > 0, self.mean, np.nan)

    @cached_property
    def deviation(self) -> FloatArray:
        """Distance of each group from μ."""
        return self.y - self.mean

    @cached_property
    def x_centred(self) -> FloatArray:
        """Fractional rank less ½: half the share before the group less half the share after it; ties share one.

        Summed from these shares and not taken from `x`, which loses its digits where one group has nearly everybody.
        """
        rank = np.asarray(self.ranks, dtype=np.float64)
        return np.asarray(np.tensordot(np.sign(rank[:, None] - rank[None, :]) / 2, self.p, axes=1))

    @cached_property
    def x(self) -> FloatArray:
        """Fractional rank: share of people before the group plus half its own."""
        return self.x_centred + 0.5

    @cached_property
    def rank_variance(self) -> FloatArray:
        """Weighted variance of the fractional rank, Σ p (x−½)²."""
        return np.asarray((self.p * self.x_centred**2).sum(axis=0))

    @cached_property
    def curve(self) -> LogitFit:
        """Logistic curve of the proportions on the fractional rank."""
        return fit_logit(self.x, self.y / self.scale, self.p)

    @cached_property
    def group_index(self) -> IntArray:
        """Indices of the groups, shaped to compare with an index per place."""
        return np.arange(len(self.y)).reshape(-1, *[1] * (self.y.ndim - 1))


def cells_of(data: GroupData, missing: Missing) -> Cells:
    """Working arrays of `data`, places flattened to one axis."""
    groups = data.estimate.shape[-1]
    estimate = _groups_first(data.estimate)
    known = ~np.isnan(estimate)
    if data.population is None:
        empty = np.zeros_like(known)
        present = known
        weight = present.astype(np.float64)
    else:
        population = _groups_first(data.population)
        empty = population == 0
        present = known & (population > 0)
        weight = np.where(present, population, 0.0)
    with np.errstate(invalid="ignore"):
        share = weight / weight.sum(axis=0)
        equal = present / present.sum(axis=0)
        own_mean = (share * np.where(present, estimate, 0.0)).sum(axis=0)
    average = own_mean if data.average is None else data.average.reshape(-1)
    se = np.full_like(estimate, np.nan) if data.se is None else _groups_first(data.se)
    return Cells(
        y=np.where(present, estimate, average),
        s=np.where(present, se, 0.0),
        p=share,
        u=equal,
        present=present,
        empty=empty,
        candidate=present if missing == "available" else np.ones((groups, 1), dtype=np.bool_) | present,
        shift=average - own_mean,
        ranks=data.order,
        reference=data.reference,
        high_is_good=data.high_is_good,
        scale=data.scale,
        limits=data.limits,
    )


def _groups_first(array: FloatArray) -> FloatArray:
    return np.ascontiguousarray(array.reshape(-1, array.shape[-1]).T)
