import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from catalog.places import Place
from services.reports import pdf
from services.reports.atlas import book_of, file_names, places_of_type, sheets_of, usual_type
from services.reports.brief import brief_of
from services.reports.errors import CannotTypeset, NothingToReport, WrongNumber
from services.reports.material import Material
from services.reports.pdf import typeset
from services.reports.sheet import sheet_of
from services.reports.writing import Task, write_all

TextOf = Callable[[bytes], str]


def _profile(material: Material, town: Place, language: str = "en") -> bytes:
    return typeset("profile", sheet_of(material.profile(town), material, language), language)


def _elements(node: Any) -> Iterator[Any]:
    """Every element of a structure tree."""
    node = node.get_object()
    if isinstance(node, list):
        for child in node:
            yield from _elements(child)
    elif hasattr(node, "get"):
        if "/S" in node:
            yield node
        if "/K" in node:
            yield from _elements(node["/K"])


def _tags(made: bytes) -> list[Any]:
    return list(_elements(PdfReader(BytesIO(made)).trailer["/Root"]["/StructTreeRoot"]))


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_profile_is_tagged_titled_and_in_its_language(
    material: Material, towns: list[Place], language: str
) -> None:
    made = _profile(material, towns[0], language)
    reader = PdfReader(BytesIO(made))
    root: Any = reader.trailer["/Root"]
    assert root["/Lang"].startswith(language)
    assert root["/MarkInfo"]["/Marked"] and root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata is not None and str(reader.metadata.title).startswith("Ashton: ")
    assert b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_object().get_data()
    assert [item.title for item in reader.outline if not isinstance(item, list)] == ["Ashton"]


def test_every_picture_has_words_and_every_table_heads(material: Material, towns: list[Place]) -> None:
    tags = _tags(_profile(material, towns[0]))
    figures = [tag for tag in tags if tag["/S"] == "/Figure"]
    alternatives = [str(tag.get("/Alt", "")) for tag in figures]
    assert all(alternatives)
    assert "Map of Testland with Ashton filled dark; West around it is shaded." in alternatives
    assert "90% interval 8.0 to 12.0" in alternatives
    tables = [tag for tag in tags if tag["/S"] == "/Table"]
    assert len(tables) == 4  # percent, cases, poverty by sex, homes by tenure
    for table in tables:
        inside = [tag["/S"] for tag in _elements(table["/K"])]
        assert "/TH" in inside and inside.count("/THead") == 1
    headings = [tag["/S"] for tag in tags if tag["/S"] in ("/H1", "/H2", "/H3")]
    assert headings[0] == "/H1" and headings.count("/H1") == 1 and "/H3" in headings


def test_fonts_are_embedded(material: Material, towns: list[Place]) -> None:
    reader = PdfReader(BytesIO(_profile(material, towns[3])))
    found = 0
    for page in reader.pages:
        resources: Any = page["/Resources"]
        for font in resources["/Font"].values():
            descendant = font.get_object()["/DescendantFonts"][0].get_object()
            descriptor = descendant["/FontDescriptor"].get_object()
            assert "/FontFile2" in descriptor or "/FontFile3" in descriptor
            found += 1
    assert found


def test_the_pages_show_the_numbers_of_the_profile(
    material: Material, towns: list[Place], text_of: TextOf
) -> None:
    profile = material.profile(towns[1])
    text = text_of(_profile(material, towns[1]))
    for line in profile.lines:
        for value in (line.place, line.region, line.state):
            if value and value.estimate is not None and value.moe is not None:
                sign = "†" if value.status == "unreliable" else ""
                number = f"{value.estimate:,.{line.decimals}f}{sign} ± {value.moe:,.{line.decimals}f}"
                assert number in text, number


def test_names_full_of_markup_are_shown_as_they_are(
    material: Material, towns: list[Place], nasty_name: str, text_of: TextOf
) -> None:
    text = text_of(_profile(material, towns[3]))
    assert nasty_name.removesuffix(" 中") in text
    assert "Office of #tests" in text and "A caveat with #markup." in text


def test_equal_input_gives_equal_bytes(material: Material, towns: list[Place]) -> None:
    assert _profile(material, towns[0]) == _profile(material, towns[0])


