import struct

import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from layers.errors import (
    ChangedArea,
    InvalidGeometry,
    MisplacedCoordinates,
    MissingGeometry,
    UnreadableGeometry,
    UnreadableValue,
    WrongGeometryType,
)

SQUARE = "POLYGON ((-72 41, -71.9 41, -71.9 41.1, -72 41.1, -72 41))"
CLOCKWISE = "POLYGON ((-72 41, -72 41.1, -71.9 41.1, -71.9 41, -72 41))"
BOW_TIE = "POLYGON ((-72 41, -71.9 41.1, -71.9 41, -72 41.1, -72 41))"
SPIKE = "POLYGON ((-72 41, -71.9 41, -71.9 41.1, -71.8 41.1, -71.9 41.1, -72 41.1, -72 41))"
LOOP = (
    "POLYGON ((-72 41, -71.9 41, -71.9 41.1, -71.9499 41.1, -71.955 41.105, -71.945 41.105,"
    " -71.9501 41.1, -72 41.1, -72 41))"
)
NEEDLE = "POLYGON ((-72 41, -71.9 41, -71.9 41.1, -71.95 41.1, -71.95000001 41.2, -71.95000002 41.1, -72 41.1, -72 41))"
SLIVER = "POLYGON ((-72 41, -71.9 41, -71.9 41.00000001, -72 41))"
OVERLAP = (
    "MULTIPOLYGON (((-72 41, -71.9 41, -71.9 41.1, -72 41.1, -72 41)),"
    " ((-71.9001 41, -71.8 41, -71.8 41.1, -71.9001 41.1, -71.9001 41)))"
)
HOLED = (
    "POLYGON ((-72 41, -71.9 41, -71.9 41.1, -72 41.1, -72 41),"
    " (-71.98 41.02, -71.96 41.02, -71.96 41.04, -71.98 41.04, -71.98 41.02))"
)
POINTS = {"type": "point", "points": {"x": "x", "y": "y"}, "crs": {"code": "EPSG:4326"}}


def wkb_of_ring(*points):
    """A polygon of one ring, whatever its points, in little-endian WKB."""
    return struct.pack("<BIII", 1, 3, 1, len(points)) + b"".join(
        struct.pack("<dd", *point) for point in points
    )


def test_points_of_two_columns(layer, normalise):
    found = normalise(
        layer(geometry={**POINTS, "null": "keep"}),
        {"id": ["1", "2", "3"], "x": ["-72.123456789", "", "\u221272"], "y": [" 41 ", " ", "41.5"]},
    )
    assert [shape and shape.wkt for shape in found.shapes] == [
        "POINT (-72.1234568 41)",
        None,
        "POINT (-72 41.5)",
    ]
    assert found.noted("geometry") == {"rows kept without geometry": 1}


def test_half_a_pair_of_coordinates_is_refused(layer, normalise):
    with pytest.raises(UnreadableGeometry, match="row 3: one of the two coordinates is blank"):
        normalise(layer(geometry=POINTS), {"id": ["1", "2"], "x": ["-72", "-72"], "y": ["41", ""]})


@pytest.mark.parametrize("text", ["NaN", "inf", "72°30'", "41,5"])
def test_coordinates_are_numbers(layer, normalise, text):
    with pytest.raises(UnreadableValue, match="column y, row 2: not a number"):
        normalise(layer(geometry=POINTS), {"id": ["1"], "x": ["-72"], "y": [text]})


def test_typed_coordinates_take_nan_for_blank_and_refuse_infinity(layer, normalise):
    keep = layer(geometry={**POINTS, "null": "keep"})
    assert normalise(keep, {"id": ["1"], "x": [np.nan], "y": [np.nan]}).shapes == [None]
    with pytest.raises(UnreadableGeometry, match="an infinite coordinate"):
        normalise(keep, {"id": ["1"], "x": [np.inf], "y": [41.0]})


def test_well_known_text(layer, normalise):
    rules = {"type": "polygon", "wkt": "shape", "crs": {"code": "OGC:CRS84"}, "null": "drop"}
    found = normalise(layer(geometry=rules), {"id": ["1", "2"], "Shape": [SQUARE, ""]})
    assert found.column("id") == ["1"]
    assert found.lost == {"no geometry": 1}
    with pytest.raises(
        UnreadableGeometry, match=r"row 3: no geometry can be made of this well-known text \(row 3\)"
    ):
        normalise(layer(geometry=rules), {"id": ["1", "2"], "Shape": [SQUARE, "POLYGON ((0 0"]})


