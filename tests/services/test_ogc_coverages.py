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
import rasterio
from flask.testing import FlaskClient
from pyproj import Transformer
from rasterio import shutil
from rasterio.io import MemoryFile
from rasterio.transform import from_origin

from services.ogc.coverages.grid import Request, extract
from services.ogc.coverages.scaling import Scaling
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


@pytest.mark.parametrize(
    ("part", "x", "y"),
    [
        ("x(681200:681800),y(4557600:4558400)", (681_500, 681_500), (4_558_500, 4_557_500)),
        ("y(4558400),X(682000:*)", (682_500, 683_500), (4_558_500, 4_558_500)),
        ("x(680000:681000)", (680_500, 680_500), (4_559_500, 4_557_500)),
        ("x(*)", (680_500, 683_500), (4_559_500, 4_557_500)),
        ("Lon(-72.8404:-72.8335),Lat(41.1495:41.1565)", (681_500, 681_500), (4_558_500, 4_557_500)),
        ("lon(*:-72.8335)", (680_500, 681_500), (4_559_500, 4_557_500)),
        ("Lat(*:42),Lon(-180:180)", (680_500, 683_500), (4_559_500, 4_557_500)),
    ],
)
def test_a_subset_selects_along_the_axes(
    client: FlaskClient, part: str, x: tuple[int, int], y: tuple[int, int]
) -> None:
    document = client.get(COVERAGE, query_string={"subset": part, "properties": "cover"}).get_json()
    axes = document["domain"]["axes"]

    assert (axes["x"]["start"], axes["x"]["stop"]) == x
    assert (axes["y"]["start"], axes["y"]["stop"]) == y


def test_a_subset_is_what_a_box_of_the_same_sides_is(client: FlaskClient) -> None:
    sides = {"bbox": "-72.845,41.15,-72.83,41.16"}, {"subset": "Lat(41.15:41.16),Lon(-72.845:-72.83)"}
    first, second = (client.get(COVERAGE, query_string=query | {"scale-size": "x(3)"}) for query in sides)

    assert first.status_code == 200
    assert first.get_json() == second.get_json()


def test_a_subset_beside_the_raster_has_no_content(client: FlaskClient) -> None:
    assert client.get(COVERAGE, query_string={"subset": "x(0:10)"}).status_code == 204
    assert client.get(COVERAGE, query_string={"subset": "Lat(10)"}).status_code == 204


@pytest.mark.parametrize(
    "part",
    ["", "x", "x()", "x(1", "z(1:2)", "x(1:2),Lat(1:2)", "x(1:2),x(1:2)", "x(2:1)", "Lat(2:1)", "x(a:b)",
     "x(nan)", "x(inf:*)", 'time("2020")', "x(1:2:3)", "x(1:2);y(1:2)"],
)  # fmt: skip
def test_a_subset_that_is_none_is_refused(client: FlaskClient, part: str) -> None:
    response = client.get(COVERAGE, query_string={"subset": part})

    assert response.status_code == 400
    assert "such as Lat(41:41.5),Lon(-73:*)" in response.get_json()["detail"]


def test_a_subset_excludes_a_box(client: FlaskClient) -> None:
    response = client.get(COVERAGE, query_string={"subset": "x(*)", "bbox": "-73,41,-72,42"})

    assert response.status_code == 400
    assert "together" in response.get_json()["detail"]


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


@pytest.fixture
def ramp(tmp_path: Path) -> Path:
    """A cloud-optimised file of 1024 × 512 cells of 1 m: band 1 counts columns, band 2 halves of the raster."""
    path, plain = tmp_path / "ramp.tif", tmp_path / "plain.tif"
    columns = np.broadcast_to(np.arange(1024, dtype=np.float32), (512, 1024))
    halves = (columns >= 512).astype(np.float32)
    profile = {"width": 1024, "height": 512, "count": 2, "dtype": "float32", "driver": "GTiff"}
    with rasterio.open(
        plain, "w", crs="EPSG:32618", transform=from_origin(680_000, 4_560_000, 1, 1), **profile
    ) as out:
        out.write(np.stack([columns, halves]))
    shutil.copy(plain, path, driver="COG", overview_resampling="average", blocksize=128)
    return path


