"""Zips and gzips: checked for damage and for entries meant to harm, then unpacked as far as needed."""

import gzip
import shutil
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from stat import S_ISLNK

from layers.sources.errors import BrokenArchive, UnsafeArchive
from layers.sources.settings import SourceSettings

CHUNK = 1 << 20
_SMALL = 64 << 20
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, gzip.BadGzipFile)


@contextmanager
def open_zip(path: Path, settings: SourceSettings) -> Iterator[zipfile.ZipFile]:
    """A zip whose list of entries was checked.

    Raises:
        BrokenArchive: truncated, damaged, encrypted or packed in an unknown way.
        UnsafeArchive: paths out of the folder, links, equal names, or more bytes or entries than allowed.

    """
    try:
        with zipfile.ZipFile(path) as archive:
            _check_entries(archive.infolist(), settings)
            yield archive
    except _BROKEN as error:
        raise BrokenArchive(f"the archive is truncated or damaged: {error}") from error


def files_in(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """The files of a zip without folders and without what file managers leave behind."""
    return [
        entry
        for entry in archive.infolist()
        if not entry.is_dir()
        and "__MACOSX" not in PurePosixPath(entry.filename).parts
        and not PurePosixPath(entry.filename).name.startswith("._")
    ]


def unpack(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, target: Path) -> None:
    """Write one entry of a checked zip to a file; its checksum is checked on the way."""
    with archive.open(entry) as packed, target.open("wb") as out:
        shutil.copyfileobj(packed, out, CHUNK)


def unpack_gzip(path: Path, target: Path, settings: SourceSettings) -> None:
    """Write the content of a gzip to a file.

    Raises:
        BrokenArchive: truncated or damaged.
        UnsafeArchive: more bytes than allowed.

    """
    by_ratio = int(path.stat().st_size * settings.max_unpacked_ratio)
    limit = min(settings.max_unpacked_bytes, max(by_ratio, _SMALL))
    size = 0
    try:
        with gzip.open(path) as packed, target.open("wb") as out:
            while chunk := packed.read(CHUNK):
                size += len(chunk)
                if size > limit:
                    raise UnsafeArchive(f"unpacks to more than the allowed {limit} bytes")
                out.write(chunk)
    except _BROKEN as error:
        raise BrokenArchive(f"the archive is truncated or damaged: {error}") from error


def _check_entries(entries: Sequence[zipfile.ZipInfo], settings: SourceSettings) -> None:
    if len(entries) > settings.max_archive_entries:
        raise UnsafeArchive(
            f"the archive has {len(entries)} entries, more than the allowed {settings.max_archive_entries}"
        )
    times = Counter(entry.filename.rstrip("/").casefold() for entry in entries)
    twice = [name for name, count in times.items() if count > 1]
    if twice:
        raise UnsafeArchive(f"the archive has entries of the same name: {', '.join(sorted(twice)[:5])}")
    total = sum(entry.file_size for entry in entries)
    if total > settings.max_unpacked_bytes:
        raise UnsafeArchive(
            f"the archive unpacks to {total} bytes, more than the allowed {settings.max_unpacked_bytes}"
        )
    for entry in entries:
        _check_entry(entry, settings)


def _check_entry(entry: zipfile.ZipInfo, settings: SourceSettings) -> None:
    name = entry.orig_filename
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\\" in name or ":" in name or "\x00" in name:
        raise UnsafeArchive(f"the archive has an entry whose path leaves its folder: {name!r}")
    if S_ISLNK(entry.external_attr >> 16):
        raise UnsafeArchive(f"the archive has a link: {name!r}")
    if entry.flag_bits & 0x1:
        raise BrokenArchive(f"the archive is encrypted: {name!r}")
    if entry.file_size > _SMALL and entry.file_size > settings.max_unpacked_ratio * entry.compress_size:
        raise UnsafeArchive(
            f"{name!r} unpacks to {entry.file_size} bytes from {entry.compress_size}, "
            f"more than the allowed ratio of {settings.max_unpacked_ratio:g}"
        )