def test_broken_wkb_is_refused(shaped):
    with pytest.raises(UnreadableGeometry, match="row 3: no geometry can be made of this well-known binary"):
        shaped([SQUARE, b"\x01\x03\x00"], "polygon")


def test_open_rings_are_closed(shaped):
    found = shaped([wkb_of_ring((-72, 41), (-71.9, 41), (-71.9, 41.1), (-72, 41.1))], "polygon")
    assert found.shapes[0].equals(shapely.from_wkt(SQUARE))
    assert found.noted("geometry") == {"rings closed that were open or too short": 1}


@pytest.mark.parametrize(
    "ring", [[(-72, 41)] * 4, [(-72, 41), (-71.9, 41), (-72, 41)], [(-72, 41), (-71.9, 41)]]
)
def test_degenerate_rings_are_geometries_without_extent(shaped, ring):
    with pytest.raises(MissingGeometry, match="an empty geometry, or one without extent"):
        shaped([wkb_of_ring(*ring)], "polygon")
    assert shaped([wkb_of_ring(*ring)], "polygon", empty="drop").lost == {"empty geometry": 1}


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_coordinates_must_be_finite(shaped, bad):
    line = struct.pack("<BII", 1, 2, 3) + struct.pack("<6d", -72, 41, bad, 41, -71.9, 41)
    with pytest.raises(UnreadableGeometry, match=r"row 3: a coordinate that is NaN or infinite \(row 3\)"):
        shaped(["LINESTRING (-72 41, -71.9 41)", line], "line")


def test_null_and_empty_geometries_are_handled_as_declared(shaped):
    cells = [SQUARE, None, "POLYGON EMPTY"]
    with pytest.raises(MissingGeometry, match=r"row 3: no geometry.*`geometry: \{null: keep\}`"):
        shaped(cells, "polygon")
    with pytest.raises(MissingGeometry, match="row 4: an empty geometry"):
        shaped(cells, "polygon", null="keep")
    dropped = shaped(cells, "polygon", null="drop", empty="drop")
    assert dropped.column("id") == ["0"]
    assert dropped.lost == {"no geometry": 1, "empty geometry": 1}
    kept = shaped(cells, "polygon", null="keep", empty="keep")
    assert kept.shapes[1:] == [None, None]
    assert kept.lost == {}
    assert kept.noted("geometry") == {
        "rows kept without geometry": 1,
        "empty geometries published as null": 1,
    }


def test_heights_and_measures_are_left_out_and_noted(shaped):
    found = shaped(["POINT ZM (-72 41 5 6)", "POINT Z (-72 41 5)", "POINT (-72 41)"], "point")
    assert [shape.wkt for shape in found.shapes] == ["POINT (-72 41)"] * 3
    assert found.noted("geometry") == {"heights (Z) or measures (M) left out": 2}


@pytest.mark.parametrize(
    ("kind", "texts", "published"),
    [
        ("polygon", [SQUARE, f"MULTIPOLYGON ({SQUARE[8:]})"], "MultiPolygon"),
        (
            "line",
            ["LINESTRING (-72 41, -71.9 41)", "MULTILINESTRING ((-72 41, -71.9 41))"],
            "MultiLineString",
        ),
        ("point", ["POINT (-72 41)", "MULTIPOINT ((-72 41))"], "Point"),
    ],
)
def test_a_layer_has_one_geometry_type(shaped, kind, texts, published):
    assert [shape.geom_type for shape in shaped(texts, kind).shapes] == [published] * 2


def test_a_row_of_a_point_layer_has_one_place(shaped):
    with pytest.raises(WrongGeometryType, match="several points in one row"):
        shaped(["MULTIPOINT ((-72 41), (-72 42))"], "point")


def test_the_wrong_dimension_is_refused(shaped):
    with pytest.raises(WrongGeometryType, match=r"row 3: Linestring in a layer of polygons \(row 3\)"):
        shaped([SQUARE, "LINESTRING (-72 41, -71.9 41)"], "polygon")


def test_collections_are_reduced_to_their_parts_of_the_layers_dimension(shaped):
    mixed = f"GEOMETRYCOLLECTION (POINT (-72 41), GEOMETRYCOLLECTION ({SQUARE}))"
    pure = f"GEOMETRYCOLLECTION ({SQUARE}, MULTIPOLYGON (((-71.8 41, -71.7 41, -71.7 41.1, -71.8 41))))"
    found = shaped([mixed, pure, SQUARE], "polygon")
    assert found.shapes[0].equals(shapely.from_wkt(SQUARE))
    assert [len(shape.geoms) for shape in found.shapes] == [1, 2, 1]
    assert found.noted("geometry") == {"parts of collections left out that are no polygons": 1}
    with pytest.raises(WrongGeometryType, match="Geometrycollection in a layer of lines"):
        shaped([f"GEOMETRYCOLLECTION ({SQUARE})"], "line")


