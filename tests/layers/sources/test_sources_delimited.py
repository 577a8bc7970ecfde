from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from layers.sources import BATCH_ROWS
from layers.sources.errors import DamagedFile, RaggedRow, UnclearHeader, UnknownFormat, WrongEncoding
from layers.sources.readers import delimited


def written(folder: Path, content: str | bytes, name: str = "a.csv") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_cells_are_strings_as_written(tmp_path: Path, opener, rows) -> None:
    part = opener(written(tmp_path, 'id,n,x,e\n0612, 1.0,="2850013","a ""b"", c"\n,NA,null,\n'))
    assert rows(part) == [
        {"id": "0612", "n": " 1.0", "x": '="2850013"', "e": 'a "b", c'},
        {"id": "", "n": "NA", "x": "null", "e": ""},
    ]
    assert (part.geometry, part.crs, part.first_row, part.format) == (None, None, 2, "csv")


def test_marks_line_ends_and_breaks_inside_quotes(tmp_path: Path, opener, rows) -> None:
    content = '\ufefftown,note\r\nAvon,"two\r\nlines"\r\nBolton,one\r\n'
    assert rows(opener(written(tmp_path, content))) == [
        {"town": "Avon", "note": "two\r\nlines"},
        {"town": "Bolton", "note": "one"},
    ]
    assert rows(opener(written(tmp_path, "town\rAvon\rBolton\r"))) == [{"town": "Avon"}, {"town": "Bolton"}]


@pytest.mark.parametrize("tail", ["", "\n", "\r\n\r\n", "\n \n\t\n", "\n,\n,\n"])
def test_blank_lines_at_the_end_are_no_records(tmp_path: Path, opener, rows, tail: str) -> None:
    found = rows(opener(written(tmp_path, f"a,b\n1,{tail}")))
    assert found == [{"a": "1", "b": ""}]


def test_only_a_header(tmp_path: Path, opener, rows) -> None:
    part = opener(written(tmp_path, "a,b\n\n"))
    assert part.schema.names == ["a", "b"]
    assert rows(part) == []


def test_tabs_and_other_delimiters(tmp_path: Path, opener, rows) -> None:
    expected = [{"a": "1,5", "b": "2"}]
    assert rows(opener(written(tmp_path, "a\tb\n1,5\t2\n", "a.tsv"))) == expected
    assert rows(opener(written(tmp_path, "a;b\n1,5;2\n"), delimiter=";")) == expected
    assert rows(opener(written(tmp_path, "a;b\n1,5;2\n", "b.tsv"), delimiter=";")) == expected


@pytest.mark.parametrize(("row", "fields"), [("x,y,z", 3), ("x", 1)])
def test_a_ragged_row_is_named(tmp_path: Path, opener, rows, row: str, fields: int) -> None:
    part = opener(written(tmp_path, f'title\n\na,b\n1,"2\n3"\n{row}\n'), header={"preamble": 2})
    with pytest.raises(
        RaggedRow, match=f"layer towns, file a.csv, row 5: the row has {fields} fields, the header has 2"
    ):
        rows(part)


def test_a_ragged_row_behind_many_blocks(
    tmp_path: Path, opener, rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delimited, "BLOCK", 1000)
    part = opener(written(tmp_path, "a,b\n" + "1,2\n" * 70_000 + "1,2,3\n"))
    with pytest.raises(RaggedRow, match="row 70002"):
        rows(part)


def test_batches_are_bounded(tmp_path: Path, opener) -> None:
    part = opener(written(tmp_path, "a\n" + "1\n" * 150_000))
    sizes = [batch.num_rows for batch in part.batches()]
    assert sum(sizes) == 150_000
    assert max(sizes) <= BATCH_ROWS
    assert [batch.num_rows for batch in part.batches()] == sizes


