"""TopoJSON of polygon coverages: borders simplified and stored once, coordinates as whole steps of a grid."""

from collections import defaultdict
from itertools import pairwise

import numpy as np
import shapely

from services.maps.model import Shapes

DEGREES = 1e-5  # about a metre
type Point = tuple[int, int]
type Ring = list[Point]


def simplified(shapes: Shapes, tolerance: float) -> Shapes:
    """The polygons with fewer vertices; neighbours still share every border, and none becomes empty.

    `tolerance` is the square root of the area in degrees that a dropped vertex may cut off.
    """
    filled = np.array([shape if shape is not None else shapely.Polygon() for shape in shapes], dtype=object)
    if tolerance <= 0:
        return filled
    coarse = shapely.coverage_simplify(filled, tolerance)
    lost = shapely.is_empty(coarse) & ~shapely.is_empty(filled)
    return np.where(lost, filled, coarse)


def unwrapped(shapes: Shapes) -> Shapes:
    """The polygons moved east by a whole turn where they lie west of Greenwich: none jumps at 180°."""
    return np.asarray(
        shapely.transform(
            shapes, lambda xy: np.column_stack([np.where(xy[:, 0] < 0, xy[:, 0] + 360, xy[:, 0]), xy[:, 1]])
        ),
        dtype=object,
    )


class Topology:
    """Arcs that polygons of several levels share; add the levels, then take `document`."""

    def __init__(self, origin: tuple[float, float]) -> None:
        self.origin = origin
        self._objects: dict[str, object] = {}
        self._arcs: list[Ring] = []
        self._numbers: dict[tuple[Point, ...], int] = {}

    def add(self, name: str, shapes: Shapes) -> None:
        """Add one coverage: a geometry per place, in the order given; empty ones become null."""
        polygons = [self._polygons(shape) for shape in shapes]
        rings = [ring for parts in polygons for part in parts for ring in part]
        junctions = _junctions(rings)
        geometries = [
            {
                "type": "MultiPolygon",
                "arcs": [[self._chain(ring, junctions) for ring in part] for part in parts],
            }
            if parts
            else {"type": None}
            for parts in polygons
        ]
        self._objects[name] = {"type": "GeometryCollection", "geometries": geometries}

    def document(self) -> dict[str, object]:
        """The TopoJSON topology."""
        west, south = self.origin
        return {
            "type": "Topology",
            "transform": {"scale": [DEGREES, DEGREES], "translate": [west, south]},
            "objects": self._objects,
            "arcs": [_differences(arc) for arc in self._arcs],
        }

    def _polygons(self, shape: shapely.Geometry) -> list[list[Ring]]:
        """The rings of each polygon on the grid, without repeated points; rings that collapse are left out."""
        found = []
        for part in shapely.get_parts(shape):
            if part.geom_type != "Polygon" or part.is_empty:
                continue
            rings = [ring for ring in map(self._ring, [part.exterior, *part.interiors]) if len(ring) > 3]
            if rings:
                found.append(rings)
        return found

    def _ring(self, ring: shapely.LinearRing) -> Ring:
        steps = np.rint((shapely.get_coordinates(ring) - self.origin) / DEGREES).astype(np.int64)
        moved = np.ones(len(steps), dtype=bool)
        moved[1:] = (steps[1:] != steps[:-1]).any(axis=1)
        return [(x, y) for x, y in steps[moved].tolist()]

    def _chain(self, ring: Ring, junctions: set[Point]) -> list[int]:
        """The arcs of a ring, negative (ones' complement) where one is walked backwards."""
        start = next((number for number, point in enumerate(ring[:-1]) if point in junctions), None)
        if start is None:
            lowest = min(range(len(ring) - 1), key=lambda number: ring[number])
            turned = ring[lowest:-1] + ring[: lowest + 1]
            return [self._number(turned)]
        turned = ring[start:-1] + ring[: start + 1]
        cuts = [number for number, point in enumerate(turned) if point in junctions]
        return [self._number(turned[first : last + 1]) for first, last in pairwise(cuts)]

    def _number(self, arc: Ring) -> int:
        forward, backward = tuple(arc), tuple(reversed(arc))
        if forward in self._numbers:
            return self._numbers[forward]
        if backward in self._numbers:
            return ~self._numbers[backward]
        self._numbers[forward] = len(self._arcs)
        self._arcs.append(arc)
        return self._numbers[forward]


def _junctions(rings: list[Ring]) -> set[Point]:
    """Points where borders meet or part: their neighbours along the rings are more than two."""
    around: dict[Point, set[Point]] = defaultdict(set)
    for ring in rings:
        corners = ring[:-1]
        for before, point, after in zip(
            [corners[-1], *corners[:-1]], corners, [*corners[1:], corners[0]], strict=True
        ):
            around[point].update((before, after))
    return {point for point, others in around.items() if len(others) > 2}


def _differences(arc: Ring) -> list[list[int]]:
    first = [list(arc[0])]
    return first + [[x - u, y - v] for (u, v), (x, y) in pairwise(arc)]
