"""Reading a file that must stay as it is while it is read."""

import io
import os
from pathlib import Path
from typing import BinaryIO, cast

from layers.sources.errors import ChangedWhileRead, EmptyFile, Unavailable


def open_steady(path: Path) -> BinaryIO:
    """A file opened for reading that refuses to end when it changed since it was opened.

    Raises:
        Unavailable: there is no such file, or it may not be read.
        EmptyFile: it has no bytes.
        ChangedWhileRead: on the last read, when its size or time of change moved.

    """
    try:
        return cast("BinaryIO", io.BufferedReader(_Steady(path), buffer_size=1 << 20))
    except OSError as error:
        raise Unavailable(f"cannot be read: {error.strerror}", file=path.name) from error


class _Steady(io.RawIOBase):
    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = path.open("rb", buffering=0)
        self._before = os.fstat(self._file.fileno())
        self._read = 0
        if not self._before.st_size:
            self._file.close()
            raise EmptyFile("the file is empty", file=path.name)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview | bytearray, /) -> int:  # type: ignore[override]
        count = self._file.readinto(buffer) or 0
        self._read += count
        if not count:
            self._refuse_changes()
        return count

    def _refuse_changes(self) -> None:
        now = os.fstat(self._file.fileno())
        if (now.st_size, now.st_mtime_ns) != (self._before.st_size, self._before.st_mtime_ns) or (
            self._read != self._before.st_size
        ):
            raise ChangedWhileRead(
                f"changed while it was read: {self._before.st_size} bytes when it was opened, "
                f"{max(now.st_size, self._read)} at the end; try again when its writer has finished",
                file=self._path.name,
            )

    def close(self) -> None:
        self._file.close()
        super().close()
