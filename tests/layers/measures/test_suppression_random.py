"""Tables made at random, of two to four dimensions with levels and links, judged by cold linear programs of scipy.

The judge knows nothing of the package's rewriting: every finest cell is a variable, every published cell an equation.
"""

from dataclasses import dataclass

import numpy as np
import pytest
from scipy.optimize import linprog

from layers.measures.suppression import (
    Cells,
    Dimension,
    Pattern,
    Structure,
    SuppressionPolicy,
    Table,
    audit,
    certify,
    primary_rows,
    protect,
)


@dataclass(frozen=True)
class Case:
    """What a table is like; skew makes small cells, impossible is the share of combinations that cannot be."""

    seed: int
    shape: tuple[int, ...]
    threshold: int
    width: float
    zeros_shown: bool
    linked: bool = False
    scale: float = 12.0
    impossible: float = 0.0

    @property
    def policy(self) -> SuppressionPolicy:
        return SuppressionPolicy(
            "random", "made up", self.threshold, self.zeros_shown, minimum_width=self.width
        )

    @property
    def structure(self) -> Structure:
        generator = np.random.default_rng(self.seed)
        names = "abcd"[: len(self.shape)]
        index = np.indices(self.shape).reshape(len(self.shape), -1)
        effects = [generator.lognormal(0, 0.9, size) for size in self.shape]
        mean = self.scale * np.prod([e[i] for e, i in zip(effects, index, strict=True)], axis=0)
        counts = generator.poisson(mean * generator.lognormal(0, 0.5, mean.size))
        possible = generator.random(mean.size) >= self.impossible
        codes = {name: i[possible].astype(str) for name, i in zip(names, index, strict=True)}
        cells = Cells(codes, counts[possible])
        size = self.shape[0]
        up = {str(k): f"u{k // 3}" for k in range(size)}
        across = {str(k): f"v{k % 2}" for k in range(size) if k % 5 != 4}
        levels = Dimension("a", {"up": up, "across": across})
        if not self.linked:
            tables = [Table("t", {"a": ["a", "up", "across"], **{n: [n] for n in names[1:]}})]
        else:
            tables = [
                Table("t", {"a": ["a", "up"], "b": ["b"]}),
                Table("u", {"a": ["across"], **{n: [n] for n in names[1:]}}),
                Table("w", {n: [n] for n in names[1:]}, margins=False),
            ]
        return Structure.build(cells, tables, [levels])


def judged(structure: Structure, hidden, rows, smallest: int):
    """The least and greatest value of some hidden rows over all tables that agree with what is published."""
    matrix = structure.matrix.astype(float)
    counts = structure.counts.astype(float)
    floor = hidden & (counts >= smallest)
    bounds = []
    for row in rows:
        cost = matrix[[row]].toarray().ravel()
        ends = []
        for sign in (1.0, -1.0):
            found = linprog(
                sign * cost,
                A_ub=-matrix[np.flatnonzero(floor)] if smallest else None,
                b_ub=np.full(int(floor.sum()), -float(smallest)) if smallest else None,
                A_eq=matrix[np.flatnonzero(~hidden)] if (~hidden).any() else None,
                b_eq=counts[~hidden] if (~hidden).any() else None,
                bounds=(0, None),
            )
            assert found.status in (0, 3), found.message
            ends.append(sign * found.fun if found.status == 0 else np.inf)
        bounds.append(ends)
    return np.array(bounds).reshape(-1, 2)


def some(rows, most: int):
    return rows if len(rows) <= most else np.sort(np.random.default_rng(5).choice(rows, most, replace=False))


def protected(case: Case, *, exact: bool) -> tuple[Structure, Pattern]:
    structure = case.structure
    primary = primary_rows(case.policy, structure.counts)
    assert primary.any()
    return structure, protect(structure, case.policy, primary, exact=exact)


