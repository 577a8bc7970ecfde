"""Versions, their manifests, and the pointer with its history."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ValidationError

from catalog.configuration import Strict
from catalog.errors import Corrupted
from catalog.receipts import Receipt
from catalog.records import Record
from catalog.store import layout


class FileEntry(Strict):
    """A file of a version as it was written."""

    sha256: str
    bytes: int


class PreviousManifest(Strict):
    """The link of the chain."""

    version: int
    sha256: str


class VersionManifest(Strict):
    """What a version consists of, chained to the version before."""

    layer: str
    version: int
    created_at: datetime
    rows: int | None
    schema_sha256: str
    data_sha256: str
    files: dict[str, FileEntry]
    previous: PreviousManifest | None


class RebuildableFiles(Strict):
    """Files that are made from the version and may be made again: not part of the chain."""

    files: dict[str, FileEntry]


class HistoryEntry(Strict):
    """One publication or rollback."""

    at: datetime
    event: Literal["published", "rolled back"]
    version: int
    manifest_sha256: str
    who: str
    reason: str
    rows: int | None = None


class Pointer(Strict):
    """Which version is current, and how it came to be."""

    version: int
    history: tuple[HistoryEntry, ...]


@dataclass(frozen=True)
class Version:
    """One immutable version of a layer."""

    layer: str
    number: int
    folder: Path

    @cached_property
    def record(self) -> Record:
        """The record."""
        return self._read(Record, layout.RECORD)

    @cached_property
    def receipt(self) -> Receipt:
        """The receipt of the run that made it."""
        return self._read(Receipt, layout.RECEIPT)

    @cached_property
    def manifest(self) -> VersionManifest:
        """The manifest."""
        return self._read(VersionManifest, layout.MANIFEST)

    @property
    def rebuildable(self) -> RebuildableFiles:
        """The files made from it."""
        return self._read(RebuildableFiles, layout.REBUILDABLE)

    @property
    def data(self) -> Path:
        """The data themselves: GeoParquet, or a cloud-optimised GeoTIFF for a raster."""
        return self.path(layout.GRID if self.record.kind == "raster" else layout.DATA)

    @property
    def index(self) -> Path:
        """The serving index of a layer of features or of a table."""
        return self.path(layout.SERVING_INDEX)

    def path(self, name: str) -> Path:
        """The path of one of the version's files.

        Raises:
            Corrupted: the file is not there.

        """
        path = self.folder / name
        if Path(name).name != name or not path.is_file():
            raise Corrupted(f"layer {self.layer!r}, version {self.number}: there is no file {name!r}")
        return path

    def _read[Model: BaseModel](self, model: type[Model], name: str) -> Model:
        """The content of one of the version's JSON files.

        Raises:
            Corrupted: it is not there, or not as Townline writes it.

        """
        try:
            return model.model_validate_json(self.path(name).read_bytes())
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(map(str, first["loc"])) or "the whole file"
            raise Corrupted(
                f"layer {self.layer!r}, version {self.number}: {name} cannot be read: {where}: {first['msg']}"
            ) from error
