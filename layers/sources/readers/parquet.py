"""Parquet and GeoParquet."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas
import pyarrow as pa
import pyarrow.parquet as pq

from catalog.manifests import Source
from layers.sources.errors import DamagedFile, UnknownFormat
from layers.sources.opened import BATCH_ROWS, OpenedPart
from layers.sources.plain import plain_batch, plain_schema
from layers.sources.systems import identified

_NATIVE = {"point", "linestring", "polygon", "multipoint", "multilinestring", "multipolygon"}


@dataclass(frozen=True)
class _Geometry:
    column: str
    encoding: str
    crs: str | None


def open_parquet(path: Path, source: Source) -> OpenedPart:
    """The part that a Parquet file makes; GeoParquet's primary geometry column becomes well-known binary.

    Without a `crs` in the geo metadata the system is OGC:CRS84, as GeoParquet says; `null` there is unknown.
    Other geometry columns stay as they are.

    Raises:
        DamagedFile: truncated, damaged, or with geo metadata that do not fit the columns; also on reading.

    """
    if source.layer:
        raise UnknownFormat(f"layer {source.layer!r} is declared, but Parquet files have none")
    try:
        with pq.ParquetFile(path) as file:
            found = file.schema_arrow
    except (pa.ArrowException, OSError) as error:
        raise DamagedFile(f"cannot be read: {error}") from error
    geometry = _geometry(found)
    schema = plain_schema(found)
    if geometry and geometry.encoding != "WKB":
        place = schema.get_field_index(geometry.column)
        schema = schema.set(place, pa.field(geometry.column, pa.binary()))
    return OpenedPart(
        path.name,
        "parquet",
        schema,
        geometry.column if geometry else None,
        geometry.crs if geometry else None,
        1,
        lambda: _batches(path, schema, geometry),
    )


def _geometry(schema: pa.Schema) -> _Geometry | None:
    said = (schema.metadata or {}).get(b"geo")
    if said is None:
        return None
    try:
        geo = json.loads(said)
        column = geo["primary_column"]
        about = geo["columns"][column]
        encoding = about["encoding"]
    except (ValueError, KeyError, TypeError) as error:
        raise DamagedFile("the geo metadata are not those of GeoParquet") from error
    if column not in schema.names:
        raise DamagedFile(
            f"the geo metadata name the geometry column {column!r}, which the file does not have"
        )
    if encoding != "WKB" and encoding not in _NATIVE:
        raise DamagedFile(
            f"geometry encoding {encoding!r} is not known; known: WKB, {', '.join(sorted(_NATIVE))}"
        )
    return _Geometry(column, encoding, identified(about.get("crs", "OGC:CRS84")))


def _batches(path: Path, schema: pa.Schema, geometry: _Geometry | None) -> Iterator[pa.RecordBatch]:
    row = 1
    try:
        with pq.ParquetFile(path, page_checksum_verification=True) as file:
            for batch in file.iter_batches(BATCH_ROWS):
                yield plain_batch(_in_wkb(batch, geometry), schema, row)
                row += batch.num_rows
    except (pa.ArrowException, OSError) as error:
        raise DamagedFile(f"cannot be read from row {row} on: {error}") from error


def _in_wkb(batch: pa.RecordBatch, geometry: _Geometry | None) -> pa.RecordBatch:
    if geometry is None or geometry.encoding == "WKB":
        return batch
    place = batch.schema.get_field_index(geometry.column)
    name = {"ARROW:extension:name": f"geoarrow.{geometry.encoding}"}
    native = pa.field(geometry.column, batch.schema.field(place).type, metadata=name)
    series = geopandas.GeoSeries.from_arrow(_Typed(batch.column(place), native))
    return batch.set_column(place, geometry.column, pa.array(series.to_wkb(), pa.binary()))


class _Typed:
    """An array that says of itself which geometries it holds."""

    def __init__(self, array: pa.Array, field: pa.Field) -> None:
        self._array, self._field = array, field

    def __arrow_c_array__(self, requested_schema: object = None) -> tuple[Any, Any]:
        return self._field.__arrow_c_schema__(), self._array.__arrow_c_array__()[1]
