"""GDAL's OAPIF driver and OWSLib: every collection complete, and what they select."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any
from urllib.request import urlretrieve

import numpy as np
import pyarrow.parquet as pq
import pyogrio
import pytest
import rasterio
import shapely
from owslib.ogcapi.coverages import Coverages
from owslib.ogcapi.features import Features
from owslib.ogcapi.processes import Processes
from owslib.ogcapi.records import Records

pytestmark = pytest.mark.clients

PAGE = 1000
LAYERS = ["crosswalk", "hospitals", "many", "towns"]


def _keys(served: Any, layer: str) -> list[str]:
    """The keys of a layer in the store, as text and in order."""
    version = served.store.current(layer)
    table = pq.read_table(version.data, columns=list(version.record.key))
    return sorted("|".join(map(str, row.values())) for row in table.to_pylist())


@pytest.mark.parametrize("layer", LAYERS)
def test_gdal_reads_every_collection_completely(served: Any, layer: str) -> None:
    source = f"OAPIF:{served.url}/ogc"
    record = served.store.current(layer).record
    frame = pyogrio.read_dataframe(source, layer=layer, PAGE_SIZE=PAGE)
    read = sorted("|".join(map(str, row)) for row in frame[list(record.key)].itertuples(index=False))

    assert pyogrio.read_info(source, layer=layer, force_feature_count=True)["features"] == record.rows
    assert read == _keys(served, layer)


def test_gdal_asks_the_server_for_box_filter_and_system(served: Any) -> None:
    source = f"OAPIF:{served.url}/ogc"
    before = len(served.requests())
    odd = pyogrio.read_dataframe(source, layer="many", where="kind = 'odd'", PAGE_SIZE=PAGE)
    boxed = pyogrio.read_dataframe(source, layer="towns", bbox=(-72.95, 41.05, -72.85, 41.15))
    metres = pyogrio.read_dataframe(source, layer="towns", CRS="EPSG:3857")
    asked = [line for line in served.requests()[before:] if "/items" in line]

    assert (len(odd), set(odd["kind"])) == (1172, {"odd"})
    assert any("kind=odd" in line for line in asked)
    assert sorted(boxed["town"]) == ["a1", "a2", "a4", "a5"]
    assert any("bbox=" in line for line in asked)
    assert metres.crs.to_epsg() == 3857
    assert metres.set_index("town").loc["a1"].geometry.bounds[0] == pytest.approx(-73 * 111_319.4908, abs=0.5)


def test_gdal_reads_tiles_and_cells_over_http(served: Any) -> None:
    towns = pyogrio.read_dataframe(f"/vsicurl/{served.url}/files/towns/v1/tiles.pmtiles")
    with rasterio.open(f"/vsicurl/{served.url}/files/land-cover/v1/data.tif") as file:
        whole = file.read(1)
    window = f"/vsicurl/{served.url}/ogc/collections/land-cover/coverage?f=GTiff&scale-factor=2"
    with rasterio.open(window) as coverage:
        shape, bounds = coverage.shape, coverage.bounds

    assert set(towns["town"]) == {f"a{n}" for n in range(10)}
    assert np.array_equal(whole[2], [3, 3, 1, 1])
    assert (shape, tuple(bounds)) == ((2, 2), (680_000, 4_557_000, 684_000, 4_560_000))


@pytest.mark.parametrize("code", [4326, 4269, 3857, 2234, 6434])
def test_coordinates_are_those_that_gdal_makes(served: Any, tmp_path: Path, code: int) -> None:
    program = shutil.which("ogr2ogr")
    if program is None:
        pytest.skip("ogr2ogr is not installed (Debian: gdal-bin)")
    items = f"{served.url}/ogc/collections/towns/items?limit=1000"
    plain, moved = tmp_path / "plain.geojson", tmp_path / "moved.fgb"
    urlretrieve(f"{items}&f=json", plain)
    subprocess.run([program, "-t_srs", f"EPSG:{code}", moved, plain, "-nlt", "PROMOTE_TO_MULTI"], check=True)
    expected = pyogrio.read_dataframe(moved).set_index("town").geometry.dropna()
    is_geographic = code in (4326, 4269)
    for format_, suffix in (("gpkg", "gpkg"), ("flatgeobuf", "fgb"), ("json", "geojson")):
        ours = tmp_path / f"ours.{suffix}"
        urlretrieve(f"{items}&f={format_}&crs=http://www.opengis.net/def/crs/EPSG/0/{code}", ours)
        found = pyogrio.read_dataframe(ours).set_index("town").geometry.dropna()
        assert sorted(found.index) == sorted(expected.index)
        for town, shape in expected.items():
            points = shapely.get_coordinates(found[town])
            if format_ == "json" and is_geographic:
                points = points[:, ::-1]  # the authority's order: latitude first
            limit = 1e-7 if is_geographic else 0.001
            assert np.abs(points - shapely.get_coordinates(shape)).max() < limit


def test_ogrinfo_of_debian_counts_every_collection(served: Any) -> None:
    program = shutil.which("ogrinfo")
    if program is None:
        pytest.skip("ogrinfo is not installed (Debian: gdal-bin)")
    for layer in LAYERS:
        command = [program, "-so", "-oo", f"PAGE_SIZE={PAGE}", f"OAPIF:{served.url}/ogc", layer]
        told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        assert f"Feature Count: {served.store.current(layer).record.rows}\n" in told


@pytest.mark.parametrize("layer", LAYERS)
def test_owslib_pages_through_every_collection(served: Any, layer: str) -> None:
    api = Features(f"{served.url}/ogc/")
    rows = served.store.current(layer).record.rows
    ids: list[str] = []
    for offset in range(0, rows, PAGE):
        page = api.collection_items(layer, limit=PAGE, offset=offset)
        assert page["numberMatched"] == rows
        ids += [feature["id"] for feature in page["features"]]

    assert layer in api.feature_collections()
    assert len(set(ids)) == len(ids) == rows
    assert set(api.collection_queryables(layer)["properties"])
    assert api.collection_item(layer, ids[-1])["id"] == ids[-1]


def test_owslib_filters_and_reads_records_cells_and_processes(served: Any) -> None:
    address = f"{served.url}/ogc/"
    features = Features(address)
    chosen = features.collection_items("towns", bbox=[-72.95, 41.05, -72.85, 41.15], filter="people > 200")
    cells = Coverages(address).coverage("land-cover", properties=["cover"])
    records = Records(address)

    assert sorted(feature["id"] for feature in chosen["features"]) == ["a4", "a5"]
    assert json.loads(cells.read())["ranges"]["cover"]["shape"] == [3, 4]
    assert records.records() == ["catalog"]
    assert records.collection_items("catalog", q="many")["features"][0]["id"] == "many"
    assert Processes(address).processes() == []
