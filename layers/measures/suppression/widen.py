"""Makes narrow intervals wide: hides the cheapest further cells through which a hidden cell can move.

Take the true table and move one hidden cell by the width that is missing. Other cells must move too, so that the
sums stay right; the cheapest such movement is a linear program (the published cells that move are paid for). Hide
those, and the moved table is one more table that agrees with everything published: the interval holds both values.
Every such table also widens the other cells that it moves. The idea is that of the linear programming heuristics for
cell suppression (Kelly, Golden, Assad 1992; Fischetti, Salazar 2000).
"""

from dataclasses import dataclass

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from layers.measures.suppression.linear import solver_for

type Mask = NDArray[np.bool_]
type Floats = NDArray[np.float64]

_REGION = 400
_WHOLE = 1_500
_MOVED = 1e-6


@dataclass(frozen=True, eq=False)
class Movable:
    """What may move: rows over unknowns with their true counts, and what it costs to hide a row.

    cost: above 0, infinite for rows that must stay published. limits: further constraints (matrix, lower, upper) on
    the unknowns, from statements.
    """

    matrix: sparse.csr_array
    truth: Floats
    cost: Floats
    smallest: int
    limits: tuple[sparse.csr_array, Floats, Floats]


class Widening:
    """Hidden rows and how far each is known to be able to move, in `up` and `down`."""

    def __init__(self, movable: Movable, hidden: Mask) -> None:
        self._movable = movable
        self._values = np.asarray(movable.matrix @ movable.truth)
        self._columns_of = sparse.csc_array(movable.matrix)
        self._sizes = np.diff(movable.matrix.indptr)
        self._regions: dict[int, _Region] = {}
        self.hidden = hidden.copy()
        self.down: Floats = np.zeros(len(hidden))
        self.up: Floats = np.zeros(len(hidden))

    def widen_all(self, width: float) -> None:
        """Widen every hidden row, those that get hidden on the way included, as far as that is possible."""
        done = np.zeros(len(self.hidden), dtype=bool)
        while (self.hidden & ~done).any():
            for row in np.flatnonzero(self.hidden & ~done).tolist():
                self.widen(row, width)
                done[row] = True

    def widen(self, row: int, width: float) -> bool:
        """Hide what is needed for the row to be uncertain by that many persons; return whether that is possible."""
        up, down = _persons(self.up[row]), _persons(self.down[row])
        missing = np.ceil(width) - up - down
        if missing <= 0:
            return True
        for region in self._around(row):
            for change in (up + missing, -down - missing):
                movement = self._region(region).movement(row, change, self.hidden)
                if movement is not None:
                    self._apply(movement)
                    return True
        return False

    def _apply(self, movement: "_Movement") -> None:
        rows, change = movement.rows, movement.change
        self.hidden[rows] |= change != 0
        self.up[rows] = np.maximum(self.up[rows], change)
        self.down[rows] = np.maximum(self.down[rows], -change)

    def _around(self, row: int) -> list[int]:
        """Return rows around this one whose finest cells are tried, from small to large; -1 for all cells."""
        if self._movable.matrix.shape[1] <= _WHOLE:
            return [-1]
        columns = self._columns(row)
        around = self._columns_of.indices[slice(*self._columns_of.indptr[columns[0] : columns[0] + 2])]
        larger = around[np.argsort(self._sizes[around], kind="stable")]
        regions, limit = [], _REGION
        for other in larger.tolist():
            if self._sizes[other] >= limit and np.isin(columns, self._columns(other)).all():
                regions.append(other)
                limit = 8 * int(self._sizes[other])
        return [*regions, -1]

    def _columns(self, row: int) -> NDArray[np.int32]:
        matrix = self._movable.matrix
        return np.asarray(matrix.indices[matrix.indptr[row] : matrix.indptr[row + 1]])

    def _region(self, row: int) -> "_Region":
        if row not in self._regions:
            every = np.arange(self._movable.matrix.shape[1])
            columns = every if row < 0 else np.sort(self._columns(row)).astype(np.int64)
            self._regions[row] = _Region(self._movable, self._values, columns)
        return self._regions[row]


def _persons(movement: float) -> float:
    """Return the whole persons in a movement."""
    return float(np.floor(movement + _MOVED))


@dataclass(frozen=True, eq=False)
class _Movement:
    """By how many persons each of these rows changes; other rows stay as they are."""

    rows: NDArray[np.int64]
    change: Floats


class _Region:
    """Movements of some unknowns: rows that move alike there are one class with one price."""

    def __init__(self, movable: Movable, values: Floats, columns: NDArray[np.int64]) -> None:
        part = sparse.csr_array(movable.matrix[:, columns])
        self._rows = np.flatnonzero(np.diff(part.indptr))
        part = part[self._rows]
        part.sort_indices()
        keys = [piece.tobytes() for piece in np.split(part.indices, part.indptr[1:-1])]
        number = {key: k for k, key in enumerate(dict.fromkeys(keys))}
        self._class = np.array([number[key] for key in keys], dtype=np.int64)
        _, head = np.unique(self._class, return_index=True)
        self._count, self._width = len(head), len(columns)
        self._cost = movable.cost[self._rows]
        room = np.full(self._count, np.inf)
        np.minimum.at(room, self._class, values[self._rows] - movable.smallest)
        self._room = np.maximum(room, 0.0)
        self._part = sparse.csr_array(part[head])
        self._solver = self._model(movable, columns)

    def _model(self, movable: Movable, columns: NDArray[np.int64]) -> highspy.Highs:
        limits, low, high = movable.limits
        inside = sparse.csr_array(limits[:, columns])
        at = np.asarray(limits @ movable.truth)
        identity = sparse.eye_array(self._count)
        matrix = sparse.block_array([[self._part, -identity, identity], [inside, None, None]], format="csr")
        zeros = np.zeros(self._count)
        return solver_for(
            matrix,
            np.concatenate([zeros, low - at]),
            np.concatenate([zeros, high - at]),
            np.concatenate([-movable.truth[columns], zeros, zeros]),
            np.concatenate([np.full(self._width + self._count, np.inf), self._room]),
        )

    def movement(self, row: int, change: float, hidden: Mask) -> _Movement | None:
        """Return the cheapest movement that changes the row by so much; None where there is none."""
        price = np.zeros(self._count)
        np.add.at(price, self._class, np.where(hidden[self._rows], 0.0, self._cost))
        fixed = np.isinf(price)
        price[fixed] = 0.0
        rise_most, fall_most = np.where(fixed, 0.0, np.inf), np.where(fixed, 0.0, self._room)
        rise_least, fall_least = np.zeros(self._count), np.zeros(self._count)
        mine = self._class[np.searchsorted(self._rows, row)]
        rise, fall = max(change, 0.0), max(-change, 0.0)
        if fixed[mine] or fall > fall_most[mine]:
            return None
        rise_least[mine] = rise_most[mine] = rise
        fall_least[mine] = fall_most[mine] = fall
        rises = np.arange(self._width, self._width + self._count, dtype=np.int32)
        falls = rises + np.int32(self._count)
        for columns, least, most in ((rises, rise_least, rise_most), (falls, fall_least, fall_most)):
            self._solver.changeColsCost(self._count, columns, price)
            self._solver.changeColsBounds(self._count, columns, least, most)
        self._solver.run()
        if self._solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        unknowns = np.asarray(self._solver.getSolution().col_value)[: self._width]
        moved = np.asarray(self._part @ unknowns)[self._class]
        moved[np.abs(moved) <= _MOVED] = 0.0
        return _Movement(self._rows, moved)
