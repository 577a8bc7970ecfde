"""From the batches of one opened file to batches as published. The order of the steps is fixed here."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from catalog.configuration import State
from catalog.errors import DataError
from catalog.manifests import Column, LayerManifest, Source
from layers.normalise.cells import Cells, Place, Rows
from layers.normalise.column import finish_column, read_column
from layers.normalise.filters import keep_rows
from layers.normalise.geometry import GeometryStage, geometry_reader
from layers.normalise.georeferencing import geometry_stage
from layers.normalise.headers import Headers, match_headers
from layers.normalise.notes import Notes
from layers.normalise.schema import published_schema
from layers.sources.opened import OpenedPart


class Normaliser:
    """Callable: a batch of the file and the number of its first row → the batch as published.

    Rows that the manifest filters or drops are left out and counted as losses. It may be called from several
    threads; only the notes are shared.
    """

    def __init__(
        self,
        manifest: LayerManifest,
        part: OpenedPart,
        *,
        headers: Headers,
        geometry: GeometryStage | None,
        notes: Notes,
    ) -> None:
        self.schema = published_schema(manifest)
        self._manifest = manifest
        self._place = Place(manifest.id, part.name, restricted=manifest.access == "restricted")
        self._headers = headers
        self._geometry = geometry
        self._notes = notes
        self._by_name = {
            name: column for column in manifest.columns for name in (column.name, column.status_name) if name
        }

    def __call__(self, batch: pa.RecordBatch, first_row: int) -> pa.RecordBatch:
        """The batch as published; `first_row` is the number, in the file, of the batch's first row."""
        rows = np.arange(first_row, first_row + batch.num_rows, dtype=np.int64)
        batch, rows = self._filtered(batch, rows)
        arrays = [array for column in self._manifest.columns for array in self._column(batch, column, rows)]
        if self._geometry is not None:
            geometry, keep = self._geometry(batch, rows)
            arrays = [*arrays, geometry]
            if not keep.all():
                arrays = [array.filter(pa.array(keep)) for array in arrays]
        return pa.RecordBatch.from_arrays(arrays, schema=self.schema)

    def _filtered(self, batch: pa.RecordBatch, rows: Rows) -> tuple[pa.RecordBatch, Rows]:
        if not self._manifest.where:
            return batch, rows
        keep = keep_rows(
            self._manifest.where,
            self._by_name,
            lambda column: self._found(batch, column),
            self._place,
            rows,
            self._notes,
        )
        return batch.filter(pa.array(keep)), rows[keep]

    def _column(self, batch: pa.RecordBatch, column: Column, rows: Rows) -> Sequence[pa.Array]:
        cells = Cells(self._place, column.name, rows, self._notes)
        found = read_column(self._found(batch, column), column, cells)
        return finish_column(found, column, cells, key=column.name in self._manifest.key).arrays

    def _found(self, batch: pa.RecordBatch, column: Column) -> pa.Array:
        """The cells of a column as they are in the file: its own, a constant, or none."""
        position = self._headers.positions.get(column.name)
        if position is not None:
            return batch.column(position)
        constant = self._headers.constants.get(column.name)
        if constant is not None:
            return pa.repeat(pa.scalar(constant), batch.num_rows)
        return pa.nulls(batch.num_rows, pa.string())


def normaliser(
    manifest: LayerManifest, part: OpenedPart, source: Source, state: State, notes: Notes
) -> Normaliser:
    """The normaliser of one file of a layer, its headers matched and its coordinate system settled.

    Raises:
        HeaderError: the file's columns are not the declared ones.
        CoordinateSystemError: the system is missing or contradicted.

    """
    try:
        headers, stage = _prepared(manifest, part, source, state, notes)
    except DataError as error:
        raise error.located(file=part.name, layer=manifest.id) from error
    return Normaliser(manifest, part, headers=headers, geometry=stage, notes=notes)


def _prepared(
    manifest: LayerManifest, part: OpenedPart, source: Source, state: State, notes: Notes
) -> tuple[Headers, GeometryStage | None]:
    names = part.schema.names
    taken = set() if part.geometry is None else {names.index(part.geometry)}
    if manifest.geometry is None:
        headers = match_headers(manifest, source, names, taken=taken)
        stage = None
        if part.geometry is not None:
            notes.add("headers", f"{part.name}: its geometry is not taken")
    else:
        reader = geometry_reader(manifest.geometry, names, part.geometry)
        headers = match_headers(manifest, source, names, taken=taken | set(reader.positions))
        stage = geometry_stage(manifest, manifest.geometry, part, reader, state, notes)
    _note_headers(headers, part, notes)
    return headers, stage


def _note_headers(headers: Headers, part: OpenedPart, notes: Notes) -> None:
    if headers.unlisted:
        notes.add("headers", f"{part.name}: columns not taken: {', '.join(map(repr, headers.unlisted))}")
    for name in headers.absent:
        notes.add("headers", f"{part.name} has no such column: it is null for its rows", column=name)
    for name in headers.constants:
        notes.add("headers", f"{part.name} has no such column: the declared constant is used", column=name)
