import base64
import json
import re
import zlib
from collections.abc import Callable
from html.parser import HTMLParser
from random import Random

import folium
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from services.maps import assets
from services.maps.columns import Columns
from services.maps.model import MapContent
from services.maps.page import DisparityMap, json_in_html, page, parts

NAN = float("nan")


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def _tags(html: str) -> list[tuple[str, dict[str, str | None]]]:
    parser = _Tags()
    parser.feed(html)
    return parser.tags


def _data(html: str) -> dict[str, object]:
    found = re.search(r'<script type="application/json" id="townline-data">(.*?)</script>', html, re.DOTALL)
    assert found
    data: dict[str, object] = json.loads(found[1])
    return data


@given(
    st.recursive(
        st.text() | st.integers() | st.none(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_json_in_html_is_the_same_json_and_can_end_no_script(value: object) -> None:
    text = json_in_html(value)
    assert json.loads(text) == value
    assert "<" not in text


def test_equal_content_gives_equal_bytes(content_of: Callable[..., MapContent]) -> None:
    assert page(content_of()) == page(content_of())


def test_nothing_of_the_data_is_markup_or_template(content: MapContent) -> None:
    html = page(content)
    assert "onerror=alert" in html  # it is there, as text inside JSON
    assert not [tag for tag, attributes in _tags(html) if "onerror" in attributes]
    assert "{{7*7}}" in json.dumps(_data(html)["levels"])


def test_the_page_names_no_other_address(content: MapContent) -> None:
    linked = [
        value
        for _, attributes in _tags(page(content))
        for name, value in attributes.items()
        if name in ("src", "href") and value and not value.startswith(("#", "data:"))
    ]
    assert linked == []
    assert "url(" not in assets.leaflet_style() + assets.style()


def test_the_title_is_text(content: MapContent) -> None:
    assert "<title>Poverty in &lt;Testland&gt;</title>" in page(content)


def test_it_is_a_folium_map_that_takes_folium_elements(content: MapContent) -> None:
    drawn = DisparityMap(content)
    assert isinstance(drawn, folium.Map)
    folium.CircleMarker([41.1, -72.9]).add_to(drawn)
    assert "L.circleMarker(" in drawn.get_root().render()
    assert "iframe" in drawn._repr_html_()


def test_parts_have_no_inline_script_or_style_and_names_follow_their_bytes(content: MapContent) -> None:
    html, files = parts(content, "assets/")
    tags = _tags(html)
    assert all("src" in attributes for tag, attributes in tags if tag == "script")
    assert not [tag for tag, attributes in tags if tag == "style" or "style" in attributes]
    assert not re.search(r"<script[^>]*>[^<]", html)
    linked = {
        attributes.get("src") or attributes.get("href")
        for tag, attributes in tags
        if tag in ("script", "link")
    }
    assert linked == {"data:,", *(f"assets/{file.name}" for file in files)}
    again = parts(content, "assets/")[1]
    assert [file.name for file in files] == [file.name for file in again]


def test_both_languages_have_the_same_texts_with_the_same_places() -> None:
    english, spanish = assets.texts()["en"], assets.texts()["es"]
    assert english.keys() == spanish.keys()
    for key, text in english.items():
        assert set(re.findall(r"{\w+}", text)) == set(re.findall(r"{\w+}", spanish[key])), key


def test_every_text_that_the_scripts_name_exists() -> None:
    code = "\n".join(assets.scripts().values()) + assets.template("body.html")
    named = set(re.findall(r'T\.t\("([^"]+)"', code)) | set(re.findall(r'data-(?:t|label)="([^"]+)"', code))
    assert named <= assets.texts()["en"].keys()


def _unpacked(stream: str, column: list[int]) -> np.ndarray:
    """A column read by the description in `columns`, one number after the other."""
    offset, length, width, digits, predictor = column
    data = zlib.decompress(base64.b64decode(stream), wbits=-15)[offset : offset + length * width]
    steps: list[float] = []
    for number in range(length):
        code = sum(data[plane * length + number] << (8 * plane) for plane in range(width))
        before = [steps[at] for at in range(number % abs(predictor or 1), number, abs(predictor or 1))]
        known = [step for step in before if not np.isnan(step)]
        near = 0.0
        if predictor > 0 and before:
            near = float(np.nan_to_num(before[-1]))
        if predictor < 0 and known:
            near = float(np.floor(sum(known) / len(known) + 0.5))
        steps.append(NAN if code == 0 else near + (code // 2 if code % 2 else -(code // 2)))
    return np.array(steps) / 10.0**digits


@given(st.lists(st.decimals(-9999, 9999, places=3, allow_nan=False).map(float) | st.just(NAN), min_size=1))
def test_decimals_are_kept_exactly(values: list[float]) -> None:
    columns = Columns()
    column, kept = columns.numbers(np.array(values), 5)
    np.testing.assert_array_equal(_unpacked(columns.stream(), column.document()), values)
    np.testing.assert_array_equal(kept, values)


@given(st.lists(st.floats(0, 1e9), min_size=1))
def test_other_numbers_are_rounded_to_the_digits_that_fit(values: list[float]) -> None:
    columns = Columns()
    column, kept = columns.numbers(np.array(values), 5)
    np.testing.assert_allclose(kept, values, atol=0.5001 * 10.0**-column.digits)
    np.testing.assert_array_equal(_unpacked(columns.stream(), column.document()), kept)


@given(st.integers(1, 4), st.integers(1, 4), st.integers(1, 30), st.randoms())
def test_rows_that_are_alike_are_kept_exactly(periods: int, groups: int, places: int, random: Random) -> None:
    """Groups and periods of a place are predicted from one another, whatever is missing."""
    values = np.array(
        [
            [[place + random.randint(0, 2) if random.random() < 0.9 else NAN for place in range(places)]]
            * groups
            for _ in range(periods)
        ]
    )
    values = values.reshape(periods, groups, places)
    columns = Columns()
    first = columns.whole(values)
    second = columns.whole(values[::-1])
    stream = columns.stream()
    np.testing.assert_array_equal(_unpacked(stream, first.document()), values.ravel())
    np.testing.assert_array_equal(_unpacked(stream, second.document()), values[::-1].ravel())


def test_a_row_like_the_one_before_takes_almost_no_space() -> None:
    row = np.random.default_rng(1).integers(0, 1000, 5000).astype(float)
    once, twice = Columns(), Columns()
    once.whole(row.reshape(1, 1, -1))
    twice.whole(np.stack([row, row + 1]).reshape(2, 1, -1))
    assert len(twice.stream()) < 1.05 * len(once.stream())