def test_rings_turn_as_in_rfc_7946(shaped):
    for shape in shaped([CLOCKWISE, SQUARE, HOLED], "polygon").shapes:
        (polygon,) = shape.geoms
        assert polygon.exterior.is_ccw
        assert not any(hole.is_ccw for hole in polygon.interiors)


def test_coordinates_are_rounded_to_a_centimetre(shaped):
    assert shaped(["POINT (-72.12345678901 41.00000004)"], "point").shapes[0].wkt == "POINT (-72.1234568 41)"


def test_a_spike_is_repaired_without_change_of_area(shaped):
    found = shaped([SQUARE, SPIKE], "polygon")
    assert found.shapes[1].equals(shapely.from_wkt(SQUARE))
    assert found.noted("validity") == {"invalid polygons repaired; largest share of area changed: 0": 1}


def test_the_largest_change_of_area_is_noted(shaped):
    found = shaped([LOOP], "polygon")
    (message,) = found.noted("validity")
    loop, square = shapely.from_wkt(LOOP), shapely.from_wkt(SQUARE)
    change = (abs(found.shapes[0].area - loop.area) - 1e-7 * loop.length) / found.shapes[0].area
    assert 0 < change < 0.01
    assert message.endswith(f"{change:.3g}")
    assert found.shapes[0].area > square.area


def test_a_bow_tie_changes_too_much(shaped):
    with pytest.raises(
        ChangedArea, match=r"row 3: the repair changes the area by 1 of it; `max_area_change` is 0.01"
    ):
        shaped([SQUARE, BOW_TIE], "polygon")
    found = shaped([BOW_TIE], "polygon", max_area_change=1)
    assert found.shapes[0].area == pytest.approx(0.005)
    assert len(found.shapes[0].geoms) == 2


def test_overlapping_parts_are_united(shaped):
    found = shaped([OVERLAP], "polygon")
    assert found.shapes[0].equals(shapely.box(-72, 41, -71.8, 41.1))


def test_what_collapses_when_rounded_is_handled_like_an_empty_geometry(shaped):
    with pytest.raises(MissingGeometry, match="row 3: an empty geometry, or one without extent"):
        shaped([SQUARE, SLIVER], "polygon")
    dropped = shaped([SQUARE, SLIVER], "polygon", empty="drop")
    assert dropped.lost == {"empty geometry": 1}
    assert dropped.noted("validity") == {
        "geometries collapsed: without extent when rounded to a centimetre": 1
    }
    assert shaped(["LINESTRING (-72 41, -72 41.00000001)"], "line", empty="keep").shapes == [None]


def test_invalid_geometries_are_dropped_or_refused_as_declared(shaped):
    dropped = shaped([SQUARE, BOW_TIE], "polygon", invalid="drop")
    assert dropped.column("id") == ["0"]
    assert dropped.lost == {"invalid geometry": 1}
    with pytest.raises(InvalidGeometry, match=r"row 3: invalid: self-intersection \(row 3\)"):
        shaped([SQUARE, BOW_TIE], "polygon", invalid="refuse")


@pytest.mark.parametrize("rule", ["drop", "refuse"])
def test_what_only_rounding_makes_invalid_is_repaired_whatever_is_declared(shaped, rule):
    found = shaped([NEEDLE], "polygon", invalid=rule)
    assert shapely.from_wkt(NEEDLE).is_valid
    assert found.lost == {}
    assert found.shapes[0].equals(shapely.from_wkt(SQUARE))
    assert found.noted("validity") == {"invalid polygons repaired; largest share of area changed: 0": 1}


def test_the_columns_of_dropped_rows_go_with_them(layer, normalise):
    manifest = layer({"name": "id"}, {"name": "n", "type": "integer"}, geometry={**POINTS, "null": "drop"})
    found = normalise(manifest, {"id": ["a", "b"], "n": ["1", "2"], "x": ["", "-72"], "y": ["", "41"]})
    assert found.batch.select(["id", "n"]).to_pylist() == [{"id": "b", "n": 2}]


rings = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=3, max_size=9)


