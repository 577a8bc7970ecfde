"""Exact linear algebra on sparse rows over the prime field of 2^31 - 1 elements.

Residues are kept symmetric (between -p/2 and p/2), so that the 0, 1 and -1 of tables stay small.
"""

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

PRIME = 2**31 - 1
_HALF = PRIME // 2
_SHIFT = 16

type Residues = NDArray[np.int64]


def residues(values: Residues) -> Residues:
    """Return the symmetric residues of whole numbers."""
    return (values + _HALF) % PRIME - _HALF


def inverses(values: Residues) -> Residues:
    """Return the multiplicative inverse of every value, none of which may be 0."""
    result = values.copy()
    unusual = np.abs(values) != 1
    result[unusual] = [pow(int(value), -1, PRIME) for value in values[unusual]]
    return residues(result)


def product(left: sparse.csr_array, right: sparse.csr_array) -> sparse.csr_array:
    """Return left @ right in the field, without overflow for rows of up to 65,000 entries."""
    if left.nnz == 0 or right.nnz == 0:
        return sparse.csr_array((left.shape[0], right.shape[1]), dtype=np.int64)
    longest = int(np.diff(left.indptr).max())
    largest = int(np.abs(left.data).max()) * int(np.abs(right.data).max())
    if largest * longest < 2**62:
        return _clean(left @ right)
    high, low = left.copy(), left.copy()
    high.data = left.data >> _SHIFT
    low.data = left.data - (high.data << _SHIFT)
    upper = _clean(high @ right)
    upper.data = upper.data << _SHIFT
    return _clean(upper + low @ right)


def difference(left: sparse.csr_array, right: sparse.csr_array) -> sparse.csr_array:
    """Return left - right in the field."""
    return _clean(left - right)


def _clean(matrix: sparse.csr_array) -> sparse.csr_array:
    matrix.data = residues(matrix.data)
    matrix.eliminate_zeros()
    return matrix


def fingerprints(matrix: sparse.csr_array, weights: Residues) -> Residues:
    """Return one number per row and column of weights, linear in the row: matrix @ weights in the field."""
    columns = [product(matrix, sparse.csr_array(weights[:, [k]])) for k in range(weights.shape[1])]
    return np.hstack([column.toarray() for column in columns])


def eliminate(pivots: sparse.csr_array, kept: sparse.csr_array) -> sparse.csr_array:
    """Return the kept rows reduced by the span of the pivot rows, in columns that no pivot uses.

    A kept row becomes zero exactly when it lies in the span; two become parallel exactly when a combination of
    them does.
    """
    return _eliminated(pivots, kept)[0]


def column_basis(rows: sparse.csr_array) -> NDArray[np.int64]:
    """Return as few columns as keep every linear relation between the rows: their number is the rank."""
    return np.sort(_eliminated(rows, sparse.csr_array((0, rows.shape[1]), dtype=np.int64))[1])


def _eliminated(
    pivots: sparse.csr_array, kept: sparse.csr_array
) -> tuple[sparse.csr_array, NDArray[np.int64]]:
    """Return the reduced kept rows and the columns of the pivots.

    Each round picks pivots that do not touch each other, those with the least fill first, and eliminates them
    together.
    """
    count = pivots.shape[0]
    whole = sparse.csr_array(sparse.vstack([pivots, kept], format="csr"), dtype=np.int64)
    active = np.arange(whole.shape[0]) < count
    used: list[NDArray[np.int64]] = [np.empty(0, dtype=np.int64)]
    while True:
        active &= np.diff(whole.indptr) > 0
        open_rows = np.flatnonzero(active)
        if not len(open_rows):
            return sparse.csr_array(whole[count:]), np.concatenate(used)
        rows, columns = _independent_pivots(whole, open_rows)
        whole = _eliminate_once(whole, rows, columns)
        active[rows] = False
        used.append(columns)


def _independent_pivots(
    whole: sparse.csr_array, open_rows: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return rows and a column of each such that no chosen row has an entry in another one's column."""
    part = whole[open_rows]
    load = np.bincount(whole.indices, minlength=whole.shape[1])
    entry_load = load[part.indices]
    lightest = np.minimum.reduceat(entry_load, part.indptr[:-1])
    owner = np.repeat(np.arange(len(open_rows)), np.diff(part.indptr))
    at = np.flatnonzero(entry_load == lightest[owner])
    _, first = np.unique(owner[at], return_index=True)
    pivot = part.indices[at[first]].astype(np.int64)
    fill = (np.diff(part.indptr) - 1) * (lightest - 1)
    cheap = np.flatnonzero(fill <= 2 * fill.min() + 8)
    order = cheap[np.argsort(fill[cheap], kind="stable")]
    touching = part[order][:, pivot[order]].tocoo()
    one, two = touching.coords
    later = np.maximum(one, two)[one != two]
    free = np.ones(len(order), dtype=bool)
    free[later] = False
    chosen = order[free]
    return open_rows[chosen], pivot[chosen]


def _eliminate_once(
    whole: sparse.csr_array, rows: NDArray[np.int64], columns: NDArray[np.int64]
) -> sparse.csr_array:
    pivots = whole[rows]
    position = np.full(whole.shape[1], -1, dtype=np.int64)
    position[columns] = np.arange(len(columns))
    owner = np.repeat(np.arange(len(rows)), np.diff(pivots.indptr))
    at = np.flatnonzero(position[pivots.indices] == owner)
    scale = inverses(pivots.data[at])
    pivots.data = residues(pivots.data * scale[owner])
    hit = position[whole.indices]
    inside = hit >= 0
    row = np.repeat(np.arange(whole.shape[0]), np.diff(whole.indptr))[inside]
    factors = sparse.csr_array(
        (whole.data[inside], (row, hit[inside])), shape=(whole.shape[0], len(rows)), dtype=np.int64
    )
    return difference(whole, product(factors, pivots))
