"""Shapefiles: parts present and whole, text in its encoding."""

import struct
from pathlib import Path

from catalog.manifests import Source
from layers.sources.errors import DamagedFile, MissingSidecar, ShortFile, UnknownFormat
from layers.sources.opened import OpenedPart
from layers.sources.readers.geodata import Opening, open_geodata
from layers.sources.texts import refuse_undecodable

_SHP_HEADER = 100
_SHX_RECORD = 8


def open_shapefile(path: Path, source: Source) -> OpenedPart:
    """The part that a shapefile makes; without a `.prj` its coordinate reference system is None.

    Text is read in the encoding of the `.cpg` or of the code page in the `.dbf`, and in the declared one
    where both are silent.

    Raises:
        MissingSidecar: no `.shx` or no `.dbf` beside the `.shp`.
        ShortFile, DamagedFile: a part is shorter than its header says, or the parts differ in their records.
        WrongEncoding: text that is not in the declared encoding.

    """
    if source.layer:
        raise UnknownFormat(f"layer {source.layer!r} is declared, but a shapefile has no layers inside")
    for suffix in (".shx", ".dbf"):
        if not path.with_suffix(suffix).exists():
            raise MissingSidecar(f"the shapefile has no {suffix} part beside its .shp")
    _check_whole(path)
    _check_whole(path.with_suffix(".shx"))
    shapes = (path.with_suffix(".shx").stat().st_size - _SHP_HEADER) // _SHX_RECORD
    code_page = _check_table(path.with_suffix(".dbf"), shapes)
    encoding = None
    if not code_page and not path.with_suffix(".cpg").exists():
        encoding = source.encoding
        refuse_undecodable(
            path.with_suffix(".dbf"), encoding, start=_table_header(path.with_suffix(".dbf"))[1]
        )
    return open_geodata(Opening(str(path), encoding=encoding), "shapefile")


def _check_whole(path: Path) -> None:
    with path.open("rb") as file:
        header = file.read(_SHP_HEADER)
    if len(header) < _SHP_HEADER:
        raise ShortFile(f"the {path.suffix} part has only {len(header)} bytes")
    announced, found = 2 * struct.unpack(">i", header[24:28])[0], path.stat().st_size
    if found < announced:
        raise ShortFile(
            f"the {path.suffix} part has {found} of the {announced} bytes that its header announces"
        )


def _check_table(path: Path, shapes: int) -> int:
    """The code page of a `.dbf` (0: none) that is whole and has a record for each shape."""
    rows, start, width, code_page = _table_header(path)
    announced, found = start + rows * width, path.stat().st_size
    if found < announced:
        raise ShortFile(f"the .dbf part has {found} of the {announced} bytes that its header announces")
    if rows != shapes:
        raise DamagedFile(f"the .dbf part has {rows} records, but there are {shapes} shapes")
    return code_page


def _table_header(path: Path) -> tuple[int, int, int, int]:
    with path.open("rb") as file:
        header = file.read(32)
    if len(header) < 32:
        raise ShortFile(f"the .dbf part has only {len(header)} bytes")
    rows, start, width = struct.unpack("<IHH", header[4:12])
    return rows, start, width, header[29]
