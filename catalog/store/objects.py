"""Bytes as received, kept once and named by their sha256."""

import contextlib
import fcntl
import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from catalog.store.files import CHUNK, disk_errors, sync_folder
from catalog.store.layout import UNFINISHED_PREFIX, Layout


@dataclass(frozen=True)
class StoredObject:
    """An immutable file of the store."""

    path: Path
    sha256: str
    bytes: int


def keep(layout: Layout, stream: BinaryIO) -> StoredObject:
    """The stored object with a stream's bytes; equal bytes are kept once.

    Raises:
        StoreError: the disk is full or not writable.

    """
    with disk_errors(layout.objects):
        layout.objects.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=layout.objects, prefix=UNFINISHED_PREFIX)
        temporary = Path(name)
        try:
            with os.fdopen(descriptor, "wb") as out:
                fcntl.flock(out, fcntl.LOCK_EX)
                digest, size = _copy(stream, out)
                out.flush()
                os.fsync(out.fileno())
            target = layout.object(digest)
            if not target.exists():
                target.parent.mkdir(exist_ok=True)
                temporary.chmod(0o444)
                temporary.replace(target)
                sync_folder(target.parent)
        finally:
            temporary.unlink(missing_ok=True)
    return StoredObject(target, digest, size)


def sweep_incoming(layout: Layout) -> None:
    """Remove objects whose writer died: nobody holds their lock any more."""
    for path in layout.objects.glob(f"{UNFINISHED_PREFIX}*"):
        with contextlib.suppress(FileNotFoundError, BlockingIOError), path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            path.unlink()


def _copy(stream: BinaryIO, out: BinaryIO) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    while chunk := stream.read(CHUNK):
        digest.update(chunk)
        out.write(chunk)
        size += len(chunk)
    return digest.hexdigest(), size
