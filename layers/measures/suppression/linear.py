"""Feasible intervals of sums under linear constraints, from one model whose cost alone changes.

Solves are warm-started by the primal simplex, which stays feasible when only the cost changes. Every solution
found is also tried on all other sums, so that a sum whose obvious bound has been attained needs no solve.

People are whole, and readers know it. The corners of linked tables of three dimensions or more may lie at halves and
thirds of a person: among few unknowns, a branch and bound search of bounded size then looks for whole numbers.
"""

from dataclasses import dataclass

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from layers.measures.suppression.errors import SuppressionError

type Floats = NDArray[np.float64]

_EXACT = 1e-9
_SNAP = 1e-6
_PRIMAL_SIMPLEX = 4
_SEARCHED, _NODES = 400, 200
_ENDED = {highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kSolutionLimit}


@dataclass(frozen=True, eq=False)
class Constraints:
    """matrix @ x between lower and upper, x between floor and infinity.

    whole: a point of whole numbers that satisfies them, where only such points count; None where all do.
    """

    matrix: sparse.csr_array
    lower: Floats
    upper: Floats
    floor: Floats
    whole: Floats | None = None


class IntervalSolver:
    """Bounds of linear sums over the points that satisfy the constraints; infinite where nothing bounds them."""

    def __init__(self, constraints: Constraints) -> None:
        self._constraints = constraints
        self._width = constraints.matrix.shape[1]
        self._solver = solver_for(
            constraints.matrix,
            constraints.lower,
            constraints.upper,
            constraints.floor,
            np.full(self._width, np.inf),
        )
        self._solver.setOptionValue("presolve", "off")
        self._solver.setOptionValue("simplex_strategy", _PRIMAL_SIMPLEX)
        self._cost = np.empty(0, dtype=np.int32)

    def bounds(self, sums: sparse.csr_array) -> tuple[Floats, Floats]:
        """Return the smallest and the largest value of every row of sums (0/1 entries).

        Of whole numbers, the values are attained among few unknowns; where the search ended early, they may be inner
        ones.
        """
        low, high = _obvious(self._constraints, sums)
        least, most = np.full(len(low), np.inf), np.full(len(low), -np.inf)
        if self._constraints.whole is not None:
            least = np.asarray(sums @ self._constraints.whole)
            most = least.copy()
        for k in range(sums.shape[0]):
            for sense, known, met in ((-1, high, most), (1, low, least)):
                if np.isfinite(known[k]) and abs(met[k] - known[k]) <= _EXACT * max(1.0, abs(known[k])):
                    continue
                point = self._solve(sums.indices[sums.indptr[k] : sums.indptr[k + 1]], sense)
                if point is None:
                    met[k] = -sense * np.inf
                    continue
                reached = _snapped(sums @ point)
                np.minimum(least, reached, out=least)
                np.maximum(most, reached, out=most)
                known[k] = met[k] if self._constraints.whole is not None else reached[k]
        return low, high

    def _solve(self, columns: NDArray[np.int32], sense: int) -> Floats | None:
        """Return a point with the smallest (sense 1) or largest (-1) sum, None where the sum has no bound."""
        self._solver.changeColsCost(len(self._cost), self._cost, np.zeros(len(self._cost)))
        self._solver.changeColsCost(len(columns), columns, np.full(len(columns), float(sense)))
        self._cost = columns
        self._solver.run()
        status = self._solver.getModelStatus()
        if status == highspy.HighsModelStatus.kUnbounded:
            return None
        if status != highspy.HighsModelStatus.kOptimal:
            raise SuppressionError(
                f"the audit's linear program ended as {status.name}; the cells contradict themselves"
            )
        point = np.asarray(self._solver.getSolution().col_value)
        if self._constraints.whole is None:
            return point
        found = nearest_whole(self._solver, self._width)
        return self._constraints.whole if found is None else found


def nearest_whole(solver: highspy.Highs, persons: int) -> Floats | None:
    """Return the best solution whose first variables are whole persons, after a linear program was solved.

    That of the program where it is whole, or where there are more than 400 variables of persons, for which the search
    takes too long; None where a search of bounded size found none.
    """
    point = np.asarray(solver.getSolution().col_value)[:persons]
    if persons > _SEARCHED or (np.abs(point - np.round(point)) <= _SNAP).all():
        return point
    columns = np.arange(persons, dtype=np.int32)
    solver.setOptionValue("mip_max_nodes", _NODES)
    solver.setOptionValue("mip_rel_gap", 0.0)
    solver.changeColsIntegrality(persons, columns, np.full(persons, highspy.HighsVarType.kInteger))
    solver.run()
    found = np.isfinite(solver.getInfo().objective_function_value) and solver.getModelStatus() in _ENDED
    point = np.asarray(solver.getSolution().col_value)[:persons]
    solver.changeColsIntegrality(persons, columns, np.full(persons, highspy.HighsVarType.kContinuous))
    return np.round(point) if found else None


def solver_for(
    matrix: sparse.csr_array, lower: Floats, upper: Floats, floor: Floats, ceiling: Floats
) -> highspy.Highs:
    """Return a silent simplex solver over lower <= matrix @ x <= upper, floor <= x <= ceiling, at no cost yet."""
    program = highspy.HighsLp()
    program.num_row_, program.num_col_ = matrix.shape
    program.col_cost_ = np.zeros(matrix.shape[1])
    program.col_lower_, program.col_upper_ = floor, ceiling
    program.row_lower_, program.row_upper_ = lower, upper
    program.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    program.a_matrix_.start_ = matrix.indptr.astype(np.int32)
    program.a_matrix_.index_ = matrix.indices.astype(np.int32)
    program.a_matrix_.value_ = matrix.data.astype(np.float64)
    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    for option, value in (("output_flag", False), ("solver", "simplex"), ("threads", 1)):
        solver.setOptionValue(option, value)
    solver.passModel(program)
    return solver


def _obvious(constraints: Constraints, sums: sparse.csr_array) -> tuple[Floats, Floats]:
    """Return outer bounds of 0/1 sums: the floors, and what any constraint around the sum leaves to it."""
    matrix = constraints.matrix
    low = np.asarray(sums @ constraints.floor)
    high = np.full(sums.shape[0], np.inf)
    plain = np.ones(matrix.shape[0], dtype=bool)
    plain[np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))[matrix.data != 1]] = False
    spare = constraints.upper - np.asarray(matrix @ constraints.floor)
    shared = sparse.coo_array(sums @ matrix.T)
    one, two = shared.coords
    around = (shared.data == np.diff(sums.indptr)[one]) & plain[two]
    np.minimum.at(high, one[around], low[one[around]] + spare[two[around]])
    within = (shared.data == np.diff(matrix.indptr)[two]) & plain[two]
    np.maximum.at(low, one[within], constraints.lower[two[within]])
    return low, high


def _snapped(values: Floats) -> Floats:
    """Return the values with those next to a whole number put on it."""
    whole = np.round(values)
    return np.where(np.abs(values - whole) < _SNAP, whole, values)
