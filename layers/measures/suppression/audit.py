"""The audit: between which bounds readers can compute every hidden cell.

Readers know all published cells, that counts are not negative and, where the policy shows zeros, that no hidden
cell is 0. The interval of a hidden cell is the smallest and largest value that agrees with all this, from two
linear programs. The published cells are first written over what is unknown, which makes the tables fall apart
into independent pieces.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from layers.measures.suppression.errors import StructureError
from layers.measures.suppression.linear import Constraints, IntervalSolver
from layers.measures.suppression.residual import Unknowns, residuals, unknowns
from layers.measures.suppression.statements import Statement, stacked
from layers.measures.suppression.structure import Structure

type Mask = NDArray[np.bool_]
type Floats = NDArray[np.float64]

_TOLERANCE = 1e-6


@dataclass(frozen=True, eq=False)
class Audit:
    """The interval of every hidden row; kept out of the repr, since an interval of width 0 is the secret itself.

    rows: hidden rows of the structure. lower, upper: bounds of the linear programs; upper may be infinite. exact:
    False when the bounds are two values known to be possible, so that the interval may be wider.
    """

    rows: NDArray[np.int64]
    lower: Floats = field(repr=False)
    upper: Floats = field(repr=False)
    exact: bool = True

    def __repr__(self) -> str:
        return f"Audit({len(self.rows)} hidden cells, {len(self.recovered)} recovered, narrowest {self.narrowest})"

    @property
    def width(self) -> Floats:
        """Return how many persons lie between the whole numbers that are possible, per hidden row."""
        lowest = np.ceil(self.lower - _TOLERANCE)
        highest = np.floor(self.upper + _TOLERANCE)
        return np.asarray(np.maximum(highest - lowest, 0.0))

    @property
    def recovered(self) -> NDArray[np.int64]:
        """Return the hidden rows with one possible value only."""
        return np.asarray(self.rows[self.width == 0])

    @property
    def narrowest(self) -> float | None:
        """Return the smallest width, None when nothing is hidden."""
        return float(self.width.min()) if len(self.rows) else None

    def narrower_than(self, width: float) -> NDArray[np.int64]:
        """Return the hidden rows whose interval is narrower."""
        return self.rows[self.width < width]


def audit(
    structure: Structure,
    hidden: Mask,
    *,
    smallest_hidden: int = 0,
    rounding: int = 1,
    statements: Sequence[Statement] = (),
    asked: NDArray[np.int64] | None = None,
) -> Audit:
    """Return the feasible interval of every hidden row, or of those asked for.

    hidden: one flag per row of the structure. smallest_hidden: least count readers must reckon with in a hidden
    cell (`SuppressionPolicy.smallest_hidden`). rounding: published counts are multiples of it, halves rounded up, so
    that readers know the few whole numbers that each true one can be. statements: what other published numbers
    (percentages, rates) say about the cells. asked: some hidden rows, in ascending order.
    Raises StructureError for a mask of another length.
    """
    if hidden.shape != (len(structure),) or hidden.dtype != np.bool_:
        raise StructureError(
            f"hidden has shape {hidden.shape} and type {hidden.dtype}; {structure!r} needs one flag a row"
        )
    view = ReadersView.of(structure, hidden, smallest_hidden, rounding, statements)
    if asked is not None:
        view = view.of_rows(asked)
    lower, upper = view.constant.copy(), view.constant.copy()
    for piece in view.pieces():
        low, high = IntervalSolver(piece.constraints).bounds(piece.sums)
        lower[piece.owner] += low[piece.sum_of_owner]
        upper[piece.owner] += high[piece.sum_of_owner]
    return Audit(view.rows, lower, upper)


@dataclass(frozen=True, eq=False)
class Piece:
    """A part of the unknowns that no constraint ties to the rest.

    sums: the distinct sums asked for; owner: positions among the hidden rows; sum_of_owner: which sum each has here.
    """

    constraints: Constraints
    sums: sparse.csr_array
    owner: NDArray[np.int64]
    sum_of_owner: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class ReadersView:
    """What readers know, as linear constraints over the unknowns, and the hidden rows as sums of these.

    constant: the part of each hidden row that is published.
    """

    rows: NDArray[np.int64]
    sums: sparse.csr_array
    constant: Floats
    constraints: Constraints

    @classmethod
    def of(
        cls,
        structure: Structure,
        hidden: Mask,
        smallest_hidden: int,
        rounding: int,
        statements: Sequence[Statement],
    ) -> "ReadersView":
        """Collect the constraints of published cells, hidden cells and statements."""
        exact = ~hidden if rounding == 1 else np.zeros(len(hidden), dtype=bool)
        system = unknowns(structure, exact & (structure.counts == 0))
        truth = system.truth(structure.cells.counts)
        rows = np.flatnonzero(hidden)
        known, asked = system.marks(exact), system.marks(hidden)
        small = residuals(system, known, known | asked)
        sums = _rows(small, system.row[rows])
        blocks = [
            _published(small, known, truth),
            _rounded(structure, system, ~hidden & ~exact, rounding),
            _at_least(system, small, known, asked, truth, smallest_hidden),
            stacked(statements, structure, system),
        ]
        matrix = sparse.csr_array(
            sparse.vstack([block[0] for block in blocks], format="csr"), dtype=np.float64
        )
        lower, upper = (np.concatenate([block[k] for block in blocks]) for k in (1, 2))
        floor = np.zeros(matrix.shape[1])
        constraints = Constraints(matrix, lower, upper, floor, truth)
        return cls(rows, sums, structure.counts[rows] - sums @ truth, constraints)

    def of_rows(self, rows: NDArray[np.int64]) -> "ReadersView":
        """Return the same knowledge with only some of the hidden rows asked for."""
        at = np.flatnonzero(np.isin(self.rows, rows))
        return ReadersView(self.rows[at], self.sums[at], self.constant[at], self.constraints)

    def pieces(self) -> Iterator[Piece]:
        """Yield the independent parts that some hidden row asks for."""
        matrix = self.constraints.matrix
        tied = sparse.block_array([[None, matrix], [matrix.T, None]], format="csr")
        _, label = connected_components(tied, directed=False)
        of_row, of_column = label[: matrix.shape[0]], label[matrix.shape[0] :]
        owners = np.repeat(np.arange(len(self.rows)), np.diff(self.sums.indptr))
        asked = np.stack([of_column[self.sums.indices], owners, self.sums.indices], axis=1)
        asked = asked[np.lexsort(asked.T[::-1])]
        row_order, column_order = np.argsort(of_row, kind="stable"), np.argsort(of_column, kind="stable")
        for part in np.split(asked, np.flatnonzero(np.diff(asked[:, 0])) + 1):
            if len(part):
                mine = slice(*np.searchsorted(of_row[row_order], [part[0, 0], part[0, 0] + 1]))
                columns = slice(*np.searchsorted(of_column[column_order], [part[0, 0], part[0, 0] + 1]))
                yield self._piece(np.sort(row_order[mine]), np.sort(column_order[columns]), part[:, 1:])

    def _piece(self, rows: NDArray[np.int64], columns: NDArray[np.int64], asked: NDArray[np.int64]) -> Piece:
        owner, first = np.unique(asked[:, 0], return_index=True)
        local = np.searchsorted(columns, asked[:, 1])
        texts = [part.tobytes() for part in np.split(local, first[1:])]
        number = {text: k for k, text in enumerate(dict.fromkeys(texts))}
        sets = [np.frombuffer(text, dtype=local.dtype) for text in number]
        indptr = np.concatenate([[0], np.cumsum([len(s) for s in sets])])
        sums = sparse.csr_array(
            (np.ones(indptr[-1]), np.concatenate(sets), indptr), shape=(len(sets), len(columns))
        )
        whole = self.constraints
        own = Constraints(
            sparse.csr_array(whole.matrix[rows][:, columns]),
            whole.lower[rows],
            whole.upper[rows],
            whole.floor[columns],
            None if whole.whole is None else whole.whole[columns],
        )
        which = np.array([number[text] for text in texts], dtype=np.int64)
        return Piece(own, sums, owner, which)


type _Block = tuple[sparse.csr_array, Floats, Floats]


def _rows(matrix: sparse.csr_array, rows: NDArray[np.int64]) -> sparse.csr_array:
    """Return the rows by number, an empty one for -1."""
    empty = sparse.csr_array((1, matrix.shape[1]), dtype=matrix.dtype)
    return sparse.csr_array(sparse.vstack([matrix, empty], format="csr"))[rows]


def _published(small: sparse.csr_array, known: Mask, truth: Floats) -> _Block:
    matrix = small[np.flatnonzero(known & (np.diff(small.indptr) > 0))]
    value = np.asarray(matrix @ truth)
    return matrix, value, value


def _rounded(structure: Structure, system: Unknowns, rounded: Mask, base: int) -> _Block:
    rows = np.flatnonzero(rounded & (system.row >= 0))
    released = base * np.floor(structure.counts[rows] / base + 0.5)
    least, most = np.ceil(released - base / 2), np.ceil(released + base / 2) - 1
    return system.matrix[system.row[rows]], np.maximum(least, 0.0), most


def _at_least(
    system: Unknowns, small: sparse.csr_array, known: Mask, asked: Mask, truth: Floats, smallest: int
) -> _Block:
    """Return that hidden rows reach the smallest hidden count; rows around another hidden row follow from it."""
    reaching = asked & ~known & (system.matrix @ truth >= smallest)
    innermost = np.diff(residuals(system, reaching, reaching).indptr) == np.diff(system.matrix.indptr)
    rows = np.flatnonzero(reaching & innermost)
    published = np.asarray(system.matrix[rows] @ truth - small[rows] @ truth)
    rows = rows[published < smallest]
    published = published[published < smallest]
    return small[rows], smallest - published, np.full(len(rows), np.inf)
