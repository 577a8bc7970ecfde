"""Reading the tiles of an archive: PMTiles version 3, https://github.com/protomaps/PMTiles.

The package `pmtiles` parses headers and directories; what is read here once stays, so that a tile costs a
search in memory and one read of the file.
"""

import gzip
import json
import os
import threading
from collections import OrderedDict
from pathlib import Path
from typing import Any, Final

from pmtiles.tile import Entry, deserialize_directory, deserialize_header, find_tile, zxy_to_tileid

from catalog.errors import Corrupted

_HEADER_BYTES: Final = 127
_MOST_DEPTH: Final = 4
_DIRECTORIES_KEPT: Final = 16  # of one archive; a directory holds some thousand tiles


class Archive:
    """The tiles of one file that never changes; may be used by several threads at once."""

    def __init__(self, path: Path) -> None:
        """An archive.

        Raises:
            Corrupted: the file is missing or no archive.

        """
        self._path = path
        try:
            self._file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        except OSError as error:
            raise Corrupted(f"{path}: cannot be opened: {error.strerror}") from error
        self._kept: OrderedDict[int, list[Entry]] = OrderedDict()
        self._lock = threading.Lock()
        try:
            self._header = deserialize_header(self._read(0, _HEADER_BYTES))
            text = gzip.decompress(
                self._read(self._header["metadata_offset"], self._header["metadata_length"])
            )
            self.metadata: dict[str, Any] = json.loads(text)
        except Exception as error:
            os.close(self._file)
            self._file = -1
            raise Corrupted(f"{path}: is not an archive of tiles: {error}") from error

    def __del__(self) -> None:
        if getattr(self, "_file", -1) >= 0:
            os.close(self._file)

    @property
    def zooms(self) -> tuple[int, int]:
        """The smallest and the largest zoom."""
        return self._header["min_zoom"], self._header["max_zoom"]

    @property
    def is_gzipped(self) -> bool:
        """Whether the tiles are compressed with gzip."""
        return self._header["tile_compression"].name == "GZIP"

    def tile(self, zoom: int, column: int, row: int) -> bytes | None:
        """A tile as it is stored, or None where nothing is drawn.

        Raises:
            ValueError: there is no such place.
            Corrupted: the archive is broken.

        """
        number = zxy_to_tileid(zoom, column, row)
        offset, length = self._header["root_offset"], self._header["root_length"]
        for _ in range(_MOST_DEPTH):
            entry = find_tile(self._directory(offset, length), number)
            if entry is None:
                return None
            if entry.run_length:
                return self._read(self._header["tile_data_offset"] + entry.offset, entry.length)
            offset, length = self._header["leaf_directory_offset"] + entry.offset, entry.length
        raise Corrupted(f"{self._path}: directories are nested more than {_MOST_DEPTH} deep")

    def _directory(self, offset: int, length: int) -> list[Entry]:
        with self._lock:
            if offset in self._kept:
                self._kept.move_to_end(offset)
                return self._kept[offset]
        found = deserialize_directory(self._read(offset, length))
        with self._lock:
            self._kept[offset] = found
            while len(self._kept) > _DIRECTORIES_KEPT:
                self._kept.popitem(last=False)
        return found

    def _read(self, offset: int, length: int) -> bytes:
        found = os.pread(self._file, length, offset)
        if len(found) != length:
            raise Corrupted(f"{self._path}: ends too early")
        return found
