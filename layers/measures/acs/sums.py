"""Margins of sums: along an axis, or by group."""

from enum import StrEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from layers.measures.arguments import FloatArray, aligned, nonnegative, option, real
from layers.measures.errors import EmptyInputError, ScaleError, ShapeMismatchError


class ZeroMargins(StrEnum):
    """How the margins of components that are zero estimates enter a sum."""

    LARGEST_ONCE = "largest-once"
    """Only the largest of them, once: the Census Bureau's rule, for zeros share one modelled margin."""
    ALL = "all"
    """Every one of them: plain root of the sum of squares, as in many published tables."""
    ALONE_ONCE = "alone-once"
    """The largest once where all components are zeros, every one where any is not: tables made with tidycensus."""


_ALONE_ONCE = (ZeroMargins.LARGEST_ONCE, ZeroMargins.ALL)


class GroupSums(NamedTuple):
    """Sums of estimates and their margins, first axis = groups."""

    estimate: FloatArray
    moe: FloatArray


def moe_sum(
    estimate: ArrayLike, moe: ArrayLike, *, zeros: ZeroMargins = ZeroMargins.LARGEST_ONCE, axis: int = -1
) -> FloatArray:
    """Return the margins of sums along `axis`: the root of the sum of squared margins.

    `estimate` and `moe` broadcast to (…, k, …) with k components on `axis`, which the result lacks. `zeros`
    names the rule for components whose estimate is 0. A missing estimate or margin makes its sum NaN.
    """
    values, margins = _components(estimate, moe)
    if not -values.ndim <= axis < values.ndim:
        raise ShapeMismatchError(f"axis {axis} is not in components of shape {values.shape}")
    if values.shape[axis] == 0:
        raise EmptyInputError("a sum without components has no margin; allowed: one component or more")
    if option(ZeroMargins, zeros) is ZeroMargins.ALONE_ONCE:
        once, every = (moe_sum(values, margins, zeros=rule, axis=axis) for rule in _ALONE_ONCE)
        return np.where((values == 0).all(axis=axis), once, every)
    squared, zero_margins = _split(values, margins, zeros)
    return np.sqrt(squared.sum(axis=axis) + zero_margins.max(axis=axis) ** 2)


def group_sums(
    estimate: ArrayLike,
    moe: ArrayLike,
    group: ArrayLike,
    groups: int,
    *,
    zeros: ZeroMargins = ZeroMargins.LARGEST_ONCE,
) -> GroupSums:
    """Return the sums per group and their margins, shape (groups, …).

    `estimate` and `moe` are (n, …): rows are components, further axes (columns) are summed each for itself.
    `group` is (n,) integers 0 … groups-1 in any order; a row that belongs to no group must be left out by the
    caller. A missing estimate or margin makes its group's margin NaN, a missing estimate also its sum. A
    group without rows is NaN, never 0.
    """
    values, margins = _components(estimate, moe)
    if values.ndim == 0:
        raise ShapeMismatchError("estimate is a single number; allowed: (n, …) with one row per component")
    index = _group_index(group, groups, values.shape[0])
    if option(ZeroMargins, zeros) is ZeroMargins.ALONE_ONCE:
        once, every = (group_sums(values, margins, index, groups, zeros=rule) for rule in _ALONE_ONCE)
        others = group_sums(values != 0, np.zeros(values.shape), index, groups).estimate
        return GroupSums(every.estimate, np.where(others == 0, once.moe, every.moe))
    columns = values.shape[1:]
    width = int(np.prod(columns))
    cells = (index[:, None] * width + np.arange(width)).ravel()
    squared, zero_margins = _split(values, margins, zeros)

    def total(of: FloatArray) -> FloatArray:
        return np.bincount(cells, weights=of.ravel(), minlength=groups * width).astype(np.float64)

    largest = np.zeros(groups * width)
    np.maximum.at(largest, cells, zero_margins.ravel())
    shape = (groups, *columns)
    sums = total(values).reshape(shape)
    moes = np.sqrt(total(squared) + largest**2).reshape(shape)
    empty = np.bincount(index, minlength=groups) == 0
    sums[empty], moes[empty] = np.nan, np.nan
    return GroupSums(sums, moes)


def _components(estimate: ArrayLike, moe: ArrayLike) -> tuple[FloatArray, FloatArray]:
    values, margins = real("estimate", estimate), nonnegative("moe", moe)
    shape = aligned(estimate=values, moe=margins)
    return np.broadcast_to(values, shape), np.broadcast_to(margins, shape)


def _split(values: FloatArray, margins: FloatArray, zeros: ZeroMargins) -> tuple[FloatArray, FloatArray]:
    """Return squared margins that add up, and the margins of which only the largest counts."""
    unknown = np.isnan(values) | np.isnan(margins)
    largest_once = option(ZeroMargins, zeros) is ZeroMargins.LARGEST_ONCE
    once = (values == 0) & ~unknown & largest_once
    squared = np.where(unknown, np.nan, np.where(once, 0.0, margins**2))
    return squared, np.where(once, margins, 0.0)


def _group_index(group: ArrayLike, groups: int, rows: int) -> NDArray[np.intp]:
    index = np.asarray(group)
    if not np.issubdtype(index.dtype, np.integer) and index.size:
        raise ScaleError(f"group has type {index.dtype}; allowed: integers 0 … {groups - 1}")
    if index.shape != (rows,):
        raise ShapeMismatchError(
            f"group has shape {index.shape}; allowed: ({rows},), one per row of estimate"
        )
    if index.size and (index.min() < 0 or index.max() >= groups):
        raise ScaleError(f"group runs from {index.min()} to {index.max()}; allowed: 0 … {groups - 1}")
    return index.astype(np.intp)
