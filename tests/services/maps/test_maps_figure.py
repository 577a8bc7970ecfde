from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from catalog.indicators import Indicator
from services.maps.building import chosen_map, write_map
from services.maps.errors import NothingToShow, UnknownChoice
from services.maps.figure import save_figure
from services.maps.model import MapContent
from services.maps.painting import paint
from services.maps.views import View, opening_view, wording

TOWNS = "town-2020"
SCHOOLS = {
    "layer": "schools",
    "place": {"type": "school_district", "vintage": "2020", "id": "geoid"},
    "period": {"column": "year"},
}


def _view(content: MapContent, **changes: object) -> View:
    view = opening_view(content)
    values = {"indicator": view.indicator, "group": 1, "period": 1, "level": TOWNS, "measure": "estimate"}
    return View(**(values | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize("suffix", ["png", "svg", "pdf"])
def test_equal_input_gives_equal_bytes(content: MapContent, tmp_path: Path, suffix: str) -> None:
    one, other = tmp_path / f"one.{suffix}", tmp_path / f"other.{suffix}"
    for path in (one, other):
        save_figure(content, _view(content), path)
    assert one.read_bytes() == other.read_bytes()


def test_title_legend_sources_scale_and_north_are_on_the_sheet(content: MapContent, tmp_path: Path) -> None:
    path = tmp_path / "map.svg"
    save_figure(content, _view(content), path)
    text = path.read_text(encoding="utf-8")
    for words in (
        "People in poverty: Female, 2022",
        "Suppressed to protect people  (1)",
        "No population  (1)",
        "No data  (1)",
        " km)",
        ">N<",
        "published January 2, 2026",
        "Office of &lt;Tests&gt;",
    ):
        assert words in text, words


def test_spanish_sheets_are_spanish(content: MapContent, tmp_path: Path) -> None:
    path = tmp_path / "map.svg"
    save_figure(content, _view(content, measure="gap_state"), path, "es")
    assert "Personas en poverty: Femenino, 2022" in path.read_text(encoding="utf-8")


def test_a_lowest_class_that_is_zero_is_said_as_zero(content: MapContent) -> None:
    topic = content.topics[0]
    told = [wording(topic, "estimate", [0.0, 1.5], number, "en") for number in range(3)]
    assert told == ["0.0%", "0.0% to 1.5%", "over 1.5%"]
    assert wording(topic, "gap_state", [0.0, 1.5], 0, "en") == "up to 0.0\u00a0points"


def test_another_suffix_is_refused(content: MapContent, tmp_path: Path) -> None:
    with pytest.raises(UnknownChoice, match=r"picture format '.gif'"):
        save_figure(content, _view(content), tmp_path / "map.gif")


def test_counts_of_the_legend_are_those_of_the_places(content: MapContent) -> None:
    painting = paint(content, content.topics[0], _view(content), "en")
    counted = {entry.text: entry.count for entry in painting.entries}
    assert counted["Unreliable: the error is large"] == 1
    classes = painting.entries[: len(painting.entries) - 4]
    assert sum(entry.count for entry in classes) == 6
    assert painting.hatched.tolist() == [number == 4 for number in range(1, 10)]


def test_a_verdict_without_a_value_is_missing_and_not_unreliable(content: MapContent) -> None:
    painting = paint(content, content.topics[0], _view(content, measure="verdict_state"), "en")
    counted = {entry.text: entry.count for entry in painting.entries}
    assert counted == {
        "Clearly worse": 2,
        "No clear difference": 0,
        "Clearly better": 3,
        "Unreliable: the error is large": 1,
        "Suppressed to protect people": 1,
        "No data": 1,
        "No population": 1,
    }


def test_reasons_of_missing_values_are_told_apart_as_on_the_page(
    show_rows: Callable[..., MapContent], own_rows: Callable[[], list[dict[str, object]]]
) -> None:
    rows = own_rows()
    nothing: dict[str, object] = {"estimate": None, "moe": None, "lower": None, "upper": None}
    for row, status in zip(
        [row for row in rows if row["sex"] == "female" and row["period"] == "2022"],
        ("not_published", "not_published", "not_collected"),
        strict=False,
    ):
        row.update(nothing | {"status": status})
    content = show_rows(rows)
    for language, told in (
        ("en", {"Not published for this place": 2, "Not collected": 1, "No data": 1, "No population": 1}),
        ("es", {"No se publica para este lugar": 2, "No recopilado": 1, "Sin datos": 1}),
    ):
        painting = paint(content, content.topics[0], _view(content), language)
        assert told.items() <= {entry.text: entry.count for entry in painting.entries}.items()


@pytest.mark.parametrize(
    ("status", "sign", "count"),
    [
        ("suppressed", "Suppressed to protect people", 2),  # the women of town 5, the men of town 1
        ("not_published", "Not published for this place", 1),
        ("unreliable", "Unreliable: the error is large", 2),  # the women of town 4, the men of town 1
    ],
)
def test_a_gap_is_hidden_or_doubtful_where_the_reference_group_is(
    show_rows: Callable[..., MapContent],
    own_rows: Callable[[], list[dict[str, object]]],
    status: str,
    sign: str,
    count: int,
) -> None:
    rows = own_rows()
    hidden: dict[str, object] = {} if status == "unreliable" else {"estimate": None, "moe": None}
    for row in rows:
        if (row["sex"], row["period"], str(row["geoid"])[-2:]) == ("male", "2022", "01"):
            row.update(hidden | {"status": status})
    content = show_rows(rows)
    painting = paint(content, content.topics[0], _view(content, measure="gap_reference"), "en")
    assert {entry.text: entry.count for entry in painting.entries}[sign] == count


def test_the_scale_bar_is_a_round_number_of_miles(content: MapContent, tmp_path: Path) -> None:
    path = tmp_path / "map.svg"
    save_figure(content, _view(content), path)
    # the towns are 0.3 degrees wide at 41.15° N: 15.7 miles; a fifth of map and margins holds 2 miles
    assert "2 mi (3.22 km)" in path.read_text(encoding="utf-8")


def test_a_sheet_says_which_places_it_shows(content: MapContent, tmp_path: Path) -> None:
    path = tmp_path / "map.svg"
    save_figure(content, _view(content), path)
    assert "Poverty in &lt;Testland&gt;: towns" in path.read_text(encoding="utf-8")


def test_files_are_named_after_the_map_and_nothing_else_is_left(content: MapContent, tmp_path: Path) -> None:
    files = write_map(content, tmp_path, ("png", "pdf"))
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "site",
        "testland.html",
        "testland.pdf",
        "testland.png",
    ]
    with Image.open(files.pictures[0]) as picture:
        assert picture.size == (1500, 1230)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"indicator": "povrty"}, "no indicator 'povrty'; did you mean poverty"),
        ({"indicator": "poverty", "by": ("sx",)}, "no dimension of poverty 'sx'; did you mean sex"),
        (
            {"indicator": "poverty", "places": ("towns",)},
            "no place type of poverty 'towns'; did you mean town",
        ),
    ],
)
def test_what_is_asked_for_wrongly_lists_the_nearest(
    own_indicator: Callable[..., Indicator], asked: dict[str, object], message: str
) -> None:
    with pytest.raises(UnknownChoice, match=message):
        chosen_map({"poverty": own_indicator()}, **asked)  # type: ignore[arg-type]


def test_an_indicator_of_places_that_nobody_draws_needs_their_name(
    own_indicator: Callable[..., Indicator],
) -> None:
    schools = own_indicator(places=["school_district"], source=SCHOOLS)
    with pytest.raises(NothingToShow, match="school_district: name the places"):
        chosen_map({"poverty": schools}, "poverty")
