"""Where a movement is sought: sets of unknowns around a row, from a few to all.

The published tables partition the unknowns in many ways. The partition whose parts hold most rows wholly, among those
with parts of a size, cuts the tables where they hang together least; for people by place these are small areas.
A part is a place for movements that leave everything outside of it alone. Where none is possible, the parts are added
that have most in common with the row at each level, so that the sums around it can stay as they are: what rises here
falls there, in the same town, county and state.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256

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
        self._groups = groups
        self._cut = matrix.shape[1] > _WHOLE
        if self._cut:
            self._small, self._middle, self._large = (
                self._modules(groups, scale) for scale in (_SMALL, _MIDDLE, _LARGE)
            )
            self._order = self._spread_order()
            self._load = self._part_loads()

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
            own = np.unique(self._small[inside])
            yield Region(f"part {home}", inside, closed=True)
        else:
            load = np.bincount(self._small[columns], weights=self._truth[columns] + 1e-3)
            own = np.sort(np.argsort(-load, kind="stable")[:_OWN])
        near = self._nearest(row, own)
        for size in _SPREADS:
            chosen = np.union1d(own, near[:size])
            if len(chosen) < len(self._order):
                key = f"{sha256(chosen.tobytes()).hexdigest()} spread {size}"
                yield Region(key, np.flatnonzero(np.isin(self._small, chosen)), closed=False)

    def _nearest(self, row: int, own: Index) -> Index:
        """Return the other small parts, those with most in some row around this row first.

        The rows around take turns, the best part of each before the second best of any: so those of the same town, of
        other towns of the county and of the whole state are all among the first, for the row's own groups of people.
        """
        mine, best = self._load[[row]], []
        for each in self._rows_around(row):
            rest = self._load[[each]] - mine
            most = rest.indices[np.lexsort((rest.indices, -rest.data))]
            best.append(most[~np.isin(most, own)][: _SPREADS[-1]])
        rank = np.concatenate([np.empty(0, dtype=np.int64), *(np.arange(len(parts)) for parts in best)])
        turn = np.argsort(rank, kind="stable")
        parts = np.concatenate([np.empty(0, dtype=np.int64), *best])[turn]
        parts = np.concatenate([parts, self._order])
        _, first = np.unique(parts, return_index=True)
        return np.asarray(parts[np.sort(first)])

    def _rows_around(self, row: int) -> list[int]:
        """Return the rows that hold all of this row and more, one of each partition at most."""
        columns = self._columns(row)
        holding = [int(group[columns[0]]) for group in self._groups if _same(group[columns])]
        return [each for each in dict.fromkeys(holding) if each not in {-1, row}]

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

    def _part_loads(self) -> sparse.csr_array:
        """Return how many persons of each row live in each small part."""
        size = len(self._truth)
        shape = (size, int(self._small.max()) + 1)
        people = sparse.csr_array((self._truth, (np.arange(size), self._small)), shape=shape)
        return sparse.csr_array(self._matrix @ people)

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
