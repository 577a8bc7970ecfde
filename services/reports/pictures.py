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
    def borders(self) -> str:
        """The path of all outlines."""
        return "".join(path_of(shape) for shape in self.shapes)

    @cached_property
    def land(self) -> str:
        """The path of the outline of all places together."""
        return path_of(shapely.union_all(self.shapes))


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
    areas = [(base.land, LAND), *([(path_of(around), AROUND)] if around is not None else [])]
    areas += [(path_of(shape), CHOSEN) for shape in chosen]
    parts = [f'<path d="{path}" fill="{colour}" fill-rule="evenodd"/>' for path, colour in areas]
    parts.append(f'<path d="{base.borders}" fill="none" stroke="{BORDER}" stroke-width="2.5"/>')
    parts += [_ring(shape) for shape in chosen if _is_small(shape)]
    west, south, east, north = shapely.total_bounds(base.shapes)
    box = f"{west - 4:.0f} {south - 4:.0f} {east - west + 8:.0f} {north - south + 8:.0f}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}"><title>{escape(title)}</title>'
        f"{''.join(parts)}</svg>"
    )


def _is_small(shape: shapely.Geometry) -> bool:
    """Whether a place is hard to see without a ring around it."""
    west, south, east, north = shapely.bounds(shape)
    return bool(max(east - west, north - south) < _SMALL)


def _ring(shape: shapely.Geometry) -> str:
    west, south, east, north = shapely.bounds(shape)
    x, y = (west + east) / 2, (south + north) / 2
    ring = f'cx="{x:.0f}" cy="{y:.0f}" r="{_SMALL * 0.8:.0f}" fill="none"'
    return f'<circle {ring} stroke="{CHOSEN}" stroke-width="5"/>'


def path_of(shape: shapely.Geometry) -> str:
    """The SVG path of a polygon, every ring closed, in whole units."""
    rings = [
        ring for part in shapely.get_parts(shape) if part.area for ring in (part.exterior, *part.interiors)
    ]
    return "".join(
        "M" + "L".join(f"{x:.0f} {y:.0f}" for x, y in np.asarray(ring.coords)[:-1, :2]) + "Z"
        for ring in rings
    )
