"""Selections by box are exact: compared with testing every geometry, on shapes made at random."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.store import Store, Version
from services.ogc.crs import CRS84, UnusableBox, transformer, uri, window
from services.ogc.features.selection import Place, Selection, matched, page_of

COUNT = 400
STATE_PLANE = uri("EPSG:2234")


@pytest.fixture(scope="module")
def shapes() -> list[shapely.Geometry | None]:
    """Thin triangles, whose envelopes are mostly empty, some without geometry."""
    random = np.random.default_rng(7)
    corners = np.array([-73.6, 41.0]) + random.random((COUNT, 1, 2)) * [1.7, 1.0]
    points = corners + random.normal(0, 0.05, (COUNT, 3, 2))
    made = [shapely.Polygon(ring) for ring in points]
    return [None if number % 50 == 0 else shape for number, shape in enumerate(made)]


@pytest.fixture(scope="module")
def index(
    tmp_path_factory: pytest.TempPathFactory,
    publish_shapes: Callable[..., Version],
    shapes: list[shapely.Geometry | None],
) -> Path:
    store = Store(tmp_path_factory.mktemp("shapes") / "store")
    return publish_shapes(store, shapes).index


@pytest.fixture(scope="module")
def stored(index: Path) -> dict[int, shapely.Geometry | None]:
    with closing(sqlite3.connect(index)) as database:
        found = database.execute("SELECT fid, geometry FROM texts").fetchall()
    return {fid: None if text == "null" else shapely.from_geojson(text) for fid, text in found}


def _everything(index: Path, selection: Selection, limit: int) -> list[int]:
    """All numbers of a selection, gathered page by page after the last one."""
    gathered: list[int] = []
    after: int | None = None
    while True:
        found = page_of(index, selection, Place(limit, after=after)).tolist()
        gathered += found[:limit]
        if len(found) <= limit:
            return gathered
        after = gathered[-1]


_SHARED = settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
_LON, _LAT = st.floats(-73.8, -71.7), st.floats(40.8, 42.2)


@_SHARED
@given(lon=st.tuples(_LON, _LON), lat=st.tuples(_LAT, _LAT), limit=st.integers(1, 500))
def test_a_box_selects_what_it_intersects(
    index: Path,
    stored: dict[int, shapely.Geometry | None],
    lon: tuple[float, float],
    lat: tuple[float, float],
    limit: int,
) -> None:
    box = (min(lon), min(lat), max(lon), max(lat))
    expected = [
        fid for fid, shape in sorted(stored.items()) if shape and shapely.intersects(shape, shapely.box(*box))
    ]
    selection = Selection(window=window(box))

    assert matched(index, selection) == len(expected)
    assert _everything(index, selection, limit) == expected
    assert page_of(index, selection, Place(limit, offset=3)).tolist() == expected[3 : 4 + limit]


@_SHARED
@given(
    east=st.tuples(st.floats(750_000, 1_300_000), st.floats(750_000, 1_300_000)),
    north=st.tuples(st.floats(500_000, 1_000_000), st.floats(500_000, 1_000_000)),
)
def test_a_box_in_feet_selects_what_it_intersects_in_feet(
    index: Path,
    stored: dict[int, shapely.Geometry | None],
    east: tuple[float, float],
    north: tuple[float, float],
) -> None:
    box = (min(east), min(north), max(east), max(north))
    in_feet = transformer("OGC:CRS84", "EPSG:2234")

    def moved(shape: shapely.Geometry) -> shapely.Geometry:
        return shapely.transform(shape, lambda xy: np.column_stack(in_feet.transform(xy[:, 0], xy[:, 1])))

    distances = {fid: shapely.distance(moved(s), shapely.box(*box)) for fid, s in stored.items() if s}
    depths = {fid: shapely.distance(moved(s), shapely.box(*box).exterior) for fid, s in stored.items() if s}
    clear = [fid for fid in distances if depths[fid] > 0.5 or distances[fid] > 0.5]

    found = set(_everything(index, Selection(window=window(box, STATE_PLANE)), 50))

    assert {fid for fid in clear if fid in found} == {fid for fid in clear if distances[fid] == 0}
    for fid in found:
        assert distances[fid] < 1.5, "a foot and a half, where a straight edge in feet is a curve in degrees"


@pytest.mark.parametrize("system", ["EPSG:2234", "EPSG:3857", "EPSG:4326", "EPSG:4269", "EPSG:6434"])
def test_a_box_larger_than_the_world_selects_everything(
    index: Path, stored: dict[int, shapely.Geometry | None], system: str
) -> None:
    everywhere = window((-1e300, -1e300, 1e300, 1e300), uri(system))

    assert matched(index, Selection(window=everywhere)) == sum(shape is not None for shape in stored.values())


@pytest.mark.parametrize("system", ["EPSG:2234", "EPSG:3857", "EPSG:4326"])
def test_a_box_beyond_a_system_s_area_selects_nothing(index: Path, system: str) -> None:
    nowhere = Selection(window=window((1e30, 1e30, 2e30, 2e30), uri(system)))

    assert matched(index, nowhere) == 0
    assert page_of(index, nowhere, Place(10)).tolist() == []


def test_a_box_that_shrinks_is_refused() -> None:
    with pytest.raises(UnusableBox, match="EPSG:2234"):
        window((10, 0, 5, 1), STATE_PLANE)


@pytest.mark.parametrize(
    ("name", "wkt", "meets"),
    [
        ("within", "POLYGON ((-73 41.4, -72.8 41.4, -72.9 41.5, -73 41.4))", True),
        ("across one side", "POLYGON ((-73 41.1, -72.8 41.1, -72.9 41.4, -73 41.1))", True),
        ("across two sides", "POLYGON ((-74 41.4, -71.5 41.4, -71.5 41.5, -74 41.5, -74 41.4))", True),
        ("around", "POLYGON ((-74 40.5, -71 40.5, -71 42.5, -74 42.5, -74 40.5))", True),
        ("touching a side", "POLYGON ((-73 41, -72.8 41, -72.9 41.2, -73 41))", True),
        ("touching a corner", "POLYGON ((-74 41, -73.5 41.2, -74 41.2, -74 41))", True),
        ("past a corner", "POLYGON ((-74 41.3, -73.4 40.8, -74 40.8, -74 41.3))", False),
        (
            "wider, with its peaks beside",
            "POLYGON ((-74 41, -71.5 41, -71.5 41.4, -72 41.1, -73.6 41.1, -74 41.4, -74 41))",
            False,
        ),
        ("three sides round", "LINESTRING (-73.6 41.9, -73.6 41.1, -72.4 41.1, -72.4 41.9)", False),
        ("two points outside", "MULTIPOINT (-73.6 41.4, -72.4 41.4)", False),
        ("two points, one inside", "MULTIPOINT (-73 41.4, -72.4 41.9)", True),
    ],
)
def test_a_box_is_exact_for_every_way_to_cross_its_edge(
    tmp_path: Path, publish_shapes: Callable[..., Version], name: str, wkt: str, meets: bool
) -> None:
    shape = shapely.from_wkt(wkt)
    elsewhere = shapely.transform(shape, lambda places: places + np.array([9, 5]))
    version = publish_shapes(Store(tmp_path / "store"), [shape, elsewhere])
    box = Selection(window=window((-73.5, 41.2, -72.5, 41.8)))
    inside = [] if not meets else [1 if _number(version.index, 1) == 0 else 2]

    assert page_of(version.index, box, Place(10)).tolist() == inside, name
    assert matched(version.index, box) == len(inside)


def _number(index: Path, fid: int) -> int:
    with closing(sqlite3.connect(index)) as database:
        return int(database.execute("SELECT c_number FROM features WHERE fid = ?", [fid]).fetchone()[0])


def test_heights_are_left_aside() -> None:
    assert window((1, 2, -5, 3, 4, 5)) == window((1, 2, 3, 4), CRS84)
