"""The store itself."""

import contextlib
import re
import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from catalog.errors import UnknownLayer, UnknownVersion
from catalog.grammar import LAYER_ID
from catalog.receipts import Receipt
from catalog.store import layout, lock
from catalog.store.drafts import Draft, entry_of, move_pointer
from catalog.store.files import disk_errors, sync_file, write_whole
from catalog.store.objects import StoredObject, keep, sweep_incoming
from catalog.store.verification import Fault, layer_faults, object_faults
from catalog.store.versions import HistoryEntry, Pointer, RebuildableFiles, Version


class Store:
    """Versions of layers below one root folder; nothing is created before the first write."""

    def __init__(self, root: Path) -> None:
        self._home = layout.Layout(root)

    @property
    def root(self) -> Path:
        """The root folder."""
        return self._home.root

    @property
    def catalog_index(self) -> Path:
        """The search index over all records."""
        return self._home.catalog_index

    def pointer(self, layer: str) -> Path:
        """The file that is replaced whenever a layer gets another current version; it need not be there yet."""
        return self._home.pointer(layer)

    def layers(self) -> list[str]:
        """The ids of all layers with a current version, sorted."""
        return sorted(path.parent.name for path in self._home.layers.glob("*/current.json"))

    def current(self, layer: str) -> Version:
        """The current version of a layer.

        Raises:
            UnknownLayer: nothing of that name is published.

        """
        version = self.find(layer)
        if version is None:
            raise UnknownLayer(layer, self.layers())
        return version

    def find(self, layer: str) -> Version | None:
        """The current version of a layer, or None."""
        pointer = self._pointer(layer)
        return self._version(layer, pointer.version) if pointer else None

    def version(self, layer: str, number: int) -> Version:
        """One published version of a layer.

        Raises:
            UnknownLayer: nothing of that name is published.
            UnknownVersion: the layer has no such version.

        """
        pointer = self._known_pointer(layer)
        numbers = sorted({entry.version for entry in pointer.history})
        if number not in numbers:
            known = ", ".join(str(known) for known in numbers)
            raise UnknownVersion(f"layer {layer!r} has no version {number}; versions: {known}")
        return self._version(layer, number)

    def history(self, layer: str) -> tuple[HistoryEntry, ...]:
        """Every publication and rollback of a layer, oldest first."""
        return self._known_pointer(layer).history

    def stamp(self) -> tuple[tuple[str, int, int], ...]:
        """A cheap value that changes whenever any layer's pointer moves."""
        found = ((path, path.stat()) for path in sorted(self._home.layers.glob("*/current.json")))
        return tuple((path.parent.name, stat.st_mtime_ns, stat.st_ino) for path, stat in found)

    def keep_object(self, source: Path | BinaryIO) -> StoredObject:
        """The stored object with the bytes of a file or stream."""
        if isinstance(source, Path):
            with source.open("rb") as stream:
                return keep(self._home, stream)
        return keep(self._home, source)

    @contextlib.contextmanager
    def open_draft(self, layer: str) -> Iterator[Draft]:
        """A draft of the layer's next version; what was not published is removed at the end.

        Raises:
            LayerLocked: another process is writing the layer.

        """
        if not re.fullmatch(LAYER_ID, layer):
            raise UnknownLayer(layer, self.layers())
        with lock.held(self._home.lock(layer), layer):
            pointer = self._pointer(layer)
            self._sweep(layer, pointer)
            number = max((entry.version for entry in pointer.history), default=0) + 1 if pointer else 1
            folder = self._new_folder(layer, number)
            try:
                yield Draft(layer, number, folder, self._home, pointer)
            finally:
                shutil.rmtree(folder, ignore_errors=True)

    def quarantine(self, receipt: Receipt) -> Path:
        """The file with the receipt of a refused run; the current version stays."""
        stamp = receipt.finished_at.astimezone(UTC).strftime("%Y%m%dT%H%M%S%fZ")
        path = self._home.quarantine(receipt.layer) / f"{stamp}.json"
        write_whole(path, (receipt.model_dump_json(indent=1, exclude_none=True) + "\n").encode())
        return path

    def note_checked(self, receipt: Receipt) -> None:
        """Remember a run that found nothing new."""
        write_whole(self._home.checked(receipt.layer), (receipt.model_dump_json(indent=1) + "\n").encode())

    def checked_at(self, layer: str) -> datetime | None:
        """When the layer's source was last read with success."""
        path = self._home.checked(layer)
        moments = [entry.at for entry in self.history(layer) if entry.event == "published"]
        if path.is_file():
            moments.append(Receipt.model_validate_json(path.read_bytes()).finished_at)
        return max(moments, default=None)

    def rollback(self, layer: str, to: int, *, who: str, reason: str) -> Version:
        """An older version made current again; the newer ones stay in the history.

        Raises:
            UnknownVersion: the layer has no such version.
            LayerLocked: another process is writing the layer.

        """
        with lock.held(self._home.lock(layer), layer):
            version = self.version(layer, to)
            pointer = self._known_pointer(layer)
            published = next(entry for entry in pointer.history if entry.version == to)
            entry = published.model_copy(
                update={"at": datetime.now(UTC), "event": "rolled back", "who": who, "reason": reason}
            )
            move_pointer(self._home, layer, pointer, entry)
        return version

    @contextlib.contextmanager
    def rebuilding(self, version: Version, name: str) -> Iterator[Path]:
        """Where to write a rebuilt file, such as the serving index; at the end it replaces the old one."""
        with lock.held(self._home.lock(version.layer), version.layer), disk_errors(version.folder):
            self._sweep(version.layer, self._known_pointer(version.layer))
            folder = self._new_folder(version.layer, version.number)
            try:
                built = folder / name
                yield built
                files = {**version.rebuildable.files, name: entry_of(built)}
                built.chmod(0o444)
                sync_file(built)
                built.replace(version.folder / name)
                text = RebuildableFiles(files=files).model_dump_json(indent=1) + "\n"
                write_whole(version.folder / layout.REBUILDABLE, text.encode())
            finally:
                shutil.rmtree(folder, ignore_errors=True)

    def verify(self, layer: str | None = None) -> list[Fault]:
        """Everything in the store, or in one layer, that is not as it was published."""
        names = self.layers() if layer is None else [layer]
        faults = [
            fault for name in names for fault in layer_faults(self._home, name, self._known_pointer(name))
        ]
        return faults if layer is not None else [*faults, *object_faults(self._home)]

    def _new_folder(self, layer: str, number: int) -> Path:
        prefix = f"{layout.DRAFT_PREFIX}{layout.version_name(number)}-"
        with disk_errors(self._home.layer(layer)):
            folder = Path(tempfile.mkdtemp(prefix=prefix, dir=self._home.layer(layer)))
            folder.chmod(0o755)
        return folder

    def _pointer(self, layer: str) -> Pointer | None:
        if not re.fullmatch(LAYER_ID, layer):
            return None
        try:
            return Pointer.model_validate_json(self._home.pointer(layer).read_bytes())
        except FileNotFoundError:
            return None

    def _known_pointer(self, layer: str) -> Pointer:
        pointer = self._pointer(layer)
        if pointer is None:
            raise UnknownLayer(layer, self.layers())
        return pointer

    def _version(self, layer: str, number: int) -> Version:
        return Version(layer, number, self._home.version(layer, number))

    def _sweep(self, layer: str, pointer: Pointer | None) -> None:
        """Remove what a crash left: drafts, half-written pointers, and versions that never became current."""
        sweep_incoming(self._home)
        published = {entry.version for entry in pointer.history} if pointer else set()
        for path in self._home.layer(layer).iterdir():
            number = layout.version_number(path)
            if path.name.startswith(layout.DRAFT_PREFIX) or (number is not None and number not in published):
                shutil.rmtree(path)
            elif path.name.startswith(layout.UNFINISHED_PREFIX):
                path.unlink()
