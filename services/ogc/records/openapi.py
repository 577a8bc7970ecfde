"""The operations on records, for the OpenAPI document."""

from catalog.grammar import CATALOG
from services.ogc.operations.parameters import parameters_of
from services.ogc.operations.parts import TEXT, Document, get, in_path, query, schema_at
from services.ogc.parameters import Resource
from services.ogc.records.parameters import FACETS, LISTS
from services.ogc.records.resource import RESOURCE, SINGLE
from services.ogc.records.schemas import PROPERTIES

_ABOUT = {
    "type": "Types of resource; every record describes a dataset.",
    "ids": "Ids of records; an empty list finds nothing.",
    "externalIds": "Ids that layers have elsewhere: value, scheme:value or scheme:.",
    "externalId": "The same as externalIds, under its older name.",
    "agency": "Names of agencies.",
    "theme": "Codes of themes.",
    "kind": "Kinds of layers.",
    "freshness": "Whether the data changed as often as the agency promises.",
    "access": "Who may see the data.",
}
_LINKS: Document = {"type": "array", "items": schema_at("link")}
_RECORD: Document = {
    "type": "object",
    "required": ["id", "type", "geometry", "properties", "links"],
    "properties": {
        "id": {"type": "string"},
        "type": {"type": "string", "enum": ["Feature"]},
        "geometry": schema_at("geometry"),
        "time": {"type": "object", "nullable": True},
        "properties": {"type": "object"},
        "links": _LINKS,
    },
}
_RECORDS: Document = {
    "type": "object",
    "required": ["type", "features", "numberMatched", "numberReturned", "links"],
    "properties": {
        "type": {"type": "string", "enum": ["FeatureCollection"]},
        "features": {"type": "array", "items": schema_at("record")},
        "numberMatched": {"type": "integer", "minimum": 0},
        "numberReturned": {"type": "integer", "minimum": 0},
        "timeStamp": {"type": "string", "format": "date-time"},
        "links": _LINKS,
    },
}
SCHEMAS: Document = {"record": _RECORD, "records": _RECORDS}
"""The components that the paths refer to."""
_BASE = f"/collections/{CATALOG}"


def record_paths() -> Document:
    """The paths of the collection of records."""
    plain = parameters_of(Resource())
    own = {name: _list(name) for name in LISTS} | {name: _single(name) for name in SINGLE}
    search = parameters_of(RESOURCE, own={"q": _q(), **own})
    one = [in_path("recordId", "Id of a record, which is that of its layer."), *plain]
    catalogue = _content("application/ogc-catalog+json", schema_at("collection"))
    schema = _content("application/schema+json", schema_at("jsonSchema"))
    records = _content("application/geo+json", schema_at("records"))
    record = _content("application/geo+json", schema_at("record"))
    return {
        _BASE: get("getCatalog", "The catalog", CATALOG, catalogue, plain),
        f"{_BASE}/schema": get("getCatalogSchema", "Properties of records", CATALOG, schema, plain),
        f"{_BASE}/queryables": get(
            "getCatalogQueryables", "What records can be filtered by", CATALOG, schema, plain
        ),
        f"{_BASE}/sortables": get(
            "getCatalogSortables", "What records can be sorted by", CATALOG, schema, plain
        ),
        f"{_BASE}/items": get("getRecords", "Search the catalog", CATALOG, records, search),
        f"{_BASE}/items/{{recordId}}": get("getRecord", "One record", CATALOG, record, one),
    }


def _content(media_type: str, schema: Document) -> Document:
    return {media_type: schema, "text/html": TEXT}


def _q() -> Document:
    about = "Words in that order; commas mean or; * at the end of a word stands for any ending."
    return query("q", about, _array({"type": "string"}))


def _list(name: str) -> Document:
    # an empty list (`access=`) cannot be told from a list of one empty text: both are taken, and find nothing
    codes: Document = {"enum": [*FACETS[name], ""]} if name in FACETS else {}
    return query(name, _ABOUT[name], _array({"type": "string"} | codes))


def _single(name: str) -> Document:
    schema = {key: value for key, value in PROPERTIES[name].items() if key in ("type", "format")}
    return query(name, f"{PROPERTIES[name]['title']}: records with this value.", schema)


def _array(items: Document) -> Document:
    return {"type": "array", "items": items}
