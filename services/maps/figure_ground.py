"""The places of a level in the state's own projection, and how they are painted on a static map."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import shapely
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.patches import PathPatch
from matplotlib.path import Path as Outline
from numpy.typing import NDArray
from pyproj import Transformer

from services.maps import palette
from services.maps.model import Level, Shapes
from services.maps.topology import simplified

_DETAIL = 1 / 3000  # of the state's height: what is smaller cannot be seen in print
_HATCHES = {"unreliable": "/////", "missing": "....."}


@dataclass(frozen=True, eq=False)
class Ground:
    """Polygons in metres or feet of a projection; `at` says which place of the level each is."""

    crs: str
    at: NDArray[np.int64]
    shapes: Shapes

    @cached_property
    def outlines(self) -> list[Outline]:
        """The path of each polygon."""
        return [_outline(shape) for shape in self.shapes]

    @cached_property
    def whole(self) -> Outline:
        """The path around all places together."""
        return _outline(shapely.union_all(self.shapes, grid_size=(self.bounds[3] - self.bounds[1]) * 1e-6))

    @cached_property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east and north end."""
        west, south, east, north = shapely.total_bounds(self.shapes)
        return float(west), float(south), float(east), float(north)

    @property
    def proportion(self) -> float:
        """Width by height."""
        west, south, east, north = self.bounds
        return (east - west) / (north - south)


def ground_of(level: Level, crs: str) -> Ground:
    """The places of a level that have a polygon.

    Raises:
        ValueError: none has.

    """
    if level.shapes is None:
        raise ValueError(f"level {level.key} has no polygons")
    forward = Transformer.from_crs("OGC:CRS84", crs, always_xy=True)
    drawn = [at for at, shape in enumerate(level.shapes) if shape is not None and not shape.is_empty]
    projected = shapely.transform(
        level.shapes[drawn], lambda xy: np.column_stack(forward.transform(xy[:, 0], xy[:, 1]))
    )
    _, south, _, north = shapely.total_bounds(projected)
    return Ground(crs, np.array(drawn), simplified(projected, (north - south) * _DETAIL))


def draw_places(
    axes: Axes, ground: Ground, colours: list[str], hatched: NDArray[np.bool_], dotted: NDArray[np.bool_]
) -> None:
    """Paint every place in its colour, hatch and dot some, and draw the state's outline around them."""
    width = 0.5 if len(ground.at) < 300 else 0.25
    style: dict[str, Any] = {"edgecolor": palette.OUTLINE, "linewidth": width}
    faces = [colours[at] for at in ground.at]
    axes.add_collection(PathCollection(ground.outlines, facecolor=faces, **style))
    dark = np.array([palette.is_dark(colour) for colour in colours])
    for hatch, colour, flags in (
        (_HATCHES["unreliable"], "#303030", hatched & ~dark),
        (_HATCHES["unreliable"], "#ffffff", hatched & dark),
        (_HATCHES["missing"], "#6b6b6b", dotted),
    ):
        some = [outline for outline, at in zip(ground.outlines, ground.at, strict=True) if flags[at]]
        if some:
            lines: dict[str, Any] = {"facecolor": "none", "edgecolor": colour, "linewidth": 0.0}
            axes.add_collection(PathCollection(some, hatch=hatch, **lines))
    axes.add_patch(PathPatch(ground.whole, facecolor="none", edgecolor="#1f1f1f", linewidth=0.9))


def frame(axes: Axes, ground: Ground, room: float = 0.06) -> None:
    """Show the whole state and nothing of axes, with room for a north arrow: a share of the map's width."""
    west, south, east, north = ground.bounds
    edge = (north - south) * 0.005
    axes.set_xlim(west - edge, east + edge + (east - west) * room)
    axes.set_ylim(south - edge, north + edge)
    axes.set_aspect("equal", anchor="C")
    axes.axis("off")


def _outline(shape: shapely.Geometry) -> Outline:
    rings = [
        ring
        for part in shapely.get_parts(shape)
        if part.geom_type == "Polygon"
        for ring in (part.exterior, *part.interiors)
    ]
    return Outline.make_compound_path(
        *(Outline(np.asarray(ring.coords)[:, :2], closed=True) for ring in rings)
    )
