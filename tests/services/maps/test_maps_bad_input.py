"""Unusual content still makes a sensible page and picture."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely

from services.maps.errors import NothingToShow
from services.maps.figure import save_figure
from services.maps.levels import polygonal
from services.maps.model import STATUSES, Block, Level, MapContent, Topic
from services.maps.page import page as page_of
from services.maps.views import opening_view

pytestmark = pytest.mark.browser

Watched = Any
TOWNS = "town-2020"


def _with_block(content: MapContent, **changes: np.ndarray) -> MapContent:
    topic = content.topics[0]
    blocks = topic.blocks | {TOWNS: replace(topic.blocks[TOWNS], **changes)}
    return replace(content, topics=(replace(topic, blocks=blocks),))


def _of_shapes(content: MapContent, shapes: list[shapely.Geometry | None]) -> MapContent:
    """The content with other polygons: town n has the value n."""
    count = len(shapes)
    array = np.empty(count, dtype=object)
    array[:] = shapes
    old = content.levels[TOWNS]
    ids = tuple(f"09001{number:05d}" for number in range(count))
    level = Level("town", "2020", old.record, ids, tuple(f"Place {number}" for number in range(count)), array)
    values = np.arange(float(count)).reshape(1, 1, count)
    status = np.full(values.shape, STATUSES.index("published"), dtype=np.int8)
    block = Block(values, values / 10, values * 0.8, values * 1.2, values + 1000, status)
    first = content.topics[0]
    topic = Topic(first.indicator, first.record, ("sex",), (("total",),), ("2022",), {TOWNS: block}, ())
    manifest = content.manifest.model_copy(update={"opening": type(content.manifest.opening)()})
    return replace(content, manifest=manifest, levels={TOWNS: level}, topics=(topic,), context=(), names=())


def _both(watched: Watched, content: MapContent, folder: Path) -> Any:
    save_figure(content, opening_view(content), folder / "map.png")
    path = folder / "page.html"
    path.write_text(page_of(content), encoding="utf-8")
    return watched.open(path)


def _label(page: Any, place: int) -> str:
    return str(page.locator(f'#townline_map [data-place="{place}"]').get_attribute("aria-label"))


def test_all_suppressed(watched: Watched, content: MapContent, tmp_path: Path) -> None:
    block = content.topics[0].blocks[TOWNS]
    nothing = np.full(block.estimate.shape, np.nan)
    status = np.full(block.status.shape, STATUSES.index("suppressed"), dtype=np.int8)
    suppressed = _with_block(
        content, estimate=nothing, moe=nothing, lower=nothing, upper=nothing, status=status
    )
    page = _both(watched, suppressed, tmp_path)
    page.select_option("select[name=places]", TOWNS)
    assert _label(page, 0) == "Town 1: suppressed"
    assert "No place has a value." in page.inner_text("#pane-a .summary")
    page.locator('#townline_map [data-place="0"]').click()
    assert "Suppressed" in page.inner_text("#profile")


def test_a_group_without_any_value(watched: Watched, content: MapContent, tmp_path: Path) -> None:
    block = content.topics[0].blocks[TOWNS]
    status, estimate = block.status.copy(), block.estimate.copy()
    status[:, 2], estimate[:, 2] = STATUSES.index("not_collected"), np.nan
    page = _both(watched, _with_block(content, status=status, estimate=estimate), tmp_path)
    page.select_option("select[name=places]", TOWNS)
    page.select_option("select[name=sex]", "male")
    assert _label(page, 0) == "Town 1: not collected"
    assert "100%" in page.inner_text("#notice")


def test_one_polygon(watched: Watched, content: MapContent, tmp_path: Path) -> None:
    page = _both(watched, _of_shapes(content, [shapely.box(-73, 41, -72, 42)]), tmp_path)
    assert _label(page, 0).startswith("Place 0: 0.0%")
    assert "All values" in page.inner_text("#pane-a .legend")


def test_empty_and_missing_geometry(watched: Watched, content: MapContent, tmp_path: Path) -> None:
    shapes = [shapely.box(-73, 41, -72, 42), shapely.Polygon(), None, shapely.box(-72, 41, -71, 42)]
    page = _both(watched, _of_shapes(content, shapes), tmp_path)
    assert page.locator("#townline_map .place").count() == 2
    page.locator('#townline_map [data-place="0"]').focus()
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.dataset.place") == "3"
    page.click("#tab-table")
    assert page.locator("#table tbody tr").count() == 4


@pytest.mark.parametrize(
    "shapes", [[], [None], [shapely.Polygon()], [shapely.Point(-73, 41)], [shapely.box(-73, 41, -73, 41)]]
)
def test_places_without_any_polygon_are_refused(content: MapContent, shapes: list[Any]) -> None:
    nothing = _of_shapes(content, shapes)
    with pytest.raises(NothingToShow, match="none of its places has a polygon"):
        page_of(nothing)
    with pytest.raises(NothingToShow, match="no place with a polygon has a value"):
        opening_view(nothing)


@pytest.mark.parametrize(
    "shape",
    [
        shapely.Polygon([(-73, 41), (-72, 42), (-72, 41), (-73, 42)]),  # crosses itself
        shapely.box(-73, 41, -72.999999, 41.000001),  # smaller than a step of the grid
        shapely.GeometryCollection([shapely.box(-73, 41, -72, 42), shapely.Point(-73, 41)]),
    ],
)
def test_odd_polygons_make_a_page(
    watched: Watched, content: MapContent, tmp_path: Path, shape: shapely.Geometry
) -> None:
    page = _both(watched, _of_shapes(content, [*polygonal([shapely.box(-72, 41, -71, 42), shape])]), tmp_path)
    assert _label(page, 0).startswith("Place 0")
    page.click("#tab-table")
    assert page.locator("#table tbody tr").count() == 2


def test_polygons_on_both_sides_of_the_antimeridian(
    watched: Watched, content: MapContent, tmp_path: Path
) -> None:
    """The Aleutians: one place lies at 179° E and 179° W; the map is as wide as a state, not as the world."""
    both = shapely.MultiPolygon([shapely.box(178, 51, 180, 52), shapely.box(-180, 51, -178, 52)])
    page = _both(watched, _of_shapes(content, [both, shapely.box(-178, 51, -176, 52)]), tmp_path)
    first, second = (page.locator(f'#townline_map [data-place="{place}"]').bounding_box() for place in (0, 1))
    assert first["width"] > 100
    assert first["width"] == pytest.approx(2 * second["width"], rel=0.02)


def test_three_thousand_places(watched: Watched, content: MapContent, tmp_path: Path) -> None:
    shapes = [
        shapely.box(-73 + x / 60, 41 + y / 50, -73 + (x + 1) / 60, 41 + (y + 1) / 50)
        for y in range(50)
        for x in range(60)
    ]
    page = _both(watched, _of_shapes(content, shapes), tmp_path)
    assert page.locator("#townline_map .place").count() == 3000
    page.click("#tab-table")
    assert page.locator("#table tbody tr").count() == 3000


def test_a_browser_that_cannot_unpack_says_so(watched: Watched, content: MapContent, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text(page_of(content), encoding="utf-8")
    watched.page.add_init_script("delete globalThis.DecompressionStream;")
    watched.page.goto(path.as_uri())
    watched.page.wait_for_selector("#notice:not([hidden])")
    assert "could not be started" in watched.page.inner_text("#notice")
    watched.complaints.clear()


def test_numbers_too_large_for_the_page_are_refused(content: MapContent) -> None:
    block = content.topics[0].blocks[TOWNS]
    with pytest.raises(OverflowError, match="do not fit"):
        page_of(_with_block(content, estimate=block.estimate * 1e12))


def test_nothing_shown_twice(show_rows: Callable[..., MapContent], own_rows: Callable[[], list[Any]]) -> None:
    rows = [row for row in own_rows() if row["place_type"] == "town" and row["sex"] == "total"]
    content = show_rows(rows, opening={})
    assert content.whole is None
    assert (
        '"gap_state"'
        not in page_of(content).split('id="townline-data">')[1].split("</script>")[0].split('"texts"')[0]
    )
