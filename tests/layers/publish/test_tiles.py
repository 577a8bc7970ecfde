"""Tiles decoded by GDAL, a decoder of others, and held against the geometries they were made from."""

import gzip
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pmtiles.reader import MmapSource, all_tiles

from catalog.pmtiles import Archive
from catalog.records import PublishedColumn, Record
from layers.publish import rebuildable_files, write_data
from layers.publish.tiles import build_tiles, is_tiled, rules
from layers.publish.tiles.projection import HIGHEST_LATITUDE, projected
from layers.publish.tiles.snapping import snapped

EXTENT = 4096
WORLD = 2 * 20037508.342789244
Tiles = dict[tuple[int, int, int], gpd.GeoDataFrame]


def published(
    folder: Path,
    shapes: Sequence[shapely.Geometry | None],
    columns: Sequence[PublishedColumn],
    values: Sequence[Sequence[object]],
    make: Callable[..., pa.RecordBatch],
    make_record: Callable[..., Record],
) -> tuple[Path, Record]:
    """A data file and its record; the first column is the key."""
    key = [columns[0].name]
    shapes = [shape if shape is None else oriented(shape) for shape in shapes]
    data = folder / "data.parquet"
    written = write_data(
        [make(columns, values, shapes)], data, columns=columns, key=key, geometry=True, workspace=folder
    )
    found = {"rows": written.rows, "bounds": written.bounds, "geometry_type": written.geometry_type}
    return data, make_record(columns, key).model_copy(update=found)


def oriented(shape: shapely.Geometry) -> shapely.Geometry:
    return shapely.orient_polygons(shape) if shapely.get_dimensions(shape) == 2 else shape


@pytest.fixture
def tiled(
    tmp_path: Path,
    column: Callable[..., PublishedColumn],
    rows: Callable[..., pa.RecordBatch],
    record: Callable[..., Record],
) -> Callable[[Sequence[shapely.Geometry | None]], Path]:
    """The archive of shapes, numbered in the order given."""

    def make(shapes: Sequence[shapely.Geometry | None]) -> Path:
        values = [[f"{number:03d}"] for number in range(len(shapes))]
        data, described = published(tmp_path, shapes, [column("number")], values, rows, record)
        build_tiles(data, described, tmp_path / "tiles.pmtiles")
        return tmp_path / "tiles.pmtiles"

    return make


def decoded(path: Path, zoom: int | None = None) -> Tiles:
    """The tiles of an archive (of one zoom), as GDAL reads them; coordinates in units of the tile."""
    found: Tiles = {}
    with path.open("rb") as file:
        stored = {place: data for place, data in all_tiles(MmapSource(file)) if zoom in (None, place[0])}
    for (z, x, y), data in stored.items():
        single = path.parent / str(z) / str(x) / f"{y}.pbf"
        single.parent.mkdir(parents=True, exist_ok=True)
        single.write_bytes(gzip.decompress(data))
        frame = pyogrio.read_dataframe(single, CLIP="NO")
        side = WORLD / 2**z

        def to_units(points: np.ndarray, west: float = x * side, north: float = y * side) -> np.ndarray:
            offset = np.array([-WORLD / 2 + west, WORLD / 2 - north])
            return (points - offset) * np.array([1, -1]) / side * EXTENT  # noqa: B023 - used at once

        frame["geometry"] = shapely.transform(frame.geometry.to_numpy(), to_units)
        found[z, x, y] = frame.set_crs(None, allow_override=True)
    return found


def cells(count: int) -> list[shapely.Geometry]:
    """A square of count × count squares of 0.1°, with a corner at 73° W, 41° N."""
    ticks = [round(number / 10, 1) for number in range(count + 1)]
    return [
        shapely.box(-73 + ticks[c], 41 + ticks[r], -73 + ticks[c + 1], 41 + ticks[r + 1])
        for r in range(count)
        for c in range(count)
    ]


def visible(frame: gpd.GeoDataFrame) -> np.ndarray:
    return np.asarray(shapely.intersection(frame.geometry.to_numpy(), shapely.box(0, 0, EXTENT, EXTENT)))


def test_a_tile_carries_ids_and_every_kind_of_value(
    tmp_path: Path,
    column: Callable[..., PublishedColumn],
    rows: Callable[..., pa.RecordBatch],
    record: Callable[..., Record],
) -> None:
    kinds = ("string", "integer", "number", "boolean", "date", "datetime")
    columns = [column(f"a_{kind}", kind) for kind in kinds]
    moment = datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC)
    values = [
        ["ñ", -(2**40), 0.1, True, date(2020, 1, 2), moment],
        ["b", 7, float("nan"), False, None, None],
        ["c", None, None, None, None, None],
    ]
    data, described = published(tmp_path, cells(2)[:3], columns, values, rows, record)
    build_tiles(data, described, tmp_path / "tiles.pmtiles")
    (frame,) = decoded(tmp_path / "tiles.pmtiles", 2).values()
    frame = frame.set_index("a_string")
    numbers = {text: place for place, text in enumerate(pq.read_table(data)["a_string"].to_pylist(), start=1)}
    assert frame["mvt_id"].to_dict() == numbers
    first = frame.loc["ñ"]
    assert (first["a_integer"], first["a_number"], bool(first["a_boolean"])) == (-(2**40), 0.1, True)
    assert str(first["a_date"]).startswith("2020-01-02")
    assert str(first["a_datetime"]) == "2020-01-02T03:04:05.000000Z"
    assert frame.loc["b", "a_integer"] == 7 and not frame.loc["b", "a_boolean"]
    assert frame.loc["c"].drop(["mvt_id", "geometry"]).isna().all()
    assert np.isnan(frame.loc["b", "a_number"])


