"""Difference and ratio of two groups: the extremes of an order, or the extremes of the data.

Source: reference formulas §1; WHO Health Equity Assessment Toolkit, technical notes.
"""

from itertools import combinations

import numpy as np

from layers.measures.disparity.cells import Cells
from layers.measures.disparity.errors import TiedOrderError
from layers.measures.disparity.formula import Formula
from layers.measures.disparity.interval import Contrasts
from layers.measures.disparity.types import BoolArray, FloatArray, IntArray


def compared_groups(cells: Cells) -> tuple[IntArray, IntArray]:
    """Indices (first, second) of the groups that difference and ratio compare, per place.

    Ordered: most against least advantaged, reversed where high is bad: the expected gradient is positive.
    With a reference: the reference against the worst of the others, reversed where high is bad.
    Otherwise: highest against lowest.
    """
    if cells.ranks is not None:
        most, least = _extreme_rank(cells, highest=True), _extreme_rank(cells, highest=False)
        return (most, least) if cells.high_is_good else (least, most)
    if cells.reference is None:
        return _extreme(cells, cells.candidate, highest=True), _extreme(cells, cells.candidate, highest=False)
    others = cells.candidate & (cells.group_index != cells.reference)
    worst = _extreme(cells, others, highest=not cells.high_is_good)
    reference = np.full_like(worst, cells.reference)
    return (reference, worst) if cells.high_is_good else (worst, reference)


def _extreme(cells: Cells, among: BoolArray, *, highest: bool) -> IntArray:
    """Index of the highest (first on ties) or lowest (last on ties) estimate."""
    if highest:
        return np.where(among, cells.y, -np.inf).argmax(axis=0)
    last = len(cells.y) - 1
    return np.asarray(last - np.where(among, cells.y, np.inf)[::-1].argmin(axis=0))


def _extreme_rank(cells: Cells, *, highest: bool) -> IntArray:
    ranks = np.asarray(cells.ranks, dtype=np.float64).reshape(cells.group_index.shape)
    if len(set(cells.ranks or ())) < len(ranks):
        raise TiedOrderError(
            "order has ties; allowed for this measure: one most and one least advantaged group"
        )
    among = np.where(cells.candidate, ranks, -np.inf if highest else np.inf)
    found = among.argmax(axis=0) if highest else among.argmin(axis=0)
    return np.broadcast_to(found, cells.y.shape[1:])


def most_advantaged(cells: Cells) -> IntArray:
    """Index of the most advantaged group present, per place, of ordered groups."""
    return _extreme_rank(cells, highest=True)


def pick(array: FloatArray, index: IntArray) -> FloatArray:
    """Value of the indexed group, per place."""
    return np.asarray(np.take_along_axis(array, index[None], axis=0)[0])


def _needs(cells: Cells) -> BoolArray:
    """Only the two groups where they are fixed in advance; all candidates where the data choose."""
    if cells.ranks is None:
        return cells.candidate
    first, second = compared_groups(cells)
    return np.asarray((cells.group_index == first) | (cells.group_index == second))


def _difference(cells: Cells) -> FloatArray:
    first, second = compared_groups(cells)
    return np.asarray(pick(cells.y, first) - pick(cells.y, second))


def _difference_gradient(cells: Cells) -> FloatArray:
    first, second = compared_groups(cells)
    return np.asarray((cells.group_index == first) * 1.0 - (cells.group_index == second))


def _ratio(cells: Cells) -> FloatArray:
    first, second = compared_groups(cells)
    numerator, divisor = pick(cells.y, first), pick(cells.y, second)
    return np.where(numerator >= 0, numerator, np.nan) / np.where(divisor > 0, divisor, np.nan)


def _ratio_gradient(cells: Cells) -> FloatArray:
    first, second = compared_groups(cells)
    ratio, divisor = _ratio(cells), pick(cells.y, second)
    return np.asarray(((cells.group_index == first) - ratio * (cells.group_index == second)) / divisor)


def _difference_contrasts(cells: Cells) -> Contrasts | None:
    return _contrasts(cells, cells.y, cells.s, cells.limits)


def _ratio_contrasts(cells: Cells) -> Contrasts | None:
    low, high = np.log(cells.limits) if cells.limits[0] == 0 else (-np.inf, np.inf)
    return _contrasts(cells, np.log(cells.y), cells.s / cells.y, (float(low), float(high)))


def _contrasts(cells: Cells, y: FloatArray, s: FloatArray, limits: tuple[float, float]) -> Contrasts | None:
    """Every comparison among which the data choose, on the linear or log scale; None for ordered groups."""
    if cells.ranks is not None:
        return None
    if cells.reference is None:
        first, second = np.array(list(combinations(range(len(y)), 2))).T
        value = np.abs(y[first] - y[second])
        cap, cap_se = np.asarray(limits[1] - limits[0]), np.zeros(())
    else:
        second = np.delete(np.arange(len(y)), cells.reference)
        first = np.full_like(second, cells.reference)
        sign, worst = (1, limits[0]) if cells.high_is_good else (-1, limits[1])
        value = sign * (y[first] - y[second])
        cap, cap_se = sign * (y[cells.reference] - worst), s[cells.reference]
    allowed = cells.candidate[first] & cells.candidate[second]
    return Contrasts(value, np.hypot(s[first], s[second]), allowed, cap, cap_se)


def _reference(cells: Cells) -> int | None:
    return cells.reference if cells.ranks is None else None


def _chosen_extremes(cells: Cells) -> bool:
    return cells.ranks is None and cells.reference is None


DIFFERENCE = Formula(
    value=_difference,
    gradient=_difference_gradient,
    contrasts=_difference_contrasts,
    needs=_needs,
    bounds=lambda cells: (0.0 if _chosen_extremes(cells) else -np.inf, np.inf),
    reference=_reference,
)

RATIO = Formula(
    value=_ratio,
    gradient=_ratio_gradient,
    scale="log",
    contrasts=_ratio_contrasts,
    needs=_needs,
    bounds=lambda cells: (1.0 if _chosen_extremes(cells) else 0.0, np.inf),
    reference=_reference,
)
