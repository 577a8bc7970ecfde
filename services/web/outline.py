"""The state as one drawing of lines, for the first page."""

from dataclasses import dataclass
from math import cos, radians

import numpy as np
import orjson
import shapely
from numpy.typing import NDArray

from catalog.records import Bounds

_WIDTH = 1000.0
_TOLERANCE = 1.5


@dataclass(frozen=True)
class Outline:
    """A path of SVG and its view box."""

    path: str
    box: str


def outline(base: bytes, bounds: Bounds) -> Outline | None:
    """The drawing of outlines as previews have them; None where there are none."""
    shapes = [shapely.from_geojson(orjson.dumps(feature["g"])) for feature in orjson.loads(base)]
    if not shapes:
        return None
    west, south, east, north = bounds
    across = cos(radians((south + north) / 2))
    scale = _WIDTH / ((east - west) * across)
    height = (north - south) * scale

    def placed(points: NDArray[np.float64]) -> NDArray[np.float64]:
        moved = points.copy()
        moved[:, 0] = (points[:, 0] - west) * across * scale
        moved[:, 1] = (north - points[:, 1]) * scale
        return moved

    drawn = shapely.simplify(shapely.transform(shapes, placed), _TOLERANCE)
    rings = shapely.get_rings(shapely.get_parts(drawn))
    parts = ("M" + "L".join(f"{x:.0f} {y:.0f}" for x, y in shapely.get_coordinates(ring)) for ring in rings)
    return Outline("".join(parts), f"0 0 {_WIDTH:.0f} {height:.0f}")
