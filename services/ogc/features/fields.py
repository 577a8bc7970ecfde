"""Published columns as pygeoapi's fields: JSON Schema with units."""

from typing import Any

from catalog.records import PublishedColumn

Field = dict[str, Any]

_SCHEMAS: dict[str, Field] = {
    "string": {"type": "string"},
    "integer": {"type": "integer"},
    "number": {"type": "number"},
    "boolean": {"type": "boolean"},
    "date": {"type": "string", "format": "date"},
    "datetime": {"type": "string", "format": "date-time"},
}


def field(column: PublishedColumn) -> Field:
    """The schema of a column."""
    schema = dict(_SCHEMAS[column.type])
    schema |= {"title": column.title, "description": column.description}
    if column.unit:
        schema["x-ogc-unit"] = column.unit
    return schema
