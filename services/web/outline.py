"""Shapes of a preview as one drawing of SVG, for the first page."""

from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from math import cos, radians

import numpy as np
import orjson
import shapely
from numpy.typing import NDArray

_WIDTH = 1000.0


@dataclass(frozen=True)
class Drawing:
    """A view box of SVG and a path for each class of shapes; the class is None where there is none."""

    box: str
    paths: tuple[tuple[int | None, str], ...]


@lru_cache(maxsize=8)
def drawing(features: bytes) -> Drawing | None:
    """The drawing of features as previews have them, those without a class first; None where there are none."""
    known = orjson.loads(features)
    if not known:
        return None
    shapes = np.asarray(shapely.from_geojson([orjson.dumps(feature["g"]) for feature in known]))
    west, south, east, north = (float(side) for side in shapely.total_bounds(shapes))
    across = cos(radians((south + north) / 2))
    scale = _WIDTH / ((east - west) * across)

    def placed(points: NDArray[np.float64]) -> NDArray[np.float64]:
        x, y = (points[:, 0] - west) * across * scale, (north - points[:, 1]) * scale
        return np.rint(np.column_stack((x, y)))

    paths: dict[int | None, str] = defaultdict(str)
    for feature, shape in zip(known, shapely.transform(shapes, placed), strict=True):
        paths[feature["c"]] += "".join(_ring(ring) for ring in shapely.get_rings(shapely.get_parts(shape)))
    ordered = sorted(paths.items(), key=lambda pair: -1 if pair[0] is None else pair[0])
    return Drawing(f"0 0 {_WIDTH:.0f} {(north - south) * scale:.0f}", tuple(ordered))


def _ring(ring: shapely.Geometry) -> str:
    """A ring as steps from point to point; points that fall together are one."""
    points = shapely.get_coordinates(ring).astype(int)
    steps = np.diff(points, axis=0)
    steps = steps[steps.any(axis=1)][:-1]
    if len(steps) < 2:
        return ""
    told = " ".join(f"{x} {y}" for x, y in steps).replace(" -", "-")
    return f"M{points[0, 0]} {points[0, 1]}l{told}z"
