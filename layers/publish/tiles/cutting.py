"""Geometries of a zoom cut at the borders of its tiles, with a buffer around each tile."""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from layers.publish.tiles.rules import BUFFER, EXTENT
from layers.publish.tiles.snapping import polygons_only

Spans = NDArray[np.int64]
"""First column, first row, last column and last row of tiles, (n, 4)."""


@dataclass(frozen=True)
class Pieces:
    """Parts of features: geometry in units of the zoom, position of the feature, column and row of the tile."""

    shapes: NDArray[np.object_]
    features: NDArray[np.int64]
    tiles: NDArray[np.int64]


def pieces(shapes: NDArray[np.object_], within: tuple[int, int, int, int]) -> Pieces:
    """The pieces of geometries in a block of tiles: first column, first row, last column, last row.

    A feature that several tiles share is halved until each half is in one tile, so that the cost of a large
    one grows with the length of its outline and not with the number of tiles times its vertices.
    """
    features = np.arange(len(shapes))
    spans = np.broadcast_to(np.array(within), (len(shapes), 4))
    done = []
    while True:
        shapes, features, spans = _in_span(shapes, features, spans)
        single = (spans[:, 0] == spans[:, 2]) & (spans[:, 1] == spans[:, 3])
        done.append((shapes[single], features[single], spans[single, :2]))
        if single.all():
            break
        shapes, features, spans = _halved(shapes[~single], features[~single], spans[~single])
    return Pieces(*(np.concatenate(parts) for parts in zip(*done, strict=True)))


def _in_span(
    shapes: NDArray[np.object_], features: NDArray[np.int64], spans: Spans
) -> tuple[NDArray[np.object_], NDArray[np.int64], Spans]:
    """The geometries cut to their span of tiles, without what is outside; spans shrink to what is left."""
    low, high = spans[:, :2] * EXTENT - BUFFER, (spans[:, 2:] + 1) * EXTENT + BUFFER
    bounds = shapely.bounds(shapes)
    with np.errstate(invalid="ignore"):  # the bounds of what is empty
        beyond = (bounds[:, :2] < low).any(axis=1) | (bounds[:, 2:] > high).any(axis=1)
    shapes = shapes.copy()
    shapes[beyond] = _cut(shapes[beyond], low[beyond], high[beyond])
    left = ~shapely.is_empty(shapes)
    shapes, features, spans = shapes[left], features[left], spans[left]
    bounds = shapely.bounds(shapes)
    first = np.ceil((bounds[:, :2] - BUFFER) / EXTENT) - 1
    last = np.floor((bounds[:, 2:] + BUFFER) / EXTENT)
    reached = np.hstack([np.maximum(first, spans[:, :2]), np.minimum(last, spans[:, 2:])]).astype(np.int64)
    return shapes, features, reached


def _cut(shapes: NDArray[np.object_], low: NDArray[np.int64], high: NDArray[np.int64]) -> NDArray[np.object_]:
    """The parts of geometries inside boxes, on the grid; lines keep their direction and are not split."""
    cut = shapes.copy()
    line = shapely.get_dimensions(shapes) == 1
    for place in np.flatnonzero(line):
        cut[place] = shapely.clip_by_rect(shapes[place], *low[place], *high[place])
    cut[line] = shapely.transform(cut[line], np.rint)
    boxes = shapely.box(low[~line, 0], low[~line, 1], high[~line, 0], high[~line, 1])
    inside = np.asarray(shapely.intersection(shapes[~line], boxes, grid_size=1.0))
    polygon = shapely.get_dimensions(shapes[~line]) == 2
    inside[polygon] = polygons_only(inside[polygon])
    cut[~line] = inside
    cut[line & (shapely.length(cut) == 0)] = shapely.Polygon()
    return cut


def _halved(
    shapes: NDArray[np.object_], features: NDArray[np.int64], spans: Spans
) -> tuple[NDArray[np.object_], NDArray[np.int64], Spans]:
    """Every geometry twice, for the two halves of its span along the longer side."""
    rows = np.arange(len(spans))
    axis = np.where(spans[:, 2] - spans[:, 0] >= spans[:, 3] - spans[:, 1], 0, 1)
    middle = (spans[rows, axis] + spans[rows, axis + 2]) // 2
    first, second = spans.copy(), spans.copy()
    first[rows, axis + 2] = middle
    second[rows, axis] = middle + 1
    return np.concatenate([shapes, shapes]), np.concatenate([features, features]), np.vstack([first, second])
