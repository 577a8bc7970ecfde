"""Geometries as the commands of vector tiles: Mapbox Vector Tile Specification 2.1, section 4.3."""

import numpy as np
import shapely
from numpy.typing import NDArray

from layers.publish.tiles.encoding import packed

MOVE_TO, LINE_TO, CLOSE_PATH = 1, 2, 7
Ints = NDArray[np.int64]


def geometry_code(shape: shapely.Geometry) -> int:
    """The type of a geometry in a tile: 1 for points, 2 for lines, 3 for polygons."""
    return int(shapely.get_dimensions(shape)) + 1


def commands(shapes: NDArray[np.object_], origins: Ints) -> list[bytes]:
    """The commands of each geometry, all of one dimension, in units from its tile's origin.

    Points repeated or on a straight line between their neighbours are left out. Exterior rings have a
    positive area where y points down, interior ones a negative, as the specification demands.

    Args:
        shapes: geometries in whole units.
        origins: column and row, in the same units, of each one's tile's corner, (n, 2).

    """
    dimension = int(shapely.get_dimensions(shapes[0]))
    if dimension == 2:
        shapes = shapely.orient_polygons(shapes)
        parts, of_shape = shapely.get_parts(shapes, return_index=True)
        rings, of_part = shapely.get_rings(parts, return_index=True)
        points, path = shapely.get_coordinates(rings, return_index=True)
        shape_of_path = of_shape[of_part]
    else:
        parts, of_shape = shapely.get_parts(shapes, return_index=True)
        points, path = shapely.get_coordinates(parts, return_index=True)
        shape_of_path = of_shape
    whole = points.astype(np.int64) - origins[shape_of_path[path]]
    if dimension == 0:
        return _points(whole, shape_of_path[path], len(shapes))
    whole, path = _needed(whole, path)
    if dimension == 2:
        last = np.append(path[1:] != path[:-1], True)
        whole, path = whole[~last], path[~last]
    return _paths(whole, path, shape_of_path, len(shapes), closed=dimension == 2)


def _needed(points: Ints, path: Ints) -> tuple[Ints, Ints]:
    """The points of paths without repeated ones and those on a straight line between their neighbours."""
    same_path = np.append(False, path[1:] == path[:-1])
    repeated = same_path & np.append(False, (np.diff(points, axis=0) == 0).all(axis=1))
    points, path = points[~repeated], path[~repeated]
    step = np.diff(points, axis=0)
    inner = (path[1:-1] == path[:-2]) & (path[1:-1] == path[2:])
    turn = step[:-1, 0] * step[1:, 1] - step[:-1, 1] * step[1:, 0]
    ahead = (step[:-1] * step[1:]).sum(axis=1) > 0
    straight = np.concatenate([[False], inner & (turn == 0) & ahead, [False]])[: len(points)]
    return points[~straight], path[~straight]


def _paths(points: Ints, path: Ints, shape_of_path: Ints, shapes: int, *, closed: bool) -> list[bytes]:
    """The commands of paths: move to the first point, line to the others and, for rings, close."""
    sizes = np.bincount(path, minlength=len(shape_of_path))
    drawn = sizes >= (3 if closed else 2)
    kept = drawn[path]
    points, path, sizes, owner = points[kept], path[kept], sizes[drawn], shape_of_path[drawn]
    shape = np.repeat(owner, sizes)
    steps = _zigzag(_differences(points, shape))
    lengths = 2 * sizes + (3 if closed else 2)
    starts = np.cumsum(lengths) - lengths
    out = np.empty(int(lengths.sum()), np.uint32)
    out[starts] = MOVE_TO | 1 << 3
    out[starts + 3] = LINE_TO | (sizes - 1) << 3
    if closed:
        out[starts + lengths - 1] = CLOSE_PATH | 1 << 3
    number = np.arange(len(points)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    place = np.repeat(starts, sizes) + 1 + 2 * number + (number > 0)
    out[place], out[place + 1] = steps.T
    return packed(out, np.bincount(owner, lengths, minlength=shapes).astype(np.int64))


def _points(points: Ints, shape: Ints, shapes: int) -> list[bytes]:
    """The commands of points: one move to all of a feature."""
    steps = _zigzag(_differences(points, shape))
    sizes = np.bincount(shape, minlength=shapes)
    starts = np.cumsum(2 * sizes + 1) - (2 * sizes + 1)
    out = np.empty(2 * len(points) + shapes, np.uint32)
    out[starts] = MOVE_TO | sizes << 3
    place = starts[shape] + 1 + 2 * (np.arange(len(points)) - (np.cumsum(sizes) - sizes)[shape])
    out[place], out[place + 1] = steps.T
    return packed(out, 2 * sizes + 1)


def _differences(points: Ints, shape: Ints) -> Ints:
    """Each point as the way from the one before; the first of a feature from the tile's origin."""
    before = np.vstack([np.zeros((1, 2), np.int64), points[:-1]])
    before[np.append(True, shape[1:] != shape[:-1])[: len(points)]] = 0
    return points - before[: len(points)]


def _zigzag(numbers: Ints) -> NDArray[np.uint32]:
    """Whole numbers as ones that are not negative: 0, −1, 1, −2 become 0, 1, 2, 3."""
    return ((numbers << 1) ^ (numbers >> 63)).astype(np.uint32)
