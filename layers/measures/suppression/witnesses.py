"""Possible tables kept with a pattern, and what they prove: an explicit pair of tables is a proof of its width.

A movement says by how much some finest cells change. Where it leaves all that is published as it is, the true table
and the moved one agree with everything that readers know, so each hidden row has both its values. Checking that takes
one product of matrices; finding movements took linear programs. A kept movement that is wrong, or that a later
release no longer allows, proves nothing and is left out: keeping movements can make an audit quicker, never milder.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from layers.measures.suppression.residual import Unknowns

type Mask = NDArray[np.bool_]
type Floats = NDArray[np.float64]

_MOVED = 1e-6
_AT_ONCE = 500


@dataclass(frozen=True, eq=False)
class Limits:
    """What a moved table must keep to: rows that are published, smallest value of the hidden ones, statements."""

    hidden: Mask
    smallest: int
    truth: Floats
    stated: tuple[sparse.csr_array, Floats, Floats]


def proven(movements: sparse.csr_array, system: Unknowns, limits: Limits) -> tuple[Floats, Floats]:
    """Return how far each row of the system is proven to move down and up.

    movements: one row per movement, one column per finest cell.
    """
    down, up = np.zeros(len(limits.hidden)), np.zeros(len(limits.hidden))
    values = np.asarray(system.matrix @ limits.truth)
    upward = sparse.csr_array(system.matrix.T)
    for start in range(0, movements.shape[0], _AT_ONCE):
        some = sparse.csr_array(movements[start : start + _AT_ONCE])
        moved, outside = _over_unknowns(some, system)
        change = sparse.csr_array(moved @ upward)
        bad = outside | _refused(moved, change, values, limits)
        owner = np.repeat(np.arange(change.shape[0]), np.diff(change.indptr))
        good = ~bad[owner]
        np.maximum.at(up, change.indices[good], change.data[good])
        np.maximum.at(down, change.indices[good], -change.data[good])
    return down, up


def _over_unknowns(movements: sparse.csr_array, system: Unknowns) -> tuple[sparse.csr_array, Mask]:
    """Return the movements over the unknowns, and which of them move a cell that is known."""
    owner = np.repeat(np.arange(movements.shape[0]), np.diff(movements.indptr))
    column = system.column[movements.indices]
    outside = np.zeros(movements.shape[0], dtype=bool)
    outside[owner[column < 0]] = True
    inside = column >= 0
    shape = (movements.shape[0], system.matrix.shape[1])
    moved = sparse.coo_array((movements.data[inside], (owner[inside], column[inside])), shape=shape)
    return sparse.csr_array(moved), outside


def _refused(moved: sparse.csr_array, change: sparse.csr_array, values: Floats, limits: Limits) -> Mask:
    """Return which movements readers can tell from the true table."""
    bad = np.zeros(moved.shape[0], dtype=bool)
    owner = np.repeat(np.arange(moved.shape[0]), np.diff(moved.indptr))
    bad[owner[limits.truth[moved.indices] + moved.data < -_MOVED]] = True
    owner = np.repeat(np.arange(change.shape[0]), np.diff(change.indptr))
    row, by = change.indices, change.data
    low = (values[row] + by < limits.smallest - _MOVED) & (by < -_MOVED)
    bad[owner[(~limits.hidden[row] & (np.abs(by) > _MOVED)) | low]] = True
    matrix, least, most = limits.stated
    if matrix.shape[0]:
        at = np.asarray(matrix @ limits.truth)
        stated = np.asarray((moved @ matrix.T).toarray()) + at
        bad |= ((stated < least - _MOVED) | (stated > most + _MOVED)).any(axis=1)
    return bad
