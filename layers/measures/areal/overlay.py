"""Exact areas of intersection of two sets of polygons."""

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any, NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import STRtree

from layers.measures.areal.errors import UnusableGeometryError
from layers.measures.areal.ids import IndexArray
from layers.measures.arguments import FloatArray
from layers.measures.errors import ScaleError

MAX_PROCESSES = 2
_PAIRS_PER_CHUNK = 4_000
_WORTH_PROCESSES = 10_000
"""Pairs below which starting processes takes longer than the work."""


class OverlayPairs(NamedTuple):
    """Pairs of polygons that share surface: indices and shared area in squared units of the projection."""

    source: IndexArray
    target: IndexArray
    area: FloatArray


class _Chunk(NamedTuple):
    """Pairs to measure, with the polygons (or their WKB, on the way) that they name, numbered within it."""

    sources: NDArray[Any]
    targets: NDArray[Any]
    source: IndexArray
    target: IndexArray


def overlay_areas(
    sources: NDArray[np.object_], targets: NDArray[np.object_], *, processes: int = 1
) -> OverlayPairs:
    """Return the shared area of every pair of source and target that share any, sorted by target.

    Polygons are in one equal-area projection; the areas are exact to floating-point rounding. `processes` 2
    uses a second core; a script that asks for it needs the usual `if __name__ == "__main__":`, because fresh
    interpreters are started (threads that share prepared geometries crash, forks of threaded servers hang).
    Raises UnusableGeometryError for what is invalid, empty, no polygon, or in degrees.
    """
    if processes not in range(1, MAX_PROCESSES + 1):
        raise ScaleError(f"processes is {processes}; allowed: 1 … {MAX_PROCESSES}")
    require_equal_area("sources", sources)
    require_equal_area("targets", targets)
    target, source = STRtree(sources).query(targets)
    order = np.lexsort((source, target))
    target, source = target[order], source[order]
    starts = range(0, target.size, _PAIRS_PER_CHUNK)
    slices = [slice(start, start + _PAIRS_PER_CHUNK) for start in starts]
    chunks = (_chunk(sources, targets, source[part], target[part]) for part in slices)
    areas = (
        _in_processes(chunks, processes)
        if processes > 1 and target.size > _WORTH_PROCESSES
        else map(_chunk_areas, chunks)
    )
    area = np.concatenate([np.zeros(0), *areas])
    shared = area > 0
    return OverlayPairs(source[shared], target[shared], area[shared])


def union_areas(
    sources: NDArray[np.object_], targets: NDArray[np.object_], pairs: OverlayPairs
) -> FloatArray:
    """Return the area of each source (n_source,) that lies in at least one target, counted once."""
    covered = np.bincount(pairs.source, weights=pairs.area, minlength=sources.size)
    order = np.argsort(pairs.source, kind="stable")
    several, starts, counts = np.unique(pairs.source[order], return_index=True, return_counts=True)
    for index, start, count in zip(several[counts > 1], starts[counts > 1], counts[counts > 1], strict=True):
        ground = shapely.union_all(targets[pairs.target[order[start : start + count]]])
        covered[index] = shapely.area(shapely.intersection(sources[index], ground))
    return covered


def polygon_areas(name: str, polygons: NDArray[np.object_]) -> FloatArray:
    """Return the areas of polygons; raises UnusableGeometryError for one without surface."""
    areas: FloatArray = shapely.area(polygons)
    _refuse(name, areas <= 0, "has no surface", "polygons with an area above 0")
    return areas


def require_polygons(name: str, polygons: NDArray[np.object_]) -> None:
    """Raise UnusableGeometryError unless all are valid polygons or multipolygons that are not empty."""
    kinds = shapely.get_type_id(polygons)
    allowed = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)
    _refuse(name, ~np.isin(kinds, allowed), "is missing or no polygon", "polygons and multipolygons")
    _refuse(name, shapely.is_empty(polygons), "is empty", "polygons that are not empty")
    _refuse(name, ~shapely.is_valid(polygons), "is invalid", "valid polygons (repair them at ingest)")


def require_equal_area(name: str, polygons: NDArray[np.object_]) -> None:
    """Raise UnusableGeometryError unless all are usable polygons whose coordinates cannot be degrees."""
    require_polygons(name, polygons)
    if polygons.size and (np.abs(shapely.total_bounds(polygons)) <= [180, 90, 180, 90]).all():
        raise UnusableGeometryError(
            f"{name} lie within ±180 and ±90, so they are in degrees; allowed: an equal-area projection"
        )


def _refuse(name: str, bad: NDArray[np.bool_], what: str, allowed: str) -> None:
    if bad.any():
        raise UnusableGeometryError(
            f"{name} at position {int(np.argmax(bad))} {what} ({int(bad.sum())} of {bad.size}); "
            f"allowed: {allowed}"
        )


def _chunk(
    sources: NDArray[np.object_], targets: NDArray[np.object_], source: IndexArray, target: IndexArray
) -> _Chunk:
    used_sources, source = np.unique(source, return_inverse=True)
    used_targets, target = np.unique(target, return_inverse=True)
    return _Chunk(sources[used_sources], targets[used_targets], source, target)


def _chunk_areas(chunk: _Chunk) -> FloatArray:
    """Return the shared area of each pair; whole areas where one polygon covers the other."""
    left, right = chunk.targets[chunk.target], chunk.sources[chunk.source]
    area = np.zeros(chunk.target.size)
    both = np.concatenate([chunk.sources, chunk.targets])
    shapely.prepare(both)
    undecided = shapely.intersects(left, right)
    for outer, inner in ((left, right), (right, left)):
        covered = np.flatnonzero(undecided)[_covers(outer[undecided], inner[undecided])]
        area[covered] = shapely.area(inner[covered])
        undecided[covered] = False
    shapely.destroy_prepared(both)
    area[undecided] = shapely.area(shapely.intersection(left[undecided], right[undecided]))
    return area


def _covers(outer: NDArray[np.object_], inner: NDArray[np.object_]) -> NDArray[np.bool_]:
    """Return where outer covers inner, asking only where its bounding box does."""
    around, within = shapely.bounds(outer), shapely.bounds(inner)
    covers = (around[:, :2] <= within[:, :2]).all(axis=1) & (around[:, 2:] >= within[:, 2:]).all(axis=1)
    covers[covers] = shapely.covers(outer[covers], inner[covers])
    return covers


def _in_processes(chunks: Iterator[_Chunk], processes: int) -> Iterator[FloatArray]:
    packed = (
        chunk._replace(sources=shapely.to_wkb(chunk.sources), targets=shapely.to_wkb(chunk.targets))
        for chunk in chunks
    )
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        yield from pool.map(_packed_chunk_areas, packed)


def _packed_chunk_areas(chunk: _Chunk) -> FloatArray:
    return _chunk_areas(
        chunk._replace(sources=shapely.from_wkb(chunk.sources), targets=shapely.from_wkb(chunk.targets))
    )
