"""What the features of a collection hold and can be asked for, as JSON Schema (OGC API Features parts 3 and 5)."""

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

from catalog.records import PublishedColumn, Record
from catalog.serving import sql_column
from catalog.store import Version
from catalog.vocabulary import vocabulary
from services.ogc.features.connections import connection
from services.ogc.features.fields import field
from services.ogc.features.queryables import GEOMETRY
from services.ogc.features.queryables import sortables as sortable_columns

Schema = dict[str, Any]

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_FORMATS = {
    "Point": "geometry-point",
    "MultiPoint": "geometry-multipoint",
    "LineString": "geometry-linestring",
    "MultiLineString": "geometry-multilinestring",
    "Polygon": "geometry-polygon",
    "MultiPolygon": "geometry-multipolygon",
}


def schema(version: Version, address: str) -> Schema:
    """What every feature holds."""
    record = version.record
    required = [column.name for column in record.columns if column.required]
    document = _document(version, address, f"Schema of {record.title}", record.columns)
    return document | ({"required": required} if required else {})


def queryables(version: Version, address: str) -> Schema:
    """What features can be filtered by; nothing else is taken."""
    record = version.record
    document = _document(version, address, f"Queryables of {record.title}", record.columns)
    return document | {"additionalProperties": False}


def sortables(version: Version, address: str) -> Schema:
    """What features can be sorted by; nothing else is taken."""
    record = version.record
    properties = {column.name: _property(version, column) for column in sortable_columns(record)}
    return _head(address, f"Sortables of {record.title}") | {
        "properties": properties,
        "additionalProperties": False,
    }


def _document(version: Version, address: str, title: str, columns: Iterable[PublishedColumn]) -> Schema:
    record = version.record
    properties = {GEOMETRY: _geometry(record)} if record.kind == "features" else {}
    properties |= {column.name: _property(version, column) for column in columns}
    return _head(address, title) | {"properties": properties}


def _head(address: str, title: str) -> Schema:
    return {"$schema": _DIALECT, "$id": address, "type": "object", "title": title}


def _geometry(record: Record) -> Schema:
    return {
        "title": "Geometry",
        "description": "Where the feature is.",
        "x-ogc-role": "primary-geometry",
        "format": _FORMATS.get(record.geometry_type or "", "geometry-any"),
    }


def _property(version: Version, column: PublishedColumn) -> Schema:
    found = field(column)
    if column.vocabulary:
        found |= _codes(version.index, column.name, column.vocabulary)
    if version.record.key == (column.name,):
        found["x-ogc-role"] = "id"
    if version.record.time == column.name:
        found["x-ogc-role"] = "primary-instant"
    return found


def _codes(index: Path, name: str, of: str) -> Schema:
    """The code list: all codes of the vocabulary, and what else the version holds (such as a total)."""
    terms = vocabulary(of).terms
    others = [value for value in _values(index, name) if value not in vocabulary(of).codes]
    codes = [{"const": term.code, "title": term.label, "description": term.definition} for term in terms]
    return {
        "enum": [*(term.code for term in terms), *others],
        "oneOf": [*codes, *({"const": value, "title": value.capitalize()} for value in others)],
    }


@lru_cache(maxsize=1024)
def _values(index: Path, name: str) -> tuple[str, ...]:
    column = sql_column(name)
    sql = f"SELECT DISTINCT {column} FROM features WHERE {column} IS NOT NULL ORDER BY 1"  # noqa: S608 - a column of the record
    return tuple(str(value) for (value,) in connection(index).execute(sql))
