import zipfile
from pathlib import Path

import pandas as pd
import pyogrio
import pytest

from layers.sources import SourceSettings
from layers.sources.errors import DamagedFile, UnclearChoice, UnclearHeader, UnknownFormat, UnsafeArchive

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def text(cell: str, value: str) -> str:
    return f'<c r="{cell}" t="inlineStr"><is><t>{value}</t></is></c>'


def number(cell: str, value: str, style: int = 0) -> str:
    return f'<c r="{cell}" s="{style}"><v>{value}</v></c>'


def workbook(path: Path, *sheets: str) -> Path:
    """A workbook of the sheets One, Two … with the given rows; style 1 is a date, 2 a percentage."""
    names = ["One", "Two", "Three"][: len(sheets)]
    listed = "".join(f'<sheet name="{n}" sheetId="{i}" r:id="rId{i}"/>' for i, n in enumerate(names, 1))
    related = "".join(
        f'<Relationship Id="rId{i}" Type="{RELATIONS}/worksheet" Target="worksheets/sheet{i}.xml"/>'
        for i in range(1, len(sheets) + 1)
    )
    linked = f'<Relationships xmlns="{PACKAGE}/relationships">{related}'
    styles = f'<Relationship Id="rId9" Type="{RELATIONS}/styles" Target="styles.xml"/>'
    files = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types">'
        f'<Override PartName="/xl/workbook.xml" ContentType="{TYPES}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{TYPES}.styles+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{TYPES}.worksheet+xml"/></Types>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f"{linked}{styles}</Relationships>",
        "xl/styles.xml": f'<styleSheet xmlns="{MAIN}"><cellXfs count="3"><xf numFmtId="0"/><xf numFmtId="14"/>'
        '<xf numFmtId="9"/></cellXfs></styleSheet>',
    }
    for position, rows in enumerate(sheets, 1):
        sheet = f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'
        files[f"xl/worksheets/sheet{position}.xml"] = sheet
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


SHEET = (
    f'<row r="1">{text("A1", "Absent, 2018-19")}</row>'
    f'<row r="3">{text("C3", "Absent")}</row>'
    f'<row r="4">{text("A4", "id")}{text("B4", "town")}{text("C4", "n")}{text("D4", "%")}{text("E4", "on")}</row>'
    f'<row r="5">{text("A5", "0612")}{text("B5", "Avon")}{number("C5", "1")}{number("D5", "0.25", 2)}'
    f"{number('E5', '44197', 1)}</row>"
    f'<row r="7">{number("A7", "12345678901234567890")}{text("B7", "Bolton")}{number("C7", "1234567")}'
    f'<c r="D7" t="e"><v>#N/A</v></c></row>'
    f'<row r="8"></row><row r="9">{text("B9", "")}</row>'
)
HEADER = {"preamble": 2, "rows": 2}


def test_cells_are_strings_as_stored(tmp_path: Path, opener, rows) -> None:
    part = opener(workbook(tmp_path / "a.xlsx", SHEET), header=HEADER)
    assert (part.first_row, part.format, part.geometry) == (5, "xlsx", None)
    assert rows(part) == [
        {"id": "0612", "town": "Avon", "n": "1", "%": "0.25", "on": "2021/01/01"},
        {"id": "", "town": "", "n": "", "%": "", "on": ""},
        {"id": "12345678901234567890", "town": "Bolton", "n": "1234567", "%": "#N/A", "on": ""},
    ]
    assert rows(part) == rows(part)


def test_headers_are_joined_as_in_delimited_files(tmp_path: Path, opener) -> None:
    part = opener(workbook(tmp_path / "a.xlsx", SHEET), header={**HEADER, "take": "join"})
    assert part.schema.names == ["id", "town", "Absent n", "Absent %", "Absent on"]


def test_the_sheet_is_chosen(tmp_path: Path, opener, rows) -> None:
    path = workbook(
        tmp_path / "a.xlsx",
        f'<row r="1">{text("A1", "a")}</row>',
        f'<row r="1">{text("A1", "b")}</row><row r="2">{number("A2", "2.50")}</row>',
    )
    assert rows(opener(path, layer="Two")) == [{"b": "2.50"}]
    assert rows(opener(path, layer="One")) == []
    with pytest.raises(UnclearChoice, match="has 2 layers, name one as layer; layers: One, Two"):
        opener(path)
    with pytest.raises(UnclearChoice, match="no layer 'Three'; layers: One, Two"):
        opener(path, layer="Three")


def test_what_gdal_writes_comes_back(tmp_path: Path, opener, rows) -> None:
    path = tmp_path / "a.xlsx"
    table = pd.DataFrame({"id": ["09001", "09003"], "n": [1, 200_000], "x": [1.5, 2.0]})
    pyogrio.write_dataframe(table, path, driver="XLSX")
    assert rows(opener(path)) == [
        {"id": "09001", "n": "1", "x": "1.5"},
        {"id": "09003", "n": "200000", "x": "2"},
    ]


def test_names_for_a_sheet_without_header(tmp_path: Path, opener, rows) -> None:
    path = workbook(tmp_path / "a.xlsx", f'<row r="1">{text("A1", "Avon")}{number("B1", "1")}</row>')
    assert rows(opener(path, header={"rows": 0, "names": ["town", "n"]})) == [{"town": "Avon", "n": "1"}]
    with pytest.raises(UnclearHeader, match="1 names are declared, the sheet has 2 columns"):
        opener(path, header={"rows": 0, "names": ["town"]})


def test_a_sheet_that_ends_in_its_header(tmp_path: Path, opener) -> None:
    path = workbook(tmp_path / "a.xlsx", f'<row r="1">{text("A1", "Avon")}</row>')
    with pytest.raises(UnclearHeader, match="the file ends after 1 rows"):
        opener(path, header={"rows": 2})


def test_a_workbook_that_counts_from_1904(tmp_path: Path, opener) -> None:
    old, new = workbook(tmp_path / "old.xlsx", SHEET), tmp_path / "new.xlsx"
    with zipfile.ZipFile(old) as source, zipfile.ZipFile(new, "w") as target:
        for entry in source.infolist():
            content = source.read(entry).replace(b"<sheets>", b'<workbookPr date1904="1"/><sheets>')
            target.writestr(entry.filename, content)
    with pytest.raises(UnknownFormat, match="counts its days from 1904"):
        opener(new)


def test_no_workbook(tmp_path: Path, opener) -> None:
    path = tmp_path / "a.xlsx"
    path.write_text("id,town\n")
    with pytest.raises(DamagedFile, match="said to be xlsx but begins like something else"):
        opener(path)


def test_a_workbook_that_is_a_bomb(tmp_path: Path, opener) -> None:
    path = workbook(tmp_path / "a.xlsx", SHEET)
    with pytest.raises(UnsafeArchive, match="more than the allowed 500"):
        opener(path, settings=SourceSettings(max_unpacked_bytes=500))
