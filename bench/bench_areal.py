"""Areal weights: a population-weighted crosswalk, and an area overlay side by side with tobler.

    python -m bench areal

Worlds are generated from a fixed seed; seconds are the best of the repeats. Areas are compared with two results of
tobler: as it returns them, cast to 32-bit floats at its last step (a relative error of up to 6e-8 that no exact
method can agree with more closely), and with that cast left out, so that the same areas keep the 64 bits in which
tobler computes them. The limits: values moved in under a second, areas sooner than tobler's at the same number of
processes, and within 1e-9 of the 64-bit ones.
"""

import platform
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from unittest.mock import patch

import geopandas as gpd
import numpy as np
import shapely
import tobler
from numpy.typing import NDArray
from scipy import sparse

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
LIMIT, NEAR = 1.0, 1e-9

# the package names a function after the module, which an import would find first
area_interpolate = import_module("tobler.area_weighted.area_interpolate")

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


def crosswalk(rng: np.random.Generator) -> bool:
    """Return whether the limit held; time 100 indicators × 7 groups from blocks to towns and tracts, and weights."""
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
    seconds = best_of(3, move)[0]
    print(f"  values moved, conservation checked      {seconds:6.2f} s (limit {LIMIT:g} s)")
    groups = nesting_weights(blocks, named("bg", rng.integers(0, BLOCK_GROUPS, BLOCKS)), basis="bench")

    def build() -> Weights:
        return population_weights(people, groups, weights["towns"], basis="bench")

    print(f"  weights block groups to towns built     {best_of(3, build)[0]:6.2f} s")
    return seconds < LIMIT


def world(rng: np.random.Generator) -> tuple[Geometries, Geometries]:
    """Return polygons like flood zones and places like tracts, in metres."""
    box = shapely.box(0, 0, SIDE, SIDE)
    seeds = shapely.multipoints(rng.uniform(0, SIDE, (PLACES, 2)))
    places = shapely.intersection(shapely.get_parts(shapely.voronoi_polygons(seeds, extend_to=box)), box)
    angle = np.linspace(0, 2 * np.pi, 120, endpoint=False)
    radius = rng.lognormal(5.6, 0.7, (POLYGONS, 1)) * (1 + 0.2 * rng.uniform(-1, 1, (POLYGONS, angle.size)))
    centre = rng.uniform(0, SIDE, (POLYGONS, 2))
    ring = np.stack([centre[:, :1] + radius * np.cos(angle), centre[:, 1:] + radius * np.sin(angle)], axis=-1)
    return np.asarray(shapely.polygons(ring)), shapely.segmentize(places, 30)


@dataclass(frozen=True)
class Overlaid:
    """How long an overlay took, and its areas: one per pair of polygon and place."""

    name: str
    seconds: float
    areas: sparse.csr_array


def overlay(rng: np.random.Generator) -> bool:
    """Return whether the limits held; time 880 places × 50,000 polygons against tobler on the same work."""
    polygons, places = world(rng)
    left, right = gpd.GeoDataFrame(geometry=polygons, crs=5070), gpd.GeoDataFrame(geometry=places, crs=5070)
    theirs = [
        run("tobler, 1 process", partial(area_interpolate._area_tables_binning, left, right, "auto")),
        run(
            "tobler, 2 processes",
            partial(area_interpolate._area_tables_binning_parallel, left, right, n_jobs=2),
        ),
    ]
    ours = [
        run(
            f"townline, {number} process{'es' if number > 1 else ''}",
            partial(areas_of, polygons, places, number),
        )
        for number in (1, 2)
    ]
    exact = in_64_bits(left, right)
    print(f"area overlay, {PLACES} places × {POLYGONS:,} polygons: {exact.nnz:,} pairs")
    print(
        "                                           seconds   largest relative difference from tobler's areas"
    )
    print("                                                     as returned (32 bits)   kept in 64 bits")
    for one in (*ours, *theirs):
        apart = [worst(one.areas, other) for other in (theirs[0].areas, exact)]
        print(f"  {one.name:38} {one.seconds:9.2f}   {apart[0]:21.1e}   {apart[1]:15.1e}")
    near = all(worst(one.areas, exact) < NEAR for one in ours)
    return near and all(one.seconds < other.seconds for one, other in zip(ours, theirs, strict=True))


def run(name: str, work: Callable[[], sparse.csr_array]) -> Overlaid:
    """Return the shorter time of two runs and the areas."""
    return Overlaid(name, *best_of(2, work))


def areas_of(polygons: Geometries, places: Geometries, processes: int) -> sparse.csr_array:
    """Return Townline's areas as a matrix, which tobler makes too."""
    pairs = overlay_areas(polygons, places, processes=processes)
    return sparse.csr_array((pairs.area, (pairs.source, pairs.target)), shape=(POLYGONS, PLACES))


def in_64_bits(left: gpd.GeoDataFrame, right: gpd.GeoDataFrame) -> sparse.csr_array:
    """Return tobler's own areas without the cast to 32 bits at the end."""

    def uncast(entries: object, *, shape: tuple[int, int], dtype: object) -> sparse.coo_array:
        return sparse.coo_array(entries, shape=shape)

    with patch.object(area_interpolate, "coo_matrix", uncast):
        return sparse.csr_array(area_interpolate._area_tables_binning(left, right, "auto"))


def worst(areas: sparse.csr_array, others: sparse.csr_array) -> float:
    """Return the largest relative difference over all pairs of which either shares more than a square metre."""
    one, other = (sparse.csr_array(table, dtype=np.float64) for table in (areas, others))
    apart, larger = abs(one - other), one.maximum(other)
    wide = larger.multiply(larger > 1.0)
    wide.data = np.divide(1.0, wide.data, out=np.zeros_like(wide.data), where=wide.data > 0)
    return float(apart.multiply(wide).max())


def main() -> int:
    """Run both; the number of limits missed."""
    print(f"Python {platform.python_version()}, shapely {shapely.__version__}, tobler {tobler.__version__}")
    rng = np.random.default_rng(20220701)
    return [crosswalk(rng), overlay(rng)].count(False)


if __name__ == "__main__":
    sys.exit(main())