def test_fewer_cells_come_from_an_overview(ramp: Path) -> None:
    request = Request((1, 2), averaged=frozenset({1}), scaling=Scaling(factors={"x": 8, "y": 8}))
    found = extract(ramp, request, 2 * 128 * 64)

    assert found.cells.shape == (2, 64, 128)
    assert found.transform == from_origin(680_000, 4_560_000, 8, 8)
    assert np.allclose(found.cells[0][0], np.arange(128) * 8 + 3.5)
    assert set(np.unique(found.cells[1])) == {0.0, 1.0}
    with rasterio.open(ramp) as whole:
        assert whole.overviews(1)


@pytest.mark.parametrize(
    ("query", "shape"),
    [
        ({}, (3, 4)),
        ({"scale-factor": "2"}, (2, 2)),
        ({"scale-factor": "0.5"}, (6, 8)),
        ({"scale-factor": "100"}, (1, 1)),
        ({"scale-axes": "x(4)"}, (3, 1)),
        ({"scale-axes": "y(3),x(2)"}, (1, 2)),
        ({"scale-size": "x(2)"}, (3, 2)),
        ({"scale-size": "x(8),y(9)"}, (9, 8)),
    ],
)
def test_scaling_gives_the_number_of_cells_that_is_asked_for(
    client: FlaskClient, query: dict[str, str], shape: tuple[int, int]
) -> None:
    for format_ in ("json", "GTiff"):
        response = client.get(COVERAGE, query_string=query | {"f": format_})
        assert response.status_code == 200
        if format_ == "json":
            document = response.get_json()
            assert tuple(document["ranges"]["cover"]["shape"]) == shape
            axis = document["domain"]["axes"]["x"]
            assert (axis["start"] + axis["stop"]) / 2 == 682_000
            assert set(document["ranges"]["cover"]["values"]) <= {1, 2, 3, None}
        else:
            with MemoryFile(response.data) as memory, memory.open() as got:
                assert got.shape == shape
                assert got.bounds == (680_000, 4_557_000, 684_000, 4_560_000)


def test_a_size_is_that_of_the_whole_box_even_where_it_leaves_the_raster(client: FlaskClient) -> None:
    box = _box(678_200, 4_557_600, 681_800, 4_558_400)
    document = client.get(COVERAGE, query_string={"bbox": box, "scale-size": "x(2)"}).get_json()

    assert document["ranges"]["cover"]["shape"] == [2, 1]
    assert document["domain"]["axes"]["x"] == {"start": 681_000, "stop": 681_000, "num": 1}


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ({"scale-factor": "0"}, "above 0"),
        ({"scale-factor": "nan"}, "above 0"),
        ({"scale-factor": "1e300"}, "above 0"),
        ({"scale-axes": "z(2)"}, "such as x(2),y(2)"),
        ({"scale-axes": "x(2),x(3)"}, "such as x(2),y(2)"),
        ({"scale-size": "x(2.5)"}, "whole numbers"),
        ({"scale-size": "x(-1)"}, "whole numbers"),
        ({"scale-size": ""}, "whole numbers"),
        ({"scale-size": "x(2)", "scale-factor": "2"}, "together"),
    ],
)
def test_a_scaling_that_is_none_is_refused(client: FlaskClient, query: dict[str, str], told: str) -> None:
    response = client.get(COVERAGE, query_string=query)

    assert response.status_code == 400
    assert told in response.get_json()["detail"]


def test_the_cap_counts_the_cells_of_the_answer(world: Path, make_settings: Callable[..., object]) -> None:
    client = create_app(*make_settings(world, max_cells=4, max_json_cells=4)).test_client()  # type: ignore[misc]

    assert client.get(COVERAGE, query_string={"properties": "cover"}).status_code == 413
    assert client.get(COVERAGE, query_string={"properties": "cover", "scale-factor": "2"}).status_code == 200
    assert client.get(COVERAGE, query_string={"scale-size": "x(1000000),y(1000000)"}).status_code == 413


def test_the_collection_tells_the_grid(client: FlaskClient) -> None:
    document = client.get("/ogc/collections/land-cover").get_json()

    assert document["extent"]["spatial"]["grid"] == [
        {"cellsCount": 4, "resolution": 1000},
        {"cellsCount": 3, "resolution": 1000},
    ]