@given(st.lists(rings, min_size=1, max_size=4))
def test_whatever_ring_comes_a_valid_polygon_on_the_grid_or_nothing_goes(shaped, many):
    """Rings on a grid of a few centimetres cross and touch themselves in every way."""
    cells = [wkb_of_ring(*((-72 + x * 4e-8, 41 + y * 4e-8) for x, y in (*ring, ring[0]))) for ring in many]
    found = shaped(cells, "polygon", max_area_change=1, empty="keep")
    assert len(found.shapes) == len(many)
    for shape in found.shapes:
        if shape is not None:
            assert shape.is_valid
            assert shape.geom_type == "MultiPolygon"
            assert all(part.exterior.is_ccw for part in shape.geoms)
            points = shapely.get_coordinates(shape)
            assert (points == np.round(points, 7)).all()


def test_a_batch_whose_rows_are_all_filtered_stays_one(layer, normalise):
    manifest = layer(geometry=POINTS, where=[{"column": "id", "pattern": "9"}])
    found = normalise(manifest, {"id": ["1"], "x": ["broken"], "y": [""]})
    assert found.batch.num_rows == 0
    assert found.lost == {"filtered: id does not match `9`": 1}


def test_the_system_of_the_file_does_not_speak_for_coordinates_in_its_columns(layer, normalise):
    columns = {"id": ["1"], "x": ["-72"], "y": ["41"], "geom": [b""]}
    found = normalise(layer(geometry=POINTS), columns, crs="EPSG:2234", geometry="geom")
    assert found.shapes[0].wkt == "POINT (-72 41)"


def test_a_table_takes_no_geometry_and_the_receipt_says_so(layer, normalise):
    found = normalise(layer(), {"id": ["1"], "geom": [b""]}, geometry="geom")
    assert found.batch.schema.names == ["id"]
    assert found.noted("headers") == {"tiny.csv: its geometry is not taken": None}


ALASKA = {"checks": {"bounds": [-180, 50, 180, 72]}}
WEST, EAST = shapely.box(179, 51, 180, 52), shapely.box(-180, 51, -179, 52)


def over_the_line(layer, normalise, text, kind, crs="OGC:CRS84", **more):
    manifest = layer(geometry={"type": kind}, **{**ALASKA, **more})
    shape = shapely.from_wkt(text) if isinstance(text, str) else text
    found = normalise(manifest, {"id": ["1"], "wkb": [shapely.to_wkb(shape)]}, crs=crs, geometry="wkb")
    return found.shapes[0], found.noted("geometry")


@pytest.mark.parametrize(
    "text",
    [
        "POLYGON ((179 51, -179 51, -179 52, 179 52, 179 51))",
        "POLYGON ((179 51, 181 51, 181 52, 179 52, 179 51))",
        "POLYGON ((-181 51, -179 51, -179 52, -181 52, -181 51))",
    ],
)
def test_a_polygon_over_the_180th_meridian_is_cut_there(layer, normalise, text):
    shape, noted = over_the_line(layer, normalise, text, "polygon")
    assert shapely.equals(shape, shapely.union_all([WEST, EAST]))
    assert noted == {"cut at the 180th meridian": 1}


def test_a_polygon_over_the_180th_meridian_in_a_projection_is_cut_there(layer, normalise):
    to_albers = pyproj.Transformer.from_crs("OGC:CRS84", "EPSG:3338", always_xy=True).transform
    box = shapely.segmentize(shapely.box(179, 51, 181, 52), 0.1)
    shape, _ = over_the_line(
        layer, normalise, shapely.transform(box, to_albers, interleaved=False), "polygon", "EPSG:3338"
    )
    assert shapely.area(shapely.symmetric_difference(shape, shapely.union_all([WEST, EAST]))) < 1e-3
    assert len(shapely.get_parts(shape)) == 2


def test_parts_on_both_sides_of_the_180th_meridian_stay_as_they_are(layer, normalise):
    shape, noted = over_the_line(layer, normalise, shapely.MultiPolygon([WEST, EAST]).wkt, "polygon")
    assert shapely.equals(shape, shapely.union_all([WEST, EAST]))
    assert noted == {}


def test_lines_and_points_beyond_the_180th_meridian(layer, normalise):
    line, _ = over_the_line(layer, normalise, "LINESTRING (179 51, 181 53)", "line")
    assert {part.wkt for part in shapely.get_parts(line)} == {
        "LINESTRING (179 51, 180 52)",
        "LINESTRING (-180 52, -179 53)",
    }
    point, _ = over_the_line(layer, normalise, "POINT (181 51)", "point")
    assert point.wkt == "POINT (-179 51)"


def test_elsewhere_there_is_nothing_beyond_the_180th_meridian(layer, normalise):
    with pytest.raises(MisplacedCoordinates, match="not degrees"):
        over_the_line(layer, normalise, "POINT (181 41)", "point", checks={"bounds": [-74, 40, -71, 43]})
