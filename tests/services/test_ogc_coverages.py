"""Coverages: the right cells, in the right place, with their meaning; never more than the cap.

The raster (conftest): 4 × 3 cells of 1000 m from (680000, 4560000) in UTM 18 N,

    1 2 2 -
    1 1 2 2
    3 3 1 1
"""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from flask.testing import FlaskClient
from pyproj import Transformer
from rasterio.io import MemoryFile

from services.web.app import create_app

COVERAGE = "/ogc/collections/land-cover/coverage"
FEET = "http://www.opengis.net/def/crs/EPSG/0/2234"
MERCATOR = "http://www.opengis.net/def/crs/EPSG/0/3857"
WGS84 = "http://www.opengis.net/def/crs/EPSG/0/4326"


def _box(west: float, south: float, east: float, north: float, system: str = "OGC:CRS84") -> str:
    """A small box around the middle of a part of the raster, given in its metres, in another system."""
    change = Transformer.from_crs("EPSG:32618", system)
    x, y = change.transform([west, east], [south, north])
    return f"{min(x)},{min(y)},{max(x)},{max(y)}"


def test_all_cells_with_their_meaning(client: FlaskClient) -> None:
    response = client.get(COVERAGE, query_string={"properties": "cover"})
    document = response.get_json()

    assert response.mimetype == "application/prs.coverage+json"
    assert document["ranges"]["cover"]["values"] == [1, 2, 2, None, 1, 1, 2, 2, 3, 3, 1, 1]
    assert document["ranges"]["cover"]["shape"] == [3, 4]
    assert document["domain"]["axes"] == {
        "x": {"start": 680500, "stop": 683500, "num": 4},
        "y": {"start": 4559500, "stop": 4557500, "num": 3},
    }
    assert document["domain"]["referencing"][0]["system"]["id"].endswith("/EPSG/0/32618")
    parameter = document["parameters"]["cover"]
    assert parameter["categoryEncoding"] == {"#cover-1": 1, "#cover-2": 2, "#cover-3": 3}
    assert parameter["observedProperty"]["categories"][1]["label"] == {"en": "Forest", "es": "Bosque"}
    assert list(document["ranges"]) == ["cover"]


def test_bands_come_in_the_order_asked_for(client: FlaskClient) -> None:
    document = client.get(COVERAGE, query_string={"properties": "height,cover"}).get_json()

    assert list(document["ranges"]) == ["height", "cover"]
    assert document["parameters"]["height"]["unit"] == {"symbol": "m"}


@pytest.mark.parametrize(
    ("system", "code"),
    [(None, "OGC:CRS84"), (FEET, "EPSG:2234"), (MERCATOR, "EPSG:3857"), (WGS84, "EPSG:4326")],
)
def test_a_box_selects_the_cells_it_touches(client: FlaskClient, system: str | None, code: str) -> None:
    query = {"bbox": _box(681_200, 4_557_600, 681_800, 4_558_400, code), "properties": "cover"}
    document = client.get(COVERAGE, query_string=query | ({"bbox-crs": system} if system else {})).get_json()

    assert document["ranges"]["cover"]["shape"] == [2, 1]
    assert document["ranges"]["cover"]["values"] == [1, 3]
    assert document["domain"]["axes"]["x"] == {"start": 681500, "stop": 681500, "num": 1}


def test_a_geotiff_is_a_window_of_the_file(client: FlaskClient) -> None:
    response = client.get(
        COVERAGE, query_string={"f": "GTiff", "bbox": _box(681_200, 4_557_600, 682_800, 4_558_400)}
    )
    with MemoryFile(response.data) as memory, memory.open() as got:
        assert got.crs.to_epsg() == 32618
        assert got.bounds == (681_000, 4_557_000, 683_000, 4_559_000)
        assert got.nodata == 255
        assert np.array_equal(got.read(1), [[1, 2], [3, 1]])

    assert response.mimetype == "image/tiff"
    assert "land-cover.tif" in response.headers["Content-Disposition"]


def test_a_box_beside_the_raster_has_no_content(client: FlaskClient) -> None:
    response = client.get(COVERAGE, query_string={"bbox": "-70,41,-69,42"})

    assert (response.status_code, response.data) == (204, b"")


def test_too_many_cells_are_refused_with_the_way_to_the_file(
    world: Path, make_settings: Callable[..., object]
) -> None:
    client = create_app(*make_settings(world, max_cells=23, max_json_cells=11)).test_client()  # type: ignore[misc]

    small = client.get(COVERAGE, query_string={"properties": "cover", "f": "GTiff"})
    large = client.get(COVERAGE, query_string={"f": "GTiff"})
    json = client.get(COVERAGE, query_string={"properties": "cover"})

    assert small.status_code == 200
    assert large.status_code == 413
    assert "24 cells" in large.get_json()["detail"]
    assert "https://gis.example.gov/files/land-cover/v1/data.tif" in large.get_json()["detail"]
    assert json.status_code == 413


def test_the_collection_tells_the_grid(client: FlaskClient) -> None:
    document = client.get("/ogc/collections/land-cover").get_json()

    assert document["extent"]["spatial"]["grid"] == [
        {"cellsCount": 4, "resolution": 1000},
        {"cellsCount": 3, "resolution": 1000},
    ]
