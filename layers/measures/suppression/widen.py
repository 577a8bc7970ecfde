"""Makes narrow intervals wide: hides the cheapest further cells through which a hidden cell can move.

Take the true table and move one hidden cell by the width that is missing. Other cells must move too, so that the
sums stay right; the cheapest such movement is a linear program (the published cells that move are paid for), solved
among the cells around, and among more of them where there is none, or where it hides a cell that is far dearer than
the one to protect (`regions`). Hide the cells that move, and the moved table is one more table that agrees with
everything published: the interval holds both values. Every such table also widens the other cells that it moves. The
idea is that of the linear programming heuristics for cell suppression (Kelly, Golden, Assad 1992; Fischetti, Salazar
2000).
"""

from collections import OrderedDict
from dataclasses import dataclass
from functools import cached_property

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from layers.measures.suppression.linear import nearest_whole, solver_for
from layers.measures.suppression.regions import Region, Regions

type Mask = NDArray[np.bool_]
type Floats = NDArray[np.float64]

_MOVED = 1e-6
_MODELS = 64
_DEAR = 30.0
_WORTH = 5_000
_TINY = 1e-9


@dataclass(frozen=True, eq=False)
class Movable:
    """What may move: rows over unknowns with their true counts, and what it costs to hide a row.

    cost: above 0, infinite for rows that must stay published. groups: partitions of the unknowns by row. limits:
    further constraints (matrix, lower, upper) on the unknowns, from statements.
    """

    matrix: sparse.csr_array
    truth: Floats
    cost: Floats
    smallest: int
    groups: tuple[NDArray[np.int64], ...]
    limits: tuple[sparse.csr_array, Floats, Floats]

    @cached_property
    def values(self) -> Floats:
        """True count of every row."""
        return np.asarray(self.matrix @ self.truth)


class Widening:
    """Hidden rows and how far each is known to be able to move, in `up` and `down`."""

    def __init__(self, movable: Movable, hidden: Mask) -> None:
        self._movable = movable
        self._columns = sparse.csc_array(movable.matrix)
        self._around = Regions(movable.matrix, movable.truth, movable.groups)
        self._sizes = np.diff(movable.matrix.indptr)
        self._moves: OrderedDict[str, _Moves] = OrderedDict()
        self.hidden = hidden.copy()
        self.down: Floats = np.zeros(len(hidden))
        self.up: Floats = np.zeros(len(hidden))
        self.movements: list[tuple[NDArray[np.int64], Floats]] = []

    def know(self, rows: NDArray[np.int64], lower: Floats, upper: Floats) -> None:
        """Take over intervals that an audit found for some rows."""
        self.down[rows] = np.maximum(self.down[rows], self._movable.values[rows] - lower)
        self.up[rows] = np.maximum(self.up[rows], upper - self._movable.values[rows])

    def widen_all(self, width: float) -> None:
        """Widen every hidden row, those that get hidden on the way included, as far as that is possible."""
        done = np.zeros(len(self.hidden), dtype=bool)
        while (self.hidden & ~done).any():
            for row in self._around.in_order(np.flatnonzero(self.hidden & ~done)).tolist():
                self.widen(row, width)
                done[row] = True

    def widen(self, row: int, width: float, still: int | None = None) -> bool:
        """Hide what is needed for the row to be uncertain by that many persons; return whether that is possible.

        still: a row that does not move meanwhile, whose value some reader knows.
        """
        up, down = (0.0, 0.0) if still is not None else (_persons(self.up[row]), _persons(self.down[row]))
        missing = np.ceil(width) - up - down
        if missing <= 0:
            return True
        best: _Movement | None = None
        for around in self._around.around(row):
            if best is not None and len(around.columns) > _WORTH:
                break
            movement = self._cheapest(self._region(around), row, (up + missing, -down - missing), still)
            if movement is not None and (best is None or movement.cost < best.cost):
                best = movement
            if best is not None and not self._dear(best, row):
                break
        if best is not None:
            self._apply(best)
        return best is not None

    def _dear(self, movement: "_Movement", row: int) -> bool:
        """Return whether the movement hides a row that should far rather stay published than this one."""
        new = movement.rows[(movement.change != 0) & ~self.hidden[movement.rows]]
        return bool((self._movable.cost[new] > _DEAR * self._movable.cost[row]).any())

    def _cheapest(
        self, region: "_Moves", row: int, changes: tuple[float, float], still: int | None
    ) -> "_Movement | None":
        """Return the cheaper of the movements up and down; the first when it is free."""
        best: _Movement | None = None
        for change in changes:
            movement = region.movement(row, change, self.hidden, still)
            if movement is not None and (best is None or movement.cost < best.cost):
                best = movement
            if best is not None and best.cost <= _MOVED:
                break
        return best

    def _apply(self, movement: "_Movement") -> None:
        rows, change = movement.rows, movement.change
        self.movements.append((movement.columns, movement.unknowns))
        self.hidden[rows] |= change != 0
        self.up[rows] = np.maximum(self.up[rows], change)
        self.down[rows] = np.maximum(self.down[rows], -change)

    def _region(self, around: Region) -> "_Moves":
        if around.key in self._moves:
            self._moves.move_to_end(around.key)
            return self._moves[around.key]
        self._moves[around.key] = made = _Moves(self._movable, self._columns, self._sizes, around)
        if len(self._moves) > _MODELS:
            self._moves.popitem(last=False)
        return made


