"""Which polygon each point lies in."""

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import STRtree

from layers.measures.areal.errors import OverlappingPlacesError, UnusableGeometryError
from layers.measures.areal.ids import IndexArray
from layers.measures.areal.overlay import require_polygons


def points_in_polygons(
    points: NDArray[np.object_], polygons: NDArray[np.object_], *, overlapping: bool = False
) -> tuple[IndexArray, IndexArray]:
    """Return pairs (point index, polygon index), sorted by point; a point in no polygon has no pair.

    A point on a border touches several polygons and goes to the first of them; a point in the interior of
    several raises OverlappingPlacesError, unless `overlapping`, where all pairs that touch are returned.
    """
    if (
        not (shapely.get_type_id(points) == shapely.GeometryType.POINT).all()
        or shapely.is_empty(points).any()
    ):
        raise UnusableGeometryError("points hold something else; allowed: points that are not empty")
    require_polygons("polygons", polygons)
    # a tree of points asked with (few) polygons is several times faster than the other way round
    polygon, point = STRtree(points).query(polygons, predicate="intersects")
    order = np.lexsort((polygon, point))
    point, polygon = point[order], polygon[order]
    if overlapping:
        return point, polygon
    repeated = np.isin(point, point[1:][point[1:] == point[:-1]])
    inside = shapely.contains_properly(polygons[polygon[repeated]], points[point[repeated]])
    within, times = np.unique(point[repeated][inside], return_counts=True)
    if (times > 1).any():
        raise OverlappingPlacesError(
            f"{int((times > 1).sum())} points lie inside several polygons, the first at position "
            f"{within[times > 1][0]}; declare overlapping, or mend the polygons"
        )
    first = np.concatenate([[True], point[1:] != point[:-1]])[: point.size]
    return point[first], polygon[first]
