"""Publishes cells one by one, in order of wish, as long as no protected cell can be computed from them."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from layers.measures.suppression.field import PRIME, Residues, fingerprints

_PRINTS = 3

type Key = tuple[int, ...]


def weights(width: int) -> Residues:
    """Return the random columns whose products tell rows apart up to a factor."""
    return np.random.default_rng(20_190_215).integers(1, PRIME, size=(width, _PRINTS), dtype=np.int64)


def direction(prints: Iterable[int]) -> Key:
    """Return what two rows share exactly when one is a multiple of the other; empty for the zero row."""
    values = list(prints)
    lead = next((value for value in values if value % PRIME), None)
    if lead is None:
        return ()
    inverse = pow(int(lead), -1, PRIME)
    return tuple(int(value) * inverse % PRIME for value in values)


class Ledger:
    """Which directions the watched rows have, to see when one watched row would give another away.

    A protected row must not become zero (everybody could compute it), nor parallel to another watched row when
    one of the two is a singleton: the only member of that cell knows its count and could compute the other.
    """

    def __init__(self, protected: NDArray[np.bool_], singleton: NDArray[np.bool_]) -> None:
        self._protected = protected.tolist()
        self._singleton = singleton.tolist()
        self._holders: dict[Key, set[int]] = {}
        self._key: dict[int, Key] = {}

    def watches(self, row: int) -> bool:
        """Return whether a row is protected or a singleton."""
        return bool(self._protected[row] or self._singleton[row])

    def holds_protected(self, key: Key) -> bool:
        """Return whether some protected row has this direction."""
        return any(self._protected[row] for row in self._holders.get(key, ()))

    def place(self, keys: dict[int, Key]) -> None:
        """Record new directions of watched rows."""
        for row, key in keys.items():
            self._holders.get(self._key.get(row, ()), set()).discard(row)
            self._holders.setdefault(key, set()).add(row)
            self._key[row] = key

    def forget(self, row: int) -> None:
        """Stop watching a row, if it was watched."""
        self._holders.get(self._key.pop(row, ()), set()).discard(row)

    def broken_by(self, keys: dict[int, Key]) -> list[tuple[int, int]]:
        """Return the protected rows that these new directions would give away, each to a singleton or (-1) to all."""
        fresh: dict[Key, set[int]] = {}
        for row, key in keys.items():
            fresh.setdefault(key, set()).add(row)
        broken = [(row, -1) for row in fresh.pop((), ()) if self._protected[row]]
        for key, rows in fresh.items():
            unmoved = {row for row in self._holders.get(key, ()) if row not in keys}
            broken += self._clash(rows | unmoved)
        return broken

    def _clash(self, rows: set[int]) -> list[tuple[int, int]]:
        alone = {row for row in rows if self._singleton[row]}
        found = [(row, alone - {row}) for row in rows if self._protected[row]]
        return [(row, min(readers)) for row, readers in found if readers]


class Echelon:
    """Rows over what the published cells leave unknown; publishing one more row reduces all others by it."""

    def __init__(self, matrix: sparse.csr_array, ledger: Ledger) -> None:
        self._ledger = ledger
        self._rows: dict[int, dict[int, int]] = {}
        self._touching: dict[int, set[int]] = {}
        prints = fingerprints(matrix, weights(matrix.shape[1]))
        self._prints = [tuple(int(value) for value in row) for row in prints]
        for row in range(matrix.shape[0]):
            entries = slice(matrix.indptr[row], matrix.indptr[row + 1])
            pairs = zip(matrix.indices[entries].tolist(), matrix.data[entries].tolist(), strict=True)
            self._rows[row] = dict(pairs)
            for column in self._rows[row]:
                self._touching.setdefault(column, set()).add(row)
        watched = [row for row in self._rows if ledger.watches(row)]
        keys = {row: direction(self._prints[row]) for row in watched}
        self.broken = ledger.broken_by(keys)
        ledger.place(keys)

    def publish(self, row: int) -> bool:
        """Publish the row if that gives no protected row away; return whether it is published."""
        entries = self._rows[row]
        if not entries:
            return True
        if self._ledger.holds_protected(direction(self._prints[row])):
            return self._refused(row)
        pivot = min(entries, key=lambda column: len(self._touching[column]))
        scale = pow(entries[pivot], -1, PRIME)
        factors = {
            other: self._rows[other][pivot] * scale % PRIME for other in self._touching[pivot] if other != row
        }
        moved = {other: self._less(other, factor, row) for other, factor in factors.items()}
        keys = {other: direction(prints) for other, prints in moved.items() if self._ledger.watches(other)}
        if self._ledger.broken_by(keys):
            return self._refused(row)
        self._ledger.place(keys)
        self._ledger.forget(row)
        for other, factor in factors.items():
            self._subtract(other, factor, entries)
            self._prints[other] = moved[other]
        self._drop(row)
        return True

    def _refused(self, row: int) -> bool:
        if not self._ledger.watches(row):
            self._drop(row)
        return False

    def _less(self, row: int, factor: int, by: int) -> Key:
        return tuple(
            (one - factor * two) % PRIME for one, two in zip(self._prints[row], self._prints[by], strict=True)
        )

    def _subtract(self, row: int, factor: int, entries: dict[int, int]) -> None:
        target = self._rows[row]
        for column, value in entries.items():
            left = (target.get(column, 0) - factor * value) % PRIME
            if left:
                target[column] = left
                self._touching[column].add(row)
            elif column in target:
                del target[column]
                self._touching[column].discard(row)

    def _drop(self, row: int) -> None:
        for column in self._rows.pop(row):
            self._touching[column].discard(row)
