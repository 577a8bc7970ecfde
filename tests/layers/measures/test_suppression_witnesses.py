"""Kept movements: they prove a width when every published cell stays as it is, and nothing otherwise."""

import numpy as np
import pytest
from scipy import sparse

from layers.measures.suppression import (
    Cells,
    Release,
    Structure,
    SuppressionPolicy,
    Table,
    audit,
    audit_each,
    primary_rows,
    protect,
    protect_release,
    protection,
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


def spied(monkeypatch):
    """Record for which rows linear programs compute the exact interval; None stands for all hidden rows."""
    asked = []

    def spy(*given, **options):
        asked.append(options["asked"])
        return audit(*given, **options)

    monkeypatch.setattr(protection, "audit", spy)
    return asked


def test_exact_intervals_are_computed_of_the_cells_without_witnesses_alone(monkeypatch):
    """Two tables of people who have nothing in common; the second one gives its small cell away."""
    codes = {"r": np.array(list("AAABBBCC")), "c": np.array(list("xyzxyzvw"))}
    structure = Structure.build(
        Cells(codes, [3, 50, 30, 40, 60, 70, 2, 80]), [Table("t", {"r": ["r"], "c": ["c"]})]
    )
    hidden = np.isin(structure.counts, [3, 50, 40, 60, 2])
    asked = spied(monkeypatch)
    release = Release("r", structure, hidden, hidden)
    (found,) = audit_each([release], POLICY, exact=False)
    assert [structure.counts[rows].tolist() for rows in asked] == [[2]]
    assert structure.counts[found.recovered].tolist() == [2]
    (exact,) = audit_each([release], POLICY)
    np.testing.assert_array_equal(found.recovered, exact.recovered)
    assert (found.lower >= exact.lower).all()
    assert (found.upper <= exact.upper).all()


def test_some_rows_have_the_interval_that_they_have_among_all():
    structure, hidden = two_by_three()
    every = audit(structure, hidden)
    some = audit(structure, hidden, asked=every.rows[1:3])
    np.testing.assert_array_equal(some.rows, every.rows[1:3])
    np.testing.assert_array_equal(some.lower, every.lower[1:3])
    np.testing.assert_array_equal(some.upper, every.upper[1:3])


def test_a_refusing_release_is_judged_by_its_witnesses(monkeypatch):
    structure, _ = two_by_three()
    primary = primary_rows(POLICY, structure.counts)
    first = protect(structure, POLICY, primary, exact=False).as_release("first")
    asked = spied(monkeypatch)
    again = protect_release(structure, POLICY, primary, [first], when_revealing="refuse", exact=False)
    np.testing.assert_array_equal(again.hidden, first.hidden)
    assert asked == [None], "only the search for the pattern of this small table reads intervals"