def test_a_picture_without_words_does_not_build(
    material: Material, towns: list[Place], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    svg = '<svg xmlns=\\"http://www.w3.org/2000/svg\\" viewBox=\\"0 0 1 1\\"></svg>'
    (tmp_path / "bare.typ").write_text(f'#set document(title: "x")\n#image(bytes("{svg}"))', encoding="utf-8")
    monkeypatch.setattr(pdf, "_TEMPLATES", tmp_path)
    pdf._compiler.cache_clear()
    with pytest.raises(CannotTypeset, match="missing alt text"):
        typeset("bare", sheet_of(material.profile(towns[0]), material), "en")
    pdf._compiler.cache_clear()


def test_a_brief_is_one_page_with_the_numbers_of_all_places(
    material: Material, towns: list[Place], text_of: TextOf
) -> None:
    document = brief_of([material.profile(town) for town in towns], material)
    made = typeset("brief", document, "en")
    assert len(PdfReader(BytesIO(made)).pages) == 1
    text = text_of(made)
    for words in ("10.0 ± 2.0", "20.0 ± 2.0", "30.0 ± 2.0", "40.0 ± 2.0", "25.0 ± 2.0", "1,400"):
        assert words in text
    charts = [str(tag["/Alt"]) for tag in _tags(made) if tag["/S"] == "/Figure"]
    assert any(alt.startswith("Share of poverty (percent). Ashton 10.0") for alt in charts)


@pytest.mark.parametrize("count", [2, 3, 4])
def test_a_brief_of_many_indicators_is_one_page_and_names_the_others(
    material: Material, towns: list[Place], text_of: TextOf, count: int
) -> None:
    document = brief_of([material.profile(town) for town in towns[:count]], material)
    (row, *_), panel = document.table.rows, document.panels[0]
    rows = tuple(replace(row, label=f"Indicator {number} of many with a long title") for number in range(40))
    panels = tuple(replace(panel, row=number, title=f"Panel {number}.") for number in range(40))
    table = replace(document.table, rows=rows)
    made = typeset("brief", replace(document, table=table, panels=panels), "en")
    assert len(PdfReader(BytesIO(made)).pages) == 1
    text = text_of(made)
    shown = sum(f"Panel {number}." in text for number in range(40))
    assert 6 < shown < 40
    left = text.split("has no room for it: ")[1].split(".")[0].split("; ")
    assert left[0].startswith(f"Indicator {shown} of many") and len(left) == 40 - shown


def test_headings_are_in_order_and_foreign_passages_say_their_language(
    material: Material, towns: list[Place]
) -> None:
    profiles = [material.profile(town) for town in towns[:2]]
    for made in (
        _profile(material, towns[0], "es"),
        typeset("brief", brief_of(profiles, material, "es"), "es"),
        typeset("book", book_of(sheets_of(towns, material, "es"), "town", material, "es"), "es"),
    ):
        levels = [int(tag["/S"][2:]) for tag in _tags(made) if re.fullmatch(r"/H\d", tag["/S"])]
        assert levels[0] == 1 and all(after <= before + 1 for before, after in pairwise(levels))
        assert any(tag["/S"] == "/P" for tag in _tags(made))
        contents = b"".join(page.get_contents().get_data() for page in PdfReader(BytesIO(made)).pages)  # type: ignore[union-attr]
        assert b"/Lang(en-US)" in contents


def test_a_brief_says_whether_the_extremes_differ(material: Material, towns: list[Place]) -> None:
    document = brief_of([material.profile(town) for town in towns[:3]], material)
    told = {row.label: row.cells[-1] for row in document.table.rows}
    assert told["Share of poverty (percent, 2018–2022)"] == "Cedar is clearly higher than Ashton"
    assert told["Share of people (cases, 2018–2022)"] == "not compared"
    assert not any("regions" in source for source in document.sources)


def test_a_brief_refuses_what_does_not_fit(material: Material, towns: list[Place]) -> None:
    profiles = [material.profile(town) for town in towns]
    state = material.profile(material.places.of("state", "2020")[0])
    with pytest.raises(WrongNumber, match=r"given: Ashton$"):
        brief_of(profiles[:1], material)
    with pytest.raises(WrongNumber, match="different places; given: Ashton, Ashton"):
        brief_of([profiles[0], profiles[0]], material)
    with pytest.raises(WrongNumber, match=r"one type; given: Ashton \(town\), Testland \(state\)"):
        brief_of([profiles[0], state], material)


def test_an_atlas_is_a_file_per_place_and_a_book_with_contents(
    material: Material, towns: list[Place], tmp_path: Path, nasty_name: str, text_of: TextOf
) -> None:
    sheets = sheets_of(towns, material, "en")
    files = [tmp_path / name for name in file_names(towns, "en")]
    tasks = [Task(sheet, "en", path) for sheet, path in zip(sheets, files, strict=True)]
    tasks += [
        Task(sheet, "es", path.with_suffix(".again")) for sheet, path in zip(sheets, files, strict=True)
    ]
    book = Task(book_of(sheets, "town", material, "en"), "en", tmp_path / "atlas.pdf")
    assert list(write_all([book, *tasks], processes=2)) == [task.path for task in (book, *tasks)]
    assert files[0].name == "town-ashton.en.pdf"
    assert files[0].read_bytes() == _profile(material, towns[0])
    reader = PdfReader(book.path)
    titles = [item.title for item in reader.outline if not isinstance(item, list)]
    assert titles == ["Ashton", "Birch", "Cedar", nasty_name]
    text = text_of(book.path.read_bytes())
    assert "Testland: profiles of 4 places" in text and "Contents" in text
    assert sum("25.0†" in page.extract_text() for page in reader.pages) == 1


def test_places_of_one_name_get_files_of_their_own(towns: list[Place]) -> None:
    twins = [Place(town.key, "Twin") for town in towns[:2]]
    assert file_names([*twins, towns[2]], "es") == [
        "town-twin-09001.es.pdf",
        "town-twin-09002.es.pdf",
        "town-cedar.es.pdf",
    ]
    assert file_names([Place(towns[0].key, "中")], "en") == ["town-09001.en.pdf"]


def test_the_atlas_knows_its_places(material: Material, towns: list[Place]) -> None:
    assert usual_type(material.places) == "town"
    assert places_of_type(material.places, "town") == sorted(towns, key=lambda town: town.name)
    with pytest.raises(NothingToReport, match="no places of type 'twon'; did you mean town"):
        places_of_type(material.places, "twon")
