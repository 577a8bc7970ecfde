"""The rows that a query selects, some thousands at a time, so that memory does not grow with their number."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray

from catalog.records import PublishedColumn
from catalog.serving import sql_column
from services.ogc import crs
from services.ogc.features.blocks import Fids, as_json
from services.ogc.features.connections import connection

ROWS_AT_ONCE = 4096
Value = str | int | float | None


@dataclass(frozen=True)
class Chosen:
    """The columns that are given out, and the system of the geometry, None when there shall be none.

    Files hold x before y, whatever the order of the axes that the system's authority defines.
    """

    columns: tuple[PublishedColumn, ...]
    crs: str | None


@dataclass(frozen=True)
class Rows:
    """Some rows: one tuple for each, and their geometries."""

    values: list[tuple[Value, ...]]
    geometries: NDArray[np.object_] | None


def rows_of(index: Path, fids: Fids, chosen: Chosen) -> Iterator[Rows]:
    """The rows of features in the order given."""
    names = [f"f.{sql_column(column.name)}" for column in chosen.columns]
    for start in range(0, len(fids), ROWS_AT_ONCE):
        some = as_json(fids[start : start + ROWS_AT_ONCE])
        yield Rows(_values(index, some, names), _geometries(index, some, chosen.crs))


def lacks_geometry(index: Path, fids: Fids) -> bool:
    """Whether any of the features has no geometry."""
    sql = (
        "SELECT EXISTS (SELECT 1 FROM json_each(?) j CROSS JOIN features f ON f.fid = j.value"
        " WHERE f.west IS NULL)"
    )
    return bool(connection(index).execute(sql, [as_json(fids)]).fetchone()[0])


def _values(index: Path, fids: str, names: Sequence[str]) -> list[tuple[Value, ...]]:
    sql = (
        f"SELECT {', '.join(names)} FROM json_each(?) j CROSS JOIN features f ON f.fid = j.value"  # noqa: S608
        " ORDER BY j.key"
    )
    return connection(index).execute(sql, [fids]).fetchall()


def _geometries(index: Path, fids: str, system: str | None) -> NDArray[np.object_] | None:
    if system is None:
        return None
    sql = "SELECT t.geometry FROM json_each(?) j CROSS JOIN texts t ON t.fid = j.value ORDER BY j.key"
    texts = [None if text == "null" else text for (text,) in connection(index).execute(sql, [fids])]
    geometries: NDArray[np.object_] = shapely.from_geojson(np.array(texts, dtype=object))
    if system == "OGC:CRS84":
        return geometries
    return crs.in_file_order(geometries, system)
