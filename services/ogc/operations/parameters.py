"""The parameters of a resource as OpenAPI, from the table that requests are checked against."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from catalog.records import PublishedColumn, Record
from services.ogc.features.fields import field
from services.ogc.operations.parts import TEXT, Document, query
from services.ogc.paging import AFTER, VERSION
from services.ogc.parameters import CQL2_JSON, CQL2_TEXT, LARGEST, Resource

SHARED = (
    *("limit", "resulttype", "datetime", "bbox", "offset", "skipGeometry", "filter", "filter-lang", "lang"),
    VERSION,
    AFTER,
)
"""Parameters that are the same everywhere and stand among the components, where QGIS looks for `limit`."""

_NONE: Mapping[str, Document] = MappingProxyType({})
_BOX: Document = {"type": "array", "items": {"type": "number"}, "minItems": 4, "maxItems": 6}


def shared_parameters(default: int, largest: int) -> Document:
    """The components for the shared parameters; a page has `default` features and at most `largest`."""
    whole = {"type": "integer", "minimum": 0, "maximum": LARGEST, "format": "int64"}
    found = [
        query(
            "limit",
            f"How many features a page has at most; of more than {largest}, a page has {largest}.",
            {"type": "integer", "minimum": 1, "maximum": largest, "default": default},
        ),
        query(
            "resulttype",
            "With hits, only the number of features is given.",
            {"type": "string", "enum": ["results", "hits"], "default": "results"},
        ),
        query(
            "datetime",
            "A date, a time, or two of them joined by / (.. leaves an end open). Features are held against it by the"
            " column that the schema marks as primary-instant, or else all by the period of the layer.",
            TEXT,
        ),
        query(
            "bbox",
            "A box that the geometry intersects: west, south, east, north, or the same in bbox-crs.",
            _BOX,
        ),
        query("offset", "How many features are left out before the first one.", whole),
        query(
            "skipGeometry",
            "Whether geometry is left out; with f=csv, false adds it as WKT.",
            {"type": "boolean"},
        ),
        query("filter", "A condition in CQL2 over the queryables.", {"type": "string", "minLength": 1}),
        query(
            "filter-lang",
            "The encoding of filter.",
            {"type": "string", "enum": [CQL2_TEXT, CQL2_JSON], "default": CQL2_TEXT},
        ),
        query(
            VERSION,
            "The version of the data; next links hold on to the one that the paging began with.",
            whole | {"minimum": 1},
        ),
        query(
            "lang", "Language of a page (f=html).", {"type": "string", "enum": ["en", "es"], "default": "en"}
        ),
        query(AFTER, "Where the page before ended; taken from its next link.", whole),
    ]
    return {parameter["name"]: parameter for parameter in found}


def parameters_of(
    resource: Resource, record: Record | None = None, own: Mapping[str, Document] = _NONE
) -> list[Document]:
    """The parameters that a resource takes, in its order; `own` has those that only it knows."""
    columns = {column.name: column for column in record.columns} if record else {}
    return [own.get(name) or _parameter(name, resource, columns.get(name)) for name in resource.names]


def _parameter(name: str, resource: Resource, column: PublishedColumn | None) -> Document:
    if name in SHARED:
        return {"$ref": f"#/components/parameters/{name}"}
    if name in _MADE:
        return _MADE[name](resource)
    if column is None:
        return query(name, "", TEXT)
    schema = {key: value for key, value in field(column).items() if key in ("type", "format")}
    if column.type == "integer":
        schema |= {"format": "int64"}
    return query(name, f"{column.title}: features with this value. {column.description}", schema)


def _systems(name: str, about: str) -> Callable[[Resource], Document]:
    return lambda resource: query(
        name, about, {"type": "string", "format": "uri", "enum": list(resource.crs)}
    )


def _listed(names: tuple[str, ...], **more: object) -> Document:
    return {"type": "array", "items": {"type": "string", "enum": list(names)}, "minItems": 1, **more}


_MADE: dict[str, Callable[[Resource], Document]] = {
    "f": lambda resource: query(
        "f", "Format of the answer.", {"type": "string", "enum": list(resource.formats)}
    ),
    "crs": _systems("crs", "System of the coordinates in the answer."),
    "bbox-crs": _systems("bbox-crs", "System of the coordinates in bbox."),
    "filter-crs": _systems("filter-crs", "System of the coordinates in filter."),
    "properties": lambda resource: query("properties", "What is given of each.", _listed(resource.columns)),
    "sortby": lambda resource: query(
        "sortby",
        "Columns to sort by, each with + or - before it.",
        _listed(tuple(sign + name for name in resource.sortable for sign in ("", "+", "-"))),
    ),
}
