"""Features in a window (a bbox), in the order of the store: counted and paged without gathering them all.

What lies inside the rectangle within the window needs no closer look; what lies on its edge is looked at
exactly, once, and merged in.
"""

from functools import lru_cache
from math import inf
from pathlib import Path

import numpy as np
import shapely

from catalog.records import Bounds
from catalog.serving import BLOCK, inside, touches
from services.ogc.cql2 import SpatialTest
from services.ogc.crs import Window
from services.ogc.features.connections import connection
from services.ogc.features.relations import Fids, passing

_NOWHERE: Bounds = (inf, inf, -inf, -inf)
_SIDES = ("west", "south", "east", "north")


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

Values = dict[str, float]


def number_in(index: Path, window: Window) -> int:
    """How many features intersect a window."""
    number = len(on_the_edge(index, window))
    for values in _boxes(window):
        number += int(connection(index).execute(_NUMBER_WITHIN, values).fetchone()[0])
    return number


def first_in(index: Path, window: Window, after: int, limit: int) -> Fids:
    """The numbers of the first features beyond `after` that intersect a window, at most `limit`."""
    edge = on_the_edge(index, window)
    start = int(np.searchsorted(edge, after, side="right"))
    parts = [edge[start : start + limit]]
    for values in _boxes(window):
        found = connection(index).execute(_WITHIN, values | {"after": after, "limit": limit}).fetchall()
        parts.append(np.array([fid for (fid,) in found], dtype=np.int64))
    return np.unique(np.concatenate(parts))[:limit]


@lru_cache(maxsize=64)
def on_the_edge(index: Path, window: Window) -> Fids:
    """The numbers, in order, of the features near a window's edge whose geometry intersects the window."""
    parts = [_crossing(index, values, window) for values in _boxes(window)]
    found: Fids = np.unique(np.concatenate([np.empty(0, dtype=np.int64), *parts]))
    found.setflags(write=False)
    return found


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


def _crossing(index: Path, values: Values, window: Window) -> Fids:
    found = np.array(connection(index).execute(_ON_THE_EDGE, values).fetchall(), dtype=np.float64)
    fids, boxes = found.reshape(-1, 5)[:, 0].astype(np.int64), shapely.box(*found.reshape(-1, 5)[:, 1:].T)
    shapely.prepare(window.outline)
    certain = shapely.covers(window.outline, boxes)
    doubtful = fids[~certain & shapely.intersects(window.outline, boxes)]
    return np.concatenate(
        [fids[certain], passing(index, doubtful, SpatialTest("intersects", window.outline))]
    )
