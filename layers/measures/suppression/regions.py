"""Where a movement is sought: sets of unknowns around a row, from a few to all.

The published tables partition the unknowns in many ways. The partition whose parts hold most rows wholly, among those
with parts of a size, cuts the tables where they hang together least; for people by place these are small areas.
A part is a place for movements that leave everything outside of it alone. Where none is possible, some parts from all
over the tables are added, so that sums can stay as they are: what rises here falls there.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

type Floats = NDArray[np.float64]
type Index = NDArray[np.int64]

_WHOLE = 1_500
_SMALL, _MIDDLE, _LARGE = 150, 600, 6_000
_OWN = 2
_SPREADS = (16, 64, 256)


@dataclass(frozen=True, eq=False)
class Region:
    """Some unknowns; closed: published rows that reach out of them stay as they are."""

    key: str
    columns: Index
    closed: bool


class Regions:
    """The sets of unknowns around each row of a 0/1 matrix.

    matrix: rows over unknowns. truth: the value of every unknown. groups: partitions of the unknowns by row, -1 for
    unknowns outside.
    """

    def __init__(self, matrix: sparse.csr_array, truth: Floats, groups: Sequence[Index]) -> None:
        self._matrix = matrix
        self._truth = truth
        self._cut = matrix.shape[1] > _WHOLE
        if self._cut:
            self._small, self._middle, self._large = (
                self._modules(groups, scale) for scale in (_SMALL, _MIDDLE, _LARGE)
            )
            self._order = self._spread_order()

    def around(self, row: int) -> Iterator[Region]:
        """Yield the regions around a row, from small to large; the last has all unknowns."""
        if self._cut:
            yield from self._cuts(row)
        yield Region("all", np.arange(self._matrix.shape[1]), closed=False)

    def in_order(self, rows: Index) -> Index:
        """Return the rows in the order that hides totals least: largest first, but those of one part together."""
        sizes = np.diff(self._matrix.indptr)[rows]
        home = np.array([self._home(row) for row in rows.tolist()], dtype=np.int64)
        return np.asarray(rows[np.lexsort((-sizes, home))])

    def _home(self, row: int) -> int:
        """Return the part that holds a row wholly, -1 where none does."""
        if not self._cut:
            return -1
        part = self._middle[self._columns(row)]
        return int(part[0]) if _same(part) else -1

    def _cuts(self, row: int) -> Iterator[Region]:
        home = self._home(row)
        columns = self._columns(row)
        if home >= 0:
            inside = np.flatnonzero(self._middle == home)
            own, name = np.unique(self._small[inside]), f"part {home}"
            yield Region(name, inside, closed=True)
        else:
            load = np.bincount(self._small[columns], weights=self._truth[columns] + 1e-3)
            own = np.sort(np.argsort(-load, kind="stable")[:_OWN])
            name = f"modules {own.tolist()}"
        for size in _SPREADS:
            chosen = np.union1d(own, self._order[:size])
            if len(chosen) < len(self._order):
                yield Region(
                    f"{name} spread {size}", np.flatnonzero(np.isin(self._small, chosen)), closed=False
                )

    def _modules(self, groups: Sequence[Index], scale: int) -> Index:
        """Return the partition whose parts hold most rows wholly, their mean size at most so many unknowns."""
        fitting = [group for group in groups if (group >= 0).all() and len(group) <= scale * _parts(group)]
        if not fitting:
            return np.arange(self._matrix.shape[1])
        held = [self._held(group) for group in fitting]
        return np.unique(fitting[int(np.argmax(held))], return_inverse=True)[1].ravel()

    def _held(self, group: Index) -> int:
        """Return how many rows lie wholly in one part."""
        part = group[self._matrix.indices]
        lowest = np.minimum.reduceat(part, self._matrix.indptr[:-1])
        highest = np.maximum.reduceat(part, self._matrix.indptr[:-1])
        return int((lowest == highest).sum())

    def _spread_order(self) -> Index:
        """Return the small parts, those with most in each large part first."""
        load = np.bincount(self._small, weights=self._truth)
        module, first = np.unique(self._small, return_index=True)
        home = self._large[first]
        order = np.lexsort((-load[module], home))
        rank = np.arange(len(order)) - np.searchsorted(home[order], home[order])
        return np.asarray(module[order][np.lexsort((-load[module[order]], rank))])

    def _columns(self, row: int) -> NDArray[np.int32]:
        return np.asarray(self._matrix.indices[self._matrix.indptr[row] : self._matrix.indptr[row + 1]])


def _parts(group: Index) -> int:
    return len(np.unique(group))


def _same(parts: Index) -> bool:
    return bool((parts == parts[0]).all())
