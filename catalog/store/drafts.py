"""A version while it is being written, and its publication."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from catalog.receipts import Receipt
from catalog.records import Record
from catalog.store import layout
from catalog.store.files import disk_errors, sha256_of, sync_file, sync_folder, write_whole
from catalog.store.versions import (
    FileEntry,
    HistoryEntry,
    Pointer,
    PreviousManifest,
    RebuildableFiles,
    Version,
    VersionManifest,
)

_REBUILDABLE = frozenset({layout.SERVING_INDEX, layout.TILES})


@dataclass(frozen=True)
class Draft:
    """A folder to write the next version into; nothing is visible before `publish`."""

    layer: str
    number: int
    folder: Path
    home: layout.Layout
    pointer: Pointer | None

    def path(self, name: str) -> Path:
        """Where to write a file of the new version."""
        return self.folder / name

    def publish(self, record: Record, receipt: Receipt, *, who: str, reason: str, at: datetime) -> Version:
        """The new version, visible to every reader from here on.

        The order is: files, manifest, folder renamed to its name, pointer replaced; each step is on the disk
        before the next one. A crash before the last step leaves an orphan that the next draft sweeps.
        """
        with disk_errors(self.folder):
            self._write(layout.RECORD, record.model_dump_json(indent=1, exclude_none=True))
            self._write(layout.RECEIPT, receipt.model_dump_json(indent=1, exclude_none=True))
            manifest = self._manifest(record, at)
            self._write(layout.MANIFEST, manifest.model_dump_json(indent=1))
            made = {
                name: entry_of(self.path(name)) for name in sorted(_REBUILDABLE) if self.path(name).exists()
            }
            self._write(layout.REBUILDABLE, RebuildableFiles(files=made).model_dump_json(indent=1))
            manifest_sha256 = sha256_of(self.path(layout.MANIFEST))
            for path in sorted(self.folder.iterdir()):
                path.chmod(0o444)
                sync_file(path)
            sync_folder(self.folder)
            target = self.home.version(self.layer, self.number)
            self.folder.rename(target)
            sync_folder(target.parent)
        entry = HistoryEntry(
            at=at,
            event="published",
            version=self.number,
            manifest_sha256=manifest_sha256,
            who=who,
            reason=reason,
            rows=record.rows,
        )
        move_pointer(self.home, self.layer, self.pointer, entry)
        return Version(self.layer, self.number, target)

    def _write(self, name: str, text: str) -> None:
        self.path(name).write_text(text + "\n", encoding="utf-8")

    def _manifest(self, record: Record, at: datetime) -> VersionManifest:
        files = {path.name: entry_of(path) for path in self._truth()}
        return VersionManifest(
            layer=self.layer,
            version=self.number,
            created_at=at,
            rows=record.rows,
            schema_sha256=schema_fingerprint(record),
            data_sha256=files[layout.GRID if record.kind == "raster" else layout.DATA].sha256,
            files=files,
            previous=self._previous(),
        )

    def _truth(self) -> Iterator[Path]:
        return (path for path in sorted(self.folder.iterdir()) if path.name not in _REBUILDABLE)

    def _previous(self) -> PreviousManifest | None:
        published = (
            [entry for entry in self.pointer.history if entry.event == "published"] if self.pointer else []
        )
        if not published:
            return None
        return PreviousManifest(version=published[-1].version, sha256=published[-1].manifest_sha256)


def entry_of(path: Path) -> FileEntry:
    """A file as a manifest lists it."""
    return FileEntry(sha256=sha256_of(path), bytes=path.stat().st_size)


def schema_fingerprint(record: Record) -> str:
    """A hash of the names, types and geometry that a client relies on."""
    shape = [[column.name, column.type] for column in record.columns]
    text = json.dumps([record.kind, record.geometry_type, record.key, shape])
    return hashlib.sha256(text.encode()).hexdigest()


def move_pointer(home: layout.Layout, layer: str, pointer: Pointer | None, entry: HistoryEntry) -> None:
    """Make an entry's version the current one and remember the entry."""
    history = (*(pointer.history if pointer else ()), entry)
    moved = Pointer(version=entry.version, history=history)
    write_whole(home.pointer(layer), (moved.model_dump_json(indent=1) + "\n").encode())
