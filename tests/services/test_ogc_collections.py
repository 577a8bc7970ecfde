"""Collections: every public layer, with what the record says, and nothing of restricted ones."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from pygeoapi import api as core
from pygeoapi.openapi import validate_openapi_document

from catalog.configuration import State
from catalog.store import Store, Version
from services.holdings import read_holdings
from services.ogc.collections import Offer, collections
from services.settings import ServiceSettings
from services.site import Site, make_site

STATE = State(id="testland", name="Testland", fips="09", bounds=(-74, 40, -71, 43), projected_crs="EPSG:2234")


@pytest.fixture
def offer(world: Path) -> Offer:
    site = Site("https://gis.example.gov", STATE, ("OGC:CRS84", "EPSG:2234"))
    return Offer(world / "store", site, 100, 10, 20, 20)


def test_the_state_s_own_system_is_offered_once_after_the_settings() -> None:
    site = make_site(ServiceSettings(crs=("EPSG:4326", "EPSG:2234"), url="https://gis.example.gov/"), STATE)

    assert site.crs == ("OGC:CRS84", "EPSG:4326", "EPSG:2234")
    assert site.ogc == "https://gis.example.gov/ogc"


def test_every_public_layer_is_a_collection_of_its_kind(world: Path, offer: Offer) -> None:
    found = collections(read_holdings(Store(world / "store")), offer)

    assert {name: one["providers"][0]["type"] for name, one in found.items()} == {
        "crosswalk": "feature",
        "hospitals": "feature",
        "land-cover": "coverage",
        "towns": "feature",
    }


def test_extent_period_and_systems_come_from_the_record(world: Path, offer: Offer) -> None:
    found = collections(read_holdings(Store(world / "store")), offer)
    towns, table = found["towns"], found["crosswalk"]

    assert towns["extents"]["spatial"]["bbox"] == [-73.0, 41.0, -72.6, 41.3]
    assert towns["extents"]["temporal"] == {
        "begin": datetime(2020, 1, 1, tzinfo=UTC),
        "end": datetime(2022, 6, 30, 23, 59, 59, tzinfo=UTC),
    }
    assert towns["providers"][0]["crs"] == [
        "http://www.opengis.net/def/crs/OGC/1.3/CRS84",
        "http://www.opengis.net/def/crs/EPSG/0/2234",
    ]
    assert towns["providers"][0]["id_field"] == "town"
    assert found["hospitals"]["providers"][0]["id_field"] is None
    assert table["extents"]["spatial"]["bbox"] == [-74, 40, -71, 43]
    assert len(table["providers"][0]["crs"]) == 1


def test_links_lead_to_page_licence_source_and_files_with_their_length(world: Path, offer: Offer) -> None:
    links = collections(read_holdings(Store(world / "store")), offer)["towns"]["links"]
    file = Store(world / "store").current("towns").path("data.parquet")

    told = {(link["rel"].rsplit("/", 1)[-1], link["href"]) for link in links}
    assert told >= {
        ("describedby", "https://gis.example.gov/layers/towns"),
        ("license", "https://creativecommons.org/licenses/by/4.0/"),
        ("via", "https://agency.example.gov/towns"),
        ("enclosure", "https://gis.example.gov/files/towns/v1/data.parquet"),
        ("enclosure", "https://gis.example.gov/files/towns/v1/tiles.pmtiles"),
        ("sortables", "https://gis.example.gov/ogc/collections/towns/sortables"),
    }
    lengths = {
        link["href"].rsplit("/", 1)[-1]: link["length"] for link in links if link["rel"] == "enclosure"
    }
    assert lengths["data.parquet"] == file.stat().st_size


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/health",
        "/ogc/",
        "/ogc/openapi",
        "/ogc/conformance",
        "/ogc/collections",
        "/ogc/collections?f=html",
    ],
)
def test_a_restricted_layer_is_in_no_listing(client: FlaskClient, path: str) -> None:
    text = client.get(path).get_data(as_text=True)

    assert "secret" not in text
    assert "Classified" not in text


@pytest.mark.parametrize(
    "path",
    [
        "/layers/secret",
        "/files/secret/v1/data.parquet",
        "/files/secret/v1/receipt.json",
        "/files/secret/current/data.parquet",
        "/ogc/collections/secret",
        "/ogc/collections/secret/schema",
        "/ogc/collections/secret/queryables",
        "/ogc/collections/secret/items",
        "/ogc/collections/secret/items/a5",
        "/ogc/collections/secret/coverage",
        "/ogc/collections/secre/items",
    ],
)
def test_a_restricted_layer_answers_as_if_it_were_not_there(client: FlaskClient, path: str) -> None:
    response = client.get(path)
    told = response.get_data(as_text=True).replace("there is no layer 'secret'", "")

    assert response.status_code == 404
    assert "secret" not in told
    assert "Classified" not in told


def test_links_lead_only_to_what_is_served(client: FlaskClient) -> None:
    landing = client.get("/ogc/").get_json()
    collections_ = client.get("/ogc/collections").get_json()
    one = client.get("/ogc/collections/towns").get_json()
    documents = [landing, collections_, one, *collections_["collections"]]
    site = "https://gis.example.gov"
    links = [link for found in documents for link in found["links"] if not link.get("templated")]
    paths = {link["href"].removeprefix(site) or "/" for link in links}

    own = [path for path in paths if not path.startswith("http")]
    statuses = {path: client.get(path, buffered=True).status_code for path in own}

    assert set(statuses.values()) == {200}, statuses
    assert not [path for path in own if "jsonld" in path]
    assert len(own) > 40


def test_queryables_and_schema_tell_types_units_and_classes(client: FlaskClient) -> None:
    towns = client.get("/ogc/collections/towns/schema").get_json()["properties"]
    cover = client.get("/ogc/collections/land-cover/schema").get_json()["properties"]["cover"]

    assert towns["people"]["type"] == "integer"
    assert towns["people"]["x-ogc-unit"] == "people"
    assert towns["founded"]["format"] == "date"
    assert towns["town"]["x-ogc-role"] == "id"
    assert cover["oneOf"][2] == {"const": 3, "title": "Built <10"}


def test_the_openapi_document_gives_clients_the_page_size_and_only_what_is_taken(client: FlaskClient) -> None:
    document = json.loads(client.get("/ogc/openapi").data)
    limit = document["components"]["parameters"]["limit"]["schema"]
    validate_openapi_document(document)
    items = document["paths"]["/collections/towns/items"]
    names = [parameter.get("name", parameter.get("$ref")) for parameter in items["get"]["parameters"]]

    assert (limit["default"], limit["maximum"]) == (100, 10000)
    assert list(items) == ["get"]
    assert "#/components/parameters/limit" in names
    assert {"county", "people"} <= set(names)
    assert "limit" not in names, "a column of a reserved name is no filter"
    assert len(names) == len(set(names))
    assert not [path for path in document["paths"] if path.startswith(("/jobs", "/processes"))]


def test_an_answer_about_the_whole_catalog_is_made_once(
    own_client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = ["/ogc/collections", "/ogc/collections?f=html", "/ogc/collections?f=html&lang=es"]
    first = [own_client.get(address) for address in asked]
    monkeypatch.setattr(core, "describe_collections", None)
    second = [own_client.get(address) for address in asked]

    assert [one.data for one in second] == [one.data for one in first]
    assert [dict(one.headers) for one in second] == [dict(one.headers) for one in first]
    assert len({one.data for one in first}) == len(asked)


def test_another_version_changes_what_is_said_of_the_whole_catalog(
    own_store: Store, own_client: FlaskClient, publish_towns: Callable[..., Version]
) -> None:
    def title() -> str:
        listed = own_client.get("/ogc/collections").get_json()["collections"]
        return next(one["title"] for one in listed if one["id"] == "towns")

    before = title()
    publish_towns(own_store, title="Towns anew")

    assert (before, title()) == ("Layer towns", "Towns anew")
