"""Coordinate reference systems: their URIs, coordinates out of OGC:CRS84 and boxes into it.

Outside this module every coordinate is OGC:CRS84 (longitude, latitude). URIs follow OGC 09-048; the order of
the axes is the one that the system's authority defines, as OGC API Features part 2 demands.
"""

import re
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray
from pyproj.exceptions import ProjError
from shapely.geometry.base import BaseGeometry

from catalog.records import Bounds

Points = NDArray[np.float64]

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
DEGREE_DECIMALS = 7
PROJECTED_DECIMALS = 3
_URI = re.compile(r"^http://www\.opengis\.net/def/crs/EPSG/0/([0-9]+)$")
_SEGMENTS_PER_EDGE = 128
_MARGIN = 10.0
_HIGHEST = 89.9
_LOWER_FIRST = "the lower corner must come first"


class _OfThread(threading.local):
    def __init__(self) -> None:
        self.transformers: dict[tuple[str, str, bool], pyproj.Transformer] = {}


_OF_THREAD = _OfThread()


class UnusableBox(ValueError):
    """A box that has no place in OGC:CRS84."""


def uri(code: str) -> str:
    """The URI of `OGC:CRS84` or `EPSG:n`."""
    return CRS84 if code == "OGC:CRS84" else f"http://www.opengis.net/def/crs/EPSG/0/{code.split(':')[1]}"


def code(crs_uri: str) -> str:
    """`OGC:CRS84` or `EPSG:n` of a URI.

    Raises:
        ValueError: another form of URI.

    """
    if crs_uri == CRS84:
        return "OGC:CRS84"
    match = _URI.match(crs_uri)
    if match is None:
        raise ValueError(f"{crs_uri!r} is not the URI of a coordinate reference system")
    return f"EPSG:{match[1]}"


def is_geographic(crs_uri: str) -> bool:
    """Whether coordinates are degrees."""
    return bool(pyproj.CRS(code(crs_uri)).is_geographic)


@dataclass(frozen=True)
class Window:
    """What a bbox selects: rectangles in OGC:CRS84 that hold it, its exact outline, a rectangle inside each."""

    envelopes: tuple[Bounds, ...]
    outline: BaseGeometry
    insides: tuple[Bounds | None, ...]


def window(bbox: Sequence[float], crs_uri: str = CRS84) -> Window:
    """The window of a bbox of 4 or 6 numbers in the axis order of its system; heights are left aside.

    A box of degrees whose west lies above its east crosses the antimeridian. Of the systems of the EPSG, those
    of degrees have the latitude first.

    Raises:
        UnusableBox: the box ends before it begins or cannot be brought to OGC:CRS84.

    """
    first, second = (0, 1), (2, 3) if len(bbox) == 4 else (3, 4)
    x1, y1, x2, y2 = (float(bbox[i]) for i in (*first, *second))
    if len(bbox) == 6 and bbox[2] > bbox[5]:
        raise UnusableBox(f"{_LOWER_FIRST}; given: from {bbox[2]:g} to {bbox[5]:g} high")
    if crs_uri == CRS84:
        return _geographic(x1, y1, x2, y2)
    if y1 > y2 and is_geographic(crs_uri):
        parts = (_elsewhere(x1, y1, x2, 180.0, crs_uri), _elsewhere(x1, -180.0, x2, y2, crs_uri))
        return _joined(*parts)
    return _elsewhere(x1, y1, x2, y2, crs_uri)


def transformed(geometries: NDArray[np.object_], crs_uri: str) -> NDArray[np.object_]:
    """Geometries brought from OGC:CRS84 to a system, rounded to about a centimetre or finer."""
    target = code(crs_uri)
    change = transformer("OGC:CRS84", target)
    moved: NDArray[np.object_] = np.asarray(shapely.transform(geometries, _moving(change, _decimals(target))))
    return moved


def in_file_order(geometries: NDArray[np.object_], system: str) -> NDArray[np.object_]:
    """Geometries brought from OGC:CRS84 to a system, x before y as files hold them; None stays None."""
    change = transformer("OGC:CRS84", system, in_file_order=True)
    decimals = _decimals(system)
    moved: NDArray[np.object_] = np.asarray(shapely.transform(geometries, _moving(change, decimals)))
    return moved


