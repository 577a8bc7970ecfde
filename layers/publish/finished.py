"""Files that are whole or absent."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from catalog.store.files import disk_errors, sync_file, sync_folder
from catalog.store.layout import UNFINISHED_PREFIX


@contextmanager
def finished_file(out: Path) -> Iterator[Path]:
    """A temporary name beside a file: what is written there takes the file's place once it is on the disk.

    After an error nothing of it is left and the file is as it was.

    Raises:
        StoreError: the disk is full or read-only.

    """
    temporary = out.with_name(f"{UNFINISHED_PREFIX}{os.getpid()}-{out.name}")
    try:
        with disk_errors(out):
            yield temporary
            sync_file(temporary)
            temporary.replace(out)
            sync_folder(out.parent)
    finally:
        temporary.unlink(missing_ok=True)
