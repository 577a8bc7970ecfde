"""The OpenAPI document: valid, whole in itself, and the same as what requests are checked against."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from pygeoapi.openapi import validate_openapi_document

from catalog.store import Store
from services.ogc.features.resources import items_resource

Json = dict[str, Any]


@pytest.fixture
def document(client: FlaskClient) -> Json:
    found: Json = json.loads(client.get("/ogc/openapi").data)
    return found


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for inner in value.values():
            yield from _references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _references(inner)


def _parameters(document: Json, path: str) -> dict[str, Json]:
    given = document["paths"][path]["get"]["parameters"]
    known = document["components"]["parameters"]
    found = [known[one["$ref"].split("/")[-1]] if "$ref" in one else one for one in given]
    return {parameter["name"]: parameter for parameter in found}


def test_it_is_valid_openapi_3_0(document: Json) -> None:
    assert document["openapi"].startswith("3.0.")
    assert validate_openapi_document(document)


def test_nothing_is_to_be_looked_up_elsewhere(document: Json) -> None:
    references = set(_references(document))

    assert references
    for reference in references:
        assert reference.startswith("#/"), reference
        found: Any = document
        for part in reference[2:].split("/"):
            found = found[part]


def test_operations_have_names_of_their_own(document: Json) -> None:
    names = [one["operationId"] for methods in document["paths"].values() for one in methods.values()]

    assert len(names) == len(set(names))


def test_qgis_finds_its_page_size(document: Json) -> None:
    limit = document["components"]["parameters"]["limit"]["schema"]

    assert (limit["default"], limit["maximum"]) == (100, 10000)
    assert {"$ref": "#/components/parameters/limit"} in document["paths"]["/collections/towns/items"]["get"][
        "parameters"
    ]


def test_parameters_are_those_that_are_checked(document: Json, world: Path) -> None:
    record = Store(world / "store").current("towns").record
    resource = items_resource(record, ("http://www.opengis.net/def/crs/OGC/1.3/CRS84",))
    described = _parameters(document, "/collections/towns/items")

    assert set(described) == set(resource.names)
    assert described["people"]["schema"] == {"type": "integer", "format": "int64"}
    assert described["founded"]["schema"] == {"type": "string", "format": "date"}
    assert described["sortby"]["schema"]["items"]["enum"][:3] == ["town", "+town", "-town"]
    assert "note" not in described["sortby"]["schema"]["items"]["enum"]
    assert described["f"]["schema"]["enum"] == ["json", "html", "csv", "flatgeobuf", "gpkg"]
    assert all(one["style"] == "form" and one["explode"] is False for one in described.values())


def test_every_parameter_is_taken_where_it_is_described(client: FlaskClient, document: Json) -> None:
    values = {
        "bbox": "-73,41,-72,42",
        "datetime": "2021-01-01",
        "filter": "people > 5",
        "sortby": "town",
        "properties": "town",
        "town": "a5",
        "people": "5",
        "share": "5",
        "coastal": "true",
        "founded": "1701-01-01",
        "lang": "en",
        "f": "json",
        "skipGeometry": "true",
        "resulttype": "hits",
        "filter-lang": "cql2-text",
    }
    systems = "http://www.opengis.net/def/crs/EPSG/0/4326"
    needs = {"bbox-crs": "bbox=-73,41,-72,42", "filter-crs": "filter=1=1", "filter-lang": "filter=1=1"}
    for name in _parameters(document, "/collections/towns/items"):
        value = values.get(name, systems if name.endswith("crs") else "1")
        query = "&".join(filter(None, [f"{name}={value}", needs.get(name)]))
        response = client.get(f"/ogc/collections/towns/items?{query}")
        assert response.status_code == 200, (query, response.get_data(as_text=True))


def test_every_path_without_places_answers_as_described(client: FlaskClient, document: Json) -> None:
    for path, methods in document["paths"].items():
        if "{" in path or "get" not in methods:
            continue
        response = client.get(f"/ogc{path}", buffered=True)
        described = {kind.split(";")[0] for kind in methods["get"]["responses"]["200"]["content"]}
        assert response.status_code == 200, path
        assert response.mimetype in described, path


def test_no_other_method_is_described(document: Json) -> None:
    methods = {method for one in document["paths"].values() for method in one}

    assert methods <= {"get", "post"}
    assert not [path for path, one in document["paths"].items() if "post" in one and "execution" not in path]


def test_restricted_layers_are_not_in_it(document: Json) -> None:
    assert "secret" not in json.dumps(document)