@pytest.mark.parametrize("content", ['a,b\n1,2\n3,"open\n4,5\n', 'a,b\n1,2\n"open,3\n4,5\n'])
def test_a_quote_that_is_never_closed(tmp_path: Path, opener, rows, content: str) -> None:
    part = opener(written(tmp_path, content))
    with pytest.raises(DamagedFile, match="row 3: a quoted cell that begins in this row is never closed"):
        rows(part)


def test_a_record_longer_than_a_block(tmp_path: Path, opener, rows, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delimited, "BLOCK", 1000)
    part = opener(written(tmp_path, f"a\n{'x' * 5000}\n"))
    with pytest.raises(DamagedFile, match="a record is longer than 1000 bytes"):
        rows(part)


def test_zero_bytes(tmp_path: Path, opener, rows) -> None:
    with pytest.raises(DamagedFile, match="a zero byte"):
        rows(opener(written(tmp_path, b"a,b\n1,\x00\n")))


@pytest.mark.parametrize("header", [{}, {"preamble": 1}])
def test_bytes_that_are_no_utf_8_are_named_by_row_and_offset(tmp_path: Path, opener, rows, header) -> None:
    content = 'title\n"a\n",b\nx,y\n1,San José\n'.encode("cp1252") if header else b"a,b\n1,San Jos\xe9\n"
    offset, row = (26, 4) if header else (13, 2)
    with pytest.raises(
        WrongEncoding, match=rf"file a\.csv, row {row}: byte {offset} \(0xe9\) is no utf-8 text"
    ):
        rows(opener(written(tmp_path, content), header=header))


def test_bytes_that_are_no_utf_8_far_into_the_file(tmp_path: Path, opener, rows) -> None:
    part = opener(written(tmp_path, b"a\n" + b"1234567\n" * 300_000 + b"\xe9\n"))
    with pytest.raises(WrongEncoding, match=r"row 300002: byte 2400002"):
        rows(part)


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1", "utf-16", "utf-16-le", "utf-8-sig"])
def test_the_declared_encoding(tmp_path: Path, opener, rows, encoding: str) -> None:
    path = written(tmp_path, "a,b\n1,José – ñ\n".replace("–", "-").encode(encoding))
    assert rows(opener(path, encoding=encoding)) == [{"a": "1", "b": "José - ñ"}]


def test_another_encoding_than_the_declared_one(tmp_path: Path, opener) -> None:
    with pytest.raises(WrongEncoding, match="cp1252 is declared, but the file is well-formed UTF-8"):
        opener(written(tmp_path, "a\nJosé\n"), encoding="cp1252")
    with pytest.raises(WrongEncoding, match="row 1: the file begins with the mark of utf-16, but utf-8"):
        opener(written(tmp_path, "a\nJosé\n".encode("utf-16")))
    with pytest.raises(WrongEncoding, match=r"row 2: byte 2 \(0x81\) is no cp1252 text"):
        opener(written(tmp_path, b"a\n\x81\n"), encoding="cp1252")
    with pytest.raises(WrongEncoding, match=r"row 2: byte 5 \(0xc3\) is no ascii text"):
        opener(written(tmp_path, "a\nJosé\n"), encoding="ascii")
    with pytest.raises(UnknownFormat, match="'utf-9' is not known"):
        opener(written(tmp_path, "a\n"), encoding="utf-9")


def test_two_header_rows_and_a_preamble(tmp_path: Path, opener, rows) -> None:
    content = (
        '"Absent, 2018-19"\n"All"\n\n"",,"Absent",\n"District","Code","Count","%"\n"Avon","=""4""",3,"*"\n'
    )
    part = opener(written(tmp_path, content), header={"preamble": 3, "rows": 2})
    assert part.first_row == 6
    assert rows(part) == [{"District": "Avon", "Code": '="4"', "Count": "3", "%": "*"}]
    joined = opener(written(tmp_path, content), header={"preamble": 3, "rows": 2, "take": "join"})
    assert joined.schema.names == ["District", "Code", "Absent Count", "Absent %"]


