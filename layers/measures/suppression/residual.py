"""Published cells written over as few finest cells as possible, by taking out finer published cells.

A total whose parts are published says nothing new; a total with two hidden parts says what these two sum to.
Rewriting every row so keeps what readers know, exactly and with 0/1 entries, and lets the tables fall apart into
small independent pieces.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from layers.measures.suppression.structure import Structure

type Mask = NDArray[np.bool_]
type Index = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Unknowns:
    """A structure over what readers do not know: finest cells known to be 0 dropped, inseparable ones merged.

    matrix: 0/1, distinct rows over unknowns. row: per row of the structure its row here, -1 where all is known.
    column: per finest cell its unknown here, -1 where known. groups: the blocks of the structure, over the unknowns.
    """

    matrix: sparse.csr_array
    row: Index
    column: Index
    groups: tuple[Index, ...]

    def marks(self, structure_rows: Mask) -> Mask:
        """Return the rows here that any marked row of the structure leads to."""
        marked = np.zeros(self.matrix.shape[0], dtype=bool)
        rows = self.row[structure_rows]
        marked[rows[rows >= 0]] = True
        return marked

    def truth(self, counts: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the true value of every unknown from the counts of the finest cells."""
        inside = self.column >= 0
        return np.bincount(self.column[inside], weights=counts[inside], minlength=self.matrix.shape[1])


def unknowns(structure: Structure, known_zero_rows: Mask) -> Unknowns:
    """Return what is left to know when the marked rows are known to be 0."""
    width = structure.matrix.shape[1]
    known = np.asarray(structure.matrix[np.flatnonzero(known_zero_rows)].sum(axis=0)).ravel() > 0
    signature = _signatures(structure.matrix.T.tocsr())
    open_columns = np.flatnonzero(~known)
    _, first, inverse = np.unique(signature[open_columns], axis=0, return_index=True, return_inverse=True)
    column = np.full(width, -1, dtype=np.int64)
    column[open_columns] = inverse.ravel()
    representative = open_columns[first]
    matrix = sparse.csr_array(structure.matrix[:, representative])
    _, head, merged = np.unique(_signatures(matrix), axis=0, return_index=True, return_inverse=True)
    filled = np.diff(matrix.indptr)[head] > 0
    number = np.where(filled, np.cumsum(filled) - 1, -1)
    row = number[merged.ravel()]
    groups = []
    for block in structure.blocks:
        group = block.group[representative]
        groups.append(np.where(group < 0, -1, row[group]))
    return Unknowns(sparse.csr_array(matrix[head[filled]]), row, column, tuple(groups))


def _signatures(matrix: sparse.csr_array) -> NDArray[np.uint64]:
    """Return two sums of random 63-bit weights and the length of every row: equal rows, equal signatures."""
    weights = np.random.default_rng(20_180_306).integers(1, 2**63, size=(2, matrix.shape[1]), dtype=np.uint64)
    owner = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    result = np.zeros((matrix.shape[0], 3), dtype=np.uint64)
    for k, weight in enumerate(weights):
        np.add.at(result[:, k], owner, weight[matrix.indices])
    result[:, 2] = np.diff(matrix.indptr).astype(np.uint64)
    return result


def residuals(system: Unknowns, published: Mask, wanted: Mask) -> sparse.csr_array:
    """Return the wanted rows less the published rows inside them; other rows stay empty.

    For a published row, only finer published rows are taken out, so the span of the published rows stays the same.
    """
    count, width = system.matrix.shape
    sizes = np.diff(system.matrix.indptr)
    parts = [int(np.unique(group[group >= 0]).size) for group in system.groups]
    finer_last = sorted(range(len(parts)), key=parts.__getitem__)
    pending = wanted.copy()
    rows, columns = [], []
    for group, size in zip(system.groups, parts, strict=True):
        inside = np.flatnonzero((group >= 0) & pending[group])
        owner = group[inside]
        pending[owner] = False
        for finer in finer_last:
            if not len(inside) or parts[finer] < size:
                continue
            gone = _covered(owner, system.groups[finer][inside], published, sizes)
            inside, owner = inside[~gone], owner[~gone]
        rows.append(owner)
        columns.append(inside)
    row, column = np.concatenate(rows), np.concatenate(columns)
    return sparse.csr_array(
        (np.ones(len(row), dtype=np.int64), (row, column)), shape=(count, width), dtype=np.int64
    )


def _covered(owner: Index, part: Index, published: Mask, sizes: Index) -> Mask:
    """Return which entries belong to a published part that lies wholly in what is left of one owner."""
    usable = (part >= 0) & published[part] & (part != owner)
    found = np.bincount(part[usable], minlength=len(sizes))
    some_owner = np.full(len(sizes), -1, dtype=np.int64)
    some_owner[part[usable]] = owner[usable]
    straddling = np.zeros(len(sizes), dtype=bool)
    split = usable & (some_owner[part] != owner)
    straddling[part[split]] = True
    whole = (found == sizes) & ~straddling
    return np.asarray(usable & whole[part])
