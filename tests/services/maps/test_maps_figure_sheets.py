"""Printed sheets of the tiny state: small multiples and maps of two indicators."""

from collections.abc import Callable
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from pydantic import ValidationError

from catalog.maps import Bivariate, MapManifest, Multiples
from services.maps import palette
from services.maps.bivariate import draw_bivariate, pair_of
from services.maps.building import write_map
from services.maps.errors import NothingToShow, UnknownChoice
from services.maps.figure import save
from services.maps.model import MapContent
from services.maps.multiples import draw_multiples

Rows = list[dict[str, object]]
BY_SEX = Multiples.model_validate({"id": "by-sex", "indicator": "poverty", "by": "sex", "places": "town"})
WOMEN_AND_CARS = Bivariate.model_validate(
    {
        "id": "women-and-cars",
        "across": {"indicator": "poverty", "group": {"sex": "female"}},
        "up": {"indicator": "cars"},
        "places": "town",
    }
)


def _text(draw: Callable[[], object], folder: Path) -> str:
    path = folder / "sheet.svg"
    save(draw, path)  # type: ignore[arg-type]
    return path.read_text(encoding="utf-8")


def test_every_group_has_a_map_and_all_have_one_legend(content: MapContent, tmp_path: Path) -> None:
    text = _text(lambda: draw_multiples(content, BY_SEX), tmp_path)
    for once in (
        "Total",
        "Female",
        "Male",
        "Value (percent)",
        "Suppressed to protect people",
        ">N<",
        " km)",
    ):
        assert text.count(once) == 1, once
    for told in (
        "Testland: 50.0%",
        "Testland: 25.0%",
        "quantiles of the values of all groups",
        "No population",
    ):
        assert told in text, told
    assert "published January 2, 2026" in text and "People in poverty, 2022" in text


def test_one_value_has_one_colour_in_all_maps(content: MapContent) -> None:
    figure = draw_multiples(content, BY_SEX)
    maps = [axes for axes in figure.axes if axes.collections]
    faces = [axes.collections[0].get_facecolor() for axes in maps]  # everyone, women, men
    # 30 are the women of town 3 and the men of town 6; 40 of the women of town 4 and men of town 8
    assert faces[1][2].tolist() == faces[2][5].tolist()
    assert faces[1][3].tolist() == faces[2][7].tolist() != faces[2][0].tolist()


def test_named_groups_alone_are_drawn_in_their_order(content: MapContent) -> None:
    figure = draw_multiples(content, BY_SEX.model_copy(update={"groups": ("male", "female")}))
    texts = [text.get_text() for text in figure.texts]
    assert texts.index("Male") < texts.index("Female") and "Total" not in texts


def test_a_group_that_is_the_whole_by_definition_has_no_map(
    show_rows: Callable[..., MapContent], own_rows: Callable[[], Rows]
) -> None:
    rows = own_rows()
    for row in rows:
        if row["sex"] == "total":
            row["estimate"] = 100.0
    texts = [text.get_text() for text in draw_multiples(show_rows(rows), BY_SEX).texts]
    assert "Female" in texts and "Total" not in texts
    assert not any("No data: " in text for text in texts)


def test_a_group_without_any_value_is_named_below(
    show_rows: Callable[..., MapContent], own_rows: Callable[[], Rows]
) -> None:
    rows = own_rows()
    for row in rows:
        if row["sex"] == "male":
            row.update(estimate=None, moe=None, lower=None, upper=None, status="missing")
    texts = [text.get_text() for text in draw_multiples(show_rows(rows), BY_SEX).texts]
    assert "Male" not in texts and any("No data: Male." in text for text in texts)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"indicator": "povrty"}, "did you mean poverty"),
        ({"by": "sx"}, "no dimension of poverty 'sx'; did you mean sex"),
        ({"groups": ("femal",)}, "no group by sex 'femal'; did you mean female"),
        ({"places": "county"}, "no place type 'county'"),
        ({"period": "2002"}, "no period '2002'"),
    ],
)
def test_what_a_sheet_does_not_have_is_refused(
    content: MapContent, change: dict[str, object], message: str
) -> None:
    with pytest.raises(UnknownChoice, match=message):
        draw_multiples(content, BY_SEX.model_copy(update=change))


def test_places_are_those_of_the_page_when_none_are_named(content: MapContent) -> None:
    figure = draw_multiples(content, BY_SEX.model_copy(update={"places": None}))
    assert len(figure.axes[0].collections[0].get_paths()) == 9
    assert "Poverty in <Testland>: towns" in [text.get_text() for text in figure.texts]


def test_two_indicators_are_cut_at_thirds_of_the_places_with_both(content: MapContent) -> None:
    pair = pair_of(content, WOMEN_AND_CARS)
    # with both values: towns 1 2 | 3 4 | 8 9; women 10 20 | 30 40 | 80 90, cars 7.5 15 | 22.5 30 | 60 67.5
    assert pair.across.limits == [pytest.approx(26.7), pytest.approx(53.3)]
    assert pair.up.limits == [pytest.approx(20.0), pytest.approx(40.0)]
    assert [[pair.count(row, column) for column in range(3)] for row in range(3)] == [
        [2, 0, 0],
        [0, 2, 0],
        [0, 0, 2],
    ]
    assert pair.kinds.tolist() == [*["value"] * 4, "suppressed", "none", "missing", *["value"] * 2]
    assert pair.unreliable.tolist() == [number == 4 for number in range(1, 10)]
    low, middle, high = (palette.BIVARIATE[step][step] for step in range(3))
    signs = [palette.SUPPRESSED, palette.NO_POPULATION, palette.MISSING]
    assert pair.colours == [low, low, middle, middle, *signs, high, high]