def test_no_header_row(tmp_path: Path, opener, rows) -> None:
    path = written(tmp_path, "Avon,1\nBolton,2\n")
    part = opener(path, header={"rows": 0, "names": ["town", "n"]})
    assert part.first_row == 1
    assert [row["town"] for row in rows(part)] == ["Avon", "Bolton"]
    with pytest.raises(RaggedRow, match="row 1: the row has 2 fields"):
        rows(opener(path, header={"rows": 0, "names": ["town", "n", "x"]}))


@pytest.mark.parametrize(
    ("content", "header", "message"),
    [
        ("a,b\n", {"preamble": 1}, "the file ends after 1 rows"),
        ("a\n", {"rows": 3}, "the file ends after 1 rows"),
        ("\na,b\n1,2\n", {}, "the header is blank"),
    ],
)
def test_headers_that_do_not_fit(tmp_path: Path, opener, content: str, header, message: str) -> None:
    with pytest.raises(UnclearHeader, match=message):
        opener(written(tmp_path, content), header=header)


@pytest.mark.parametrize("delimiter", ["¦", '"'])
def test_delimiters_that_cannot_be(tmp_path: Path, opener, delimiter: str) -> None:
    with pytest.raises(UnknownFormat, match="must be an ASCII character and no quote"):
        opener(written(tmp_path, "a\n"), delimiter=delimiter)


def test_a_layer_inside_is_not_possible(tmp_path: Path, opener) -> None:
    with pytest.raises(UnknownFormat, match="delimited files have none"):
        opener(written(tmp_path, "a\n"), layer="Sheet1")


CELLS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs"], exclude_characters="\x00\x1a\ufeff"), max_size=8
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(
    st.lists(st.lists(CELLS, min_size=2, max_size=2), min_size=1, max_size=6), st.sampled_from(["\n", "\r\n"])
)
def test_what_is_quoted_comes_back(tmp_path: Path, opener, rows, table: list[list[str]], end: str) -> None:
    table = [*table, ["last", "row"]]
    lines = [",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in [["a", "b"], *table]]
    found = rows(opener(written(tmp_path, end.join(lines))))
    assert [[row["a"], row["b"]] for row in found] == table


NOTES = '"---"\n"Dataset: Births, Deaths"\n"Source: Department of Health, 2024"\n'


@pytest.mark.parametrize("blank", ["", "\n", "\n,\n"])
def test_notes_after_the_records_are_left_out_as_declared(tmp_path: Path, opener, rows, blank: str) -> None:
    path = written(tmp_path, f"town,people\nAvon,18932\nBolton,4858\n{blank}{NOTES}")
    expected = [{"town": "Avon", "people": "18932"}, {"town": "Bolton", "people": "4858"}]
    assert rows(opener(path, footer='"---"')) == expected
    assert rows(opener(written(tmp_path, "town,people\n" + NOTES), footer='"-')) == []
    with pytest.raises(RaggedRow, match=r"declare how their first line begins: `footer: '…'`"):
        rows(opener(path))


def test_a_footer_is_looked_for_in_whole_lines_at_the_end(tmp_path: Path, opener, rows, monkeypatch) -> None:
    records = "".join(f"T{number},{number}\n" for number in range(100))
    monkeypatch.setattr(delimited, "_TAIL", len(NOTES) + 10)
    path = written(tmp_path, f"town,people\n{records}{NOTES}")
    assert len(rows(opener(path, footer="[^T]"))) == 100
    with pytest.raises(
        UnclearHeader, match="no line at the end of the file begins with the declared footer 'T1,'"
    ):
        opener(path, footer="T1,")


def test_a_footer_that_is_no_regular_expression(opener, tmp_path: Path) -> None:
    with pytest.raises(ValidationError, match="not a regular expression"):
        opener(written(tmp_path, "a\n1\n"), footer="(")
