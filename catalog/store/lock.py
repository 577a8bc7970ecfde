"""One writer per layer."""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from catalog.errors import LayerLocked


@contextlib.contextmanager
def held(path: Path, layer: str) -> Iterator[None]:
    """Hold a layer's lock; the system frees it when the process ends, however it ends.

    Raises:
        LayerLocked: another process holds it.

    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            holder = file.read().strip() or "unknown"
            raise LayerLocked(
                f"layer {layer!r} is being written by process {holder}; try again later"
            ) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield
