"""Small maps that show where places are in their state, as SVG."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from html import escape

import numpy as np
import shapely
from pyproj import Transformer

from catalog.configuration import State
from catalog.places import Places
from catalog.store import Store
from services.maps.levels import read_level
from services.maps.model import Shapes
from services.maps.topology import simplified

_WIDTH = 1000
_DETAIL = 2.0  # units of the picture; smaller corners are left out
_SMALL = 45.0  # a place less wide and high than this gets a ring around it
LAND, AROUND, CHOSEN, BORDER = "#e4e7eb", "#b9cde0", "#123f6b", "#ffffff"


@dataclass(frozen=True, eq=False)
class Outlines:
    """The outlines of all places of a type in units of the picture: x to the right, y downwards."""

    vintage: str
    ids: tuple[str, ...]
    shapes: Shapes

    def shape(self, geoid: str) -> shapely.Geometry | None:
        """The outline of a place."""
        return self.shapes[self.ids.index(geoid)] if geoid in self.ids else None

    @cached_property
    def base(self) -> str:
        """The path of all outlines."""
        return "".join(path_of(shape) for shape in self.shapes)


def read_outlines(store: Store, places: Places, state: State, kind: str, vintage: str) -> Outlines | None:
    """The outlines of a type in a vintage that is drawn; None when no place has an area."""
    level = read_level(store, places, kind, vintage)
    if level.shapes is None:
        return None
    forward = Transformer.from_crs("OGC:CRS84", state.projected_crs, always_xy=True)
    projected = shapely.transform(
        level.shapes, lambda xy: np.column_stack(forward.transform(xy[:, 0], xy[:, 1]))
    )
    west, _, east, north = _frame(state, forward)
    scale = _WIDTH / (east - west)
    moved = shapely.transform(
        projected, lambda xy: np.column_stack([(xy[:, 0] - west) * scale, (north - xy[:, 1]) * scale])
    )
    return Outlines(vintage, level.ids, simplified(moved, _DETAIL))


def _frame(state: State, forward: Transformer) -> tuple[float, float, float, float]:
    """The state's bounds in its own projection: the same frame for the pictures of every place type."""
    bounds: tuple[float, float, float, float] = forward.transform_bounds(*state.bounds)
    return bounds


def locator(
    base: Outlines, chosen: Sequence[shapely.Geometry], around: shapely.Geometry | None, title: str
) -> str:
    """The SVG of a state's places with the chosen ones dark and the region around them shaded."""
    parts = [f'<path d="{base.base}" fill="{LAND}" stroke="{BORDER}" stroke-width="2.5"/>']
    if around is not None:
        parts.append(f'<path d="{path_of(around)}" fill="{AROUND}" fill-rule="evenodd"/>')
        parts.append(f'<path d="{base.base}" fill="none" stroke="{BORDER}" stroke-width="2.5"/>')
    for shape in chosen:
        parts.append(f'<path d="{path_of(shape)}" fill="{CHOSEN}" fill-rule="evenodd"/>')
        parts += _ring(shape)
    west, south, east, north = shapely.total_bounds(base.shapes)
    box = f"{west - 4:.0f} {south - 4:.0f} {east - west + 8:.0f} {north - south + 8:.0f}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}"><title>{escape(title)}</title>'
        f"{''.join(parts)}</svg>"
    )


def _ring(shape: shapely.Geometry) -> list[str]:
    """A ring around a place that is too small to be seen."""
    west, south, east, north = shape.bounds
    if max(east - west, north - south) >= _SMALL:
        return []
    x, y = (west + east) / 2, (south + north) / 2
    ring = f'cx="{x:.0f}" cy="{y:.0f}" r="{_SMALL * 0.8:.0f}" fill="none"'
    return [f'<circle {ring} stroke="{CHOSEN}" stroke-width="5"/>']


def path_of(shape: shapely.Geometry) -> str:
    """The SVG path of a polygon, every ring closed, to a tenth of a unit."""
    rings = [
        ring for part in shapely.get_parts(shape) if part.area for ring in (part.exterior, *part.interiors)
    ]
    return "".join(
        "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in np.asarray(ring.coords)[:-1, :2]) + "Z"
        for ring in rings
    )
