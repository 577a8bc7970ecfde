"""Excel workbooks: every cell a string as stored, with the header rules of delimited files."""

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyogrio

from catalog.manifests import Source
from layers.sources.archives import open_zip
from layers.sources.errors import UnclearHeader, UnknownFormat
from layers.sources.opened import OpenedPart
from layers.sources.readers.geodata import Opening, choose_layer, open_geodata
from layers.sources.readers.headers import column_names
from layers.sources.settings import SourceSettings

_FROM_1904 = re.compile(rb"""\bdate1904\s*=\s*["'](?:1|true)["']""")
_OPTIONS = {"OGR_XLSX_HEADERS": "DISABLE", "OGR_XLSX_FIELD_TYPES": "STRING"}
"""For the whole process: GDAL forgets options of a single opening at every sheet but the first."""


def open_spreadsheet(path: Path, source: Source, settings: SourceSettings) -> OpenedPart:
    """The part that a sheet makes; blank rows at its end are no records.

    Numbers are the text that the workbook stores ("1", "0.25"), dates are YYYY/MM/DD, and times are added to
    them as HH:MM:SS; formulas count by their stored result, merged cells by their first one.

    Raises:
        UnclearChoice: several sheets and none named, or not the named one.
        UnsafeArchive: the workbook unpacks to far too much.
        UnknownFormat: the workbook counts its days from 1904.
        UnclearHeader: see `column_names`, or more columns than declared names.

    """
    pyogrio.set_gdal_config_options(_OPTIONS)
    with open_zip(path, settings) as archive:
        if _FROM_1904.search(archive.read("xl/workbook.xml")):
            raise UnknownFormat(
                "the workbook counts its days from 1904, so that dates would be read four years too early: "
                "save it with the 1900 date system"
            )
        sheet = choose_layer(str(path), source.layer)
    opened = open_geodata(Opening(str(path), layer=sheet), "xlsx")
    skipped = source.header.preamble + source.header.rows
    rows = [list(row.values()) for row in _head(opened, skipped)[source.header.preamble :]]
    names = column_names(rows, source.header)
    if len(names) != len(opened.schema):
        raise UnclearHeader(f"{len(names)} names are declared, the sheet has {len(opened.schema)} columns")
    schema = pa.schema([pa.field(name, pa.string()) for name in names])
    return OpenedPart(
        path.name, "xlsx", schema, None, None, skipped + 1, lambda: _records(opened, schema, skipped)
    )


def _head(opened: OpenedPart, rows: int) -> list[dict[str, str]]:
    first = next(opened.batches(), None)
    return [] if first is None else _filled(first.slice(0, rows), opened.schema).to_pylist()


def _records(opened: OpenedPart, schema: pa.Schema, skipped: int) -> Iterator[pa.RecordBatch]:
    blank: list[pa.RecordBatch] = []
    for batch in opened.batches():
        records = _filled(batch.slice(skipped), schema)
        skipped = max(0, skipped - batch.num_rows)
        last = _last_record(records)
        if last >= 0:
            yield from blank
            blank = []
            yield records.slice(0, last + 1)
        if last + 1 < records.num_rows:
            blank.append(records.slice(last + 1))


def _filled(batch: pa.RecordBatch, schema: pa.Schema) -> pa.RecordBatch:
    return pa.RecordBatch.from_arrays([pc.fill_null(column, "") for column in batch.columns], schema=schema)


def _last_record(batch: pa.RecordBatch) -> int:
    """The position of the last row that is not blank, -1 without one."""
    last = -1
    for column in batch.columns:
        written = np.flatnonzero(np.asarray(pc.not_equal(column, "")))
        last = max(last, int(written[-1])) if len(written) else last
    return last
