"""Which layers have vector tiles, at which zooms and with which columns. All rules are here.

A unit is 1/4096 of a tile's side: 1/16 of a pixel where a tile is drawn 256 pixels wide.
"""

from pathlib import Path

import numpy as np
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from catalog.records import PublishedColumn, Record

EXTENT = 4096
BUFFER = 80  # units that geometries go on beyond a tile's border: 5 pixels, the half of a wide stroke
PIXEL = EXTENT // 256

MOST_POINTS_WITHOUT_TILES = 5_000
"""A layer of no more points than this is drawn from its features; it has no tiles."""

HIGHEST_ZOOM = 14  # a unit is 0.6 m at the equator, finer than any source
USUAL_ZOOM = 12  # a unit is 2.4 m at the equator: enough for boundaries generalised for maps
UNITS_PER_FEATURE = 128  # where the middle feature is smaller than this, the next zoom is made, too
MOST_TILES = 100_000  # of the largest zoom, in the rectangle around the layer

MOST_FEATURES = 20_000
MOST_BYTES = 64 << 20
"""What one tile of the smallest zoom is made from, at most: features and bytes of well-known binary."""

MOST_COLUMNS = 64
LONGEST_TEXT = 100

Envelopes = NDArray[np.float64]
"""West, north, east and south edges in the unit square, (n, 4)."""


def is_tiled(record: Record) -> bool:
    """Whether a version has tiles: every public layer of polygons or lines, and those of many points."""
    if record.access != "public" or record.bounds is None or record.geometry_type is None:
        return False
    is_point = record.geometry_type in ("Point", "MultiPoint")
    return not is_point or (record.rows or 0) > MOST_POINTS_WITHOUT_TILES


def largest_zoom(envelopes: Envelopes) -> int:
    """The zoom up to which tiles are made; clients draw closer views from its tiles.

    12, or up to 14 where the features are so small that their shape needs it; less for a layer that covers
    so much ground that the archive would hold more than MOST_TILES tiles of that zoom.
    """
    size = float(np.median(np.maximum(envelopes[:, 2] - envelopes[:, 0], envelopes[:, 3] - envelopes[:, 1])))
    zoom = USUAL_ZOOM
    while zoom < HIGHEST_ZOOM and size > 0 and size * EXTENT * 2**zoom < UNITS_PER_FEATURE:
        zoom += 1
    west, north = envelopes[:, :2].min(axis=0)
    east, south = envelopes[:, 2:].max(axis=0)
    while zoom > 0 and (1 + (east - west) * 2**zoom) * (1 + (south - north) * 2**zoom) > MOST_TILES:
        zoom -= 1
    return zoom


def smallest_zoom(envelopes: Envelopes, weights: NDArray[np.int64], largest: int) -> int:
    """The first zoom at which no tile is made from more than MOST_FEATURES features or MOST_BYTES bytes.

    From there on no feature is left out that is as large as a pixel, so that no map shows a choice of them.

    Args:
        envelopes: of all features with a geometry.
        weights: bytes of their geometries.
        largest: the largest zoom of the layer.

    """
    for zoom in range(largest):
        middle = (envelopes[:, :2] + envelopes[:, 2:]) / 2
        column, row = np.floor(middle * 2**zoom).astype(np.int64).T
        tile = np.unique(column * 2**zoom + row, return_inverse=True)[1]
        if np.bincount(tile).max() <= MOST_FEATURES and np.bincount(tile, weights).max() <= MOST_BYTES:
            return zoom
    return largest


def tile_columns(data: Path, columns: tuple[PublishedColumn, ...], key: tuple[str, ...]) -> list[str]:
    """The columns that tiles carry: the key, and the first ones with no text longer than LONGEST_TEXT.

    At most MOST_COLUMNS beside the key, so that a tile of a table with hundreds of columns stays small; a
    client takes the others from the feature itself.
    """
    others = [column for column in columns if column.name not in key]
    small = [
        column.name
        for column in others
        if column.type != "string" or _longest(data, column.name) <= LONGEST_TEXT
    ]
    kept = {*key, *small[:MOST_COLUMNS]}
    return [column.name for column in columns if column.name in kept]


def _longest(data: Path, column: str) -> int:
    texts = pq.read_table(data, columns=[column]).column(column)
    return pc.max(pc.utf8_length(texts)).as_py() or 0
