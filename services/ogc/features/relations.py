"""Which features stand in a spatial relation to a geometry: exact, and without reading more than is needed.

The blocks of the serving index are taken first: where a block lies inside a polygon, all of its features do.
Then the envelopes of single features, and only where these do not decide, the geometries themselves.
"""

from functools import lru_cache
from pathlib import Path

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from catalog.serving import touches
from services.ogc.cql2 import SpatialTest
from services.ogc.features.blocks import FEATURES, Fids, Mask, Sides, all_of, as_json, blocks
from services.ogc.features.connections import connection

_TRUE_INSIDE = frozenset({"intersects", "within"})
_CHUNK = 4096
_ENVELOPES = f"SELECT f.fid, f.west, f.south, f.east, f.north FROM {FEATURES} WHERE {touches('f')}"  # noqa: S608 - constants
_ALL_PLACED = "SELECT fid FROM features WHERE west IS NOT NULL"
_GEOMETRIES = "SELECT fid, geometry FROM texts WHERE fid IN (SELECT value FROM json_each(?))"


@lru_cache(maxsize=8)
def related(index: Path, test: SpatialTest) -> Fids:
    """The numbers, in order, of the features that pass a test; features without geometry never do."""
    if test.relation == "disjoint":
        every = _column(index, _ALL_PLACED, {})
        found = np.setdiff1d(every, related(index, SpatialTest("intersects", test.other)), assume_unique=True)
    else:
        found = _related(index, test)
    found.setflags(write=False)
    return found


def envelopes_in(outline: BaseGeometry, sides: Sides) -> tuple[Mask, Mask]:
    """Which envelopes (rows of west, south, east, north) lie wholly inside a geometry, and which others meet it."""
    shapely.prepare(outline)
    boxes = shapely.box(*sides.T)
    inside = np.atleast_1d(shapely.contains_properly(outline, boxes))
    meeting = np.atleast_1d(shapely.intersects(outline, boxes))
    return inside, meeting & ~inside


def passing(index: Path, fids: Fids, test: SpatialTest) -> Fids:
    """Those of the features whose geometry itself passes a test."""
    relation = getattr(shapely, _FROM_THE_OTHER.get(test.relation, test.relation))
    kept = [np.empty(0, dtype=np.int64)]
    for start in range(0, len(fids), _CHUNK):
        found = connection(index).execute(_GEOMETRIES, [as_json(fids[start : start + _CHUNK])]).fetchall()
        geometries = shapely.from_geojson([text for _, text in found])
        numbers = np.array([fid for fid, _ in found], dtype=np.int64)
        kept.append(numbers[relation(test.other, geometries)])
    return np.concatenate(kept)


_FROM_THE_OTHER = {"within": "contains", "contains": "within"}
"""The relation turned round: the geometry asked about stands first, because only that one is prepared."""


def _related(index: Path, test: SpatialTest) -> Fids:
    if test.other.is_empty:
        return np.empty(0, dtype=np.int64)
    west, south, east, north = map(float, test.other.bounds)
    of = blocks(index)
    close = np.flatnonzero(of.touching((west, south, east, north)))
    inside, near = envelopes_in(test.other, np.column_stack([side[close] for side in of.sides]))
    envelope = {"west": west, "south": south, "east": east, "north": north}
    rows = _envelopes(index, of.firsts[close[near]], envelope)
    fids = rows[:, 0].astype(np.int64)
    one_inside, one_near = envelopes_in(test.other, rows[:, 1:])
    parts = [passing(index, fids[one_near], test)]
    if test.relation in _TRUE_INSIDE:
        parts += [fids[one_inside], all_of(index, close[inside])]
    return np.sort(np.concatenate(parts))


def _envelopes(index: Path, firsts: Fids, envelope: dict[str, float]) -> Sides:
    found = connection(index).execute(_ENVELOPES, {"firsts": as_json(firsts), **envelope}).fetchall()
    return np.array(found, dtype=np.float64).reshape(-1, 5)


def _column(index: Path, sql: str, values: dict[str, str]) -> Fids:
    return np.array([fid for (fid,) in connection(index).execute(sql, values)], dtype=np.int64)
