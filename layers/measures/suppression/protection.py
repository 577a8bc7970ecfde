"""Protects a release: primary cells, complementary cells, wide intervals, and the audit that proves it."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from layers.measures.suppression.audit import Audit, audit
from layers.measures.suppression.errors import Unprotectable
from layers.measures.suppression.pattern import Mask, Pattern
from layers.measures.suppression.policy import SuppressionPolicy
from layers.measures.suppression.residual import Unknowns, unknowns
from layers.measures.suppression.secondary import SEARCHED_ROWS, Insiders, complementary
from layers.measures.suppression.statements import Statement, stacked
from layers.measures.suppression.structure import Structure
from layers.measures.suppression.widen import Movable, Widening
from layers.measures.suppression.witnesses import Limits, proven

type Floats = NDArray[np.float64]

_DECADES = 5.0


def protect(
    structure: Structure,
    policy: SuppressionPolicy,
    primary: Mask,
    *,
    shown: Mask | None = None,
    withheld: Mask | None = None,
    wish: Floats | None = None,
    statements: Sequence[Statement] = (),
    exact: bool = True,
) -> Pattern:
    """Return a pattern in which no hidden cell can be computed to less than the policy's minimum width.

    primary: rows the policy hides (`primary_rows`). shown: rows that are public already; zeros that the policy shows
    are added. withheld, wish: as in `complementary`. statements: as in `audit`. exact: compute the full interval of
    every hidden cell; without, each has two witness tables that agree with everything published and lie the minimum
    width apart, which proves the same and suits linked tables of a whole state.
    Tables of up to 2,000 rows get their complementary cells from `complementary` first; in larger ones the
    movements that widen the primary cells find all of them, which hides fewer and is quicker.
    Raises Unprotectable, with the number of cells, when public rows or statements stand in the way.
    """
    public = np.zeros(len(structure), dtype=bool) if shown is None else shown.copy()
    if policy.zeros_shown:
        public |= (structure.counts == 0) & ~primary
    searched = len(structure) <= SEARCHED_ROWS
    hidden = primary if withheld is None else primary | withheld
    if searched:
        hidden = complementary(structure, primary, shown=public, withheld=withheld, wish=wish)
    system = unknowns(structure, public & (structure.counts == 0))
    widening = Widening(_movable(structure, system, policy, public, wish, statements), system.marks(hidden))
    if searched:
        _know(widening, system, audited(structure, policy, hidden, statements))
    widening.widen_all(policy.minimum_width)
    if not searched and primary.any():
        _hide_from_insiders(Insiders(structure, system, primary, public), widening, policy.minimum_width)
    inside = system.row >= 0
    hidden = np.asarray(np.where(inside, widening.hidden[system.row], False))
    found = (
        audited(structure, policy, hidden, statements)
        if exact
        else _witnesses(structure, system, widening, hidden)
    )
    left = len(found.narrower_than(policy.minimum_width))
    if left:
        raise Unprotectable(
            f"{left} hidden cells stay narrower than {policy.minimum_width} persons whatever else is hidden"
        )
    return Pattern(structure, policy, primary, hidden, found, _kept(widening, system))


def _know(widening: Widening, system: Unknowns, found: Audit) -> None:
    here = system.row[found.rows]
    inside = here >= 0
    widening.know(here[inside], found.lower[inside], found.upper[inside])


def _hide_from_insiders(insiders: Insiders, widening: Widening, width: float) -> None:
    """Hide more until no singleton can compute a protected row, each of which then moves while the singleton stays."""
    while pairs := insiders.given_away(~widening.hidden):
        left = sum(not widening.widen(row, width, still=reader) for row, reader in pairs)
        if left:
            raise Unprotectable(f"{left} hidden cells can be computed by the only member of another cell")
        widening.widen_all(width)


def audited(
    structure: Structure,
    policy: SuppressionPolicy,
    hidden: Mask,
    statements: Sequence[Statement],
    asked: NDArray[np.int64] | None = None,
) -> Audit:
    """Return the exact audit of a pattern, or of some hidden rows, as readers see it who know the policy."""
    return audit(
        structure,
        hidden,
        smallest_hidden=policy.smallest_hidden,
        rounding=policy.rounding,
        statements=statements,
        asked=asked,
    )


def decided(
    structure: Structure,
    policy: SuppressionPolicy,
    hidden: Mask,
    movements: sparse.csr_array | None = None,
) -> Audit:
    """Return an audit that is right about which hidden rows are narrower than the policy's minimum width.

    Two possible values are enough for a row where they lie that far apart (`witnessed`); the exact interval is
    computed of the others alone.
    """
    found = witnessed(structure, policy, hidden, movements=movements)
    narrow = found.narrower_than(policy.minimum_width)
    if not len(narrow):
        return found
    exact = audited(structure, policy, hidden, (), narrow)
    at = np.searchsorted(found.rows, narrow)
    lower, upper = found.lower.copy(), found.upper.copy()
    lower[at], upper[at] = exact.lower, exact.upper
    return Audit(found.rows, lower, upper, exact=len(narrow) == len(found.rows))


def witnessed(
    structure: Structure,
    policy: SuppressionPolicy,
    hidden: Mask,
    statements: Sequence[Statement] = (),
    movements: sparse.csr_array | None = None,
) -> Audit:
    """Return for every hidden row two values that agree with all that is published, found by moving hidden cells.

    movements: some that may do (`Pattern.movements`), which are checked; others are searched for where these prove
    too little. Quicker than `audited` by far on large linked tables. Where the values lie the policy's minimum width
    apart the row is proven safe; where they do not, nothing is proven, and `audited` decides.
    """
    public = ~hidden
    system = unknowns(structure, public & (structure.counts == 0))
    marks = system.marks(hidden)
    movable = _movable(structure, system, policy, public, None, statements)
    widening = Widening(movable, marks)
    if movements is not None:
        limits = Limits(
            marks & np.isfinite(movable.cost), policy.smallest_hidden, movable.truth, movable.limits
        )
        down, up = proven(movements, system, limits)
        widening.know(np.arange(len(marks)), movable.values - down, movable.values + up)
    widening.widen_all(policy.minimum_width)
    return _witnesses(structure, system, widening, hidden)


def _kept(widening: Widening, system: Unknowns) -> sparse.csr_array:
    """Return the movements over the finest cells, each unknown by the first cell that it stands for."""
    width = len(system.column)
    first = np.full(system.matrix.shape[1], -1, dtype=np.int64)
    inside = np.flatnonzero(system.column >= 0)[::-1]
    first[system.column[inside]] = inside
    found = widening.movements
    indptr = np.concatenate([[0], np.cumsum([len(columns) for columns, _ in found], dtype=np.int64)])
    columns = np.concatenate([np.empty(0, dtype=np.int64), *(columns for columns, _ in found)])
    changes = np.concatenate([np.empty(0), *(change for _, change in found)])
    return sparse.csr_array((changes, first[columns], indptr), shape=(len(found), width))


def _witnesses(structure: Structure, system: Unknowns, widening: Widening, hidden: Mask) -> Audit:
    rows = np.flatnonzero(hidden)
    here, count = system.row[rows], structure.counts[rows].astype(np.float64)
    down, up = np.where(here < 0, 0.0, widening.down[here]), np.where(here < 0, 0.0, widening.up[here])
    return Audit(rows, count - down, count + up, exact=False)


def _movable(
    structure: Structure,
    system: Unknowns,
    policy: SuppressionPolicy,
    public: Mask,
    wish: Floats | None,
    statements: Sequence[Statement],
) -> Movable:
    """Return what may be hidden at which price: more for larger counts, tenfold per step of wish."""
    price = np.where(public, np.inf, np.log2(2.0 + structure.counts) * 10.0 ** _decades(wish, len(structure)))
    inside = system.row >= 0
    cost = np.zeros(system.matrix.shape[0])
    np.maximum.at(cost, system.row[inside], price[inside])
    limits = stacked(statements, structure, system)
    truth = system.truth(structure.cells.counts)
    return Movable(system.matrix, truth, cost, policy.smallest_hidden, system.groups, limits)


def _decades(wish: Floats | None, size: int) -> Floats:
    """Return the rank of every wish, one step each, or less so that the greatest is 5."""
    if wish is None:
        return np.zeros(size)
    levels, rank = np.unique(wish, return_inverse=True)
    return np.asarray(rank * min(1.0, _DECADES / max(len(levels) - 1, 1)), dtype=np.float64)
