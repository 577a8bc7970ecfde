"""Hand-made tables, and random ones judged by an independent linear program."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from layers.measures.suppression import (
    Cells,
    Dimension,
    Structure,
    StructureError,
    SuppressionPolicy,
    Table,
    Unprotectable,
    audit,
    complementary,
    primary_rows,
    protect,
    ratio,
    ratio_of_known,
    rounded_value,
)


def policy(threshold=4, width=1.0, *, zeros_shown=False, rounding=1):
    return SuppressionPolicy(
        "test", "made up", threshold, zeros_shown, minimum_width=width, rounding=rounding
    )


def two_way(counts):
    rows, columns = np.indices(np.shape(counts)).reshape(2, -1)
    cells = Cells({"r": rows.astype(str), "c": columns.astype(str)}, np.ravel(counts))
    return Structure.build(cells, [Table("t", {"r": ["r"], "c": ["c"]})])


def place(structure, r, c, table="t"):
    frame = structure.frame(table)
    return int(frame["row"][(frame["r"] == r) & (frame["c"] == c)].iloc[0])


def judged(structure, hidden, smallest, rounding=1):
    """Bounds of every hidden row from scipy, cold, over all finest cells and all published rows."""
    matrix = structure.matrix.toarray().astype(float)
    values = structure.counts.astype(float)
    above = hidden & (values >= smallest)
    if rounding == 1:
        known = {"A_eq": matrix[~hidden], "b_eq": values[~hidden]}
        upper, limit = -matrix[above], np.full(above.sum(), -float(smallest))
    else:
        released = rounding * np.floor(values[~hidden] / rounding + 0.5)
        known = {}
        upper = np.vstack([matrix[~hidden], -matrix[~hidden], -matrix[above]])
        limit = np.concatenate(
            [
                np.ceil(released + rounding / 2) - 1,
                -np.ceil(released - rounding / 2),
                np.full(above.sum(), -float(smallest)),
            ]
        )
    bounds = []
    for row in np.flatnonzero(hidden):
        ends = []
        for sign in (1, -1):
            found = linprog(sign * matrix[row], A_ub=upper, b_ub=limit, bounds=(0, None), **known)
            assert found.status in (0, 3)
            ends.append(sign * found.fun if found.status == 0 else np.inf)
        bounds.append(ends)
    return np.array(bounds).reshape(-1, 2)


def test_three_by_three_hides_a_rectangle():
    structure = two_way([[1, 20, 30], [40, 50, 60], [70, 80, 90]])
    primary = primary_rows(policy(), structure.counts)
    assert primary.sum() == 1
    hidden = complementary(structure, primary, shown=~primary & False)
    expected = {place(structure, r, c) for r in "01" for c in "01"}
    assert set(np.flatnonzero(hidden)) == expected
    result = audit(structure, hidden)
    widths = dict(zip(result.rows, result.width, strict=True))
    assert widths[place(structure, "0", "0")] == 21  # 0 … 1 + 20


def test_two_small_cells_that_sum_to_two_do_not_protect_each_other_where_zeros_are_shown():
    structure = two_way([[1, 1, 30], [1, 1, 30], [30, 30, 30]])
    rule = policy(zeros_shown=True, width=2.0)
    primary = primary_rows(rule, structure.counts)
    alone = audit(structure, primary, smallest_hidden=1)
    assert set(alone.recovered) == set(np.flatnonzero(primary))
    pattern = protect(structure, rule, primary)
    assert pattern.complementary.any()
    assert pattern.audit.narrowest >= 2


def hierarchical(counts):
    """Four tracts in two towns, and two districts across the towns, by two groups."""
    tract = np.repeat(["1", "2", "3", "4"], 2)
    cells = Cells({"r": tract, "c": np.array(["x", "y"] * 4)}, np.ravel(counts))
    geography = Dimension(
        "r",
        {
            "town": {"1": "A", "2": "A", "3": "B", "4": "B"},
            "district": {"1": "D", "3": "D", "2": "E", "4": "E"},
        },
    )
    return Structure.build(cells, [Table("t", {"r": ["r", "town", "district"], "c": ["c"]})], [geography])


def test_overlapping_hierarchies_are_protected_together():
    structure = hierarchical([[2, 50], [40, 60], [30, 70], [45, 55]])
    rule = policy(width=3.0)
    primary = primary_rows(rule, structure.counts)
    assert np.flatnonzero(primary).tolist() == [place(structure, "1", "x")]
    pattern = protect(structure, rule, primary)
    # 1x must be able to move against its row, its town and its district: all eight cells, or some totals
    assert pattern.hidden.sum() >= 4
    assert pattern.audit.narrowest >= 3
    np.testing.assert_allclose(
        judged(structure, pattern.hidden, 0), np.stack([pattern.audit.lower, pattern.audit.upper], axis=1)
    )


def test_wished_totals_stay_published():
    structure = hierarchical([[2, 50], [40, 60], [30, 70], [45, 55]])
    total = (structure.matrix.sum(axis=1) > 1).astype(float)
    primary = primary_rows(policy(), structure.counts)
    hidden = complementary(structure, primary, shown=~primary & False, wish=total)
    assert not hidden[total > 0].any()
    assert hidden.sum() == 8


def test_a_singleton_cannot_compute_its_neighbour():
    # the one person in the first cell knows that it counts 1; two hidden cells would give away the other
    structure = two_way([[1], [3], [9], [20]])
    primary = primary_rows(policy(), structure.counts)
    assert primary.sum() == 2
    hidden = complementary(structure, primary, shown=~primary & False)
    assert hidden.sum() == 3
    insider = audit(structure, hidden & (structure.counts != 1))
    assert len(insider.recovered) == 0


def test_two_threes_protect_each_other_without_a_third():
    structure = two_way([[3], [3], [9], [20]])
    primary = primary_rows(policy(), structure.counts)
    assert complementary(structure, primary, shown=~primary & False).sum() == 2


def test_a_hidden_cell_that_public_rows_give_away_is_an_error():
    structure = two_way([[2, 20], [30, 40]])
    primary = primary_rows(policy(), structure.counts)
    with pytest.raises(Unprotectable, match="1 protected cells"):
        complementary(structure, primary, shown=~primary)


def test_a_width_that_public_rows_forbid_is_an_error_without_values():
    structure = two_way([[2], [20], [30]])
    primary = primary_rows(policy(), structure.counts)
    shown = structure.counts >= 30
    assert shown.sum() == 2
    with pytest.raises(Unprotectable, match="narrower than 500"):
        protect(structure, policy(width=500.0), primary, shown=shown)


def test_a_hidden_total_of_a_single_cell_is_the_same_row():
    structure = two_way([[2, 0], [20, 30]])
    rule = policy(zeros_shown=True)
    pattern = protect(structure, rule, primary_rows(rule, structure.counts))
    assert pattern.hidden[place(structure, "0", "0")]
    assert pattern.hidden[place(structure, "0", "Total")]


def test_without_primary_cells_nothing_is_hidden():
    structure = two_way([[20, 30], [40, 50]])
    pattern = protect(structure, policy(), primary_rows(policy(), structure.counts))
    assert not pattern.hidden.any()
    assert pattern.audit.narrowest is None


def test_masks_that_do_not_fit_are_refused():
    structure = two_way([[2, 20], [30, 40]])
    fits = np.zeros(len(structure), dtype=bool)
    for primary, shown in ((fits[1:], fits), (fits, fits[1:]), (fits.astype(int), fits), (~fits, ~fits)):
        with pytest.raises(StructureError):
            complementary(structure, primary, shown=shown)
    with pytest.raises(StructureError):
        audit(structure, fits[1:])
    with pytest.raises(StructureError, match="wish"):
        complementary(structure, fits, shown=fits, wish=np.zeros(2))


def test_a_percentage_narrows_the_interval_of_its_numerator():
    structure = two_way([[1, 20, 30], [40, 50, 60], [70, 80, 90]])
    hidden = np.zeros(len(structure), dtype=bool)
    for r in "01":
        for c in "01":
            hidden[place(structure, r, c)] = True
    cell, total = place(structure, "0", "0"), place(structure, "0", "Total")
    open_interval = audit(structure, hidden)
    for told in (ratio(cell, total, 2.0, 1.0), ratio_of_known(cell, 51.0, 2.0, 1.0)):
        told_interval = audit(structure, hidden, statements=told)
        position = np.flatnonzero(told_interval.rows == cell)[0]
        # 1.5 % … 2.5 % of 51 people are 0.765 … 1.275 people: one person
        assert (told_interval.lower[position], told_interval.upper[position]) == (1.0, 1.0)
        assert cell in told_interval.recovered
        assert cell not in open_interval.recovered


def test_a_sum_rounded_to_hundreds_says_half_a_hundred_each_way():
    structure = two_way([[30], [180], [40]])
    hidden = np.ones(len(structure), dtype=bool)
    total = place(structure, "Total", "Total")
    result = audit(structure, hidden, statements=rounded_value(total, 300.0, 100.0))
    position = np.flatnonzero(result.rows == total)[0]
    assert (result.lower[position], result.upper[position]) == (250.0, 350.0)


def test_rounded_publication_is_audited_with_its_intervals():
    structure = two_way([[1, 20, 30], [40, 50, 60]])
    primary = primary_rows(policy(), structure.counts)
    result = audit(structure, primary, rounding=5)
    np.testing.assert_allclose(
        judged(structure, primary, 0, rounding=5), np.stack([result.lower, result.upper], axis=1), atol=1e-7
    )
    assert result.narrowest > 0


def test_readers_know_that_a_rounded_half_was_rounded_up():
    """3 people hidden beside 10: the sum, 13, is shown as 10 in tens, so it was 5 … 14, never 15."""
    structure = two_way([[3], [10]])
    hidden = np.zeros(len(structure), dtype=bool)
    hidden[place(structure, "0", "Total")] = True
    found = audit(structure, hidden, rounding=10)
    assert found.upper.tolist() == [9.0]
    possible = [cell for cell in range(20) for other in range(5, 15) if 5 <= cell + other < 15]
    assert found.lower.tolist() == [min(possible)]
    assert found.upper.tolist() == [max(possible)]


tables = st.lists(st.integers(0, 12), min_size=12, max_size=12)


@st.composite
def structures(draw):
    """A random table of up to 3 × 2 × 2 cells, some with a coarser level, some linked to a second table."""
    codes = np.indices((3, 2, 2)).reshape(3, -1).astype(str)
    cells = Cells(dict(zip("abc", codes, strict=True)), draw(tables))
    level = Dimension("a", {"up": {"0": "x", "1": "x", "2": "y"}})
    layouts = (
        [Table("t", {"a": ["a"], "b": ["b"]})],
        [Table("t", {"a": ["a", "up"], "b": ["b"], "c": ["c"]})],
        [Table("t", {"a": ["a"], "b": ["b"]}), Table("u", {"a": ["a", "up"], "c": ["c"]})],
        [Table("t", {"a": ["up"], "b": ["b"]}), Table("u", {"b": ["b"], "c": ["c"]})],
    )
    return Structure.build(cells, draw(st.sampled_from(layouts)), [level])


@settings(deadline=None, max_examples=60)
@given(structures(), st.integers(2, 6), st.booleans(), st.integers(1, 4), st.booleans())
def test_no_hidden_cell_is_narrower_than_the_policy(structure, threshold, zeros_shown, width, exact):
    rule = policy(threshold, float(width), zeros_shown=zeros_shown)
    primary = primary_rows(rule, structure.counts)
    assume(zeros_shown or structure.counts.max() >= threshold)
    pattern = protect(structure, rule, primary, exact=exact)
    bounds = judged(structure, pattern.hidden, rule.smallest_hidden)
    assert (pattern.hidden | ~primary).all()
    assert (bounds[:, 1] - bounds[:, 0] >= width - 1e-6).all()
    if exact:
        np.testing.assert_allclose(bounds[:, 0], pattern.audit.lower, atol=1e-6)
        np.testing.assert_allclose(bounds[:, 1], pattern.audit.upper, atol=1e-6)
    else:
        assert (bounds[:, 0] <= pattern.audit.lower + 1e-6).all()
        assert (bounds[:, 1] >= pattern.audit.upper - 1e-6).all()


@settings(deadline=None, max_examples=60)
@given(structures(), st.integers(2, 6), st.booleans())
def test_no_hidden_cell_lies_in_the_span_of_published_ones(structure, threshold, zeros_shown):
    rule = policy(threshold, zeros_shown=zeros_shown)
    primary = primary_rows(rule, structure.counts)
    shown = ~primary & (structure.counts == 0) & zeros_shown
    hidden = complementary(structure, primary, shown=shown)
    empty = structure.matrix[np.flatnonzero(shown)].sum(axis=0) > 0
    matrix = structure.matrix.toarray()[:, ~empty].astype(float)
    published = matrix[~hidden]
    rank = np.linalg.matrix_rank(published) if published.size else 0
    for row in np.flatnonzero(hidden):
        assert np.linalg.matrix_rank(np.vstack([published, matrix[row]])) == rank + 1
    for row in np.flatnonzero(~hidden):
        assert structure.counts[row] >= threshold or (zeros_shown and structure.counts[row] == 0)


def test_the_result_is_the_same_in_every_run():
    structure = hierarchical([[2, 50], [40, 60], [30, 70], [45, 55]])
    primary = primary_rows(policy(), structure.counts)
    first, second = (protect(structure, policy(), primary).hidden for _ in range(2))
    np.testing.assert_array_equal(first, second)
