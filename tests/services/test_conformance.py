"""Conformance is declared for what is served; the abstract tests of Features 1 to 3 on a live server.

After OGC 17-069r4 annex A, 18-058r1 annex A and 19-079r2 annex A, in our own words.
"""

import json
import re
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlencode, urlsplit

import jsonschema
import pytest

from services.ogc.conformance import PLACED_FEATURES, classes

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
FEATURES = "http://www.opengis.net/spec/ogcapi-features"
LAYERS = ["crosswalk", "hospitals", "towns"]
Json = dict[str, Any]


class Answer:
    """A response: status, headers in small letters, body."""

    def __init__(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.status, self.headers, self.body = status, headers, body

    @property
    def json(self) -> Json:
        found: Json = json.loads(self.body)
        return found

    @property
    def kind(self) -> str:
        return self.headers["content-type"].split(";")[0]


class Api:
    """The OGC API of a server on this machine."""

    def __init__(self, port: int) -> None:
        self.port = port

    def get(
        self,
        path: str,
        accept: str = "application/json",
        method: str = "GET",
        if_none_match: str | None = None,
        **query: str,
    ) -> Answer:
        names = {name.replace("_", "-"): value for name, value in query.items()}
        address = path if path.startswith("/ogc") else f"/ogc{path}"
        if names:
            address += f"?{urlencode(names)}"
        connection = HTTPConnection("127.0.0.1", self.port, timeout=300)
        known = {"If-None-Match": if_none_match} if if_none_match else {}
        connection.request(method, address, headers={"Accept": accept} | known)
        response = connection.getresponse()
        headers = {name.lower(): value for name, value in response.getheaders()}
        found = Answer(response.status, headers, response.read())
        connection.close()
        return found

    def follow(self, address: str) -> Answer:
        parts = urlsplit(address)
        assert parts.netloc == f"127.0.0.1:{self.port}", address
        return self.get(f"{parts.path}?{parts.query}" if parts.query else parts.path, "*/*")


@pytest.fixture(scope="module")
def api(local: Any) -> Api:
    return Api(local.port)


pytestmark = pytest.mark.server

LINK: Json = {"type": "object", "required": ["href", "rel"], "properties": {"href": {"type": "string"}}}
LINKS: Json = {"type": "array", "items": LINK}


def _link(document: Json, rel: str, kind: str | None = None) -> str:
    found = [
        link["href"] for link in document["links"] if link["rel"] == rel and kind in (None, link["type"])
    ]
    assert found, f"no link {rel} {kind or ''}"
    return str(found[0])


# Part 1: Core


def test_landing_page_leads_to_definition_conformance_and_data(api: Api) -> None:
    page = api.get("/")
    openapi = api.follow(_link(page.json, "service-desc"))

    assert (page.status, page.kind) == (200, "application/json")
    assert openapi.json["openapi"].startswith("3.0")
    assert openapi.headers["content-type"].startswith("application/vnd.oai.openapi+json;version=3.0")
    assert api.follow(_link(page.json, "conformance")).json["conformsTo"]
    assert api.follow(_link(page.json, "data")).json["collections"]
    assert api.get("/", "text/html").kind == "text/html"


def test_conformance_declares_the_parts(api: Api) -> None:
    declared = set(api.get("/conformance").json["conformsTo"])

    assert {f"{FEATURES}-1/1.0/conf/{name}" for name in ("core", "geojson", "html", "oas30")} <= declared
    assert f"{FEATURES}-2/1.0/conf/crs" in declared
    for name in ("filter", "features-filter", "queryables", "queryables-query-parameters"):
        assert f"{FEATURES}-3/1.0/conf/{name}" in declared
    assert not [name for name in declared if "array-functions" in name or "create-replace" in name]


def test_classes_follow_from_what_there_is() -> None:
    table = {"type": "collection", "providers": [{"type": "feature", "crs": [CRS84]}]}
    layer = {"type": "collection", "providers": [{"type": "feature", "crs": [CRS84, EPSG + "4326"]}]}

    assert not [name for name in classes({}) if "features" in name]
    assert not set(PLACED_FEATURES) & set(classes({"table": table}))
    assert set(PLACED_FEATURES) <= set(classes({"table": table, "layer": layer}))


def test_collections_and_each_of_them(api: Api) -> None:
    listed = api.get("/collections")
    by_id = {one["id"]: one for one in listed.json["collections"]}

    assert set(LAYERS) <= set(by_id)
    assert "secret" not in by_id
    jsonschema.validate(listed.json["links"], LINKS)
    for name in LAYERS:
        one = api.get(f"/collections/{name}").json
        assert {key: one[key] for key in ("id", "title", "extent", "crs")} == {
            key: by_id[name][key] for key in ("id", "title", "extent", "crs")
        }
        assert one["itemType"] == "feature"
        west, south, east, north = one["extent"]["spatial"]["bbox"][0]
        assert west <= east and south <= north
        assert api.follow(_link(one, "items", "application/geo+json")).kind == "application/geo+json"
    assert api.get("/collections/nothing").status == 404


@pytest.mark.parametrize("layer", LAYERS)
def test_features_are_geojson_with_counts_and_links(api: Api, layer: str) -> None:
    answer = api.get(f"/collections/{layer}/items", "application/geo+json")
    document = answer.json

    assert (answer.status, answer.kind) == (200, "application/geo+json")
    assert document["type"] == "FeatureCollection"
    assert document["numberReturned"] == len(document["features"]) <= document["numberMatched"]
    assert re.match(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$", document["timeStamp"])
    assert (
        api.follow(_link(document, "self", "application/geo+json")).json["features"] == document["features"]
    )
    assert api.follow(_link(document, "alternate", "text/html")).kind == "text/html"


@pytest.mark.parametrize("layer", LAYERS)
@pytest.mark.parametrize("limit", [1, 2, 5])
def test_limit_and_next(api: Api, layer: str, limit: int) -> None:
    whole = [one["id"] for one in api.get(f"/collections/{layer}/items", limit="10000").json["features"]]
    page, seen = api.get(f"/collections/{layer}/items", limit=str(limit)).json, []
    while True:
        assert len(page["features"]) <= limit
        seen += [one["id"] for one in page["features"]]
        following = [link["href"] for link in page["links"] if link["rel"] == "next"]
        if not following:
            break
        page = api.follow(following[0]).json

    assert seen == whole
    assert len(seen) == len(set(seen)) == page["numberMatched"]


def test_a_limit_above_the_largest_gives_the_largest(api: Api) -> None:
    assert api.get("/collections/towns/items", limit="1000000").status == 200


@pytest.mark.parametrize(
    ("box", "ids"),
    [
        ("-72.95,41.05,-72.85,41.15", ["a1", "a2", "a4", "a5"]),
        ("-72.95,41.05,0,-72.85,41.15,100", ["a1", "a2", "a4", "a5"]),
        ("170,40,-72.95,41.05", ["a1"]),
        ("10,10,11,11", []),
    ],
)
def test_bbox(api: Api, box: str, ids: list[str]) -> None:
    assert sorted(one["id"] for one in api.get("/collections/towns/items", bbox=box).json["features"]) == ids


def test_every_feature_lies_in_the_extent(api: Api) -> None:
    for layer in ("hospitals", "towns"):
        document = api.get(f"/collections/{layer}").json
        box = ",".join(map(str, document["extent"]["spatial"]["bbox"][0]))
        matched = api.get(f"/collections/{layer}/items", bbox=box).json["numberMatched"]
        filled = api.get(f"/collections/{layer}/items", filter="geometry IS NOT NULL").json["numberMatched"]
        assert matched == filled


@pytest.mark.parametrize(
    ("asked", "number"),
    [("2021-01-01", 11), ("2021-01-01T00:00:00Z/..", 11), ("/2021-01-01", 11), ("1900-01-01/1950-01-01", 0)],
)
def test_datetime(api: Api, asked: str, number: int) -> None:
    assert api.get("/collections/towns/items", datetime=asked).json["numberMatched"] == number


@pytest.mark.parametrize(
    "query",
    [
        {"limit": "none"},
        {"bbox": "1,2,3"},
        {"bbox": "a,b,c,d"},
        {"datetime": "now"},
        {"unknown": "1"},
        {"crs": EPSG + "1"},
        {"bbox": "1,2,3,4", "bbox-crs": EPSG + "1"},
        {"filter": "nothing = 1"},
        {"filter": "people ="},
        {"filter": "people = 1", "filter-lang": "other"},
        {"filter": "S_INTERSECTS(geometry, POINT(1 2))", "filter-crs": EPSG + "1"},
    ],
)
def test_what_is_not_allowed_is_refused(api: Api, query: dict[str, str]) -> None:
    answer = api.get("/collections/towns/items", **query)

    assert (answer.status, answer.kind) == (400, "application/problem+json")
    assert answer.json["status"] == 400


@pytest.mark.parametrize("layer", LAYERS)
def test_a_feature_of_its_own(api: Api, layer: str) -> None:
    (feature,) = api.get(f"/collections/{layer}/items", limit="1").json["features"]
    own = api.get(f"/collections/{layer}/items/{feature['id']}", "application/geo+json")

    assert (own.status, own.kind) == (200, "application/geo+json")
    assert {key: own.json[key] for key in feature} == feature
    assert api.follow(_link(own.json, "self")).json["id"] == feature["id"]
    assert api.follow(_link(own.json, "collection")).json["id"] == layer
    assert api.get(f"/collections/{layer}/items/no-such-feature").status == 404


def test_head_answers_as_get_without_a_body(api: Api) -> None:
    for path in (
        *("/", "/conformance", "/openapi", "/collections", "/processes", "/tileMatrixSets"),
        *("/collections/towns", "/collections/towns/schema", "/collections/towns/queryables"),
        *("/collections/towns/items", "/collections/towns/items/a5", "/collections/towns/tiles"),
        *("/collections/catalog", "/collections/catalog/items", "/collections/catalog/items/towns"),
        *("/collections/land-cover", "/collections/land-cover/coverage"),
    ):
        head, whole = api.get(path, method="HEAD"), api.get(path)
        again = api.get(path, if_none_match=whole.headers["etag"])
        assert (again.status, again.body) == (304, b""), path
        assert "cache-control" in whole.headers
        assert (head.status, head.body) == (200, b"")
        assert head.headers["content-type"] == whole.headers["content-type"]
        assert head.headers["etag"] == whole.headers["etag"]


def test_parameters_are_described_as_the_standard_has_them(api: Api) -> None:
    document = api.follow(_link(api.get("/").json, "service-desc")).json
    shared = document["components"]["parameters"]
    for layer in LAYERS:
        operation = document["paths"][f"/collections/{layer}/items"]["get"]
        given = [
            shared[one["$ref"].split("/")[-1]] if "$ref" in one else one for one in operation["parameters"]
        ]
        found = {one["name"]: one for one in given}
        assert all((one["in"], one["required"], one["style"]) == ("query", False, "form") for one in given)
        assert not any(one["explode"] for one in given)
        assert found["limit"]["schema"]["type"] == "integer" and found["limit"]["schema"]["minimum"] == 1
        box = found["bbox"]["schema"]
        assert (box["type"], box["minItems"], box["maxItems"], box["items"]) == (
            "array",
            4,
            6,
            {"type": "number"},
        )
        assert found["datetime"]["schema"]["type"] == "string"
        assert {found[name]["schema"]["format"] for name in ("crs", "bbox-crs", "filter-crs")} == {"uri"}
        assert found["filter"]["schema"]["type"] == "string"
        assert set(found["filter-lang"]["schema"]["enum"]) == {"cql2-text", "cql2-json"}
        assert found["filter-lang"]["schema"]["default"] == "cql2-text"
        assert {"200", "400", "404"} <= set(operation["responses"])


@pytest.mark.parametrize("layer", LAYERS)
def test_pages_for_people_hold_what_the_documents_hold(api: Api, layer: str) -> None:
    features = api.get(f"/collections/{layer}/items", limit="3").json["features"]
    page = api.get(f"/collections/{layer}/items", "text/html", limit="3")
    own = api.get(f"/collections/{layer}/items/{features[0]['id']}", "text/html")

    assert page.kind == own.kind == "text/html"
    for feature in features:
        assert f">{feature['id']}<" in page.body.decode()
    for name in features[0]["properties"]:
        assert f">{name}<" in page.body.decode() and f">{name}<" in own.body.decode()


# Part 2: Coordinate Reference Systems by Reference


def test_systems_are_declared(api: Api) -> None:
    for layer in ("hospitals", "towns"):
        document = api.get(f"/collections/{layer}").json
        assert document["crs"][0] == CRS84
        assert {EPSG + code for code in ("4326", "3857", "4269", "2234")} <= set(document["crs"])
        assert document["storageCrs"] in document["crs"]


@pytest.mark.parametrize("layer", ["hospitals", "towns"])
@pytest.mark.parametrize("path", ["items", "item"])
def test_content_crs_and_axis_order(api: Api, layer: str, path: str) -> None:
    (feature,) = api.get(f"/collections/{layer}/items", limit="1").json["features"]
    address = f"/collections/{layer}/items" + (f"/{feature['id']}" if path == "item" else "")
    plain, turned = api.get(address), api.get(address, crs=EPSG + "4326")

    def first(answer: Answer) -> list[float]:
        found = answer.json if path == "item" else answer.json["features"][0]
        value = found["geometry"]["coordinates"]
        while isinstance(value[0], list):
            value = value[0]
        return list(value)

    assert plain.headers["content-crs"] == f"<{CRS84}>"
    assert turned.headers["content-crs"] == f"<{EPSG}4326>"
    assert first(turned) == pytest.approx(first(plain)[::-1], abs=1e-6)


def test_an_unknown_system_is_refused_for_a_feature_too(api: Api) -> None:
    answer = api.get("/collections/towns/items/a5", crs=EPSG + "1")

    assert (answer.status, answer.kind) == (400, "application/problem+json")
    assert CRS84 in answer.json["detail"]


def test_the_same_box_in_every_system_selects_the_same(api: Api) -> None:
    boxes = {
        CRS84: "-72.88,41.12,-72.82,41.18",
        EPSG + "4326": "41.12,-72.88,41.18,-72.82",
        EPSG + "4269": "41.12,-72.88,41.18,-72.82",
        EPSG + "3857": "-8112965,5030135,-8106285,5039000",
        EPSG + "2234": "964200,604500,980600,626300",
    }
    for system, box in boxes.items():
        page = api.get("/collections/towns/items", bbox=box, bbox_crs=system).json
        assert [one["id"] for one in page["features"]] == ["a5"], system


# Part 3: Filtering


@pytest.mark.parametrize("layer", LAYERS)
def test_queryables_are_a_schema_linked_from_everywhere(api: Api, layer: str) -> None:
    rel = "http://www.opengis.net/def/rel/ogc/1.0/queryables"
    answer = api.follow(_link(api.get(f"/collections/{layer}").json, rel))
    named = re.search(r'<([^>]*)>; rel="http://www.opengis.net/def/rel/ogc/1.0/queryables"',
                      api.get(f"/collections/{layer}/items", method="HEAD").headers["link"])  # fmt: skip
    document = answer.json

    assert answer.kind == "application/schema+json"
    assert document["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert named and named[1] == document["$id"]
    assert document["type"] == "object"
    assert document["additionalProperties"] is False
    jsonschema.Draft202012Validator.check_schema(document)
    for name, one in document["properties"].items():
        assert "type" in one or one["format"].startswith("geometry-"), name
        assert one["title"] and one["description"], name
    assert ("geometry" in document["properties"]) == (layer != "crosswalk")


def _literal(schema: Json, value: Any) -> str:
    if schema["type"] == "string":
        kind = {"date": "DATE", "date-time": "TIMESTAMP"}.get(schema.get("format", ""), "")
        text = "'" + str(value).replace("'", "''") + "'"
        return f"{kind}({text})" if kind else text
    return {True: "TRUE", False: "FALSE"}[value] if schema["type"] == "boolean" else repr(value)


@pytest.mark.parametrize("layer", LAYERS)
def test_every_queryable_filters_as_parameter_and_in_cql2(api: Api, layer: str) -> None:
    properties = api.get(f"/collections/{layer}/queryables").json["properties"]
    features = api.get(f"/collections/{layer}/items").json["features"]
    for name, schema in properties.items():
        if name == "geometry":
            continue
        value = next(one["properties"][name] for one in features if one["properties"][name] is not None)
        expected = [one["id"] for one in features if one["properties"][name] == value]
        text = f'"{name}" = {_literal(schema, value)}'
        by_filter = api.get(f"/collections/{layer}/items", filter=text, filter_lang="cql2-text").json
        assert [one["id"] for one in by_filter["features"]] == expected, text
        if name != "limit":
            given = {name: str(value).lower() if isinstance(value, bool) else str(value)}
            by_parameter = api.get(f"/collections/{layer}/items", **given).json
            assert [one["id"] for one in by_parameter["features"]] == expected, name


@pytest.mark.parametrize("layer", ["hospitals", "towns"])
def test_the_extent_as_a_filter_selects_every_place(api: Api, layer: str) -> None:
    box = api.get(f"/collections/{layer}").json["extent"]["spatial"]["bbox"][0]
    sides = ",".join(map(str, box))
    by_filter = api.get(f"/collections/{layer}/items", filter=f"S_INTERSECTS(geometry, BBOX({sides}))").json
    by_box = api.get(f"/collections/{layer}/items", bbox=sides).json

    assert by_filter["features"] == by_box["features"]
    assert by_filter["numberMatched"] == by_box["numberMatched"]


def test_shapes_in_a_filter_are_in_the_system_that_is_named(api: Api) -> None:
    shapes = {
        None: "BBOX(-72.88,41.12,-72.82,41.18)",
        CRS84: "POLYGON((-72.88 41.12,-72.82 41.12,-72.82 41.18,-72.88 41.18,-72.88 41.12))",
        EPSG + "4326": "POLYGON((41.12 -72.88,41.12 -72.82,41.18 -72.82,41.18 -72.88,41.12 -72.88))",
        EPSG + "2234": "BBOX(964200,604500,980600,626300)",
    }
    for system, shape in shapes.items():
        named = {"filter_crs": system} if system else {}
        page = api.get("/collections/towns/items", filter=f"S_INTERSECTS(geometry, {shape})", **named).json
        assert [one["id"] for one in page["features"]] == ["a5"], system


def test_filter_and_box_hold_together(api: Api) -> None:
    page = api.get("/collections/towns/items", bbox="-72.95,41.05,-72.85,41.15", filter="people > 200").json

    assert sorted(one["id"] for one in page["features"]) == ["a4", "a5"]
