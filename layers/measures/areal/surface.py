"""Weights by surface: the last resort."""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from layers.measures.areal.errors import OverlappingPlacesError
from layers.measures.areal.ids import IdArray, IndexArray, lined_up, listed, unique_ids
from layers.measures.areal.overlay import overlay_areas, polygon_areas, union_areas
from layers.measures.areal.weights import Method, Weights
from layers.measures.arguments import FloatArray

SLIVER = 1e-6
"""Share of a source that targets may hold twice before they count as overlapping: rounding of coordinates."""


def area_weights(
    source_ids: ArrayLike,
    source_polygons: NDArray[np.object_],
    target_ids: ArrayLike,
    target_polygons: NDArray[np.object_],
    *,
    basis: str,
    overlapping: bool = False,
    processes: int = 1,
) -> Weights:
    """Return weights by the share of each source's surface in each target: the last resort.

    Polygons are arrays of shapely geometries, (n_source,) and (n_target,), both in one equal-area projection.
    Targets that share more than a sliver of a source raise OverlappingPlacesError unless `overlapping`.
    See `overlay_areas` for `processes` and for UnusableGeometryError.
    """
    sources, targets = unique_ids("source_ids", source_ids), unique_ids("target_ids", target_ids)
    lined_up("source_polygons", source_polygons, sources)
    lined_up("target_polygons", target_polygons, targets)
    pairs = overlay_areas(source_polygons, target_polygons, processes=processes)
    surface = polygon_areas("source_polygons", source_polygons)
    shares = np.minimum(pairs.area / surface[pairs.source], 1.0)
    total = np.bincount(pairs.source, weights=shares, minlength=sources.size)
    if overlapping:
        covered = union_areas(source_polygons, target_polygons, pairs) / surface
    else:
        shares, covered = _without_slivers(shares, pairs.source, total, sources)
    return Weights(
        sparse.csr_array((shares, (pairs.source, pairs.target)), shape=(sources.size, targets.size)),
        sources,
        targets,
        Method.AREA,
        basis,
        np.clip(1 - covered, 0.0, 1.0),
        overlapping,
    )


def _without_slivers(
    shares: FloatArray, source: IndexArray, total: FloatArray, sources: IdArray
) -> tuple[FloatArray, FloatArray]:
    """Return shares and covered shares with sums slightly above 1 scaled to 1."""
    double = total > 1 + SLIVER
    if double.any():
        raise OverlappingPlacesError(
            f"targets overlap on {listed(sources[double])}; declare overlapping, and totals over targets "
            "then count people more than once, or mend the borders"
        )
    return shares / np.maximum(total, 1.0)[source], np.minimum(total, 1.0)
