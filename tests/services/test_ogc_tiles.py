"""Tiles over HTTP: documents, tiles as stored, refusals, downloads."""

import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyogrio
import pytest
import shapely
from flask.testing import FlaskClient
from pygeoapi.openapi import validate_openapi_document
from typer.testing import CliRunner

from catalog.errors import Corrupted
from catalog.pmtiles import Archive
from catalog.store import Store, Version
from layers.publish.tiles import build_tiles
from services.cli.main import app as cli
from services.ogc.tiles.provider import ProviderTileNotFoundError, TileProvider, tile_provider
from services.ogc.tiles.tilesets import tileset_of

TILES = "/ogc/collections/towns/tiles"
QUAD = f"{TILES}/WebMercatorQuad"
MVT = "application/vnd.mapbox-vector-tile"
URL = "https://gis.example.gov"
PLACE = "8/95/76"
pytestmark = pytest.mark.server


@pytest.fixture(scope="module")
def client(live: Any) -> Any:
    """The abstract tests are run on a real server."""
    return live


def feature_names(data: bytes, folder: Path) -> set[str]:
    path = folder / "tile.pbf"
    path.write_bytes(data)
    return set(pyogrio.read_dataframe(path)["town"])


def test_a_tile_is_the_one_that_was_stored(client: FlaskClient, world: Path, tmp_path: Path) -> None:
    plain = client.get(f"{QUAD}/{PLACE}")
    packed = client.get(f"{QUAD}/{PLACE}?f=mvt", headers={"Accept-Encoding": "gzip, br"})

    assert (plain.status_code, plain.mimetype, plain.headers.get("Content-Encoding")) == (200, MVT, None)
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed.headers["Vary"] and "Accept-Encoding" in plain.headers["Vary"]
    assert gzip.decompress(packed.data) == plain.data
    stored = Archive(Store(world / "store").current("towns").path("tiles.pmtiles")).tile(8, 76, 95)
    assert packed.data == stored
    assert feature_names(plain.data, tmp_path) == {f"a{number}" for number in range(10)}


def test_a_tile_may_be_kept(client: FlaskClient) -> None:
    first = client.get(f"{QUAD}/{PLACE}")
    again = client.get(f"{QUAD}/{PLACE}", headers={"If-None-Match": first.headers["ETag"]})
    pinned = client.get(f"{QUAD}/{PLACE}?data-version=1")

    assert again.status_code == 304 and not again.data
    assert "no-cache" in first.headers["Cache-Control"]
    assert "max-age" in pinned.headers["Cache-Control"]
    assert client.head(f"{QUAD}/{PLACE}").headers["Content-Length"] == str(len(first.data))


def test_nothing_is_drawn_elsewhere(client: FlaskClient) -> None:
    response = client.get(f"{QUAD}/8/0/0")
    assert response.status_code == 204 and not response.data


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        (f"{QUAD}/99/0/0", 404, "zoom 0 to 12"),
        (f"{QUAD}/13/0/0", 404, "zoom 0 to 12"),
        (f"{QUAD}/8/256/0", 404, "from 0 to 255"),
        (f"{QUAD}/8/0/256", 404, "from 0 to 255"),
        (f"{QUAD}/8/-1/0", 400, "whole numbers"),
        (f"{QUAD}/a/b/c", 400, "whole numbers"),
        (f"{QUAD}/8/1.5/0", 400, "whole numbers"),
        (f"{QUAD}/1e3/0/0", 400, "whole numbers"),
        (f"{QUAD}/٨/0/0", 400, "whole numbers"),
        (f"{TILES}/WorldCRS84Quad/8/95/76", 404, "WebMercatorQuad"),
        (f"{TILES}/WorldCRS84Quad", 404, "WebMercatorQuad"),
        ("/ogc/tileMatrixSets/Nothing", 404, "WebMercatorQuad"),
        (f"{QUAD}/{PLACE}?f=png", 400, "mvt"),
        (f"{QUAD}/{PLACE}?style=x", 400, "data-version"),
        (f"{QUAD}/{PLACE}?data-version=9", 404, "no version 9"),
        (f"{QUAD}?f=mvt", 400, "tilejson"),
        ("/ogc/collections/hospitals/tiles", 404, "has no tiles"),
        ("/ogc/collections/crosswalk/tiles/WebMercatorQuad/0/0/0", 404, "has no tiles"),
        ("/ogc/collections/land-cover/tiles", 404, "has no tiles"),
    ],
)
def test_refusals_say_what_is_allowed(client: FlaskClient, path: str, status: int, said: str) -> None:
    response = client.get(path)
    assert response.status_code == status
    assert response.mimetype == "application/problem+json"
    assert said in response.get_json()["detail"]


