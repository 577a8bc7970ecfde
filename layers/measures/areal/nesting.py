"""Weights 1: a source lies whole in its target, by a table of ids or by a point in a polygon."""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse
from shapely import STRtree

from layers.measures.areal.errors import WeightsError
from layers.measures.areal.ids import (
    IdArray,
    IndexArray,
    lined_up,
    optional_positions,
    place_ids,
    positions,
    unique_ids,
)
from layers.measures.areal.points import points_in_polygons
from layers.measures.areal.weights import Method, Weights
from layers.measures.errors import ShapeMismatchError


def nesting_weights(
    source_ids: ArrayLike,
    target_of_source: ArrayLike,
    *,
    basis: str,
    target_ids: ArrayLike | None = None,
    overlapping: bool = False,
) -> Weights:
    """Return weights 1 from each source to the target that it lies in.

    Both arrays are (n,); a target of None or NaN says that the source lies in none. `target_ids` fixes the
    order of the targets and may name some without sources; by default they are the targets found, sorted.
    With `overlapping`, a source may stand in several rows, one per target that holds it whole (buffers).
    Raises UnknownPlaceError for a repeated source or for a target that `target_ids` lacks.
    """
    rows = place_ids("source_ids", source_ids) if overlapping else unique_ids("source_ids", source_ids)
    of_source = np.asarray(target_of_source, dtype=object)
    if of_source.shape != rows.shape:
        raise ShapeMismatchError(
            f"target_of_source {of_source.shape} does not line up with {rows.size} source_ids"
        )
    found = [target for target in of_source if isinstance(target, str)]
    targets = np.unique(found).astype(np.str_) if target_ids is None else unique_ids("target_ids", target_ids)
    target = optional_positions("target_of_source", of_source, "target_ids", targets)
    sources = _in_order(rows)
    return _membership(
        (sources, targets),
        (positions("source_ids", rows, "source_ids", sources), target),
        basis=basis,
        overlapping=overlapping,
    )


def point_weights(
    point_ids: ArrayLike,
    points: NDArray[np.object_],
    target_ids: ArrayLike,
    polygons: NDArray[np.object_],
    *,
    basis: str,
    overlapping: bool = False,
    nearest: bool = False,
) -> Weights:
    """Return weights 1 from each point (n,) to the polygon (m,) that it lies in, in any one projection.

    A point on a common border belongs to the first of its polygons; a point inside several raises
    OverlappingPlacesError, unless `overlapping`, where it belongs to all that touch it. With `nearest` a point
    outside every polygon belongs to the nearest one: right where the polygons should cover all points.
    """
    sources, targets = unique_ids("point_ids", point_ids), unique_ids("target_ids", target_ids)
    lined_up("points", points, sources)
    lined_up("polygons", polygons, targets)
    pairs = points_in_polygons(points, polygons, overlapping=overlapping)
    if nearest:
        pairs = _with_nearest(pairs, points, polygons)
    return _membership((sources, targets), pairs, basis=basis, overlapping=overlapping)


def _membership(
    ids: tuple[IdArray, IdArray], pairs: tuple[IndexArray, IndexArray], *, basis: str, overlapping: bool
) -> Weights:
    """Return weights 1 for every pair (source, target); target -1 and sources without pair are uncovered."""
    sources, targets = ids
    source, target = pairs[0][pairs[1] >= 0], pairs[1][pairs[1] >= 0]
    matrix = sparse.csr_array((np.ones(source.size), (source, target)), shape=(sources.size, targets.size))
    if (matrix.data > 1).any():
        raise WeightsError("a pair of source and target stands in several rows; allowed: every pair once")
    uncovered = (np.diff(matrix.indptr) == 0).astype(np.float64)
    return Weights(matrix, sources, targets, Method.NESTING, basis, uncovered, overlapping)


def _with_nearest(
    pairs: tuple[IndexArray, IndexArray], points: NDArray[np.object_], polygons: NDArray[np.object_]
) -> tuple[IndexArray, IndexArray]:
    """Return the pairs and, for every point without one, its nearest polygon."""
    outside = np.setdiff1d(np.arange(points.size), pairs[0])
    closest = STRtree(polygons).nearest(points[outside])
    return np.concatenate([pairs[0], outside]), np.concatenate([pairs[1], closest])


def _in_order(ids: IdArray) -> IdArray:
    """Return each id once, in the order of first appearance."""
    _, first = np.unique(ids, return_index=True)
    return ids[np.sort(first)]