def _persons(movement: float) -> float:
    """Return the whole persons in a movement."""
    return float(np.floor(movement + _MOVED))


@dataclass(frozen=True, eq=False)
class _Movement:
    """By how many persons each of these rows changes, and what hiding costs; other rows stay as they are."""

    rows: NDArray[np.int64]
    change: Floats
    cost: float
    columns: NDArray[np.int64]
    unknowns: Floats


class _Moves:
    """Movements of some unknowns: rows that move alike there are one class with one price."""

    def __init__(
        self, movable: Movable, by_column: sparse.csc_array, sizes: NDArray[np.int64], around: Region
    ) -> None:
        self._inside = columns = around.columns
        part = sparse.csr_array(by_column[:, columns])
        self._rows = np.flatnonzero(np.diff(part.indptr))
        part = part[self._rows]
        part.sort_indices()
        keys = [piece.tobytes() for piece in np.split(part.indices, part.indptr[1:-1])]
        number = {key: k for k, key in enumerate(dict.fromkeys(keys))}
        self._class = np.array([number[key] for key in keys], dtype=np.int64)
        _, head = np.unique(self._class, return_index=True)
        self._count, self._width = len(head), len(columns)
        outside = (np.diff(part.indptr) < sizes[self._rows]) & around.closed
        self._cost = np.where(outside, np.inf, movable.cost[self._rows])
        room = np.full(self._count, np.inf)
        np.minimum.at(room, self._class, movable.values[self._rows] - movable.smallest)
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

    def movement(self, row: int, change: float, hidden: Mask, still: int | None = None) -> _Movement | None:
        """Return the cheapest movement that changes the row by so much; None where there is none."""
        price = np.zeros(self._count)
        np.add.at(price, self._class, np.where(hidden[self._rows], 0.0, self._cost))
        fixed = np.isinf(price)
        if still is not None and still in self._rows:
            fixed[self._class_of(still)] = True
        price[fixed] = 0.0
        rise_most, fall_most = np.where(fixed, 0.0, np.inf), np.where(fixed, 0.0, self._room)
        rise_least, fall_least = np.zeros(self._count), np.zeros(self._count)
        mine = self._class_of(row)
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
        unknowns = nearest_whole(self._solver, self._width)
        if unknowns is None:
            return None
        moved = np.asarray(self._part @ unknowns)[self._class]
        moved[np.abs(moved) <= _MOVED] = 0.0
        kept = np.flatnonzero(np.abs(unknowns) > _TINY)
        return _Movement(
            self._rows,
            moved,
            float(price @ np.abs(np.asarray(self._part @ unknowns))),
            self._inside[kept],
            unknowns[kept],
        )

    def _class_of(self, row: int) -> int:
        return int(self._class[np.searchsorted(self._rows, row)])