def test_restricted_layers_have_no_tiles(client: FlaskClient, world: Path) -> None:
    assert not (Store(world / "store").current("secret").folder / "tiles.pmtiles").exists()
    for path in ("/ogc/collections/secret/tiles/WebMercatorQuad/8/95/76", "/files/secret/v1/tiles.pmtiles"):
        response = client.get(path)
        assert response.status_code == 404 and "Classified" not in response.get_data(as_text=True)


def test_tilejson_is_what_maplibre_takes(client: FlaskClient, tmp_path: Path) -> None:
    found = client.get(f"{QUAD}?f=tilejson").get_json()

    assert found["tilejson"] == "3.0.0"
    assert found["tiles"] == [f"{URL}{QUAD}/{{z}}/{{y}}/{{x}}?f=mvt&data-version=1"]
    assert (found["minzoom"], found["maxzoom"], found["scheme"]) == (0, 12, "xyz")
    west, south, east, north = found["bounds"]
    assert west < east and south < north
    (layer,) = found["vector_layers"]
    assert layer["id"] == "towns"
    assert layer["fields"]["people"] == "Number" and layer["fields"]["town"] == "String"
    address = found["tiles"][0].format(z=8, y=95, x=76).removeprefix(URL)
    assert "a5" in feature_names(client.get(address).data, tmp_path)


def test_the_tileset_and_its_limits(client: FlaskClient) -> None:
    listed = client.get(TILES).get_json()["tilesets"]
    described = client.get(QUAD).get_json()

    assert [one["tileMatrixSetURI"] for one in listed] == [described["tileMatrixSetURI"]]
    assert described["dataType"] == "vector" and described["crs"].endswith("/EPSG/0/3857")
    limits = {one["tileMatrix"]: one for one in described["tileMatrixSetLimits"]}
    assert sorted(map(int, limits)) == list(range(13))
    z8 = limits["8"]
    assert (z8["minTileCol"], z8["maxTileCol"], z8["minTileRow"], z8["maxTileRow"]) == (76, 76, 95, 95)
    assert set(described["layers"][0]["propertiesSchema"]["properties"]) >= {"town", "people", "coastal"}
    relations = {link["rel"].rsplit("/", 1)[-1]: link for link in described["links"]}
    assert relations["item"]["templated"]
    assert client.get(relations["tiling-scheme"]["href"].removeprefix(URL)).status_code == 200


def test_the_tile_matrix_set_is_the_standards(client: FlaskClient) -> None:
    listed = client.get("/ogc/tileMatrixSets").get_json()["tileMatrixSets"]
    found = client.get("/ogc/tileMatrixSets/WebMercatorQuad").get_json()

    assert [one["id"] for one in listed] == ["WebMercatorQuad"]
    assert found["uri"] == "http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad"
    third = found["tileMatrices"][3]
    assert third["id"] == "3" and third["matrixWidth"] == third["matrixHeight"] == 8
    assert third["scaleDenominator"] == pytest.approx(69885283.0035897)
    assert third["cellSize"] == pytest.approx(19567.8792410051)
    assert third["pointOfOrigin"] == pytest.approx([-20037508.3427892, 20037508.3427892])


def test_a_collection_tells_of_its_tiles(client: FlaskClient) -> None:
    links = client.get("/ogc/collections/towns").get_json()["links"]
    without = client.get("/ogc/collections/hospitals").get_json()["links"]
    told = {link["rel"].rsplit("/", 1)[-1]: link["href"] for link in links}

    assert told["tilesets-vector"] == f"{URL}{TILES}?f=json"
    (template,) = (link for link in links if link.get("templated"))
    assert template["href"] == f"{URL}{QUAD}/{{z}}/{{y}}/{{x}}?f=mvt"
    assert not [link for link in without if "tiles" in link["href"]]
    classes = client.get("/ogc/conformance").get_json()["conformsTo"]
    assert "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/core" in classes


def test_the_archive_can_be_read_by_ranges(client: FlaskClient, world: Path) -> None:
    stored = Store(world / "store").current("towns").path("tiles.pmtiles").read_bytes()
    path = "/files/towns/v1/tiles.pmtiles"
    part = client.get(path, headers={"Range": "bytes=0-126"}, buffered=True)

    assert client.get(path, buffered=True).data == stored
    assert (part.status_code, part.data) == (206, stored[:127])
    assert part.mimetype == "application/vnd.pmtiles"
    assert client.get("/files/towns/current/tiles.pmtiles").headers["Location"] == f"{URL}{path}"
    assert "immutable" not in part.headers["Cache-Control"]
    assert client.get("/files/hospitals/v1/tiles.pmtiles").status_code == 404


