"""Which features a query selects: their numbers (`fid`), counted exactly, one page of them at a time."""

from dataclasses import dataclass
from functools import lru_cache
from math import inf
from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from catalog.records import Bounds
from catalog.serving import BLOCK, inside, sql_column, touches
from services.ogc.crs import Window
from services.ogc.features.connections import connection
from services.ogc.features.values import SqlValue

Fids = NDArray[np.int64]
Values = dict[str, SqlValue]

_NOWHERE: Bounds = (inf, inf, -inf, -inf)
_SIDES = ("west", "south", "east", "north")
_CHUNK = 4096


def _inside(table: str) -> str:
    """That an envelope lies inside the rectangle within the window, whose features need no closer look."""
    return inside(table).replace(":", ":inner_")


_FEATURES_OF_BLOCKS = "blocks b CROSS JOIN features f ON f.fid BETWEEN b.first AND b.last"
_ON_THE_EDGE = (
    f"SELECT f.fid, f.west, f.south, f.east, f.north FROM {_FEATURES_OF_BLOCKS}"  # noqa: S608 - constants
    f" WHERE {touches('b')} AND NOT {_inside('b')} AND {touches('f')} AND NOT {_inside('f')}"
)
_WITHIN = (
    f"SELECT f.fid FROM {_FEATURES_OF_BLOCKS} WHERE {touches('b')} AND {_inside('f')}"  # noqa: S608 - constants
    f" AND b.first > :after - {BLOCK} AND f.fid > :after ORDER BY b.first, f.fid LIMIT :limit"
)
_NUMBER_WITHIN = (
    f"SELECT total(CASE WHEN {_inside('b')} THEN b.filled ELSE (SELECT count(*) FROM features f"  # noqa: S608 - constants
    f" WHERE f.fid BETWEEN b.first AND b.last AND {_inside('f')}) END) FROM blocks b WHERE {touches('b')}"
)
_GEOMETRIES = "SELECT fid, geometry FROM texts WHERE fid IN (SELECT value FROM json_each(?))"


@dataclass(frozen=True)
class Selection:
    """Conditions that all hold: columns equal to values, and a geometry that intersects a window."""

    equal: tuple[tuple[str, SqlValue], ...] = ()
    window: Window | None = None


@dataclass(frozen=True)
class Place:
    """Where in the selection a page begins and how long it is.

    `after` is the number of the last feature of the page before; it excludes `order` and overrules `offset`.
    """

    limit: int
    offset: int = 0
    after: int | None = None
    order: tuple[tuple[str, bool], ...] = ()


def page_of(index: Path, selection: Selection, place: Place) -> Fids:
    """The numbers of a page's features in their order, and of one more when there is a next page."""
    if place.order or selection.equal:
        return _page_by_sql(index, selection, place)
    if selection.window is not None:
        return _page_of_window(index, selection.window, place)
    start = min(place.offset if place.after is None else place.after, rows(index))
    return np.arange(start + 1, min(start + place.limit + 1, rows(index)) + 1, dtype=np.int64)


@lru_cache(maxsize=512)
def matched(index: Path, selection: Selection) -> int:
    """How many features the selection has."""
    if selection.equal:
        where, values = _where(index, selection)
        sql = f"SELECT count(*) FROM features f{where}"  # noqa: S608 - columns of the record, values bound
        return int(connection(index).execute(sql, values).fetchone()[0])
    if selection.window is None:
        return rows(index)
    number = len(on_the_edge(index, selection.window))
    for values in _boxes(selection.window):
        number += int(connection(index).execute(_NUMBER_WITHIN, values).fetchone()[0])
    return number


@lru_cache(maxsize=256)
def rows(index: Path) -> int:
    """How many features the index holds."""
    row = connection(index).execute("SELECT value FROM meta WHERE key = 'rows'").fetchone()
    return int(row[0])


@lru_cache(maxsize=64)
def on_the_edge(index: Path, window: Window) -> Fids:
    """The numbers, in order, of the features near a window's edge whose geometry intersects the window."""
    parts = [_crossing(index, values, window.outline) for values in _boxes(window)]
    found: Fids = np.unique(np.concatenate([np.empty(0, dtype=np.int64), *parts]))
    found.setflags(write=False)
    return found


