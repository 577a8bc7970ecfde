"""A dataset of several files as one zip whose bytes depend on nothing but the files."""

import shutil
import zipfile
from collections.abc import Sequence
from pathlib import Path

from layers.sources.errors import Unavailable, UnknownFormat
from layers.sources.steady import open_steady

SHAPEFILE_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")


def parts_of(path: Path) -> Sequence[Path] | None:
    """The files that belong to a dataset of several files, or None for a file that stands alone.

    These are the parts of a shapefile beside its `.shp`, and the files of a File Geodatabase's folder.

    Raises:
        Unavailable: there is nothing at the path.
        UnknownFormat: a folder that is no File Geodatabase.

    """
    if not path.exists():
        raise Unavailable(f"there is no file {path}", file=path.name)
    if path.is_dir():
        if path.suffix.lower() != ".gdb":
            raise UnknownFormat(
                "is a folder; of folders only File Geodatabases (.gdb) are read", file=path.name
            )
        return sorted(part for part in path.iterdir() if part.is_file() and part.suffix.lower() != ".lock")
    if path.suffix.lower() != ".shp":
        return None
    return sorted(
        part
        for part in path.parent.iterdir()
        if part.stem.casefold() == path.stem.casefold() and part.suffix.lower() in SHAPEFILE_PARTS
    )


def write_bundle(path: Path, parts: Sequence[Path], out: Path) -> None:
    """Write the parts of a dataset into a zip: uncompressed and undated, so that equal files give equal bytes.

    Raises:
        ChangedWhileRead, EmptyFile, Unavailable: as for a single file.

    """
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for part in parts:
            if part != path and not part.stat().st_size:
                continue  # an empty part says as much as an absent one
            entry = zipfile.ZipInfo(str(part.relative_to(path.parent)), date_time=(1980, 1, 1, 0, 0, 0))
            entry.external_attr = 0o644 << 16
            entry.create_system = 3
            entry.file_size = part.stat().st_size
            with open_steady(part) as source, archive.open(entry, "w") as target:
                shutil.copyfileobj(source, target, 1 << 20)
