"""Cells, dimensions and tables become one matrix whose rows are the published cells, each set of people once."""

import numpy as np
import pytest

from layers.measures.suppression import Cells, Dimension, Structure, StructureError, Table

GEO = Dimension(
    "block",
    {
        "tract": {"b1": "t1", "b2": "t1", "b3": "t2"},
        "town": {"b1": "A", "b2": "A", "b3": "A"},
        "neighbourhood": {"b1": "north", "b3": "south"},
    },
)


def small_cells():
    return Cells(
        {"block": np.repeat(["b1", "b2", "b3"], 2), "sex": np.array(["F", "M"] * 3)}, [1, 2, 3, 4, 5, 6]
    )


def counts_of(structure, table, **where):
    frame = structure.frame(table)
    for column, code in where.items():
        frame = frame[frame[column] == code]
    return structure.counts[frame["row"]].tolist()


def test_every_level_and_margin_is_a_row_and_equal_sets_share_one():
    structure = Structure.build(
        small_cells(), [Table("t", {"block": ["tract", "town"], "sex": ["sex"]})], [GEO]
    )
    frame = structure.frame("t")
    assert len(frame) == (2 + 1 + 1) * 3
    assert len(structure) == (2 + 1) * 3  # the town is the state here
    assert counts_of(structure, "t", block="t1", sex="Total") == [10]
    assert counts_of(structure, "t", block="A", sex="F") == [9]
    assert counts_of(structure, "t", block_level="Total", sex="M") == [12]
    assert structure.matrix.data.max() == 1


def test_levels_may_overlap_and_leave_cells_out():
    structure = Structure.build(small_cells(), [Table("t", {"block": ["tract", "neighbourhood"]})], [GEO])
    assert counts_of(structure, "t", block="north") == [3]
    assert counts_of(structure, "t", block="south") == counts_of(structure, "t", block="t2") == [11]
    assert len(structure) == 4  # t1, t2 = south, north, total


def test_linked_tables_share_rows():
    tables = [Table("a", {"block": ["tract"]}), Table("b", {"block": ["tract"], "sex": ["sex"]})]
    structure = Structure.build(small_cells(), tables, [GEO])
    assert set(structure.frame("a")["row"]) <= set(structure.frame("b")["row"])


def test_a_table_without_margins_has_no_totals():
    structure = Structure.build(small_cells(), [Table("t", {"sex": ["sex"]}, margins=False)])
    assert structure.counts.tolist() == [9, 12]


def test_joined_structures_keep_track_of_their_rows():
    one = Structure.build(small_cells(), [Table("a", {"sex": ["sex"]})])
    two = Structure.build(small_cells(), [Table("b", {"block": ["town"], "sex": ["sex"]})], [GEO])
    whole, mine, theirs = one.joined(two)
    assert len(whole) == 3
    np.testing.assert_array_equal(whole.counts[mine], one.counts)
    np.testing.assert_array_equal(whole.counts[theirs], two.counts)
    assert set(whole.frame("b").columns) == set(two.frame("b").columns)


def test_structures_over_other_cells_are_not_joined():
    other = Cells({"sex": np.array(["F", "M"])}, [1, 2])
    one = Structure.build(small_cells(), [Table("a", {"sex": ["sex"]})])
    with pytest.raises(StructureError, match="same finest cells"):
        one.joined(Structure.build(other, [Table("b", {"sex": ["sex"]})]))


def test_tabulate_counts_all_combinations_of_the_domains():
    records = {"sex": ["F", "M", "F", "F"], "age": ["old", "old", "young", "old"]}
    cells = Cells.tabulate(records, {"sex": ["F", "M"], "age": ["young", "old"]})
    assert dict(zip(zip(cells.codes["sex"], cells.codes["age"], strict=True), cells.counts, strict=True)) == {
        ("F", "young"): 1,
        ("F", "old"): 2,
        ("M", "young"): 0,
        ("M", "old"): 1,
    }


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: Cells({"a": np.array(["x", "x"])}, [1, 2]), "repeat"),
        (lambda: Cells({"a": np.array(["x", "y"])}, [1, -2]), "negative"),
        (lambda: Cells({"a": np.array(["x", "y"])}, [1.5, 2]), "not whole"),
        (lambda: Cells({"a": np.array(["x"])}, [1, 2]), "shape"),
        (lambda: Cells({"a": np.array(["x", None])}, [1, 2]), "without a code"),
        (lambda: Cells({}, [1]), "no dimension"),
        (lambda: Cells.tabulate({"a": ["x"]}, {"a": ["y"]}), "outside its domain"),
        (lambda: Cells.tabulate({"a": ["x"]}, {"b": ["y"]}), "domains name"),
        (lambda: Dimension("a", {"Total": {}}), "taken"),
        (lambda: Structure.build(small_cells(), []), "tables must be given"),
        (lambda: Structure.build(small_cells(), [Table("t", {"race": ["race"]})]), "no dimension 'race'"),
        (lambda: Structure.build(small_cells(), [Table("t", {"sex": ["county"]})]), "no level 'county'"),
        (
            lambda: Structure.build(small_cells(), [Table("t", {"sex": ["sex"]})], [Dimension("x")]),
            "no columns",
        ),
        (lambda: Structure.build(small_cells(), [Table("t", {"sex": ["sex"]})]).frame("u"), "no table 'u'"),
    ],
)
def test_what_does_not_fit_is_refused(build, message):
    with pytest.raises(StructureError, match=message):
        build()
