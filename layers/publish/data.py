"""`data.parquet`: the published rows in their final order."""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from catalog.records import Bounds, GeometryType, PublishedColumn
from catalog.store.files import sha256_of
from layers.normalise.schema import GEOMETRY
from layers.publish.finished import finished_file
from layers.publish.geoparquet import BBOX, ROW_GROUP_BYTES, ROW_GROUP_ROWS, file_schema, geo_metadata
from layers.publish.keys import refuse_duplicates, refuse_missing
from layers.publish.shapes import Shapes, places, rounded_outwards
from layers.publish.sorting import POSITION, RUN_BYTES, ExternalSort

Progress = Callable[[int], None]
"""Told the number of rows done so far."""

_PLACE = "place on the Hilbert curve"


@dataclass(frozen=True)
class Written:
    """A data file: its rows, what it covers and its hash."""

    rows: int
    bounds: Bounds | None
    geometry_type: GeometryType | None
    sha256: str


def write_data(
    batches: Iterable[pa.RecordBatch],
    out: Path,
    *,
    columns: Sequence[PublishedColumn],
    key: Sequence[str],
    geometry: bool,
    workspace: Path,
    restricted: bool = False,
    progress: Progress = lambda rows: None,
    run_bytes: int = RUN_BYTES,
) -> Written:
    """The data file of the rows: GeoParquet 1.1 in Hilbert order, or Parquet in the order of the key.

    The same rows give the same bytes, in whatever order and batches they come. Memory is bounded by
    `run_bytes`, a row group and the keys of all rows.

    Args:
        batches: rows with the published columns and, with a geometry, `geometry` as well-known binary in
            longitude and latitude (OGC:CRS84) with rings oriented counter-clockwise.
        out: the file to write.
        columns: the published columns, in order.
        key: the columns whose values make a row unique; they order the rows of equal place.
        geometry: whether the rows have a geometry.
        workspace: folder for the sorted runs; needs about the room of the rows in memory.
        restricted: whether messages must not show ids.
        progress: told of the rows written.
        run_bytes: size of a sorted run.

    Raises:
        MissingValue: a key has no value.
        DuplicateKey: several rows have the same id.
        ReservedColumn: a column is called `geometry` or `bbox`.
        UnpublishableShape: geometries of several types, or not two-dimensional.
        StoreError: the disk is full or read-only.

    """
    schema = file_schema(columns, geometry=geometry)
    shapes = Shapes()
    with TemporaryDirectory(prefix="sort-", dir=workspace) as folder:
        order = [_PLACE, *key] if geometry else list(key)
        sort = ExternalSort(Path(folder), order, run_bytes)
        for batch in batches:
            refuse_missing(batch, key, sort.rows)
            keys = pa.table({name: batch.column(name) for name in key})
            if geometry:
                envelopes = shapes.measure(batch.column(GEOMETRY), sort.rows)
                keys = keys.append_column(_PLACE, pa.array(places(envelopes)))
                batch = batch.append_column(BBOX, _boxes(envelopes, schema.field(BBOX).type))
            sort.add(_as_declared(batch, schema), keys)
        if geometry:
            schema = schema.with_metadata(geo_metadata(shapes.geometry_type, shapes.bounds))
        with finished_file(out) as temporary, ThreadPoolExecutor(1) as beside:
            checked = beside.submit(refuse_duplicates, sort.keys(), key, POSITION, restricted=restricted)
            _write(sort, schema, temporary, progress)
            checked.result()
    return Written(sort.rows, shapes.bounds, shapes.geometry_type, sha256_of(out))


def _write(sort: ExternalSort, schema: pa.Schema, out: Path, progress: Progress) -> None:
    texts = [field.name for field in schema if pa.types.is_string(field.type)]
    done = 0
    with pq.ParquetWriter(
        out, schema, compression="zstd", use_dictionary=texts, write_page_index=True
    ) as writer:
        for rows in sort.merged(ROW_GROUP_ROWS, ROW_GROUP_BYTES):
            writer.write_batch(rows, row_group_size=ROW_GROUP_ROWS)
            done += rows.num_rows
            progress(done)


def _as_declared(rows: pa.RecordBatch, schema: pa.Schema) -> pa.RecordBatch:
    """The rows with exactly the columns of the schema."""
    for field in schema:
        found = rows.column(field.name).type
        if found != field.type:
            raise TypeError(f"{field.name} is declared {field.type} and comes as {found}")
    return pa.RecordBatch.from_arrays([rows.column(name) for name in schema.names], schema=schema)


def _boxes(envelopes: NDArray[np.float64], of: pa.StructType) -> pa.Array:
    """Envelopes as the covering column; null where there are no coordinates."""
    corners = [pa.array(corner) for corner in rounded_outwards(envelopes).T]
    return pa.StructArray.from_arrays(corners, fields=list(of), mask=pa.array(np.isnan(envelopes[:, 0])))
