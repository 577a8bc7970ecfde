"""The schema and metadata of `data.parquet`: GeoParquet 1.1, or plain Parquet for a table.

The coordinate reference system is left out of the metadata: in GeoParquet that says OGC:CRS84, longitude and
latitude, and does not depend on the version of a projection library.
"""

import json
from collections.abc import Sequence

import pyarrow as pa

from catalog.records import Bounds, GeometryType, PublishedColumn
from layers.normalise.schema import ARROW_TYPES, GEOMETRY
from layers.publish.errors import ReservedColumn

__all__ = ["BBOX", "GEOMETRY", "ROW_GROUP_BYTES", "ROW_GROUP_ROWS", "file_schema", "geo_metadata"]

BBOX = "bbox"
CORNERS = ("xmin", "ymin", "xmax", "ymax")
ROW_GROUP_ROWS = 32_768
ROW_GROUP_BYTES = 64 << 20

_BBOX_TYPE = pa.struct([pa.field(corner, pa.float32()) for corner in CORNERS])
_DESCRIBED = ("title", "title_es", "description", "unit", "vocabulary")


def file_schema(columns: Sequence[PublishedColumn], *, geometry: bool) -> pa.Schema:
    """The columns of the data file, each with its title, description, unit and vocabulary as field metadata.

    With a geometry, `geometry` (well-known binary) and `bbox` (the covering of GeoParquet 1.1) come last.

    Raises:
        ReservedColumn: a published column is called like one of these two.

    """
    fields = [
        pa.field(column.name, ARROW_TYPES[column.type], metadata=_description(column)) for column in columns
    ]
    if geometry:
        for column in columns:
            if column.name in (GEOMETRY, BBOX):
                raise ReservedColumn(
                    f"the data file has its own columns {GEOMETRY} and {BBOX}; choose another name",
                    column=column.name,
                )
        fields += [pa.field(GEOMETRY, pa.binary()), pa.field(BBOX, _BBOX_TYPE)]
    return pa.schema(fields)


def geo_metadata(geometry_type: GeometryType | None, bounds: Bounds | None) -> dict[str, str]:
    """The file metadata of GeoParquet 1.1: https://geoparquet.org/releases/v1.1.0/."""
    column: dict[str, object] = {
        "encoding": "WKB",
        "geometry_types": [geometry_type] if geometry_type else [],
        "orientation": "counterclockwise",
        "edges": "planar",
        "covering": {"bbox": {corner: [BBOX, corner] for corner in CORNERS}},
    }
    if bounds:
        column["bbox"] = list(bounds)
    return {
        "geo": json.dumps({"version": "1.1.0", "primary_column": GEOMETRY, "columns": {GEOMETRY: column}})
    }


def _description(column: PublishedColumn) -> dict[str, str]:
    said = {name: getattr(column, name) for name in _DESCRIBED}
    return {name: text for name, text in said.items() if text is not None}
