"""Ranks of places with ties, and whether neighbours in rank differ by more than sampling error."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from layers.measures.acs import ACS_CONFIDENCE, Significance, significant
from layers.measures.arguments import FloatArray, aligned, nonnegative, real

_ROWS = 512


@dataclass(frozen=True, eq=False)
class Ranks:
    """Who stands where; every array has one entry per value that is present, in the order of rank.

    order: (n,) positions in the values given; equal values stay in the order given.
    rank: (n,) 1 for the first; equal values share the lowest rank, and the ranks after them are left out.
    tied: (n,) whether another value is equal.
    differs: (n - 1,) `Significance` code of each value against the one after it.
    best, worst: (n,) the ranks between which a value stands once only significant differences count: 1 and the
        number that are clearly before it, n less the number that are clearly after it.
    """

    order: NDArray[np.int64]
    rank: NDArray[np.int64]
    tied: NDArray[np.bool_]
    differs: NDArray[np.int8]
    best: NDArray[np.int64]
    worst: NDArray[np.int64]


def ranked(
    values: ArrayLike, moe: ArrayLike, *, falling: bool = True, confidence: float = ACS_CONFIDENCE
) -> Ranks:
    """Return the ranks of values (n,), highest first or, not `falling`, lowest first; NaN has no rank.

    `moe` (n,) are margins of error at 90 %; where one is missing, nothing is said of the two neighbours. The
    comparisons take places as independent and each pair for itself. Source: Census Bureau, ACS handbook,
    statistical testing, and the ranking tables of the ACS.
    """
    numbers, margins = real("values", values), nonnegative("moe", moe)
    aligned(values=numbers, moe=margins)
    present = np.flatnonzero(~np.isnan(numbers))
    keys = -numbers[present] if falling else numbers[present]
    order = present[np.argsort(keys, kind="stable")]
    in_order = np.sort(keys)
    rank = np.searchsorted(in_order, in_order).astype(np.int64) + 1
    found, error = numbers[order], margins[order]
    equal_to_next = found[:-1] == found[1:]
    tied = np.zeros(found.size, dtype=np.bool_)
    tied[:-1] |= equal_to_next
    tied[1:] |= equal_to_next
    differs = significant(found[:-1], error[:-1], found[1:], error[1:], confidence=confidence)
    return Ranks(order, rank, tied, differs, *_range(in_order, error, confidence))


def _range(
    keys: FloatArray, error: FloatArray, confidence: float
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The best and the worst rank of each key, in some rows at a time."""
    best, worst = np.ones(keys.size, dtype=np.int64), np.full(keys.size, keys.size, dtype=np.int64)
    for start in range(0, keys.size, _ROWS):
        rows = slice(start, start + _ROWS)
        own, margin = keys[rows, np.newaxis], error[rows, np.newaxis]
        clear = significant(own, margin, keys, error, confidence=confidence) == Significance.DIFFERENT
        best[rows] += (clear & (keys < own)).sum(axis=1)
        worst[rows] -= (clear & (keys > own)).sum(axis=1)
    return best, worst