def points_in(outline: BaseGeometry, system: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """X and y, in a system given as WKT, of points along an outline in OGC:CRS84.

    Raises:
        UnusableBox: a point has no place in that system.

    """
    west, south, east, north = shapely.bounds(outline)
    step = max(east - west, north - south) / _SEGMENTS_PER_EDGE
    dense = shapely.segmentize(outline, step) if step > 0 else outline
    lon, lat = shapely.get_coordinates(dense).T
    try:
        x, y = pyproj.Transformer.from_crs("OGC:CRS84", system, always_xy=True).transform(
            lon, lat, errcheck=True
        )
    except ProjError as error:
        raise UnusableBox("bbox lies outside the area of the coverage's system") from error
    return x, y


def transformer(source: str, target: str, *, in_file_order: bool = False) -> pyproj.Transformer:
    """The thread's own transformer between two systems, in their authorities' axis orders or in x, y."""
    known = _OF_THREAD.transformers
    key = (source, target, in_file_order)
    if key not in known:
        known[key] = pyproj.Transformer.from_crs(source, target, always_xy=in_file_order)
    return known[key]


def _decimals(system: str) -> int:
    return DEGREE_DECIMALS if pyproj.CRS(system).is_geographic else PROJECTED_DECIMALS


def _moving(change: pyproj.Transformer, decimals: int) -> Callable[[Points], Points]:
    def move(points: Points) -> Points:
        moved = change.transform(points[:, 0], points[:, 1])
        return np.column_stack([np.round(values, decimals) for values in moved])

    return move


def _geographic(west: float, south: float, east: float, north: float) -> Window:
    if south > north:
        raise UnusableBox(f"{_LOWER_FIRST}; given: from {south:g} to {north:g} degrees north")
    if west <= east:
        return _rectangle(west, south, east, north)
    return _joined(_rectangle(west, south, 180.0, north), _rectangle(-180.0, south, east, north))


def _rectangle(west: float, south: float, east: float, north: float) -> Window:
    box = (west, south, east, north)
    return Window((box,), shapely.box(*box), (box,))


def _joined(first: Window, second: Window) -> Window:
    """Two windows on both sides of the antimeridian as one."""
    return Window(
        first.envelopes + second.envelopes,
        shapely.union_all([first.outline, second.outline]),
        first.insides + second.insides,
    )


def _elsewhere(x1: float, y1: float, x2: float, y2: float, crs_uri: str) -> Window:
    """A box in another system: its edges, straight there, are followed point by point."""
    if x1 > x2 or y1 > y2:
        raise UnusableBox(f"{_LOWER_FIRST}; given: {x1:g}, {y1:g} and {x2:g}, {y2:g} in {code(crs_uri)}")
    left, low, right, high = _area(code(crs_uri))
    x1, y1, x2, y2 = max(x1, left), max(y1, low), min(x2, right), min(y2, high)
    if x1 > x2 or y1 > y2:
        return Window((), shapely.Polygon(), ())
    steps = np.linspace(0, 1, _SEGMENTS_PER_EDGE + 1)
    across, up = x1 + steps * (x2 - x1), y1 + steps * (y2 - y1)
    xs = np.concatenate([across, np.full_like(up, x2), across[::-1], np.full_like(up, x1)])
    ys = np.concatenate([np.full_like(across, y1), up, np.full_like(across, y2), up[::-1]])
    lon, lat = transformer(code(crs_uri), "OGC:CRS84").transform(xs, ys)
    outline = shapely.make_valid(shapely.Polygon(np.column_stack([lon, lat])))
    west, south, east, north = (float(value) for value in shapely.bounds(outline))
    return Window(((west, south, east, north),), outline, (_rectangle_inside(outline, lon, lat),))


@cache
def _area(system: str) -> Bounds:
    """The box, in a system's own axes, around the area that it is made for and a margin.

    Beyond it a projection folds over, so that a box that reaches further is cut to it.
    """
    found = pyproj.CRS(system)
    area = found.area_of_use
    if found.is_geographic or area is None:
        west, south, east, north = -180.0, -90.0, 180.0, 90.0
    else:
        west, east = max(area.west - _MARGIN, -180), min(area.east + _MARGIN, 180)
        south, north = max(area.south - _MARGIN, -_HIGHEST), min(area.north + _MARGIN, _HIGHEST)
    change = pyproj.Transformer.from_crs("OGC:CRS84", system)
    left, low, right, high = change.transform_bounds(west, south, east, north, densify_pts=101)
    return (left, low, right, high)


def _rectangle_inside(
    outline: BaseGeometry, lon: NDArray[np.float64], lat: NDArray[np.float64]
) -> Bounds | None:
    """A large rectangle inside the outline, found from its four edges, or None when there is none."""
    edges_lon, edges_lat = lon.reshape(4, -1), lat.reshape(4, -1)
    middle_lon, middle_lat = edges_lon.mean(axis=1), edges_lat.mean(axis=1)
    leftmost, rightmost = middle_lon.argmin(), middle_lon.argmax()
    lowest, highest = middle_lat.argmin(), middle_lat.argmax()
    west, east = float(edges_lon[leftmost].max()), float(edges_lon[rightmost].min())
    south, north = float(edges_lat[lowest].max()), float(edges_lat[highest].min())
    if west >= east or south >= north or not outline.contains(shapely.box(west, south, east, north)):
        return None
    return (west, south, east, north)
