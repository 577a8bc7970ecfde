"""The properties of records, and what records can be searched and sorted by, as JSON Schema."""

from collections.abc import Mapping
from typing import Any

from catalog.exchange.ogc_record import TYPE
from catalog.index import SORTABLE
from services.ogc.records.parameters import FACETS

Schema = dict[str, Any]

_TEXT: Schema = {"type": "string"}
_MOMENT: Schema = {"type": "string", "format": "date-time"}


def _text(title: str, description: str, **more: object) -> Schema:
    return _TEXT | {"title": title, "description": description} | more


def _moment(title: str, description: str) -> Schema:
    return _MOMENT | {"title": title, "description": description}


PROPERTIES: dict[str, Schema] = {
    "type": _text("Type", "Kind of resource; every record describes a dataset.", enum=[TYPE]),
    "title": _text("Title", "Name of the layer."),
    "description": _text("Description", "What the layer holds."),
    "updated": _moment("Updated", "When the version that the record describes was published."),
    "license": _text("Licence", "SPDX id, or other where a link leads to the terms."),
    "rights": _text("Rights", "Terms without an SPDX id, and whom to credit."),
    "agency": _text("Agency", "Agency that answers for the data."),
    "theme": _text("Theme", "Code of the theme.", enum=list(FACETS["theme"])),
    "kind": _text("Kind", "Features, a table without geometry, or a raster.", enum=list(FACETS["kind"])),
    "access": _text("Access", "Who may see the data.", enum=list(FACETS["access"])),
    "freshness": _text(
        "Freshness",
        "Whether the data changed as often as the agency promises.",
        enum=list(FACETS["freshness"]),
    ),
    "updateFrequency": _text("Update frequency", "How often the data are meant to change."),
    "dataChangedAt": _moment("Data changed", "When the data themselves last changed."),
    "sourceClaimsAt": _moment("Source claims", "When the data last changed by what the source says."),
    "lateAfter": _moment("Late after", "When the data are late unless they change before."),
    "version": {"type": "integer", "title": "Version", "description": "Number of the layer's version."},
    "rows": {"type": "integer", "title": "Rows", "description": "Number of rows of the layer."},
}

IDS: dict[str, Schema] = {
    "ids": _text("Ids", "Ids of records."),
    "externalIds": _text("External ids", "Ids that the layer has elsewhere: value, scheme:value or scheme:."),
    "externalId": _text("External ids", "The same under its older name."),
}
_GEOMETRY: Schema = {"title": "Place", "format": "geometry-any", "x-ogc-role": "primary-geometry"}


def queryables(address: str) -> Schema:
    """What records can be filtered by, in `filter` and each as a query parameter."""
    return _schema(address, "Queryables of the catalog", {"geometry": _GEOMETRY, **PROPERTIES})


def schema(address: str) -> Schema:
    """The properties of records."""
    return _schema(address, "Schema of the catalog", PROPERTIES)


def sortables(address: str) -> Schema:
    """What records can be sorted by."""
    return _schema(address, "Sortables of the catalog", {name: PROPERTIES[name] for name in SORTABLE})


def _schema(address: str, title: str, properties: Mapping[str, Schema]) -> Schema:
    return {
        "$schema": "https://json-schema.org/draft/2019-09/schema",
        "$id": address,
        "type": "object",
        "title": title,
        "properties": dict(properties),
        "additionalProperties": False,
    }
