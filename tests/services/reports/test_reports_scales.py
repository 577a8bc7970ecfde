import json
import re

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from services.indicator_rows import Value
from services.profiles import Line
from services.reports.pictures import Outlines, locator, path_of
from services.reports.scales import scale_of
from services.reports.words import texts
from services.speech import LANGUAGES


def _line(estimate: float, upper: float, state: float, status: str = "published") -> Line:
    place = Value(estimate, 1.0, estimate, upper, status, None, None)
    beside = Value(state, 1.0, None, None, "published", None, None)
    return Line("i", "I", "percent", 1, "2022", {}, "Total", place, None, beside, None)


@pytest.mark.parametrize(
    ("line", "ends"),
    [
        (_line(10, 12, 25), (0.0, 25.0)),
        (_line(26, 31, 25), (0.0, 40.0)),
        (_line(26, 999, 25, "unreliable"), (0.0, 30.0)),
        (_line(0, 0, 0), (0.0, 1.0)),
        (_line(-3, -1, 4), (-3.0, 4.0)),
        (_line(61_000, 70_000, 90_213), (0.0, 100_000.0)),
        (_line(0.0004, 0.0005, 0.0003), (0.0, 0.0005)),
    ],
)
def test_a_scale_ends_at_round_numbers(line: Line, ends: tuple[float, float]) -> None:
    scale = scale_of([line])
    assert (scale.low, scale.high) == pytest.approx(ends)


@given(st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=5))
def test_every_value_of_the_lines_has_its_place_on_the_scale(values: list[float]) -> None:
    scale = scale_of([_line(value, value, value) for value in values])
    assert all(scale.low - 1e-6 <= value <= scale.high * (1 + 1e-9) + 1e-6 for value in values)
    assert all(0 <= (scale.at(value) or 0.0) <= 1 for value in values)


def test_values_beyond_the_scale_stand_at_its_end() -> None:
    scale = scale_of([_line(10, 12, 25)])
    assert (scale.at(-5), scale.at(99), scale.at(None)) == (0.0, 1.0, None)


def test_both_languages_have_the_same_texts_with_the_same_places() -> None:
    assert LANGUAGES == ("en", "es")
    english, spanish = (texts(language) for language in LANGUAGES)
    assert list(english) == list(spanish)
    for key, text in english.items():
        assert set(re.findall(r"{\w+}", text)) == set(re.findall(r"{\w+}", spanish[key])), key


def test_a_path_closes_every_ring_of_every_part() -> None:
    holed = shapely.Polygon(shapely.box(0, 0, 9, 9).exterior, [shapely.box(3, 3, 6, 6).exterior])
    both = shapely.MultiPolygon([holed, shapely.box(20, 0, 21, 1)])
    path = path_of(both)
    assert (path.count("M"), path.count("Z")) == (3, 3)
    assert path.startswith("M9 0L9 9L0 9L0 0Z")


def test_a_small_place_gets_a_ring_and_a_title_cannot_break_the_picture() -> None:
    shapes = np.array([shapely.box(0, 0, 1000, 800), shapely.box(1000, 0, 1010, 10)], dtype=object)
    outlines = Outlines("2020", ("a", "b"), shapes)
    small, large = (locator(outlines, [shape], None, "<&>") for shape in shapes[::-1])
    assert "<circle" in small and "<circle" not in large
    assert "<title>&lt;&amp;&gt;</title>" in small
    assert json.dumps(small) and outlines.shape("c") is None