def test_the_sheet_states_breaks_corners_and_signs(content: MapContent, tmp_path: Path) -> None:
    text = _text(lambda: draw_bivariate(content, WOMEN_AND_CARS), tmp_path)
    for told in (
        "People in poverty × People in cars",
        "People in poverty: Female, 2022 at 26.7% and 53.3%",
        "over\u00a053.3%",
        "up\u00a0to\u00a020.0%  (2)",
        "Unreliable: the error is large  (1)",
        "Suppressed to protect people  (1)",
        "No population  (1)",
        " km)",
        ">N<",
    ):
        assert told in text, told


def test_sheets_speak_spanish(content: MapContent, tmp_path: Path) -> None:
    text = _text(lambda: draw_bivariate(content, WOMEN_AND_CARS, "es"), tmp_path)
    assert "Esquinas y signos" in text and "tercios de los lugares" in text and "más\u00a0de" in text
    assert "Las mismas clases" in _text(lambda: draw_multiples(content, BY_SEX, "es"), tmp_path)


def test_values_that_are_all_alike_make_one_class(
    show_rows: Callable[..., MapContent], own_rows: Callable[[], Rows], tmp_path: Path
) -> None:
    rows = own_rows()
    for row in rows:
        if row["sex"] == "male":
            row["estimate"] = 7.0
    sides = {"across": {"indicator": "poverty", "group": {"sex": "male"}}, "up": {"indicator": "poverty"}}
    wanted = Bivariate.model_validate({"id": "alike", "places": "town"} | sides)
    content = show_rows(rows)
    pair = pair_of(content, wanted)
    assert (pair.across.limits, pair.across.spread) == ([], (1,))
    assert pair.colours[0] == palette.BIVARIATE[0][1]
    assert "nowhere, as all values are alike" in _text(lambda: draw_bivariate(content, wanted), tmp_path)


def test_places_without_both_values_make_no_map(
    show_rows: Callable[..., MapContent], own_rows: Callable[[], Rows]
) -> None:
    rows = own_rows()
    for row in rows:
        if row["sex"] == "male":
            row.update(estimate=None, moe=None, lower=None, upper=None, status="suppressed")
    sides = {"across": {"indicator": "poverty", "group": {"sex": "male"}}, "up": {"indicator": "poverty"}}
    with pytest.raises(NothingToShow, match="no place has both values"):
        pair_of(show_rows(rows), Bivariate.model_validate({"id": "none", "places": "town"} | sides))


def test_declared_sheets_are_written_beside_the_page(
    content_of: Callable[..., MapContent], tmp_path: Path
) -> None:
    sheets = {"multiples": [BY_SEX.model_dump()], "bivariate": [WOMEN_AND_CARS.model_dump()]}
    content = content_of(indicators=["poverty", "cars"], **sheets)
    files = write_map(content, tmp_path, ("svg", "pdf"))
    assert [path.name for path in files.pictures] == [
        "testland.svg",
        "testland.pdf",
        "testland-by-sex.svg",
        "testland-by-sex.pdf",
        "testland-women-and-cars.svg",
        "testland-women-and-cars.pdf",
    ]
    assert all(path.stat().st_size > 5000 for path in files.pictures)
    again = write_map(content, tmp_path / "again", ("svg", "pdf"))
    assert [path.read_bytes() for path in files.pictures] == [path.read_bytes() for path in again.pictures]


@pytest.mark.parametrize(
    ("sheets", "message"),
    [
        (
            {"multiples": [BY_SEX.model_dump() | {"indicator": "povrty"}]},
            r"multiples\[0\].indicator is 'povrty'",
        ),
        ({"multiples": [BY_SEX.model_dump() | {"places": "county"}]}, r"multiples\[0\].places is 'county'"),
        ({"multiples": [BY_SEX.model_dump()] * 2}, "named twice: by-sex"),
        ({"bivariate": [WOMEN_AND_CARS.model_dump()]}, r"bivariate\[0\].up.indicator is 'cars'"),
    ],
)
def test_a_sheet_of_what_the_map_does_not_show_is_refused(sheets: dict[str, object], message: str) -> None:
    given = {
        "id": "testland",
        "title": "Poverty",
        "title_es": "Pobreza",
        "description": "A map made for the tests of the maps.",
        "description_es": "Un mapa hecho para las pruebas de los mapas.",
        "indicators": ["poverty"],
        "places": ["town"],
    }
    assert MapManifest.model_validate(given)
    with pytest.raises(ValidationError, match=message):
        MapManifest.model_validate(given | sheets)


# Machado, Oliveira and Fernandes 2009, severity 1, for linear RGB; then CIE 1976 L*a*b* under D65
VISION = {
    "full": np.eye(3),
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])


def _seen(colour: str, vision: object) -> np.ndarray:
    shown = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    linear = np.where(shown <= 0.04045, shown / 12.92, ((shown + 0.055) / 1.055) ** 2.4)
    light = TO_XYZ @ np.clip(np.asarray(vision) @ linear, 0, 1) / [0.95047, 1, 1.08883]
    x, y, z = np.where(light > 0.008856, np.cbrt(light), 7.787 * light + 16 / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize("vision", list(VISION))
def test_the_nine_colours_and_signs_differ_for_every_colour_vision(vision: str) -> None:
    colours = [
        *(colour for row in palette.BIVARIATE for colour in row),
        palette.SUPPRESSED,
        palette.NO_POPULATION,
    ]
    seen = [_seen(colour, VISION[vision]) for colour in colours]
    assert min(float(np.linalg.norm(one - other)) for one, other in combinations(seen, 2)) > 12
