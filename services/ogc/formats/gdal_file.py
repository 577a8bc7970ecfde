"""FlatGeobuf and GeoPackage of rows, written by GDAL batch after batch."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyogrio
import shapely

from catalog.records import PublishedColumn
from services.ogc.formats.rows import Chosen, Rows

_GEOMETRY = "geometry"
_TYPES = {
    "string": pa.string(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "datetime": pa.timestamp("ms", tz="UTC"),
}


@dataclass(frozen=True)
class Target:
    """GDAL's driver, the name of the layer, and whether it gets a spatial index.

    FlatGeobuf's index has no place for a feature without geometry.
    """

    driver: str
    layer: str
    is_indexed: bool


def write_file(rows: Iterator[Rows], chosen: Chosen, path: Path, target: Target) -> None:
    """Write rows as a layer of a new file."""
    fields = [pa.field(column.name, _TYPES[column.type]) for column in chosen.columns]
    if chosen.crs is not None:
        fields.append(pa.field(_GEOMETRY, pa.binary()))
    schema = pa.schema(fields)
    batches = (_batch(some, chosen, schema) for some in rows)
    pyogrio.write_arrow(
        pa.RecordBatchReader.from_batches(schema, batches),
        path,
        layer=target.layer,
        driver=target.driver,
        geometry_name=_GEOMETRY if chosen.crs else None,
        geometry_type="Unknown" if chosen.crs else None,
        crs=_system(chosen.crs),
        layer_options={"SPATIAL_INDEX": "YES" if target.is_indexed else "NO"} if chosen.crs else None,
    )


def _system(system: str | None) -> str | None:
    """The system as files name it: they hold degrees as longitude, latitude under either name."""
    return "EPSG:4326" if system == "OGC:CRS84" else system


def _batch(rows: Rows, chosen: Chosen, schema: pa.Schema) -> pa.RecordBatch:
    columns = list(zip(*rows.values, strict=True)) if rows.values else [()] * len(chosen.columns)
    arrays = [_array(values, column) for values, column in zip(columns, chosen.columns, strict=True)]
    if rows.geometries is not None:
        arrays.append(pa.array(shapely.to_wkb(rows.geometries), pa.binary()))
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def _array(values: tuple[object, ...], column: PublishedColumn) -> pa.Array:
    kind = _TYPES[column.type]
    if column.type == "boolean":
        return pa.array([None if value is None else bool(value) for value in values], kind)
    if column.type == "date":
        return pa.array(values, pa.string()).cast(kind)
    if column.type == "datetime":
        moments = [None if value is None else datetime.fromisoformat(str(value)) for value in values]
        return pa.array(moments, pa.timestamp("us", tz="UTC")).cast(kind, safe=False)
    return pa.array(values, kind)
