"""Areal weights: a population-weighted crosswalk, and an area overlay side by side with tobler.

    python bench/bench_areal.py

Worlds are generated from a fixed seed. Prints seconds (best of the repeats) and the largest relative
difference from areas computed pair by pair without any short cut.
"""

import platform
import time
from collections.abc import Callable
from functools import partial

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from scipy import sparse
from shapely import STRtree
from tobler.area_weighted.area_interpolate import _area_tables_binning, _area_tables_binning_parallel

from layers.measures.areal import (
    Weights,
    move_extensive,
    nesting_weights,
    overlay_areas,
    population_weights,
)

BLOCKS, BLOCK_GROUPS, TRACTS, TOWNS = 48_358, 2_712, 879, 169
INDICATORS, GROUPS = 100, 7
PLACES, POLYGONS = 880, 50_000
SIDE = 150_000.0

type Geometries = NDArray[np.object_]


def best_of[T](repeats: int, work: Callable[[], T]) -> tuple[float, T]:
    """Return the shortest time in seconds, and the last result."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        result = work()
        times.append(time.perf_counter() - start)
    return min(times), result


def named(prefix: str, index: NDArray[np.intp]) -> NDArray[np.str_]:
    """Return ids such as tract-17."""
    return np.char.add(f"{prefix}-", index.astype(np.str_))


def crosswalk(rng: np.random.Generator) -> None:
    """Time 100 indicators × 7 groups from blocks to towns and tracts, and building block-group weights."""
    blocks = named("block", np.arange(BLOCKS))
    parents = {
        "towns": named("town", rng.integers(0, TOWNS, BLOCKS)),
        "tracts": named("tract", rng.integers(0, TRACTS, BLOCKS)),
    }
    people = rng.poisson(75, BLOCKS).astype(np.float64)
    values = rng.poisson(3, (BLOCKS, INDICATORS, GROUPS)).astype(np.float64)
    weights = {place: nesting_weights(blocks, parent, basis="bench") for place, parent in parents.items()}

    def move() -> None:
        for to_place in weights.values():
            moved = move_extensive(values, to_place)
            assert np.allclose(moved.value.sum(axis=0), values.sum(axis=0))

    print(f"{INDICATORS} indicators × {GROUPS} groups, {BLOCKS:,} blocks to towns and tracts")
    print(f"  values moved, conservation checked      {best_of(3, move)[0]:6.2f} s")
    groups = nesting_weights(blocks, named("bg", rng.integers(0, BLOCK_GROUPS, BLOCKS)), basis="bench")

    def build() -> Weights:
        return population_weights(people, groups, weights["towns"], basis="bench")

    print(f"  weights block groups to towns built     {best_of(3, build)[0]:6.2f} s")


def world(rng: np.random.Generator) -> tuple[Geometries, Geometries]:
    """Return polygons like flood zones and places like tracts, in metres."""
    box = shapely.box(0, 0, SIDE, SIDE)
    seeds = shapely.multipoints(rng.uniform(0, SIDE, (PLACES, 2)))
    places = shapely.intersection(shapely.get_parts(shapely.voronoi_polygons(seeds, extend_to=box)), box)
    angle = np.linspace(0, 2 * np.pi, 120, endpoint=False)
    radius = rng.lognormal(5.6, 0.7, (POLYGONS, 1)) * (1 + 0.2 * rng.uniform(-1, 1, (POLYGONS, angle.size)))
    centre = rng.uniform(0, SIDE, (POLYGONS, 2))
    ring = np.stack([centre[:, :1] + radius * np.cos(angle), centre[:, 1:] + radius * np.sin(angle)], axis=-1)
    return shapely.polygons(ring), shapely.segmentize(places, 30)


def overlay(rng: np.random.Generator) -> None:
    """Time the areas of intersection of 880 places × 50,000 polygons against tobler's on the same work."""
    polygons, places = world(rng)
    place, polygon = STRtree(polygons).query(places, predicate="intersects")
    exact = shapely.area(shapely.intersection(polygons[polygon], places[place]))
    shared = exact > 1.0
    place, polygon, exact = place[shared], polygon[shared], exact[shared]
    print(f"area overlay, {PLACES} places × {POLYGONS:,} polygons: {exact.size:,} pairs share surface")
    print("                                           seconds   largest relative difference")
    for processes in (1, 2):
        seconds, pairs = best_of(2, partial(overlay_areas, polygons, places, processes=processes))
        table = sparse.csr_array((pairs.area, (pairs.source, pairs.target)), shape=(POLYGONS, PLACES))
        report(f"townline, {processes} process(es)", seconds, table[polygon, place], exact)
    left, right = gpd.GeoDataFrame(geometry=polygons, crs=5070), gpd.GeoDataFrame(geometry=places, crs=5070)
    for name, work in {
        "tobler, 1 process": partial(_area_tables_binning, left, right, "auto"),
        "tobler, 2 processes": partial(_area_tables_binning_parallel, left, right, n_jobs=2),
    }.items():
        seconds, table = best_of(2, work)
        report(name, seconds, table[polygon, place], exact)


def report(name: str, seconds: float, areas: NDArray[np.float64], exact: NDArray[np.float64]) -> None:
    """Print one line of the comparison."""
    worst = np.max(np.abs(np.asarray(areas, dtype=np.float64).ravel() - exact) / exact)
    print(f"  {name:38} {seconds:9.2f}   {worst:.1e}")


def main() -> None:
    """Run both."""
    print(f"Python {platform.python_version()}, shapely {shapely.__version__}")
    rng = np.random.default_rng(20220701)
    crosswalk(rng)
    overlay(rng)


if __name__ == "__main__":
    main()
