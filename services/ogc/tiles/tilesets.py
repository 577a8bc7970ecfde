"""The vector tiles of one version."""

import logging
import os
from dataclasses import dataclass
from math import asinh, floor, pi, radians, tan
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from catalog.errors import Corrupted
from catalog.pmtiles import Archive
from catalog.records import PublishedFile, Record
from catalog.store import TILES, Version
from services.holdings import stored_version
from services.kept import kept_by_layer

LOGGER = logging.getLogger(__name__)
MEDIA_TYPE = "application/vnd.mapbox-vector-tile"
ARCHIVE_TYPE = "application/vnd.pmtiles"
_HIGHEST_LATITUDE = 85.0511

Limits = tuple[int, int, int, int]
"""First column, first row, last column and last row."""


@dataclass(frozen=True)
class Tileset:
    """The tiles of one version and the file that they are in."""

    record: Record
    archive: Archive
    file: PublishedFile

    @property
    def zooms(self) -> tuple[int, int]:
        """The smallest and the largest zoom."""
        return self.archive.zooms

    @property
    def layers(self) -> list[dict[str, Any]]:
        """The layers of the tiles and their fields, as TileJSON has them."""
        found: list[dict[str, Any]] = self.archive.metadata["vector_layers"]
        return found

    def limits(self, zoom: int) -> Limits:
        """The tiles around the layer's bounds."""
        west, south, east, north = self.record.bounds or (-180, -_HIGHEST_LATITUDE, 180, _HIGHEST_LATITUDE)
        return (*_place(west, north, zoom), *_place(east, south, zoom))


def tileset_of(version: Version) -> Tileset | None:
    """The tileset of a version, or None where it has none."""
    try:
        stat = os.stat(version.folder / TILES)  # noqa: PTH116 - several times for every map, and faster
    except FileNotFoundError:
        return None
    root = version.folder.parents[2]
    return _opened(root, version.layer, version.number, (stat.st_ino, stat.st_mtime_ns))


@kept_by_layer
def _opened(root: Path, layer: str, number: int, _identity: tuple[int, int]) -> Tileset | None:
    """The tileset; a rebuilt file has another identity and is opened anew. A broken one is logged, not served."""
    version = stored_version(root, layer, number)
    try:
        entry = version.rebuildable.files.get(TILES)
        archive = Archive(version.folder / TILES)
    except (Corrupted, ValidationError):
        LOGGER.exception(
            "the tiles of a layer cannot be read and are not served: townline reindex makes them anew"
        )
        return None
    if entry is None:
        return None
    file = PublishedFile(
        name=TILES,
        title="Vector tiles (PMTiles)",
        media_type=ARCHIVE_TYPE,
        bytes=entry.bytes,
        sha256=entry.sha256,
    )
    return Tileset(version.record, archive, file)


def _place(longitude: float, latitude: float, zoom: int) -> tuple[int, int]:
    latitude = min(max(latitude, -_HIGHEST_LATITUDE), _HIGHEST_LATITUDE)
    column = floor((longitude + 180) / 360 * 2**zoom)
    row = floor((0.5 - asinh(tan(radians(latitude))) / (2 * pi)) * 2**zoom)
    last = 2**zoom - 1
    return min(max(column, 0), last), min(max(row, 0), last)
