"""Kept movements: they prove a width when every published cell stays as it is, and nothing otherwise."""

import numpy as np
import pytest
from scipy import sparse

from layers.measures.suppression import (
    Cells,
    Structure,
    SuppressionPolicy,
    Table,
    audit_each,
    primary_rows,
    protect,
)
from layers.measures.suppression.protection import witnessed

POLICY = SuppressionPolicy("six", "made up", 6, zeros_shown=True, minimum_width=3.0)


def two_by_three():
    """One small cell; hiding the first two columns of both rows lets 3 move against 50, 40 and 60."""
    cells = Cells(
        {"r": np.array(["A"] * 3 + ["B"] * 3), "c": np.array(list("xyzxyz"))}, [3, 50, 30, 40, 60, 70]
    )
    structure = Structure.build(cells, [Table("t", {"r": ["r"], "c": ["c"]})])
    hidden = np.isin(structure.counts, [3, 50, 40, 60])
    assert hidden.sum() == 4
    return structure, hidden


def widths(structure, hidden, *movements):
    found = witnessed(structure, POLICY, hidden, movements=sparse.csr_array(np.array(movements, dtype=float)))
    return dict(zip(structure.counts[found.rows].tolist(), (found.upper - found.lower).tolist(), strict=True))


def test_a_movement_that_nobody_can_see_proves_its_width():
    structure, hidden = two_by_three()
    assert widths(structure, hidden, [9, -9, 0, -9, 9, 0]) == {3: 9, 50: 9, 40: 9, 60: 9}


@pytest.mark.parametrize(
    "movement",
    [
        [9, 0, -9, -9, 0, 9],  # moves the published cells of column z
        [9, -9, 0, 0, 0, 0],  # moves the published totals of the columns
        [-3, 3, 0, 3, -3, 0],  # makes a cell 0 where every hidden one is at least 1
        [41, -41, 0, -41, 41, 0],  # makes a cell negative
    ],
)
def test_a_movement_that_readers_can_tell_proves_nothing(movement):
    structure, hidden = two_by_three()
    found = widths(structure, hidden, movement)
    assert max(found.values()) == 3, "only the search's own movements count"


def test_movements_of_a_pattern_prove_it_and_not_another():
    structure, _ = two_by_three()
    pattern = protect(structure, POLICY, primary_rows(POLICY, structure.counts), exact=False)
    release = pattern.as_release("first")
    (alone,) = audit_each([release], POLICY, exact=False)
    assert alone.narrowest >= POLICY.minimum_width
    everything = type(release)(
        "second", structure, np.zeros(len(structure), dtype=bool), np.zeros(len(structure), dtype=bool)
    )
    first, _ = audit_each([release, everything], POLICY, exact=False)
    assert len(first.recovered) == release.hidden.sum(), "another release shows all that the first one hides"
