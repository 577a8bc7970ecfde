"""Complementary suppression: which further cells to hide so that no hidden small cell can be computed.

Readers know all published cells of all tables. A protected cell is computable exactly when its row lies in the
span of the published rows, so cells are published in order of wish while that holds for none. The algebra is exact
(a prime field), and covers every total, level and linked table at once. Method: incremental Gaussian elimination
as in Langsrud's GaussSuppression; singletons (the only member of a cell knows its count) are readers too.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from layers.measures.suppression.errors import StructureError, Unprotectable
from layers.measures.suppression.field import column_basis, eliminate, fingerprints
from layers.measures.suppression.greedy import Echelon, Ledger, direction, weights
from layers.measures.suppression.residual import Unknowns, residuals, unknowns
from layers.measures.suppression.structure import Structure

type Mask = NDArray[np.bool_]

_ONE_BY_ONE = 256
SEARCHED_ROWS = 2_000
_RESTARTS = 64
_NOISE = 0.3


def complementary(
    structure: Structure,
    primary: Mask,
    *,
    shown: Mask,
    withheld: Mask | None = None,
    wish: NDArray[np.float64] | None = None,
) -> Mask:
    """Return the rows to hide: the primary ones and as few others as the order of wish finds.

    primary, shown: one flag per row of the structure; shown rows are public whatever happens (zeros that the policy
    shows, cells of earlier releases). wish: larger is published earlier; ties by larger count. Tables of up to
    2,000 rows are tried in several orders of count, slightly disturbed, and the pattern with the fewest hidden
    cells is kept; the result is the same in every run. withheld: rows that stay hidden without being protected.
    Raises Unprotectable when the shown rows alone give a primary cell away, StructureError for masks of another
    length or that contradict each other.
    """
    kept_back = np.zeros(len(structure), dtype=bool) if withheld is None else withheld
    wished = np.zeros(len(structure)) if wish is None else np.asarray(wish, dtype=np.float64)
    _check(structure, primary, shown, kept_back, wished)
    zero = shown & (structure.counts == 0)
    system = unknowns(structure, zero)
    if not primary.any():
        return kept_back.copy()
    search = _Search.over(structure, system, primary, shown & ~zero)
    shown_cells = _published_cells(structure, system)
    patterns = [search.hidden(order) for order in _orders(structure, system, search, kept_back, wished)]
    hidden = min(patterns, key=lambda pattern: int(shown_cells[pattern].sum()))
    known = system.row < 0
    return np.asarray(np.where(known, False, hidden[system.row]))


class Insiders:
    """What the only member of a hidden cell, who knows that it counts 1, can compute beside the published cells."""

    def __init__(self, structure: Structure, system: Unknowns, primary: Mask, shown: Mask) -> None:
        """Raise Unprotectable when the shown rows alone give a primary cell away."""
        self._search = _Search.over(structure, system, primary, shown & (structure.counts > 0))

    def given_away(self, public: Mask) -> list[tuple[int, int]]:
        """Return the protected rows of the system that these public rows give away, each to a singleton or (-1) all."""
        return self._search.given_away(public)


def _check(
    structure: Structure, primary: Mask, shown: Mask, withheld: Mask, wished: NDArray[np.float64]
) -> None:
    for name, mask in (("primary", primary), ("shown", shown), ("withheld", withheld)):
        if mask.shape != (len(structure),) or mask.dtype != np.bool_:
            raise StructureError(
                f"{name} has shape {mask.shape} and type {mask.dtype}; {structure!r} needs one flag a row"
            )
    if wished.shape != (len(structure),) or not np.isfinite(wished).all():
        raise StructureError(f"wish has shape {wished.shape}; {structure!r} needs one finite number a row")
    both = int((shown & (primary | withheld)).sum())
    if both:
        raise StructureError(f"{both} rows are shown and at the same time primary or withheld")


def _published_cells(structure: Structure, system: Unknowns) -> NDArray[np.int64]:
    """Return how many cells of the tables each row of the system stands for."""
    cells = np.zeros(system.matrix.shape[0], dtype=np.int64)
    for block in structure.blocks:
        rows = system.row[np.unique(block.group[block.group >= 0])]
        np.add.at(cells, rows[rows >= 0], 1)
    return cells


def _orders(
    structure: Structure,
    system: Unknowns,
    search: "_Search",
    withheld: Mask,
    wished: NDArray[np.float64],
) -> Iterator[NDArray[np.int64]]:
    """Yield the undecided rows of the system, the most wished for first, in each order that is tried."""
    rows, size = np.arange(len(structure)), np.log1p(structure.counts.astype(np.float64))
    keys = [size]
    if len(structure) <= SEARCHED_ROWS:
        generator = np.random.default_rng(20_210_301)
        restarts = min(_RESTARTS, 10 * SEARCHED_ROWS // len(structure))
        keys += [size + generator.normal(0, _NOISE, len(rows)) for _ in range(restarts)]
    decided = search.protected | search.public | system.marks(withheld)
    for key in keys:
        ranked = np.lexsort((rows, key, wished))[::-1]
        ranked = ranked[system.row[ranked] >= 0]
        distinct, first = np.unique(system.row[ranked], return_index=True)
        in_order = distinct[np.argsort(first)]
        yield np.asarray(in_order[~decided[in_order]])


@dataclass(frozen=True, eq=False)
class _Search:
    """The rows of a system with their roles, and the search for the rows that can be published."""

    system: Unknowns
    protected: Mask
    singleton: Mask
    public: Mask
    columns: NDArray[np.int64]

    @classmethod
    def over(
        cls,
        structure: Structure,
        system: Unknowns,
        primary: Mask,
        shown: Mask,
    ) -> "_Search":
        """Carry the roles of structure rows over to the rows of the system."""
        protected, public = system.marks(primary), system.marks(shown)
        contradicted = int((protected & public).sum())
        if contradicted:
            raise Unprotectable(f"{contradicted} protected cells equal a cell that is public already")
        every = np.ones(len(public), dtype=bool)
        columns = column_basis(residuals(system, every, every))
        alone = system.marks(structure.counts == 1) & ~public
        search = cls(system, protected, alone, public, columns)
        broken = search._broken(public)
        if broken:
            raise Unprotectable(f"{broken} protected cells follow from cells that are public already")
        return search

    def hidden(self, order: NDArray[np.int64]) -> Mask:
        """Return the rows of the system that stay hidden."""
        public = self.public.copy()
        safe = self._safe_prefix(order)
        public[order[:safe]] = True
        rows = np.flatnonzero(~public)
        reduced = self._modulo(public, ~public) if safe else self._start
        echelon = Echelon(reduced, self._ledger(rows))
        position = dict(zip(rows.tolist(), range(len(rows)), strict=True))
        for row in order[safe:].tolist():
            public[row] = echelon.publish(position[row])
        return ~public

    def _safe_prefix(self, order: NDArray[np.int64]) -> int:
        """Return how many of the most wished rows can be published at once without giving a cell away."""
        low, size = 0, len(order)
        while size - low > _ONE_BY_ONE:
            middle = (low + size) // 2
            public = self.public.copy()
            public[order[:middle]] = True
            if self._broken(public):
                size = middle
            else:
                low = middle
        return low

    @cached_property
    def _start(self) -> sparse.csr_array:
        """Return all rows reduced by the rows that are public from the start, where every order begins."""
        return self._modulo(self.public, ~self.public)

    def _broken(self, public: Mask) -> int:
        """Return how many protected rows these public rows give away."""
        return len(self.given_away(public))

    def given_away(self, public: Mask) -> list[tuple[int, int]]:
        """Return the protected rows that these public rows give away, each with the singleton that it takes or -1."""
        watched = (self.protected | self.singleton) & ~public
        kept = self._modulo(public, watched)
        prints = fingerprints(kept, weights(kept.shape[1]))
        rows = np.flatnonzero(watched)
        found = self._ledger(rows).broken_by({k: direction(row.tolist()) for k, row in enumerate(prints)})
        return [(int(rows[row]), int(rows[reader]) if reader >= 0 else -1) for row, reader in found]

    def _modulo(self, public: Mask, wanted: Mask) -> sparse.csr_array:
        """Return the wanted rows reduced by the public rows."""
        small = residuals(self.system, public, public | wanted)[:, self.columns]
        return eliminate(
            sparse.csr_array(small[np.flatnonzero(public)]), sparse.csr_array(small[np.flatnonzero(wanted)])
        )

    def _ledger(self, rows: NDArray[np.int64]) -> Ledger:
        return Ledger(self.protected[rows], self.singleton[rows])
