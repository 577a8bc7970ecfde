"""The archive of a version's vector tiles: PMTiles version 3, https://github.com/protomaps/PMTiles."""

import gzip
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

import numpy as np
from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import Writer

from catalog.records import Record
from layers.publish.finished import finished_file
from layers.publish.tiles.commands import commands, geometry_code
from layers.publish.tiles.cutting import Pieces, pieces
from layers.publish.tiles.encoding import field, varint
from layers.publish.tiles.rules import BUFFER, EXTENT, largest_zoom, smallest_zoom, tile_columns
from layers.publish.tiles.snapping import snapped
from layers.publish.tiles.source import Near, Source

_FIELDS = {"integer": "Number", "number": "Number", "boolean": "Boolean"}
_LEVEL = 6
_EXTENT_AND_VERSION = b"\x28" + varint(EXTENT) + b"\x78" + varint(2)

Tile = tuple[int, bytes]


def build_tiles(
    data: Path, record: Record, out: Path, *, progress: Callable[[int], None] = lambda zoom: None
) -> None:
    """Write the vector tiles of a data file; the same data and record give the same bytes.

    Every feature is in the tiles of the largest zoom, and at smaller ones while it is as large as a pixel.
    One layer named like the version's layer. A feature's id is the number of its row in the data file, from
    1, which is the `fid` of the serving index. Memory is bounded by what one tile of the smallest zoom is
    made from.

    Args:
        data: the version's `data.parquet`.
        record: the version's record, for which `is_tiled` holds.
        out: the file to write; an old one stays until the new one is finished.
        progress: told of each zoom when it is done.

    Raises:
        StoreError: the disk is full or read-only.

    """
    names = tile_columns(data, record.columns, record.key)
    with Source.opened(data, names) as source, finished_file(out) as temporary:
        last = largest_zoom(source.envelopes)
        first = smallest_zoom(source.envelopes, source.weights, last)
        with temporary.open("wb") as file, TemporaryFile(dir=out.parent) as spool:
            writer = Writer(file)  # type: ignore[no-untyped-call]
            writer.tile_f.close()  # it would lie in the system's folder for small files
            writer.tile_f = spool
            for zoom in range(first, last + 1):
                for number, tile in _tiles(source, record.id, first, zoom, keep_all=zoom == last):
                    writer.write_tile(number, tile)  # type: ignore[no-untyped-call]
                progress(zoom)
            metadata = _metadata(record, names, first, last)
            writer.finalize(_header(record, first), metadata)  # type: ignore[no-untyped-call]


def _tiles(source: Source, layer: str, first: int, zoom: int, *, keep_all: bool) -> Iterator[Tile]:
    """The tiles of a zoom in the order of their numbers, made block by block: a tile of the first zoom each."""
    for block in _blocks(source, first):
        near = source.near(_window(*block, first))
        column, row = (place << zoom - first for place in block)
        side = 1 << zoom - first
        shapes = snapped(near.shapes, zoom, keep_all=keep_all)
        cut = pieces(shapes, (column, row, column + side - 1, row + side - 1))
        yield from _encoded(cut, near, layer, zoom)


def _blocks(source: Source, zoom: int) -> list[tuple[int, int]]:
    """The tiles of a zoom that hold an envelope or a part of one, in the order of their numbers."""
    spans = np.floor(source.envelopes * 2**zoom).astype(np.int64).clip(0, 2**zoom - 1)
    found: set[tuple[int, int]] = set()
    for west, north, east, south in np.unique(spans, axis=0).tolist():
        found |= {(x, y) for x in range(west - 1, east + 2) for y in range(north - 1, south + 2)}
    inside = (block for block in found if min(block) >= 0 and max(block) < 1 << zoom)
    return sorted(inside, key=lambda block: int(zxy_to_tileid(zoom, *block)))


def _window(column: int, row: int, zoom: int) -> tuple[float, float, float, float]:
    """A tile with a buffer, in the unit square."""
    margin = (BUFFER + 1) / EXTENT
    edges = (column - margin, row - margin, column + 1 + margin, row + 1 + margin)
    west, north, east, south = (edge / 2**zoom for edge in edges)
    return west, north, east, south


def _encoded(cut: Pieces, near: Near, layer: str, zoom: int) -> Iterator[Tile]:
    """The finished tiles of pieces, in the order of their numbers; features in the order of their rows."""
    if not len(cut.shapes):
        return
    places, place = np.unique(cut.tiles, axis=0, return_inverse=True)
    numbers = np.array([zxy_to_tileid(zoom, x, y) for x, y in places.tolist()])[place]
    order = np.lexsort([cut.features, numbers])
    numbers, rows = numbers[order], cut.features[order]
    geometries = commands(cut.shapes[order], cut.tiles[order] * EXTENT)
    head = b"\x18" + varint(geometry_code(cut.shapes[0])) + b"\x22"
    starts = np.flatnonzero(np.append(True, numbers[1:] != numbers[:-1])).tolist()
    for start, end in zip(starts, [*starts[1:], len(numbers)], strict=True):
        tags, shared = near.attributes.layer_part(rows[start:end])
        features = zip(near.numbers[rows[start:end]].tolist(), tags, geometries[start:end], strict=True)
        content = b"".join(_feature(*feature, head) for feature in features)
        tile = field(0x1A, field(0x0A, layer.encode()) + content + shared + _EXTENT_AND_VERSION)
        yield int(numbers[start]), gzip.compress(tile, _LEVEL, mtime=0)


def _feature(number: int, tags: bytes, geometry: bytes, head: bytes) -> bytes:
    content = (
        b"\x08"
        + varint(number)
        + b"\x12"
        + varint(len(tags))
        + tags
        + head
        + varint(len(geometry))
        + geometry
    )
    return b"\x12" + varint(len(content)) + content


def _header(record: Record, first: int) -> dict[str, Any]:
    west, south, east, north = (round(degrees * 1e7) for degrees in record.bounds or (-180, -85, 180, 85))
    return {
        "tile_type": TileType.MVT,
        "tile_compression": Compression.GZIP,
        "min_lon_e7": west,
        "min_lat_e7": south,
        "max_lon_e7": east,
        "max_lat_e7": north,
        "center_zoom": first,
    }


def _metadata(record: Record, names: list[str], first: int, last: int) -> dict[str, Any]:
    """What clients read: https://github.com/mapbox/tilejson-spec, as PMTiles keeps it."""
    columns = {column.name: column for column in record.columns}
    layer = {
        "id": record.id,
        "description": record.description,
        "minzoom": first,
        "maxzoom": last,
        "fields": {name: _FIELDS.get(columns[name].type, "String") for name in names},
    }
    said = {"name": record.title, "description": record.description, "attribution": record.attribution}
    return {name: text for name, text in said.items() if text} | {"type": "overlay", "vector_layers": [layer]}