def as_json(fids: Fids) -> str:
    """Numbers as a JSON array, the form in which SQLite takes many at once."""
    return "[" + ",".join(map(str, fids.tolist())) + "]"


def _boxes(window: Window) -> list[Values]:
    """The rectangles of a window, each with the one inside it, as values of the statements."""
    insides = (window.inside or _NOWHERE,) if len(window.envelopes) == 1 else window.envelopes
    return [
        {
            **dict(zip(_SIDES, envelope, strict=True)),
            **{f"inner_{side}": value for side, value in zip(_SIDES, within, strict=True)},
        }
        for envelope, within in zip(window.envelopes, insides, strict=True)
    ]


def _crossing(index: Path, values: Values, outline: BaseGeometry) -> Fids:
    found = np.array(connection(index).execute(_ON_THE_EDGE, values).fetchall(), dtype=np.float64)
    fids, boxes = found.reshape(-1, 5)[:, 0].astype(np.int64), shapely.box(*found.reshape(-1, 5)[:, 1:].T)
    shapely.prepare(outline)
    certain = shapely.covers(outline, boxes)
    doubtful = fids[~certain & shapely.intersects(outline, boxes)]
    return np.concatenate([fids[certain], _exactly(index, doubtful, outline)])


def _exactly(index: Path, fids: Fids, outline: BaseGeometry) -> Fids:
    kept = [np.empty(0, dtype=np.int64)]
    for start in range(0, len(fids), _CHUNK):
        found = connection(index).execute(_GEOMETRIES, [as_json(fids[start : start + _CHUNK])]).fetchall()
        geometries = shapely.from_geojson([text for _, text in found])
        numbers = np.array([fid for fid, _ in found], dtype=np.int64)
        kept.append(numbers[shapely.intersects(outline, geometries)])
    return np.concatenate(kept)


def _page_of_window(index: Path, window: Window, place: Place) -> Fids:
    """Features inside the window and features on its edge, merged in the order of their numbers."""
    after, skipped = (0, place.offset) if place.after is None else (place.after, 0)
    end = skipped + place.limit + 1
    edge = on_the_edge(index, window)
    start = int(np.searchsorted(edge, after, side="right"))
    parts = [edge[start : start + end]]
    for values in _boxes(window):
        found = connection(index).execute(_WITHIN, values | {"after": after, "limit": end}).fetchall()
        parts.append(np.array([fid for (fid,) in found], dtype=np.int64))
    return np.unique(np.concatenate(parts))[skipped:end]


def _page_by_sql(index: Path, selection: Selection, place: Place) -> Fids:
    where, values = _where(index, selection)
    if place.after is not None:
        where += " AND f.fid > :after" if where else " WHERE f.fid > :after"
    columns = [f"f.{sql_column(name)}{' DESC' if falling else ''}" for name, falling in place.order]
    order = ", ".join([*columns, "f.fid"])
    sql = f"SELECT f.fid FROM features f{where} ORDER BY {order} LIMIT :limit OFFSET :offset"  # noqa: S608 - as above
    values |= {
        "after": place.after or 0,
        "limit": place.limit + 1,
        "offset": place.offset if place.after is None else 0,
    }
    found = connection(index).execute(sql, values).fetchall()
    return np.array([fid for (fid,) in found], dtype=np.int64)


def _where(index: Path, selection: Selection) -> tuple[str, Values]:
    """The conditions of a selection as SQL with named values."""
    parts = [f"f.{sql_column(name)} = :equal_{name}" for name, _ in selection.equal]
    values: Values = {f"equal_{name}": value for name, value in selection.equal}
    if selection.window is not None:
        parts.append(_in_window(index, selection.window, values))
    return (" WHERE " + " AND ".join(parts) if parts else ""), values


def _in_window(index: Path, window: Window, values: Values) -> str:
    """The condition that a feature is inside a window or on its edge; its values are added."""
    parts = ["f.fid IN (SELECT value FROM json_each(:edge))"]
    values["edge"] = as_json(on_the_edge(index, window))
    for number, box in enumerate(_boxes(window)):
        parts.append(inside("f").replace(":", f":box{number}_"))
        values |= {f"box{number}_{side}": box[f"inner_{side}"] for side in _SIDES}
    return f"({' OR '.join(parts)})"