def test_neighbours_share_their_borders_at_every_zoom(
    tiled: Callable[[Sequence[shapely.Geometry]], Path],
) -> None:
    path = tiled(cells(3))
    for place, frame in decoded(path).items():
        shapes = visible(frame)
        assert shapely.is_valid(frame.geometry.to_numpy()).all(), place
        assert shapely.area(shapes).sum() == pytest.approx(shapely.area(shapely.union_all(shapes)), abs=1e-6)


@pytest.mark.parametrize("zoom", [0, 5, 9, 12])
def test_tiles_hold_the_area_of_the_source(
    tiled: Callable[[Sequence[shapely.Geometry]], Path], zoom: int
) -> None:
    path = tiled(cells(3))
    drawn = sum(shapely.area(visible(frame)).sum() for frame in decoded(path, zoom).values())
    whole = shapely.transform(shapely.box(-73, 41, -72.7, 41.3), projected)
    units = EXTENT * 2.0**zoom
    assert drawn == pytest.approx(shapely.area(whole) * units**2, abs=shapely.length(whole) * units)


def test_a_large_polygon_fills_the_tiles_inside_it_and_keeps_its_hole(
    tiled: Callable[[Sequence[shapely.Geometry]], Path],
) -> None:
    ring, hole = shapely.box(-73, 41, -72, 42), shapely.box(-72.7, 41.4, -72.4, 41.7)
    found = decoded(tiled([shapely.difference(ring, hole)]), 12)
    areas = {round(float(shapely.area(visible(frame)).sum())) for frame in found.values()}
    assert EXTENT**2 in areas
    inside_hole = np.floor(projected(np.array([[-72.55, 41.55]])) * 2**12).astype(int)[0]
    assert (12, *inside_hole.tolist()) not in found


def test_features_in_the_buffer_are_cut_there(tiled: Callable[[Sequence[shapely.Geometry]], Path]) -> None:
    for frame in decoded(tiled(cells(3)), 11).values():
        points = shapely.get_coordinates(frame.geometry.to_numpy())
        assert points.min() >= -rules.BUFFER - 1e-6 and points.max() <= EXTENT + rules.BUFFER + 1e-6
        assert np.abs(points - np.rint(points)).max() < 1e-6


def test_a_polygon_thinner_than_the_grid_is_drawn_while_it_is_as_large_as_a_pixel(
    tiled: Callable[[Sequence[shapely.Geometry]], Path],
) -> None:
    thin = shapely.box(-75, 41.0, -71, 41.0005)
    assert 0.0005 / 360 * EXTENT * 2**6 < 0.5
    found = decoded(tiled([thin, *cells(1)]), 6)
    assert any("000" in set(frame["number"]) for frame in found.values())


def test_everything_is_in_the_tiles_of_the_largest_zoom(
    tiled: Callable[[Sequence[shapely.Geometry]], Path],
) -> None:
    tiny = [shapely.box(-73 + n / 100, 41, -73 + n / 100 + 1e-9, 41 + 1e-9) for n in range(5)]
    path = tiled(tiny)
    last = Archive(path).zooms[1]
    assert last == rules.HIGHEST_ZOOM
    seen = {number for frame in decoded(path, last).values() for number in frame["number"]}
    assert len(seen) == 5


def test_lines_keep_their_direction_and_short_ones_are_drawn_last(
    tiled: Callable[[Sequence[shapely.Geometry]], Path],
) -> None:
    bent = shapely.LineString([(-72, 41), (-73, 41), (-73, 42)])
    short = shapely.LineString([(-72.5, 41.5), (-72.5, 41.5 + 1e-9)])
    path = tiled([bent, short])
    first, last = Archive(path).zooms
    (frame,) = decoded(path, first).values()
    (drawn,) = frame[frame["number"] == "000"].geometry
    assert drawn.geom_type == "LineString" and drawn.coords[0][0] > drawn.coords[1][0]
    assert "001" not in set(frame["number"])
    assert "001" in {number for frame in decoded(path, last).values() for number in frame["number"]}


def test_rows_without_geometry_are_left_aside(
    tiled: Callable[[Sequence[shapely.Geometry | None]], Path],
) -> None:
    path = tiled([None, *cells(1), shapely.Polygon()])
    (frame,) = decoded(path, 2).values()
    assert list(frame["number"]) == ["001"]


