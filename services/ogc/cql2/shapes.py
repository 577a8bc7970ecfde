"""Geometry literals, read and brought to OGC:CRS84."""

from collections.abc import Sequence
from math import isfinite

import numpy as np
import shapely
from shapely.errors import GEOSException
from shapely.geometry.base import BaseGeometry

from services.ogc import crs
from services.ogc.cql2.errors import BadExpression
from services.ogc.cql2.tree import Box, Shape

WKT_NAMES = frozenset(
    {"POINT", "LINESTRING", "POLYGON", "MULTIPOINT", "MULTILINESTRING", "MULTIPOLYGON", "GEOMETRYCOLLECTION"}
)
_SEGMENTS = 128


def shape_of_wkt(text: str) -> Shape:
    """A geometry written as WKT.

    Raises:
        BadExpression: it is none, or not a usable one.

    """
    try:
        return _usable(shapely.from_wkt(text))
    except GEOSException as error:
        raise BadExpression(f"not a geometry: {text[:80]!r}") from error


def shape_of_geojson(text: str) -> Shape:
    """A geometry written as GeoJSON.

    Raises:
        BadExpression: it is none, or not a usable one.

    """
    try:
        return _usable(shapely.from_geojson(text))
    except GEOSException as error:
        raise BadExpression(f"not a GeoJSON geometry: {text[:80]!r}") from error


def box_of(corners: Sequence[float]) -> Box:
    """A box.

    Raises:
        BadExpression: it has not 4 or 6 finite numbers.

    """
    if len(corners) not in (4, 6) or not all(map(isfinite, corners)):
        raise BadExpression(f"a box has 4 or 6 numbers; given: {list(corners)}")
    return Box(tuple(map(float, corners)))


def in_crs84(literal: Shape | Box, crs_uri: str) -> BaseGeometry:
    """The geometry of a literal in OGC:CRS84.

    An edge that is straight in a projected system is followed point by point.

    Raises:
        BadExpression: it has no place in OGC:CRS84.

    """
    if isinstance(literal, Box):
        try:
            return crs.window(literal.corners, crs_uri).outline
        except crs.UnusableBox as error:
            raise BadExpression(str(error)) from error
    if crs_uri == crs.CRS84:
        return literal.geometry
    return _moved(literal.geometry, crs_uri)


def _moved(geometry: BaseGeometry, crs_uri: str) -> BaseGeometry:
    west, south, east, north = shapely.bounds(geometry)
    step = max(east - west, north - south) / _SEGMENTS
    dense = shapely.segmentize(geometry, step) if step > 0 and not crs.is_geographic(crs_uri) else geometry
    change = crs.transformer(crs.code(crs_uri), "OGC:CRS84")
    moved = shapely.transform(dense, lambda points: np.column_stack(change.transform(*points.T)))
    if not np.isfinite(shapely.get_coordinates(moved)).all():
        raise BadExpression(f"the geometry lies outside the area of {crs.code(crs_uri)}")
    return moved if shapely.is_valid(moved) else shapely.make_valid(moved)


def _usable(geometry: BaseGeometry | None) -> Shape:
    if geometry is None or geometry.is_empty:
        raise BadExpression("an empty geometry has no place")
    flat: BaseGeometry = shapely.force_2d(geometry)
    if not np.isfinite(shapely.get_coordinates(flat)).all():
        raise BadExpression("a geometry needs finite coordinates")
    if not shapely.is_valid(flat):
        raise BadExpression(f"the geometry is not valid: {shapely.is_valid_reason(flat)}")
    return Shape(flat)
