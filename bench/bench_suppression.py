"""Time of disclosure control on a table of about 10,000 cells: pattern, warm audit, and a cold audit beside it.

The cold way is what a plain script does: for every hidden cell two calls of scipy.optimize.linprog over all finest
cells and all published rows. Only a sample is run; the rest is extrapolated.

    python bench/bench_suppression.py
"""

import time
from collections.abc import Callable

import numpy as np
from scipy.optimize import linprog

from layers.measures.suppression import (
    Cells,
    Dimension,
    Structure,
    Table,
    audit,
    certify,
    named_policy,
    primary_rows,
    protect,
)

TOWNS = 40
COUNTIES = 4
SAMPLE = 6


def town_table(seed: int = 1) -> Structure:
    """Return town and county by race by sex by age with all margins, from made-up counts."""
    generator = np.random.default_rng(seed)
    people = generator.lognormal(9.5, 0.9, TOWNS)
    race = generator.dirichlet(np.array([5.0, 0.9, 0.4, 1.4, 0.02, 0.005, 0.3]), TOWNS)
    age = np.array([0.05, 0.12, 0.07, 0.13, 0.12, 0.13, 0.2, 0.1, 0.08])
    mean = people[:, None, None, None] * race[:, :, None, None] * 0.5 * np.ones(2)[:, None] * age
    counts = generator.poisson(mean)
    town, *rest = np.indices(counts.shape)
    codes = {
        name: column.ravel().astype(str) for name, column in zip(("race", "sex", "age"), rest, strict=True)
    }
    cells = Cells({"town": town.ravel().astype(str), **codes}, counts.ravel())
    county = {str(t): f"county {t % COUNTIES}" for t in range(TOWNS)}
    by = {"town": ["town", "county"], "race": ["race"], "sex": ["sex"], "age": ["age"]}
    return Structure.build(cells, [Table("population", by)], [Dimension("town", {"county": county})])


def timed[T](work: Callable[[], T]) -> tuple[T, float]:
    """Return the result and the seconds that it took."""
    start = time.perf_counter()
    return work(), time.perf_counter() - start


def cold_bounds(structure: Structure, hidden: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Return the bounds of some hidden rows, each from two linear programs of its own."""
    published = structure.matrix[np.flatnonzero(~hidden)]
    values = structure.counts[~hidden]
    bounds = []
    for row in rows:
        target = structure.matrix[[row]].toarray().ravel()
        ends = [
            linprog(s * target, A_eq=published, b_eq=values, bounds=(0, None)).fun * s for s in (1.0, -1.0)
        ]
        bounds.append(ends)
    return np.array(bounds)


def main() -> None:
    """Print the table of times."""
    structure = town_table()
    policy = named_policy("wa-doh")
    primary = primary_rows(policy, structure.counts)
    pattern, protecting = timed(lambda: protect(structure, policy, primary))
    warm, warm_seconds = timed(lambda: audit(structure, pattern.hidden))
    rows = np.random.default_rng(2).choice(warm.rows, SAMPLE, replace=False)
    cold, sample_seconds = timed(lambda: cold_bounds(structure, pattern.hidden, rows))
    at = np.searchsorted(warm.rows, rows)
    apart = np.abs(cold - np.stack([warm.lower[at], warm.upper[at]], axis=1)).max()
    certificate = certify(pattern)
    print(f"published cells            {certificate.cells:>10,}")
    print(f"primary / complementary    {certificate.primary:>10,} / {certificate.complementary:,}")
    print(f"narrowest interval         {certificate.narrowest:>10} persons (policy: {policy.minimum_width})")
    print(f"pattern with its audit     {protecting:>10.1f} s")
    print(f"audit, warm, all cells     {warm_seconds:>10.1f} s")
    cold_seconds = sample_seconds / SAMPLE * len(warm.rows)
    print(
        f"audit, cold, extrapolated  {cold_seconds:>10.1f} s from {SAMPLE} of {len(warm.rows):,} hidden cells"
    )
    print(f"largest difference         {apart:>10.1e}")


if __name__ == "__main__":
    main()