def _one_town(shape: shapely.Geometry | None) -> list[dict[str, object]]:
    common = {"county": "001", "people": 1, "share": 1.0, "coastal": True, "founded": None}
    return [{"town": "b1", "note": None, "limit": 1, "geometry": shape} | common]


def test_a_new_version_has_new_tiles_and_the_old_ones_stay(
    own_store: Store, own_client: FlaskClient, publish_towns: Callable[..., Version], tmp_path: Path
) -> None:
    before = own_client.get(f"{QUAD}/{PLACE}")
    publish_towns(own_store, rows=_one_town(shapely.box(-72.9, 41.1, -72.8, 41.2)))
    after = own_client.get(f"{QUAD}/{PLACE}", headers={"If-None-Match": before.headers["ETag"]})

    assert feature_names(after.data, tmp_path) == {"b1"}
    assert own_client.get(f"{QUAD}/{PLACE}?data-version=1").data == before.data
    assert "data-version=2" in own_client.get(f"{QUAD}?f=tilejson").get_json()["tiles"][0]


def test_a_version_without_geometry_has_no_tiles(
    own_store: Store, own_client: FlaskClient, publish_towns: Callable[..., Version]
) -> None:
    publish_towns(own_store, rows=_one_town(None))
    assert own_client.get(TILES).status_code == 404


def test_tiles_that_were_made_anew_are_served_anew(own_store: Store, own_client: FlaskClient) -> None:
    before = own_client.get(f"{QUAD}/{PLACE}")
    version = own_store.current("towns")
    with own_store.rebuilding(version, "tiles.pmtiles") as path:
        build_tiles(version.data, version.record.model_copy(update={"title": "Other"}), path)

    assert not own_store.verify("towns")
    assert own_client.get(f"{QUAD}/{PLACE}").data == before.data
    assert own_client.get(f"{QUAD}/{PLACE}").headers["ETag"] != before.headers["ETag"]


def test_reindex_makes_index_and_tiles_anew(own_store: Store, tmp_path: Path) -> None:
    version = own_store.current("towns")
    before = {name: version.path(name).read_bytes() for name in ("serve.sqlite", "tiles.pmtiles")}
    for name in before:
        version.path(name).unlink()
    assert own_store.verify("towns")
    stores = ["--store", str(own_store.root), "--private", str(tmp_path / "private")]
    result = CliRunner().invoke(cli, [*stores, "reindex", "towns"])

    assert result.exit_code == 0, result.output
    assert not own_store.verify("towns")
    assert version.path("tiles.pmtiles").read_bytes() == before["tiles.pmtiles"]


def test_a_broken_archive_is_not_served_and_the_rest_is(
    own_store: Store, own_client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    path = own_store.current("hospitals").folder / "tiles.pmtiles"
    path.write_bytes(b"no archive")
    assert own_client.get("/ogc/collections/hospitals/tiles").status_code == 404
    assert own_client.get("/ogc/collections/hospitals/items").status_code == 200
    assert "townline reindex" in caplog.text
    with pytest.raises(Corrupted, match="not an archive"):
        Archive(path)
    with pytest.raises(Corrupted, match="cannot be opened"):
        Archive(path.with_name("none"))


def test_pygeoapis_provider_gives_the_same_tile(client: FlaskClient, world: Path) -> None:
    store = Store(world / "store")
    tiles = tileset_of(store.current("towns"))
    assert tiles is not None
    common = {"data": str(store.root), "layer": "towns", "version": 1}
    provider = TileProvider(tile_provider(common, tiles))

    assert provider.get_layer() == "towns" and provider.get_fields()["people"] == "Number"
    found = provider.get_tiles("towns", "WebMercatorQuad", "8", "95", "76")
    assert found is not None and gzip.decompress(found) == client.get(f"{QUAD}/{PLACE}").data
    assert provider.get_tiles("towns", "WebMercatorQuad", "8", "0", "0") is None
    with pytest.raises(ProviderTileNotFoundError):
        provider.get_tiles("towns", "WebMercatorQuad", "99", "0", "0")


def test_the_openapi_document_has_the_tiles(client: FlaskClient) -> None:
    document = client.get("/ogc/openapi").get_json()
    validate_openapi_document(document)
    base = "/collections/{tiledCollectionId}/tiles"
    tile = document["paths"][f"{base}/{{tileMatrixSetId}}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}"]["get"]
    assert tile["parameters"][0]["schema"]["enum"] == ["towns"]
    assert set(tile["responses"]) >= {"200", "204", "304", "400", "404"}
    assert f"{base}/{{tileMatrixSetId}}" in document["paths"] and "/tileMatrixSets" in document["paths"]
