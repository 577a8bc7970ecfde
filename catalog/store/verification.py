"""Proof that the store still holds what was published: every file is hashed again."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from catalog.errors import Corrupted
from catalog.store import layout
from catalog.store.files import sha256_of
from catalog.store.versions import FileEntry, Pointer, Version


@dataclass(frozen=True)
class Fault:
    """Something in the store that is not as it was published."""

    layer: str
    file: Path
    message: str

    def __str__(self) -> str:
        return f"{self.file}: {self.message}"


def layer_faults(home: layout.Layout, layer: str, pointer: Pointer) -> Iterator[Fault]:
    """The faults of one layer: pointer, chain, and every file of every version."""
    published = {entry.version: entry for entry in pointer.history if entry.event == "published"}
    if pointer.version not in published:
        yield Fault(
            layer, home.pointer(layer), f"points to version {pointer.version}, which was never published"
        )
    previous: str | None = None
    for number, entry in sorted(published.items()):
        version = Version(layer, number, home.version(layer, number))
        yield from version_faults(version, entry.manifest_sha256, previous)
        previous = entry.manifest_sha256
    for folder in sorted(home.layer(layer).iterdir()):
        number_found = layout.version_number(folder)
        if number_found is not None and number_found not in published:
            yield Fault(layer, folder, "is not in the history (an orphan; the next ingest sweeps it)")


def version_faults(version: Version, manifest_sha256: str, previous: str | None) -> Iterator[Fault]:
    """The faults of one version against its manifest and its place in the chain."""
    manifest_path = version.folder / layout.MANIFEST
    if not manifest_path.is_file():
        yield Fault(version.layer, manifest_path, "is missing")
        return
    found = sha256_of(manifest_path)
    if found != manifest_sha256:
        yield Fault(version.layer, manifest_path, f"sha256 is {found}, the history says {manifest_sha256}")
        return
    linked = version.manifest.previous.sha256 if version.manifest.previous else None
    if linked != previous:
        yield Fault(version.layer, manifest_path, f"is chained to {linked}, the version before is {previous}")
    listed = dict(version.manifest.files)
    try:
        listed |= version.rebuildable.files
    except Corrupted as error:
        yield Fault(version.layer, version.folder / layout.REBUILDABLE, f"cannot be read: {error}")
    for name, entry in listed.items():
        yield from file_faults(version, name, entry)
    known = {*listed, layout.MANIFEST, layout.REBUILDABLE}
    for path in sorted(version.folder.iterdir()):
        if path.name not in known:
            yield Fault(version.layer, path, "is not in the manifest")


def file_faults(version: Version, name: str, entry: FileEntry) -> Iterator[Fault]:
    """The fault of one file, if it has one."""
    path = version.folder / name
    if not path.is_file():
        yield Fault(version.layer, path, "is missing")
        return
    size = path.stat().st_size
    if size != entry.bytes:
        yield Fault(version.layer, path, f"has {size} bytes, the manifest says {entry.bytes}")
        return
    found = sha256_of(path)
    if found != entry.sha256:
        yield Fault(version.layer, path, f"sha256 is {found}, the manifest says {entry.sha256}")


def object_faults(home: layout.Layout) -> Iterator[Fault]:
    """The faults of the objects: bytes whose hash is not their name."""
    for path in sorted(home.objects.glob("??/*")):
        name = path.parent.name + path.name
        found = sha256_of(path)
        if found != name:
            yield Fault("", path, f"sha256 is {found}, the name says {name}")
