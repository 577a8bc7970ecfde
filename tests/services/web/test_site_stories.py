"""Stories: numbers straight from the data, and every mistake with its file and line."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from catalog.errors import ConfigurationError
from catalog.store import Store
from services.holdings import read_holdings
from services.web.faces import make_faces
from services.web.links import ServedLinks
from services.web.render import Frame, Identity, site_frame
from services.web.shelf import Shelf
from services.web.stories import read_stories, told

HEAD = "---\ntitle: A story\nsummary: A story made for these tests.\ndate: 2026-01-02\n---\n"


@pytest.fixture(scope="module")
def shelf(land: Any) -> Shelf:
    found: Shelf = land.shelf()
    return found


@pytest.fixture
def frame() -> Frame:
    identity = Identity("Testland", ("en", "es"), "Office")
    return site_frame(identity, ServedLinks("https://gis.example.gov"), "stories/x")


def _tell(folder: Path, shelf: Shelf, frame: Frame, text: str) -> str:
    (folder / "x.md").write_text(HEAD + text, encoding="utf-8")
    return str(told(read_stories(folder, "en")[0], shelf, frame))


def test_a_number_is_that_of_the_table_with_its_margin(tmp_path: Path, shelf: Shelf, frame: Frame) -> None:
    html = _tell(tmp_path, shelf, frame, "It is {{ number indicator=poverty place=a4 sex=female }}.")

    assert '<data value="8.0">8.0%</data>' in html
    assert "(± 0.5%)" in html
    assert 'href="/layers/indicator-poverty"' in html


@pytest.mark.parametrize(
    ("insert", "expected"),
    [
        ("{{ number indicator=poverty place=a4 show=estimate }}", "6.0%"),
        ("{{ number indicator=poverty place=a4 show=numerator }}", "1,000"),
        ("{{ number indicator=poverty place=a4 type=town period=2022 show=moe }}", "0.5%"),
        ("{{ rows layer=towns }}", "11"),
        ("{{ changed layer=towns }}", "January 2, 2026"),
    ],
)
def test_inserts_say_what_the_layers_say(
    tmp_path: Path, shelf: Shelf, frame: Frame, insert: str, expected: str
) -> None:
    assert expected in _tell(tmp_path, shelf, frame, f"Here: {insert}")


def test_a_table_has_a_row_for_every_group(tmp_path: Path, shelf: Shelf, frame: Frame) -> None:
    html = _tell(tmp_path, shelf, frame, "{{ table indicator=poverty place=a4 by=sex }}")

    assert html.count('<th scope="row">') == 3
    assert ">Total<" in html and "Everyone" not in html
    assert (
        "suppressed" in _tell(tmp_path, shelf, frame, "{{ table indicator=poverty place=a8 by=sex }}").lower()
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{{ number indicator=povrty place=a4 }}", "there is no indicator 'povrty'; did you mean poverty?"),
        ("{{ number indicator=poverty place=Atlantis }}", "there is no place 'Atlantis'"),
        ("{{ number indicator=poverty place=a4 type=county }}", "there is no place 'a4' of type county"),
        ("{{ number indicator=poverty place=a4 period=1999 }}", "has no period '1999'"),
        ("{{ number indicator=poverty place=a4 sex=dogs }}", "'dogs' is not a code of sex"),
        ("{{ number indicator=poverty place=a4 age=old }}", "does not know age"),
        ("{{ number indicator=poverty place=a8 }}", "is not shown: it is suppressed"),
        ("{{ number indicator=poverty }}", "number needs place="),
        ("{{ number indicator=poverty place=a4 show=all }}", "show='all'"),
        ("{{ number indicator }}", "written name=value"),
        ("{{ table indicator=poverty place=a4 by=age }}", "is not split by 'age'"),
        ("{{ map layer=twons }}", "there is no layer 'twons'; did you mean towns?"),
        ("{{ map layer=crosswalk }}", "has nothing to draw"),
        ("{{ rows layer=secret }}", "there is no layer 'secret'"),
        ("{{ rows layer=land-cover }}", "has no rows"),
        ("{{ draw layer=towns }}", "there is no insert 'draw'"),
        ("{{ rows 'layer }}", "cannot be read"),
        ("[link](layers/twons)", "there is no page 'layers/twons'"),
    ],
)
def test_a_mistake_stops_with_file_and_line(
    tmp_path: Path, shelf: Shelf, frame: Frame, text: str, message: str
) -> None:
    with pytest.raises(ConfigurationError) as caught:
        _tell(tmp_path, shelf, frame, f"First line.\n\nHere: {text}\n")

    (problem,) = caught.value.problems
    assert message in problem.message
    assert problem.file.name == "x.md"
    assert problem.line == 8


def test_all_mistakes_are_told_together(tmp_path: Path, shelf: Shelf, frame: Frame) -> None:
    with pytest.raises(ConfigurationError) as caught:
        _tell(tmp_path, shelf, frame, "{{ rows layer=a }}\n\n{{ rows layer=b }}\n\n[c](d)")

    assert [problem.line for problem in caught.value.problems] == [6, 8, 10]


def test_raw_html_and_private_signs_are_only_text(tmp_path: Path, shelf: Shelf, frame: Frame) -> None:
    html = _tell(
        tmp_path, shelf, frame, "<script>alert(1)</script>\n\n\ue0000\ue001 [x](javascript:alert(1)) <b>b</b>"
    )

    assert "<script>" not in html
    assert "<b>" not in html
    assert 'href="javascript' not in html


def test_names_with_html_stay_text_in_maps(tmp_path: Path, shelf: Shelf, frame: Frame, nasty: str) -> None:
    html = _tell(tmp_path, shelf, frame, "{{ map layer=poverty-town }}")

    assert "onerror" in html
    assert "<img" not in html
    assert html.count("</script>") == 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("no head", "begins with front matter"),
        ("---\ntitle: [\n---\n", "not YAML"),
        ("---\ntitle: A story\n---\n", "Field required"),
        (HEAD.replace("date:", "colour: red\ndate:"), "Extra inputs"),
    ],
)
def test_wrong_front_matter_is_told_with_its_file(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "x.md").write_text(text)

    with pytest.raises(ConfigurationError, match=message):
        read_stories(tmp_path, "en")


def test_a_story_without_a_translation_stays_in_its_language(tmp_path: Path) -> None:
    (tmp_path / "one.md").write_text(HEAD)
    (tmp_path / "two.md").write_text(HEAD)
    (tmp_path / "two.es.md").write_text(HEAD)

    assert [(story.name, story.language) for story in read_stories(tmp_path, "es")] == [
        ("two", "es"),
        ("one", "en"),
    ]
    assert read_stories(tmp_path / "nowhere", "en") == []


TIDY = ("place_type", "vintage", "geoid", "name", "indicator", "period", "sex", "status")
NUMBERS = ("estimate", "moe", "lower", "upper", "numerator", "denominator")


def row(vintage: str, geoid: str, period: str, estimate: float, name: str = "Anytown") -> dict[str, Any]:
    place = {"place_type": "town", "vintage": vintage, "geoid": geoid, "name": name, "indicator": "poverty"}
    return (
        place | dict.fromkeys(NUMBERS, estimate) | {"period": period, "sex": "total", "status": "published"}
    )


@pytest.fixture
def changing(
    tmp_path: Path, land: Any, publish_layer: Any, make_column: Any
) -> Callable[[list[dict[str, Any]]], Shelf]:
    """A shelf with one table of an indicator, whose places have ids of several vintages."""

    def shelf_of(rows: list[dict[str, Any]]) -> Shelf:
        columns = (*(make_column(n, "string") for n in TIDY), *(make_column(n, "number") for n in NUMBERS))
        store = Store(tmp_path / "store")
        publish_layer(store, "indicator-poverty", columns, rows, ("geoid", "period"), title="Poverty")
        faces = make_faces(land.settings.model_copy(update={"store": store.root}), land.service())
        return faces.shelf(read_holdings(store))

    return shelf_of


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ("place=Anytown", "3.0%"),
        ("place=Anytown vintage=2020", "2.0%"),
        ("place=Anytown period=2019", "1.0%"),
        ("place=old", "2.0%"),
    ],
)
def test_of_several_vintages_the_newest_is_told_as_in_rankings(
    tmp_path: Path, changing: Any, frame: Frame, arguments: str, expected: str
) -> None:
    rows = [row("2020", "old", "2019", 1), row("2020", "old", "2021", 2), row("2022", "new", "2021", 3)]

    html = _tell(
        tmp_path, changing(rows), frame, f"{{{{ number indicator=poverty {arguments} show=estimate }}}}"
    )

    assert expected in html


def test_two_places_of_one_name_and_vintage_are_not_guessed(
    tmp_path: Path, changing: Any, frame: Frame
) -> None:
    rows = [row("2022", "here", "2021", 1), row("2022", "there", "2021", 2)]

    with pytest.raises(ConfigurationError, match="can be here, there; give the id"):
        _tell(tmp_path, changing(rows), frame, "{{ number indicator=poverty place=Anytown }}")


@pytest.mark.parametrize(
    ("language", "told"), [("en", "July 1979 – June 1984"), ("es", "julio de 1979 – junio de 1984")]
)
def test_months_are_named_in_the_language_of_the_story(
    tmp_path: Path, changing: Any, frame: Frame, language: str, told: str
) -> None:
    shelf = changing([row("2022", "here", "1979-07/1984-06", 1)])
    own = replace(frame, links=replace(frame.links, language=language))

    html = _tell(tmp_path, shelf, own, "{{ number indicator=poverty place=Anytown show=estimate }}")

    assert told in html
