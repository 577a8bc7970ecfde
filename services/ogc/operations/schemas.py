"""What answers look like: schemas of OGC API, GeoJSON and problems, and of the features of each layer."""

from catalog.records import Record
from services.ogc.features.fields import field
from services.ogc.operations.parts import Document, schema_at

_LINKS: Document = {"type": "array", "items": schema_at("link")}
_TEXTS: Document = {"type": "array", "items": {"type": "string"}}

COMPONENTS: Document = {
    "link": {
        "type": "object",
        "required": ["href", "rel"],
        "properties": {
            "href": {"type": "string"},
            "rel": {"type": "string"},
            "type": {"type": "string"},
            "title": {"type": "string"},
            "hreflang": {"type": "string"},
            "length": {"type": "integer"},
        },
    },
    "landingPage": {
        "type": "object",
        "required": ["links"],
        "properties": {
            "title": {"type": "string"},
            "description": {"type": "string"},
            "links": _LINKS,
        },
    },
    "confClasses": {"type": "object", "required": ["conformsTo"], "properties": {"conformsTo": _TEXTS}},
    "collection": {
        "type": "object",
        "required": ["id", "links"],
        "properties": {
            "id": {"type": "string"},
            "title": {"type": "string"},
            "description": {"type": "string"},
            "keywords": _TEXTS,
            "links": _LINKS,
            "itemType": {"type": "string", "enum": ["feature", "record"]},
            "crs": _TEXTS,
            "storageCrs": {"type": "string"},
            "extent": schema_at("extent"),
        },
    },
    "extent": {
        "type": "object",
        "properties": {
            "spatial": {
                "type": "object",
                "properties": {
                    "bbox": {
                        "type": "array",
                        "minItems": 1,
                        "items": {"type": "array", "minItems": 4, "maxItems": 6, "items": {"type": "number"}},
                    },
                    "crs": {"type": "string"},
                },
            },
            "temporal": {
                "type": "object",
                "properties": {
                    "interval": {
                        "type": "array",
                        "minItems": 1,
                        "items": {
                            "type": "array",
                            "minItems": 2,
                            "maxItems": 2,
                            "items": {"type": "string", "format": "date-time", "nullable": True},
                        },
                    },
                    "trs": {"type": "string"},
                },
            },
        },
    },
    "collections": {
        "type": "object",
        "required": ["links", "collections"],
        "properties": {"links": _LINKS, "collections": {"type": "array", "items": schema_at("collection")}},
    },
    "jsonSchema": {
        "type": "object",
        "required": ["$schema", "type", "properties"],
        "properties": {
            "$schema": {"type": "string"},
            "$id": {"type": "string"},
            "title": {"type": "string"},
            "type": {"type": "string", "enum": ["object"]},
            "properties": {"type": "object", "additionalProperties": {"type": "object"}},
            "required": _TEXTS,
            "additionalProperties": {"type": "boolean"},
        },
    },
    "geometry": {
        "type": "object",
        "nullable": True,
        "required": ["type"],
        "properties": {
            "type": {
                "type": "string",
                "enum": [
                    *("Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon"),
                    "GeometryCollection",
                ],
            },
            "coordinates": {"type": "array", "items": {}},
            "geometries": {"type": "array", "items": {"type": "object"}},
        },
    },
    "problem": {
        "type": "object",
        "required": ["type", "title", "status", "detail"],
        "properties": {
            "type": {"type": "string"},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "detail": {"type": "string"},
        },
    },
}


def feature_schemas(record: Record) -> Document:
    """The components for a feature and a page of features of a layer."""
    feature: Document = {
        "type": "object",
        "required": ["type", "id", "geometry", "properties"],
        "properties": {
            "type": {"type": "string", "enum": ["Feature"]},
            "id": {"type": "string"},
            "geometry": schema_at("geometry"),
            "properties": {
                "type": "object",
                "additionalProperties": False,
                "properties": {
                    column.name: field(column) | ({} if column.required else {"nullable": True})
                    for column in record.columns
                },
            },
            "links": _LINKS,
        },
    }
    page: Document = {
        "type": "object",
        "required": ["type", "features", "links", "numberMatched", "numberReturned", "timeStamp"],
        "properties": {
            "type": {"type": "string", "enum": ["FeatureCollection"]},
            "features": {"type": "array", "items": schema_at(feature_name(record))},
            "links": _LINKS,
            "numberMatched": {"type": "integer", "minimum": 0},
            "numberReturned": {"type": "integer", "minimum": 0},
            "timeStamp": {"type": "string", "format": "date-time"},
        },
    }
    return {feature_name(record): feature, page_name(record): page}


def feature_name(record: Record) -> str:
    """The name of the schema of a layer's feature."""
    return f"{record.id}.feature"


def page_name(record: Record) -> str:
    """The name of the schema of a page of a layer's features."""
    return f"{record.id}.page"
