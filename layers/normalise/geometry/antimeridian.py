"""Geometries on both sides of the 180th meridian, cut there as RFC 7946 asks (section 3.1.9).

Only a state whose bounds span more than half of the globe has such; elsewhere an edge of more than 180° is
left for the checks to find.
"""

from functools import partial

import numpy as np
import shapely
from numpy.typing import NDArray

from layers.normalise.crs.transformation import DECIMALS
from layers.normalise.geometry.reading import Geometries

_TURN = 360.0
_WORLDS = tuple(
    (shift, shapely.box(-180.0 + shift, -90.0, 180.0 + shift, 90.0)) for shift in (-_TURN, 0.0, _TURN)
)


def cut_at_antimeridian(shapes: Geometries) -> tuple[Geometries, NDArray[np.bool_]]:
    """The geometries with all longitudes from -180 to 180, and which of them were cut or shifted.

    An edge that goes over more than 180° of longitude is the short way around the globe: what follows it on
    the other side is counted on, beyond 180°, before the geometry is cut.
    """
    west, _, east, _ = shapely.bounds(shapes).T
    wide = (east - west > 180) | (west < -180) | (east > 180)
    result, done = shapes.copy(), np.zeros(len(shapes), dtype=bool)
    for position in np.flatnonzero(wide):
        parts = shapely.get_parts(shapes[position])
        unwrapped = [shapely.transform(part, _counted_on) if _jumps(part) else part for part in parts]
        if any(one is not part for one, part in zip(unwrapped, parts, strict=True)) or _beyond(parts):
            result[position] = shapely.union_all([_in_one_world(part) for part in unwrapped])
            done[position] = True
    return result, done


def _jumps(part: shapely.Geometry) -> bool:
    lines = shapely.get_rings(part) if shapely.get_dimensions(part) == 2 else [part]
    return any(np.any(np.abs(np.diff(shapely.get_coordinates(line)[:, 0])) > 180) for line in lines)


def _beyond(parts: Geometries) -> bool:
    return bool(np.any(np.abs(shapely.get_coordinates(parts)[:, 0]) > 180))


def _counted_on(coordinates: NDArray[np.float64]) -> NDArray[np.float64]:
    x, y = coordinates.T
    return np.column_stack([np.where(x < 0, x + _TURN, x), y])


def _in_one_world(part: shapely.Geometry) -> shapely.Geometry:
    """The part cut along the meridians of 180° and -180°, its pieces shifted to where they belong."""
    whole = (
        part if shapely.is_valid(part) else shapely.make_valid(part, method="structure", keep_collapsed=False)
    )
    pieces = [
        shapely.transform(shapely.intersection(whole, world), partial(_shifted, by=shift))
        for shift, world in _WORLDS
        if shapely.intersects(whole, world)
    ]
    of_the_kind = [piece for piece in pieces if shapely.get_dimensions(piece) == shapely.get_dimensions(part)]
    return shapely.union_all(of_the_kind)


def _shifted(coordinates: NDArray[np.float64], by: float) -> NDArray[np.float64]:
    return np.round(np.column_stack([coordinates[:, 0] - by, coordinates[:, 1]]), DECIMALS)