SMALL = [
    Case(1, (9, 5), 3, 1.0, zeros_shown=False),
    Case(2, (12, 6), 5, 3.0, zeros_shown=True),
    Case(3, (7, 4, 2), 5, 5.0, zeros_shown=False),
    Case(4, (7, 4, 2), 10, 8.0, zeros_shown=True),
    Case(5, (6, 3, 2, 2), 3, 2.0, zeros_shown=True, impossible=0.2),
    Case(6, (8, 4, 3), 5, 3.0, zeros_shown=True, linked=True),
    Case(7, (6, 3, 3, 2), 10, 9.0, zeros_shown=False, linked=True, impossible=0.1),
    Case(8, (9, 4), 50, 30.0, zeros_shown=False, scale=400.0),
]


@pytest.mark.parametrize("case", SMALL, ids=lambda case: f"{case.seed}")
def test_every_hidden_cell_is_as_wide_as_the_certificate_says(case):
    structure, pattern = protected(case, exact=True)
    smallest = case.policy.smallest_hidden
    bounds = judged(structure, pattern.hidden, pattern.audit.rows, smallest)
    np.testing.assert_allclose(bounds[:, 0], pattern.audit.lower, atol=1e-5)
    np.testing.assert_allclose(bounds[:, 1], pattern.audit.upper, atol=1e-5)
    widths = np.floor(bounds[:, 1] + 1e-6) - np.ceil(bounds[:, 0] - 1e-6)
    assert certify(pattern).narrowest == widths.min() >= case.width
    assert not (primary_rows(case.policy, structure.counts) & ~pattern.hidden).any()


@pytest.mark.parametrize("case", SMALL, ids=lambda case: f"{case.seed}")
def test_primary_cells_alone_are_recovered_as_the_judge_recovers_them(case):
    structure = case.structure
    primary = primary_rows(case.policy, structure.counts)
    smallest = case.policy.smallest_hidden
    found = audit(structure, primary, smallest_hidden=smallest)
    bounds = judged(structure, primary, found.rows, smallest)
    recovered = found.rows[np.floor(bounds[:, 1] + 1e-6) - np.ceil(bounds[:, 0] - 1e-6) <= 0]
    assert len(recovered)
    np.testing.assert_array_equal(found.recovered, recovered)


LARGE = [
    Case(11, (60, 8, 4), 5, 3.0, zeros_shown=True),
    Case(12, (50, 6, 3, 2), 10, 8.0, zeros_shown=True, linked=True, scale=0.6),
    Case(13, (45, 7, 5), 3, 2.0, zeros_shown=False, impossible=0.1),
]
"""More than 1,500 finest cells or 2,000 published ones: movements are sought in parts of the table."""


@pytest.mark.parametrize("case", LARGE, ids=lambda case: f"{case.seed}")
def test_witnesses_of_large_tables_are_possible_tables(case):
    structure, pattern = protected(case, exact=False)
    assert pattern.audit.narrowest >= case.width
    rows = some(pattern.audit.rows, 12)
    bounds = judged(structure, pattern.hidden, rows, case.policy.smallest_hidden)
    at = np.searchsorted(pattern.audit.rows, rows)
    assert (bounds[:, 0] <= pattern.audit.lower[at] + 1e-5).all()
    assert (bounds[:, 1] >= pattern.audit.upper[at] - 1e-5).all()
    assert (bounds[:, 1] - bounds[:, 0] >= case.width - 1e-5).all()


@pytest.mark.parametrize("case", LARGE, ids=lambda case: f"{case.seed}")
def test_the_largest_totals_stay_shown(case):
    structure, pattern = protected(case, exact=False)
    parts = np.full(len(structure), len(structure))
    for block in structure.blocks:
        rows = np.unique(block.group[block.group >= 0])
        parts[rows] = np.minimum(parts[rows], len(rows))
    primary = primary_rows(case.policy, structure.counts)
    wished = protect(structure, case.policy, primary, wish=-np.log2(parts), exact=False)
    grand = parts == parts.min()
    assert not (wished.hidden & grand & ~primary).any()
    assert wished.hidden[parts <= 8].sum() <= pattern.hidden[parts <= 8].sum()
