"""Previews: few bytes, every shape, classes that can be counted, envelopes of large layers, rasters in colour."""

import base64
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pytest
import shapely
from matplotlib.image import imread

from catalog.store import Store
from services.styles import style_of
from services.web import preview as previews
from services.web.preview import base_shapes, features_preview, preview
from services.web.words import Words


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


def _grid(size: int, parts: int) -> list[shapely.Geometry]:
    """Squares with many points on their sides."""
    return [
        shapely.segmentize(
            shapely.box(-73 + x / 10, 41 + y / 10, -73 + (x + 1) / 10, 41 + (y + 1) / 10), 0.1 / parts
        )
        for y in range(size)
        for x in range(size)
    ]


def test_shapes_are_simplified_and_none_is_lost(store: Store, publish_shapes: Callable[..., Any]) -> None:
    shapes = [*_grid(4, 200), shapely.box(-73, 40.9, -72.99999, 40.90001), None]
    found = preview(publish_shapes(store, shapes))

    assert found is not None
    drawn = [shapely.from_geojson(orjson.dumps(one["g"])) for one in orjson.loads(found.features)]
    assert len(drawn) == 17
    assert max(len(shapely.get_coordinates(shape)) for shape in drawn) < 12
    assert sum(shapely.area(drawn)) == pytest.approx(0.16, rel=1e-3)


def test_a_large_layer_shows_envelopes(
    store: Store, publish_shapes: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(previews, "MOST_FEATURES", 10)
    monkeypatch.setattr(previews, "_BATCH", 4)
    found = preview(publish_shapes(store, [shapely.Point(-73 + n / 100, 41) for n in range(40)]))

    assert found is not None
    assert found.boxes
    boxes = [shapely.from_geojson(orjson.dumps(one["g"])) for one in orjson.loads(found.features)]
    assert len(boxes) == 10
    assert shapely.total_bounds(boxes) == pytest.approx([-73, 41, -72.61, 41])


def test_classes_are_quantiles_and_a_missing_value_has_none(land: Any) -> None:
    version = land.store.current("poverty-town")
    style = style_of(version)
    found = preview(version)

    assert style.column is not None
    assert style.column.name == "total_estimate"
    assert style.ranges[0].lower == 10
    assert style.ranges[-1].upper == 80
    assert found is not None
    classes = {one["n"]: one["c"] for one in orjson.loads(found.features)}
    assert classes["Town 1"] == 0
    assert classes["Town 8"] == len(style.ranges) - 1
    assert classes["Town 9"] is None
    labels = previews.legend(found, Words("es"))
    assert labels[-1] == {"colour": "#ffffff", "label": "sin valor"}


def test_a_verdict_is_drawn_before_a_value(
    store: Store, publish_layer: Callable[..., Any], make_column: Callable[..., Any]
) -> None:
    codes = ["clearly_worse", "clearly_better", "no_clear_difference", "suppressed", "strange"]
    columns = (
        make_column("id", "string"),
        make_column("total_estimate", "number", unit="percent"),
        make_column("total_verdict", "string"),
    )
    rows = [
        {
            "id": code,
            "total_estimate": 1.0,
            "total_verdict": code,
            "geometry": shapely.Point(-73 + n / 10, 41),
        }
        for n, code in enumerate(codes)
    ]
    style = style_of(publish_layer(store, "verdicts", columns, rows, ("id",), theme="equity"))

    assert [one.code for one in style.categories] == [
        "no_clear_difference",
        "clearly_better",
        "clearly_worse",
        "suppressed",
        "strange",
    ]
    assert style.categories[2].label_es == "claramente peor"
    assert len({one.colour for one in style.categories}) == 5


def test_a_value_that_is_the_same_everywhere_is_not_coloured(
    store: Store, publish_layer: Callable[..., Any], make_column: Callable[..., Any]
) -> None:
    columns = (make_column("id", "string"), make_column("share", "number", unit="percent"))
    rows = [{"id": f"{n}", "share": 100.0, "geometry": shapely.Point(-73 + n / 10, 41)} for n in range(3)]

    assert style_of(publish_layer(store, "same", columns, rows, ("id",), theme="health")).column is None


def test_a_raster_becomes_a_picture_in_the_colours_of_its_classes(land: Any) -> None:
    found = preview(land.store.current("land-cover"))

    assert found is not None
    assert found.image is not None
    cells = imread(io.BytesIO(base64.b64decode(found.image.split(",")[1])))
    opaque = cells[cells[..., 3] > 0]
    assert len({tuple(colour) for colour in np.round(opaque[:, :3] * 255)}) == 3
    assert (cells[..., 3] == 0).any()
    west, south, east, north = found.bounds
    assert west < -72.83 < east
    assert south < 41.16 < north


def test_tables_and_layers_without_shapes_have_no_preview(
    land: Any, store: Store, publish_shapes: Callable[..., Any]
) -> None:
    assert preview(land.store.current("crosswalk")) is None
    assert features_preview([{"id": 1, "properties": {}, "geometry": None}], None) is None


def test_without_places_there_is_nothing_below(land: Any) -> None:
    assert base_shapes(land.shelf().holdings) == b"[]"


def test_places_with_the_fewest_polygons_lie_below(
    store: Store, publish_layer: Callable[..., Any], make_column: Callable[..., Any]
) -> None:
    from services.holdings import read_holdings

    for name, count in (("regions", 2), ("towns", 3)):
        rows = [{"id": f"{n}", "geometry": shapely.box(-73 + n, 41, -72 + n, 42)} for n in range(count)]
        places = {"type": "town", "vintage": "2020", "id": "id"}
        publish_layer(store, name, (make_column("id", "string"),), rows, ("id",), places=places)

    assert len(orjson.loads(base_shapes(read_holdings(store)))) == 2
