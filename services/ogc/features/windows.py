"""Features in a window (a bbox), in the order of the store: counted and paged without gathering them all.

The features of blocks inside the rectangle within the window need no look at all. Those of blocks on its edge
are looked at once, and exactly where their own envelope does not decide; pages merge both. An envelope decides
when it crosses one side of the rectangle only: a geometry reaches all four sides of its envelope, and one of
these lies in the rectangle then.
"""

from functools import lru_cache
from math import inf
from pathlib import Path

import numpy as np
import shapely

from catalog.records import Bounds
from catalog.serving import BLOCK, touches
from services.ogc.cql2 import SpatialTest
from services.ogc.crs import Window
from services.ogc.features.blocks import FEATURES, Fids, Mask, all_of, as_json, blocks
from services.ogc.features.connections import connection
from services.ogc.features.relations import passing

_NOWHERE: Bounds = (inf, inf, -inf, -inf)
_SIDES = ("west", "south", "east", "north")
_BESIDE = "(f.{0} >= :inner_{0} AND f.{1} <= :inner_{1} AND (f.{2} BETWEEN :inner_{2} AND :inner_{3}"
_BESIDE += " OR f.{3} BETWEEN :inner_{2} AND :inner_{3}))"
_CERTAIN = f"({_BESIDE.format('west', 'east', 'south', 'north')} OR {_BESIDE.format('south', 'north', 'west', 'east')})"
_CROSSING = (
    f"SELECT f.fid, f.west, f.south, f.east, f.north FROM {FEATURES}"  # noqa: S608 - constants
    f" WHERE {touches('f')} AND NOT {_CERTAIN}"
)
_MEETING = f"SELECT f.fid FROM {FEATURES} WHERE {_CERTAIN}"  # noqa: S608 - constants


def number_in(index: Path, window: Window) -> int:
    """How many features intersect a window."""
    return len(on_the_edge(index, window)) + int(blocks(index).filled[_inner(index, window)].sum())


def first_in(index: Path, window: Window, after: int, limit: int) -> Fids:
    """The numbers of the first features beyond `after` that intersect a window, at most `limit`."""
    of, edge = blocks(index), on_the_edge(index, window)
    start = int(np.searchsorted(edge, after, side="right"))
    inner = np.flatnonzero(_inner(index, window) & (of.lasts > after))
    # of the first block some may not lie beyond `after`
    enough = int(np.searchsorted(np.cumsum(of.filled[inner]), limit + BLOCK)) + 1
    whole = all_of(index, inner[:enough])
    return _in_order([edge[start : start + limit], whole[whole > after]])[:limit]


@lru_cache(maxsize=32)
def on_the_edge(index: Path, window: Window) -> Fids:
    """The numbers, in order, of the features of blocks on a window's edge that intersect the window."""
    of, inner = blocks(index), _inner(index, window)
    parts = [np.empty(0, dtype=np.int64)]
    for envelope, within in _boxes(window):
        values: dict[str, float | str] = {
            **dict(zip(_SIDES, envelope, strict=True)),
            **{f"inner_{side}": value for side, value in zip(_SIDES, within, strict=True)},
            "firsts": as_json(of.firsts[of.touching(envelope) & ~inner]),
        }
        found = connection(index).execute(_MEETING, values).fetchall()
        parts += [np.array([fid for (fid,) in found], dtype=np.int64), _crossing(index, values, window)]
    every = _in_order(parts)
    every.setflags(write=False)
    return every


def _in_order(parts: list[Fids]) -> Fids:
    """Numbers in order, each once; faster than `numpy.unique`, which hashes them first."""
    every = np.sort(np.concatenate(parts))
    return every[np.diff(every, prepend=-1) > 0]


def _inner(index: Path, window: Window) -> Mask:
    """Which blocks lie inside a window."""
    of = blocks(index)
    found: Mask = np.logical_or.reduce([of.inside(within) for _, within in _boxes(window)])
    return found


def _boxes(window: Window) -> list[tuple[Bounds, Bounds]]:
    """The rectangles of a window, each with the one inside it."""
    insides = [inside or _NOWHERE for inside in window.insides]
    return list(zip(window.envelopes, insides, strict=True))


def _crossing(index: Path, values: dict[str, float | str], window: Window) -> Fids:
    found = np.array(connection(index).execute(_CROSSING, values).fetchall(), dtype=np.float64)
    fids, boxes = found.reshape(-1, 5)[:, 0].astype(np.int64), shapely.box(*found.reshape(-1, 5)[:, 1:].T)
    shapely.prepare(window.outline)
    certain = shapely.covers(window.outline, boxes)
    doubtful = fids[~certain & shapely.intersects(window.outline, boxes)]
    return np.concatenate(
        [fids[certain], passing(index, doubtful, SpatialTest("intersects", window.outline))]
    )
