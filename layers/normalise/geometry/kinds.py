"""Geometries of one type: collections taken apart, heights left out, singles made multi, rings turned."""

from collections.abc import Callable
from typing import Any

import numpy as np
import shapely
from shapely import GeometryType as Kind

from catalog.manifests import GeometryRules
from layers.errors import WrongGeometryType
from layers.normalise.cells import Cells, Mask
from layers.normalise.geometry.reading import Geometries

DIMENSIONS = {"point": 0, "line": 1, "polygon": 2}
_JOINED: dict[str, Callable[..., Any]] = {
    "point": shapely.multipoints,
    "line": shapely.multilinestrings,
    "polygon": shapely.multipolygons,
}


def of_dimension(shapes: Geometries, rules: GeometryRules, cells: Cells) -> Geometries:
    """The geometries, collections reduced to their parts of the layer's dimension.

    Raises:
        WrongGeometryType: a geometry of another dimension, or a collection without a part of this one.

    """
    collections = (shapely.get_type_id(shapes) == Kind.GEOMETRYCOLLECTION) & ~shapely.is_empty(shapes)
    if collections.any():
        shapes = shapes.copy()
        shapes[collections], partial = _taken_apart(shapes[collections], rules)
        changed = np.zeros(len(shapes), dtype=bool)
        changed[collections] = partial
        cells.note("geometry", f"parts of collections left out that are no {rules.type}s", changed)
    wrong = ~np.isin(shapely.get_dimensions(shapes), (-1, DIMENSIONS[rules.type]))
    names = [kind.name.title() for kind in Kind if kind.value in shapely.get_type_id(shapes[wrong])]
    cells.refuse(wrong, WrongGeometryType, f"{' and '.join(names)} in a layer of {rules.type}s")
    return shapes


def in_the_plane(shapes: Geometries, cells: Cells) -> Geometries:
    """The geometries without heights and measures."""
    extra: Mask = shapely.has_z(shapes) | shapely.has_m(shapes)
    if extra.any():
        shapes = shapes.copy()
        shapes[extra] = shapely.force_2d(shapes[extra])
        cells.note("geometry", "heights (Z) or measures (M) left out", extra, examples=False)
    return shapes


def uniform(shapes: Geometries, rules: GeometryRules, cells: Cells) -> Geometries:
    """The geometries all of the published type; polygons with exteriors counter-clockwise (RFC 7946).

    Raises:
        WrongGeometryType: a multipoint of several points.

    """
    if rules.type == "point":
        return _single_points(shapes, cells)
    if rules.type == "polygon":
        shapes = shapely.orient_polygons(shapes, exterior_cw=False)
    single = np.isin(shapely.get_type_id(shapes), (Kind.LINESTRING, Kind.LINEARRING, Kind.POLYGON))
    if single.any():
        many = shapes.copy()
        many[single] = _JOINED[rules.type](shapes[single], indices=np.arange(np.count_nonzero(single)))
        shapes = many
    return shapes


def _single_points(shapes: Geometries, cells: Cells) -> Geometries:
    multi = shapely.get_type_id(shapes) == Kind.MULTIPOINT
    if not multi.any():
        return shapes
    several = multi & (shapely.get_num_geometries(shapes) > 1)
    cells.refuse(
        several, WrongGeometryType, "several points in one row: a row of a point layer has one place"
    )
    shapes = shapes.copy()
    shapes[multi] = shapely.get_geometry(shapes[multi], 0)
    cells.note("geometry", "multipoints of one point made points", multi, examples=False)
    return shapes


def _taken_apart(collections: Geometries, rules: GeometryRules) -> tuple[Geometries, Mask]:
    """Multi-geometries of the wanted parts (a collection itself where it has none), and what lost a part."""
    owner = np.arange(len(collections))
    parts = collections
    while (shapely.get_type_id(parts) > Kind.POLYGON).any():
        parts, index = shapely.get_parts(parts, return_index=True)
        owner = owner[index]
    wanted = shapely.get_dimensions(parts) == DIMENSIONS[rules.type]
    holders = np.unique(owner[wanted])
    result = collections.copy()
    if len(holders):
        result[holders] = _JOINED[rules.type](parts[wanted], indices=np.searchsorted(holders, owner[wanted]))
    partial = np.zeros(len(collections), dtype=bool)
    partial[owner[~wanted]] = True
    return result, partial
