"""The operations on records, for the OpenAPI document."""

from typing import Any

from catalog.grammar import CATALOG
from catalog.index import SORTABLE
from services.ogc.records.parameters import FACETS, LISTS

Document = dict[str, Any]

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
_OBJECT: Document = {"type": "object"}
_LINKS: Document = {"type": "array", "items": {"type": "object", "required": ["href", "rel"]}}
_RECORD: Document = {
    "type": "object",
    "required": ["id", "type", "geometry", "properties", "links"],
    "properties": {
        "id": {"type": "string"},
        "type": {"type": "string", "enum": ["Feature"]},
        "geometry": _OBJECT,
        "time": {"type": "object", "nullable": True},
        "properties": _OBJECT,
        "links": _LINKS,
    },
}
_RECORDS: Document = {
    "type": "object",
    "required": ["type", "features", "numberMatched", "numberReturned", "links"],
    "properties": {
        "type": {"type": "string", "enum": ["FeatureCollection"]},
        "features": {"type": "array", "items": _RECORD},
        "numberMatched": {"type": "integer"},
        "numberReturned": {"type": "integer"},
        "timeStamp": {"type": "string", "format": "date-time"},
        "links": _LINKS,
    },
}
_BASE = f"/collections/{CATALOG}"
_SHARED = ("bbox", "datetime", "limit", "offset", "resulttype")


def replace_record_paths(paths: Document) -> None:
    """Put the paths of the collection of records in place of what pygeoapi says of it."""
    for path in [path for path in paths if path == _BASE or path.startswith(f"{_BASE}/")]:
        del paths[path]
    paths |= _paths(_BASE)


def _paths(base: str) -> Document:
    schema = {"application/schema+json": _OBJECT}
    found = [{"$ref": f"#/components/parameters/{name}"} for name in _SHARED]
    found += [_q(), _sortby(), *(_list(name) for name in LISTS)]
    return {
        base: _get("getCatalog", "The catalog", {"application/ogc-catalog+json": _OBJECT}),
        f"{base}/schema": _get("getCatalogSchema", "Properties of records", schema),
        f"{base}/queryables": _get("getCatalogQueryables", "What records can be filtered by", schema),
        f"{base}/sortables": _get("getCatalogSortables", "What records can be sorted by", schema),
        f"{base}/items": _get("getRecords", "Search the catalog", {"application/geo+json": _RECORDS}, found),
        f"{base}/items/{{recordId}}": _get(
            "getRecord", "One record", {"application/geo+json": _RECORD}, [_id()], missing=True
        ),
    }


def _get(
    operation: str,
    summary: str,
    content: Document,
    parameters: list[Document] | None = None,
    *,
    missing: bool = False,
) -> Document:
    answers = {media_type: {"schema": schema} for media_type, schema in content.items()}
    answers["text/html"] = {"schema": {"type": "string"}}
    responses: Document = {
        "200": {"description": summary, "content": answers},
        "400": _problem("A parameter is unknown or not allowed"),
    }
    if missing:
        responses["404"] = _problem("There is no such record")
    return {
        "get": {
            "summary": summary,
            "tags": [CATALOG],
            "operationId": operation,
            "parameters": [_format(), *(parameters or [])],
            "responses": responses,
        }
    }


def _problem(description: str) -> Document:
    return {"description": description, "content": {"application/problem+json": {"schema": _OBJECT}}}


def _parameter(name: str, description: str, schema: Document) -> Document:
    return {
        "name": name,
        "in": "query",
        "description": description,
        "required": False,
        "schema": schema,
        "style": "form",
        "explode": False,
    }


def _array(items: Document) -> Document:
    return {"type": "array", "items": items}


def _format() -> Document:
    return _parameter("f", "Format of the answer.", {"type": "string", "enum": ["json", "html"]})


def _q() -> Document:
    about = "Words in that order; commas mean or; * at the end of a word stands for any ending."
    return _parameter("q", about, _array({"type": "string"}))


def _sortby() -> Document:
    pattern = f"^[+-]?({'|'.join(SORTABLE)})$"
    about = "Properties to sort by, each with + or - before it."
    return _parameter("sortby", about, _array({"type": "string", "pattern": pattern}) | {"minItems": 1})


def _list(name: str) -> Document:
    items: Document = {"type": "string"}
    if name in FACETS:
        items["enum"] = list(FACETS[name])
    return _parameter(name, _ABOUT[name], _array(items))


def _id() -> Document:
    about = "Id of a record, which is that of its layer."
    schema = {"type": "string"}
    return {"name": "recordId", "in": "path", "description": about, "required": True, "schema": schema}
