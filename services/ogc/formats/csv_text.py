"""Comma-separated values (RFC 4180) of rows, as bytes in UTF-8."""

import csv
import io
from collections.abc import Iterator

import shapely

from services.ogc.formats.rows import Chosen, Rows, Value

GEOMETRY = "WKT"
"""The header under which GDAL and QGIS look for the geometry; column names are in small letters."""
_TRUTH = {0: "false", 1: "true", None: None}


def csv_text(rows: Iterator[Rows], chosen: Chosen) -> Iterator[bytes]:
    """The header and then the rows: missing values empty, truth as true and false, numbers in full."""
    booleans = [number for number, column in enumerate(chosen.columns) if column.type == "boolean"]
    header = [column.name for column in chosen.columns]
    yield _lines([(*header, GEOMETRY) if chosen.crs else tuple(header)])
    for some in rows:
        values = [_with_truth(row, booleans) for row in some.values] if booleans else some.values
        if some.geometries is not None:
            texts = shapely.to_wkt(some.geometries, rounding_precision=-1)
            values = [(*row, text) for row, text in zip(values, texts, strict=True)]
        yield _lines(values)


def _with_truth(row: tuple[Value, ...], booleans: list[int]) -> tuple[Value, ...]:
    changed = list(row)
    for number in booleans:
        changed[number] = _TRUTH[row[number]]  # type: ignore[index]
    return tuple(changed)


def _lines(rows: list[tuple[Value, ...]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()
