"""The one dataset that a source means: unpacked, and under a name that its reader understands."""

import shutil
import tempfile
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from catalog.manifests import Source
from catalog.manifests.sources import Format
from layers.sources.archives import files_in, open_zip, unpack, unpack_gzip
from layers.sources.bundles import SHAPEFILE_PARTS
from layers.sources.errors import DamagedFile, UnclearChoice, UnknownFormat
from layers.sources.formats import (
    ENDINGS,
    GZIP,
    SUFFIX,
    confirmed,
    first_bytes,
    format_of,
    is_zip,
    recognised,
)
from layers.sources.settings import SourceSettings

_CATALOG_TABLE = "a00000001.gdbtable"
_STEM = "data"


@dataclass(frozen=True)
class Dataset:
    """A file (or, for a File Geodatabase, a folder), its format, and the ending of the name it came with."""

    path: Path
    format: Format
    ending: str


def find_dataset(
    path: Path, source: Source, *, name: str, workspace: Path, settings: SourceSettings
) -> Dataset:
    """The dataset of a stored file: itself, or the only one (or the one named by `member`) in an archive.

    Raises:
        UnknownFormat: the format is neither declared nor told by the name.
        UnclearChoice: the archive has several datasets, none, or not the named member; they are listed.
        ArchiveError: the archive is damaged or not safe to unpack.
        DamagedFile: the file begins unlike its format.

    """
    folder = Path(tempfile.mkdtemp(dir=workspace))
    head = first_bytes(path, 8)
    if head.startswith(GZIP):
        name = name.removesuffix(".gz")
        unpack_gzip(path, folder / _STEM, settings)
        path, head = folder / _STEM, first_bytes(folder / _STEM, 8)
    if is_zip(head):
        with open_zip(path, settings) as archive:
            if not _is_workbook(archive):
                return _from_archive(archive, source, folder, name)
    if source.member:
        raise UnclearChoice(f"member {source.member!r} is declared, but the file is no archive")
    told = source.format or format_of(name)
    if told is None:
        if seems := recognised(first_bytes(path)):
            raise DamagedFile(f"begins like {seems}")
        raise UnknownFormat(
            f"the format is not told by the name {name!r}: declare format ({', '.join(SUFFIX)})"
        )
    return _as(confirmed(path, told), path, folder, name)


def _as(format_: Format, path: Path, folder: Path, name: str) -> Dataset:
    """The file under a name that its reader understands: stored files are named by their hash."""
    link = folder / f"{_STEM}{SUFFIX[format_]}"
    if path != link and _writes_beside(path):
        shutil.copyfile(path, link)
    elif path != link:
        link.symlink_to(path.resolve())
    return Dataset(link, format_, PurePosixPath(name.lower()).suffix)


def _writes_beside(path: Path) -> bool:
    """Whether opening would make files beside the stored one, as SQLite does for its write-ahead log."""
    with path.open("rb") as file:
        head = file.read(20)
    return head.startswith(b"SQLite format 3") and head[18:20] == b"\x02\x02"


def _is_workbook(archive: zipfile.ZipFile) -> bool:
    return "xl/workbook.xml" in archive.namelist()


def _from_archive(archive: zipfile.ZipFile, source: Source, folder: Path, name: str) -> Dataset:
    format_ = source.format or ("kml" if name.lower().endswith(".kmz") else None)
    entries = {entry.filename: entry for entry in files_in(archive)}
    chosen = _choose(_candidates(entries, format_), source, entries)
    found = _format_in_archive(chosen, entries, format_)
    target = folder / f"{_STEM}{SUFFIX[found]}"
    if found == "filegdb":
        target.mkdir()
        for path, entry in entries.items():
            if str(PurePosixPath(path).parent) == chosen:
                unpack(archive, entry, target / PurePosixPath(path).name)
    elif found == "shapefile":
        for path, entry in entries.items():
            suffix = PurePosixPath(path.lower()).suffix
            if suffix in SHAPEFILE_PARTS and _stem(path) == _stem(chosen):
                unpack(archive, entry, target.with_suffix(suffix))
    else:
        unpack(archive, entries[chosen], target)
    return _as(confirmed(target, found), target, folder, chosen)


def _format_in_archive(chosen: str, entries: Mapping[str, zipfile.ZipInfo], told: Format | None) -> Format:
    if chosen not in entries:
        return "filegdb"
    found = told or format_of(chosen)
    if found is None:
        raise UnknownFormat(f"the format is not told by the name {chosen!r}: declare format")
    return found


def _candidates(entries: Mapping[str, zipfile.ZipInfo], format_: Format | None) -> list[str]:
    """The datasets in an archive: files by their endings, and folders of File Geodatabases."""
    folders = [
        str(PurePosixPath(path).parent) for path in entries if PurePosixPath(path).name == _CATALOG_TABLE
    ]
    endings = {ending for ending, told in ENDINGS.items() if format_ in (None, told)}
    if format_ == "csv":
        endings.add(".txt")
    files = [
        path
        for path in entries
        if PurePosixPath(path.lower()).suffix in endings and str(PurePosixPath(path).parent) not in folders
    ]
    return sorted(files + (folders if format_ in (None, "filegdb") else []))


def _stem(path: str) -> str:
    """A path without its ending; Windows, where shapefiles come from, does not tell cases apart."""
    return str(PurePosixPath(path).with_suffix("")).casefold()


def _choose(candidates: list[str], source: Source, entries: Mapping[str, zipfile.ZipInfo]) -> str:
    if source.member:
        member = str(PurePosixPath(source.member))
        if member in candidates or (source.format and member in entries):
            return member
        raise UnclearChoice(
            f"there is no dataset {member!r} in the archive; inside: {_listing(candidates, entries)}"
        )
    if len(candidates) != 1:
        count = "several datasets, name one as member" if candidates else "no dataset that can be read"
        raise UnclearChoice(f"the archive has {count}; inside: {_listing(candidates, entries)}")
    return candidates[0]


def _listing(candidates: list[str], entries: Mapping[str, zipfile.ZipInfo]) -> str:
    names = candidates or sorted(entries)
    more = f" and {len(names) - 12} more" if len(names) > 12 else ""
    return (", ".join(names[:12]) or "nothing") + more
