import pytest

from catalog.manifests.sources import Header
from layers.sources.errors import RaggedRow, UnclearHeader
from layers.sources.readers.headers import column_names


def named(*rows: str, take: str = "last", preamble: int = 0) -> list[str]:
    header = Header.model_validate({"rows": len(rows), "take": take, "preamble": preamble})
    return column_names([row.split(",") for row in rows], header)


def test_the_chosen_row_names_the_columns() -> None:
    assert named("A,B", "a,b") == ["a", "b"]
    assert named("A,B", "a,b", take="first") == ["A", "B"]


def test_merged_cells_continue_to_the_right() -> None:
    assert named(",,Absent,", "District,Code,Count,%", take="join") == [
        "District",
        "Code",
        "Absent Count",
        "Absent %",
    ]
    assert named("Town,White,,Black,", ",n,%,n,%", take="join") == [
        "Town",
        "White n",
        "White %",
        "Black n",
        "Black %",
    ]


def test_a_merged_cell_ends_where_the_row_above_begins_anew() -> None:
    assert named("2020,,,2021,,", "n,,%,,n,", "a,b,c,d,e,f", take="join") == [
        "2020 n a",
        "2020 n b",
        "2020 % c",
        "2021 d",
        "2021 n e",
        "2021 n f",
    ]


def test_equal_parts_are_not_repeated() -> None:
    assert named("Town,n", "Town,count", take="join") == ["Town", "n count"]


def test_columns_without_a_name_get_their_position() -> None:
    assert named("town,, ") == ["town", "column_2", "column_3"]


def test_names_that_come_twice_are_numbered_all() -> None:
    assert named("n,town,n") == ["n_1", "town", "n_2"]
    with pytest.raises(UnclearHeader, match="cannot be told apart: n_1"):
        named("n,n_1,n")


def test_upper_rows_may_be_shorter_but_not_longer() -> None:
    assert named("All", "a,b", take="join") == ["All a", "All b"]
    with pytest.raises(RaggedRow, match="row 3: the header row has 3 fields, the last one has 2"):
        named("1,2,3", "a,b", preamble=2)
