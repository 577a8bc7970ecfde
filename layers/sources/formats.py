"""Which format a file has: by its name's ending, checked against its first bytes."""

import re
from pathlib import Path, PurePosixPath

from catalog.manifests.sources import Format
from layers.sources.errors import DamagedFile, EmptyFile

ENDINGS: dict[str, Format] = {
    ".shp": "shapefile",
    ".gpkg": "geopackage",
    ".gdb": "filegdb",
    ".geojson": "geojson",
    ".json": "geojson",
    ".geojsonl": "geojson",
    ".geojsons": "geojson",
    ".ndjson": "geojson",
    ".jsonl": "geojson",
    ".topojson": "topojson",
    ".kml": "kml",
    ".kmz": "kml",
    ".fgb": "flatgeobuf",
    ".parquet": "parquet",
    ".geoparquet": "parquet",
    ".csv": "csv",
    ".tsv": "csv",
    ".tab": "csv",
    ".xlsx": "xlsx",
    ".tif": "geotiff",
    ".tiff": "geotiff",
}
SUFFIX: dict[Format, str] = {
    "shapefile": ".shp",
    "geopackage": ".gpkg",
    "filegdb": ".gdb",
    "geojson": ".geojson",
    "topojson": ".topojson",
    "esrijson": ".json",
    "kml": ".kml",
    "flatgeobuf": ".fgb",
    "parquet": ".parquet",
    "csv": ".csv",
    "xlsx": ".xlsx",
    "geotiff": ".tif",
}
"""The ending that each format's reader expects."""

ZIP, GZIP = b"PK\x03\x04", b"\x1f\x8b"
_EMPTY_ZIP = b"PK\x05\x06"
_BEGINNINGS: dict[Format, tuple[bytes, ...]] = {
    "shapefile": (b"\x00\x00\x27\x0a",),
    "geopackage": (b"SQLite format 3\x00",),
    "flatgeobuf": (b"fgb\x03",),
    "parquet": (b"PAR1",),
    "xlsx": (ZIP,),
    "geotiff": (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+"),
}
_CONTAINED: dict[Format, re.Pattern[bytes]] = {
    "kml": re.compile(rb"<(\w+:)?kml\b"),
    "geojson": re.compile(rb"^\s*\x1e?\s*\{"),
    "topojson": re.compile(rb"^\s*\{"),
    "esrijson": re.compile(rb"^\s*\{"),
}
_TOPOLOGY = re.compile(rb'"type"\s*:\s*"Topology"')
_ESRI = re.compile(rb'"(?:geometryType"\s*:\s*"esriGeometry|attributes"\s*:\s*\{)')
_PAGE, _ANSWER = "an HTML page", "an error message of a server"
_ROWS = "a JSON table without GeoJSON features: take the dataset as CSV or GeoJSON"
_RECOGNISED = (
    (re.compile(rb"\s*(<!doctype html|<html)", re.IGNORECASE), _PAGE),
    (re.compile(rb'\s*\{\s*"(?:error|message|errorCode)"\s*:'), _ANSWER),
    (re.compile(rb'\s*(?:\[\s*[\[{]|\{\s*"meta"\s*:\s*\{\s*"view")'), _ROWS),
    (re.compile(rb"\xd0\xcf\x11\xe0"), "an old Excel workbook (.xls): save it as .xlsx"),
    (re.compile(rb"%PDF-"), "a PDF file"),
    (re.compile(rb"!table\s"), "a MapInfo table: export it as GeoPackage"),
    (re.compile(rb"PK\x03\x04"), "a zip or a workbook"),
)
"""What often stands in place of data."""
_SAID = re.compile(rb'"message"\s*:\s*"([^"\\]{1,200})"')
HEAD = 1 << 16


def format_of(name: str) -> Format | None:
    """The format that a file's name tells by its ending."""
    return ENDINGS.get(PurePosixPath(name.lower()).suffix)


def first_bytes(path: Path, count: int = HEAD) -> bytes:
    """The beginning of a file.

    Raises:
        EmptyFile: it has no bytes.

    """
    with path.open("rb") as file:
        head = file.read(count)
    if not head:
        raise EmptyFile("the file is empty")
    return head


def is_zip(head: bytes) -> bool:
    """Whether the first bytes are those of a zip."""
    return head.startswith((ZIP, _EMPTY_ZIP))


def confirmed(path: Path, told: Format) -> Format:
    """The told format of a file whose first bytes agree with it; GeoJSON may turn out to be TopoJSON or Esri's.

    Checking here keeps a file from reaching another reader than that of its format.

    Raises:
        DamagedFile: the file begins like something else.
        EmptyFile: it has no bytes.

    """
    if path.is_dir():
        return told
    head = first_bytes(path).removeprefix(b"\xef\xbb\xbf")
    if told == "geojson":
        told = "topojson" if _TOPOLOGY.search(head) else "esrijson" if _ESRI.search(head) else told
    beginnings, contained = _BEGINNINGS.get(told), _CONTAINED.get(told)
    fits = (beginnings is None or head.startswith(beginnings)) and (
        contained is None or contained.search(head) is not None
    )
    seems = recognised(head)
    if not fits or (seems is not None and (told == "csv" or seems.startswith((_PAGE, _ANSWER, _ROWS)))):
        raise DamagedFile(f"is said to be {told} but begins like {seems or 'something else'}")
    return told


def recognised(head: bytes) -> str | None:
    """What a file is by its first bytes, where it is something that often stands in place of data."""
    seems = next((name for beginning, name in _RECOGNISED if beginning.match(head)), None)
    if seems == _ANSWER and (said := _SAID.search(head)):
        return f"{_ANSWER}: {said[1].decode('utf-8', 'replace')!r}"
    return seems
