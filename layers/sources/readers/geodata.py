"""Vector formats that GDAL decodes, as a stream of Arrow batches."""

import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyogrio
from pyogrio.errors import DataLayerError, DataSourceError

from catalog.manifests.sources import Format
from layers.sources.errors import DamagedFile, UnclearChoice
from layers.sources.opened import BATCH_ROWS, OpenedPart
from layers.sources.plain import plain_batch, plain_schema
from layers.sources.systems import identified

_HARMLESS = (
    "Measured (M) geometry types are not supported",
    "64 bit integer overflow when converting",  # a spreadsheet's long number, which is kept as text
)
_HINT = "It might help to specify the correct driver"
_FAILURES = (DataSourceError, DataLayerError, pa.ArrowException, OSError, RuntimeError, ValueError)
_NONLINEAR = np.arange(8, 15)
"""Codes of circular strings, compound curves, curve polygons, multi-curves and multi-surfaces in WKB."""


@dataclass(frozen=True)
class Opening:
    """How GDAL is to open a dataset: its path, the layer inside, and the encoding of a shapefile's text."""

    path: str
    layer: str | None = None
    encoding: str | None = None

    @property
    def arguments(self) -> dict[str, Any]:
        """The arguments that every function of pyogrio gets."""
        return {"layer": self.layer, "encoding": self.encoding}


@dataclass(frozen=True)
class _Head:
    schema: pa.Schema
    geometry: str | None
    crs: str | None


def open_geodata(opening: Opening, format_: Format, *, expected: int | None = None) -> OpenedPart:
    """The part that GDAL reads; call it in the thread that imported pyogrio, which alone hears GDAL's warnings.

    The first reading uses the dataset opened here: formats without an index are parsed at every opening.

    Args:
        opening: what to open.
        format_: its format, for messages.
        expected: number of records that the file announces; fewer or more are an error.

    Raises:
        DamagedFile: GDAL cannot open or read it, or warns that something was lost.

    """
    stream = _stream(opening, expected)
    head = next(stream)
    assert isinstance(head, _Head)
    opened = [stream]

    def batches() -> Iterator[pa.RecordBatch]:
        again = opened.pop() if opened else _stream(opening, expected)
        for item in again:
            if isinstance(item, pa.RecordBatch):
                yield item

    return OpenedPart(opening.path, format_, head.schema, head.geometry, head.crs, 1, batches)


def choose_layer(path: str, wanted: str | None) -> str:
    """The name of the layer to read: the wanted one, or the only one.

    Raises:
        UnclearChoice: there are several layers or none, or not the wanted one; they are listed.

    """
    with losses_are_errors(path):
        names = [str(name) for name, _ in pyogrio.list_layers(path)]
    listing = ", ".join(names[:20]) or "none"
    if wanted is not None:
        if wanted not in names:
            raise UnclearChoice(f"there is no layer {wanted!r}; layers: {listing}")
        return wanted
    if len(names) != 1:
        raise UnclearChoice(f"the file has {len(names)} layers, name one as layer; layers: {listing}")
    return names[0]


@contextmanager
def losses_are_errors(path: str) -> Iterator[None]:
    """Turn GDAL's failures and its warnings, which mean that something was not read, into DamagedFile."""
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        try:
            yield
        except _FAILURES as error:
            raise _damaged("cannot be read", [str(error), *map(_text, heard)], path) from error
    lost = [_text(warning) for warning in heard if not _text(warning).startswith(_HARMLESS)]
    if lost:
        raise _damaged("cannot be read without loss", lost, path)


def _damaged(what: str, said: list[str], path: str) -> DamagedFile:
    """The error with what GDAL said, without the workspace's paths and its hints to programmers."""
    phrases = [phrase for text in said for phrase in text.split("; ") if not phrase.startswith(_HINT)]
    return DamagedFile(f"{what}: {'; '.join(dict.fromkeys(phrases)).replace(path, 'the file')}")


def _text(warning: warnings.WarningMessage) -> str:
    return str(warning.message)


def _stream(opening: Opening, expected: int | None) -> Iterator[_Head | pa.RecordBatch]:
    with ExitStack() as stack:
        with losses_are_errors(opening.path):
            meta, reader = stack.enter_context(
                pyogrio.open_arrow(opening.path, use_pyarrow=True, batch_size=BATCH_ROWS, **opening.arguments)
            )
            schema = plain_schema(reader.schema)
        geometry = meta["geometry_name"] or "wkb_geometry"
        geometry = geometry if geometry in schema.names else None
        yield _Head(schema, geometry, identified(meta["crs"]))
        rows = 0
        while (batch := _next(reader, opening)) is not None:
            plain = plain_batch(batch, schema, rows + 1)
            if geometry is not None:
                plain = _linear(plain, geometry, opening, rows)
            rows += plain.num_rows
            yield plain
    if expected is not None and rows != expected:
        raise DamagedFile(f"announces {expected} records, but {rows} could be read")


def _next(reader: pa.RecordBatchReader, opening: Opening) -> pa.RecordBatch | None:
    with losses_are_errors(opening.path):
        try:
            return reader.read_next_batch()
        except StopIteration:
            return None


def _linear(batch: pa.RecordBatch, geometry: str, opening: Opening, start: int) -> pa.RecordBatch:
    """The batch with curves replaced by GDAL's linear approximation, which only its other interface makes."""
    column = batch.column(geometry)
    if not _has_curves(column):
        return batch
    with losses_are_errors(opening.path):
        read = pyogrio.raw.read(
            opening.path,
            columns=[],
            skip_features=start,
            max_features=batch.num_rows,
            **opening.arguments,
        )
    linear = pa.array(read[2], pa.binary())
    return batch.set_column(batch.schema.get_field_index(geometry), batch.schema.field(geometry), linear)


def _has_curves(column: pa.BinaryArray) -> bool:
    """Whether any geometry's type code is that of a curve, in any of the ways to mark Z and M."""
    valid = column.drop_null()
    if not len(valid):
        return False
    offsets = np.frombuffer(valid.buffers()[1], np.int32, len(valid) + 1, 4 * valid.offset)
    starts = offsets[:-1][np.diff(offsets) >= 5]
    data = np.frombuffer(valid.buffers()[2] or b"", np.uint8)
    code = data[starts[:, None] + np.arange(1, 5)].astype(np.uint32)
    weights = np.array([1, 1 << 8, 1 << 16, 1 << 24], np.uint32)
    codes = np.where(data[starts] == 1, code @ weights, code @ weights[::-1])
    return bool(np.isin((codes & 0x0FFFFFFF) % 1000, _NONLINEAR).any())
