"""The file of a query: all that it selects, within limits, made while it is sent or before."""

import tempfile
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from catalog.store import Version
from services.errors import BadParameter, TooBusy, TooMuch
from services.ogc import crs
from services.ogc.features.blocks import Fids
from services.ogc.features.connections import time_limit
from services.ogc.features.query import Query, read_query
from services.ogc.features.selection import Place, matched, page_of
from services.ogc.formats.csv_text import csv_text
from services.ogc.formats.gdal_file import Target, write_file
from services.ogc.formats.media import CSV, Format
from services.ogc.formats.rows import Chosen, lacks_geometry, rows_of

_PIECE = 1 << 18


@dataclass(frozen=True)
class ExportLimits:
    """How many rows one file may have, how many are made at once, and how long their query may take."""

    rows: int
    at_once: threading.Semaphore
    seconds: float


def export(
    version: Version, parameters: Mapping[str, str], into: Format, limits: ExportLimits
) -> Iterator[bytes]:
    """The bytes of a file with all features that a request selects; everything is checked before the first.

    Raises:
        BadParameter: a parameter cannot be met.
        TooMuch: more rows are selected than a file may have.
        TooBusy: as many files are being made already as may be.

    """
    query = read_query(version.record, parameters)
    chosen = _chosen(version, query, parameters, into)
    with time_limit(limits.seconds):
        fids = _selected(version, query, parameters, limits.rows)
    if not limits.at_once.acquire(blocking=False):
        raise TooBusy(
            "several files are being made already: try again in some seconds, or take the whole file"
        )
    try:
        return _Made(_pieces(version, fids, chosen, into), limits.at_once)
    except BaseException:
        limits.at_once.release()
        raise


class _Made:
    """The pieces of a file; its end, or the server's closing it before, makes room for another."""

    def __init__(self, pieces: Iterator[bytes], room: threading.Semaphore) -> None:
        self._pieces, self._room = pieces, room
        self._is_open = True

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        try:
            return next(self._pieces)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Make room for another file."""
        if self._is_open:
            self._is_open = False
            self._room.release()


def _chosen(version: Version, query: Query, parameters: Mapping[str, str], into: Format) -> Chosen:
    record = version.record
    columns = record.columns
    if query.form.properties:
        columns = tuple(column for column in columns if column.name in query.form.properties)
    has_geometry = record.kind == "features" and not query.form.skip_geometry
    if into is CSV:
        has_geometry &= parameters.get("skipGeometry") == "false"
    if into.needs_geometry and not has_geometry:
        raise BadParameter("f", f"{into.title} needs a geometry; a table can be had as csv or gpkg")
    return Chosen(columns, crs.code(parameters.get("crs", crs.CRS84)) if has_geometry else None)


def _selected(version: Version, query: Query, parameters: Mapping[str, str], most: int) -> Fids:
    """The numbers of all selected features, or of those that limit, offset and page-after leave."""
    wanted = min(int(parameters.get("limit", most + 1)), most + 1)
    after = int(parameters["page-after"]) if "page-after" in parameters else None
    place = Place(wanted, int(parameters.get("offset", 0)), after or None, query.order)
    found = page_of(version.index, query.selection, place)[:wanted]
    if len(found) > most:
        number = matched(version.index, query.selection)
        raise TooMuch(
            f"{number} features are selected and a file of a query has at most {most}: narrow it with bbox or"
            " filter, take it in parts with limit and offset, or take the whole layer's file (link enclosure)"
        )
    return found


def _pieces(version: Version, fids: Fids, chosen: Chosen, into: Format) -> Iterator[bytes]:
    """The bytes of a file: of text while it is made, of GDAL's formats after the whole is written."""
    rows = rows_of(version.index, fids, chosen)
    if into.driver is None:
        return csv_text(rows, chosen)
    with tempfile.TemporaryDirectory(prefix="townline-") as folder:
        path = Path(folder) / f"{version.record.id}{into.suffix}"
        is_indexed = chosen.crs is not None and not lacks_geometry(version.index, fids)
        write_file(rows, chosen, path, Target(into.driver, version.record.id, is_indexed))
        return _read(path.open("rb"))  # the open file outlives its name


def _read(file: BinaryIO) -> Iterator[bytes]:
    with file:
        while piece := file.read(_PIECE):
            yield piece
