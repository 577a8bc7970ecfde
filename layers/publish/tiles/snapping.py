"""Geometries on the whole-number grid of a zoom.

Every vertex goes to the nearest point of the grid, whatever feature it belongs to: borders that are shared
stay shared.
"""

import numpy as np
import shapely
from numpy.typing import NDArray

from layers.publish.tiles.rules import EXTENT, PIXEL

Shapes = NDArray[np.object_]
_LINES, _POLYGONS = (1, 5), (3, 6)
_NOTHING = shapely.Polygon()


def snapped(shapes: Shapes, zoom: int, *, keep_all: bool = False) -> Shapes:
    """Geometries of the unit square as valid geometries in whole units of a zoom.

    What is smaller than the grid becomes empty, but nothing as large as a pixel does: a polygon that is too
    thin for the grid is widened to a unit.

    Args:
        shapes: polygons, lines or points in the unit square.
        zoom: the zoom whose grid they go to.
        keep_all: whether features smaller than a pixel are widened to a unit, too.

    """
    scaled = shapely.transform(shapes, lambda points: points * float(EXTENT * 2**zoom))
    rounded: Shapes = shapely.transform(scaled, np.rint)
    kind = shapely.get_type_id(rounded)
    line, broken = np.isin(kind, _LINES), np.isin(kind, _POLYGONS) & ~shapely.is_valid(rounded)
    rounded[broken] = _snap_rounded(scaled[broken])
    smallest = 0 if keep_all else PIXEL**2
    lost = broken & shapely.is_empty(rounded) & (shapely.area(scaled) >= smallest)
    rounded[lost] = _snap_rounded(shapely.buffer(scaled[lost], 0.75, cap_style="square", join_style="mitre"))
    point_like = line & (shapely.length(rounded) == 0)
    rounded[point_like] = _dashes(rounded[point_like]) if keep_all else _NOTHING
    return rounded


def polygons_only(shapes: Shapes) -> Shapes:
    """The polygons of geometries that an overlay gave: lines and points, where borders touch, are left out."""
    mixed = shapely.get_type_id(shapes) == shapely.GeometryType.GEOMETRYCOLLECTION
    if not mixed.any():
        return shapes
    kept = shapes.copy()
    parts, owner = shapely.get_parts(shapes[mixed], return_index=True)
    polygonal = np.isin(shapely.get_type_id(parts), _POLYGONS)
    joined = [shapely.union_all(parts[polygonal & (owner == number)]) for number in range(int(mixed.sum()))]
    kept[mixed] = np.array(joined, dtype=object)
    return kept


def _snap_rounded(shapes: Shapes) -> Shapes:
    """Polygons rounded so that they stay valid (J. D. Hobby 1999): vertices and crossings go to the grid."""
    return polygons_only(np.asarray(shapely.set_precision(shapes, 1.0)))


def _dashes(lines: Shapes) -> Shapes:
    """Lines of one unit to the east, in place of lines that are shorter."""
    start = shapely.bounds(lines)[:, :2]
    return np.asarray(shapely.linestrings(np.stack([start, start + np.array([1.0, 0.0])], axis=1)))