def test_the_same_data_gives_the_same_bytes(tiled: Callable[[Sequence[shapely.Geometry]], Path]) -> None:
    first = tiled(cells(3)).read_bytes()
    assert tiled(cells(3)).read_bytes() == first


def test_a_dense_layer_begins_at_the_zoom_where_its_tiles_stay_small(
    tiled: Callable[[Sequence[shapely.Geometry]], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = decoded(tiled(cells(6)), 12)
    monkeypatch.setattr(rules, "MOST_FEATURES", 5)
    path = tiled(cells(6))
    first = Archive(path).zooms[0]
    assert first == 11
    largest = max(len(frame) for frame in decoded(path, first).values())
    assert largest <= 4 * 5  # the buffer brings in the neighbours
    parts = decoded(path, 12)
    assert parts.keys() == whole.keys()
    for place, frame in whole.items():
        ours = parts[place]
        assert list(ours["mvt_id"]) == list(frame["mvt_id"])
        assert shapely.equals(ours.geometry.to_numpy(), frame.geometry.to_numpy()).all()


def test_a_layer_that_covers_much_ground_ends_earlier() -> None:
    usual = np.array([[0.3, 0.3, 0.31, 0.31]])
    assert rules.largest_zoom(usual) == rules.USUAL_ZOOM
    assert rules.largest_zoom(np.array([[0.0, 0.0, 1.0, 1.0]])) == 8
    assert rules.largest_zoom(np.array([[0.3, 0.3, 0.3 + 1e-6, 0.3 + 1e-6]])) == rules.HIGHEST_ZOOM


def test_long_texts_are_left_out_but_never_the_key(
    tmp_path: Path, column: Callable[..., PublishedColumn], rows: Callable[..., pa.RecordBatch]
) -> None:
    columns = [column("id"), column("note"), column("name")]
    values = [["i" * 200, "n" * (rules.LONGEST_TEXT + 1), "a" * rules.LONGEST_TEXT]]
    data = tmp_path / "data.parquet"
    write_data(
        [rows(columns, values, cells(1))],
        data,
        columns=columns,
        key=["id"],
        geometry=True,
        workspace=tmp_path,
    )
    assert rules.tile_columns(data, tuple(columns), ("id",)) == ["id", "name"]


def test_which_layers_have_tiles(record: Callable[..., Record]) -> None:
    bare = record([], [])
    drawn = {"bounds": (0.0, 0.0, 1.0, 1.0), "rows": 3, "geometry_type": "MultiPolygon"}
    assert is_tiled(bare.model_copy(update=drawn))
    assert is_tiled(bare.model_copy(update=drawn | {"geometry_type": "LineString"}))
    assert not is_tiled(bare.model_copy(update=drawn | {"geometry_type": "Point"}))
    many = rules.MOST_POINTS_WITHOUT_TILES + 1
    assert is_tiled(bare.model_copy(update=drawn | {"geometry_type": "Point", "rows": many}))
    assert not is_tiled(bare.model_copy(update=drawn | {"bounds": None}))
    assert not is_tiled(bare.model_copy(update=drawn | {"access": "restricted"}))
    assert set(rebuildable_files(bare.model_copy(update=drawn))) == {"serve.sqlite", "tiles.pmtiles"}
    assert set(rebuildable_files(bare)) == {"serve.sqlite"}


def test_points_are_all_there(
    tiled: Callable[[Sequence[shapely.Geometry]], Path],
) -> None:
    points = [shapely.Point(-73 + n / 1000, 41 + n % 7 / 1000) for n in range(300)]
    (frame,) = decoded(tiled(points), 2).values()
    assert len(frame) == 300 and set(frame.geom_type) == {"Point"}


def test_the_projection_is_web_mercator() -> None:
    corners = projected(np.array([[-180, HIGHEST_LATITUDE], [180, -HIGHEST_LATITUDE], [0, 0], [9, 90]]))
    assert corners[:3] == pytest.approx(np.array([[0, 0], [1, 1], [0.5, 0.5]]), abs=1e-12)
    assert corners[3, 1] == pytest.approx(0, abs=1e-12)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(0, 12))
def test_a_snapped_coverage_stays_a_coverage(seed: int, zoom: int) -> None:
    generator = np.random.default_rng(seed)
    points = shapely.multipoints(generator.uniform(0.3, 0.3 + 2.0**-8, (40, 2)))
    shapes = shapely.get_parts(shapely.voronoi_polygons(points))
    found = snapped(shapes, zoom)
    scaled = shapely.transform(shapes, lambda values: values * EXTENT * 2**zoom)
    assert shapely.is_valid(found).all()
    assert not shapely.is_empty(found)[shapely.area(scaled) >= rules.PIXEL**2].any()
    overlap = shapely.area(found).sum() - shapely.area(shapely.union_all(found))
    assert overlap <= 1e-3 * max(shapely.area(found).sum(), 1000)
