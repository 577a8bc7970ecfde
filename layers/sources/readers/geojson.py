"""GeoJSON, as one collection or with one feature per line, TopoJSON, and the JSON of ArcGIS services."""

import json
import re
from mmap import ACCESS_READ, mmap
from pathlib import Path

from catalog.manifests import Source
from layers.sources.errors import DamagedFile, ShortFile, UnknownFormat
from layers.sources.opened import OpenedPart
from layers.sources.readers.geodata import Opening, choose_layer, open_geodata

_LINE_ENDINGS = {".geojsonl", ".geojsons", ".ndjson", ".jsonl"}
_SNIFFED = 1 << 20
_TWO_RECORDS = re.compile(rb'^\s*\{[^\r\n]*"Feature"[^\r\n]*\}[ \t]*\r?\n\s*\{')
_SEPARATOR = b"\x1e"
_CUT_SHORT = re.compile(rb'"exceededTransferLimit"\s*:\s*true')


def open_geojson(path: Path, source: Source, ending: str) -> OpenedPart:
    """The part that a GeoJSON file makes; without a `crs` member it is in WGS 84, as the standard says.

    Raises:
        DamagedFile: no GeoJSON, truncated, or a line that is no feature.

    """
    if source.layer:
        raise UnknownFormat(f"layer {source.layer!r} is declared, but GeoJSON has none")
    with path.open("rb") as file:
        head = file.read(_SNIFFED)
    if ending in _LINE_ENDINGS or head.lstrip().startswith(_SEPARATOR) or _TWO_RECORDS.match(head):
        return _open_lines(path, separated=head.lstrip().startswith(_SEPARATOR))
    return open_geodata(Opening(f"GeoJSON:{path}"), "geojson")


def open_topojson(path: Path, source: Source) -> OpenedPart:
    """The part that an object of a TopoJSON file makes; TopoJSON says nothing of its reference system.

    Raises:
        UnclearChoice: several objects and none named as layer, or not the named one.
        DamagedFile: no TopoJSON.

    """
    address = f"TopoJSON:{path}"
    return open_geodata(Opening(address, layer=choose_layer(address, source.layer)), "topojson")


def open_esrijson(path: Path, source: Source) -> OpenedPart:
    """The part that an answer of an ArcGIS service (`f=json`) makes, in the system that it names.

    Raises:
        UnknownFormat: a layer is declared.
        ShortFile: the service says that it did not send all features.
        DamagedFile: not all of it, or not as a service sends it.

    """
    if source.layer:
        raise UnknownFormat(f"layer {source.layer!r} is declared, but Esri's JSON has none")
    with path.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as content:
        if _CUT_SHORT.search(content):
            raise ShortFile(
                "the service sent only a part of its features (exceededTransferLimit): ask for all pages"
            )
    return open_geodata(Opening(f"ESRIJSON:{path}"), "esrijson")


def _open_lines(path: Path, *, separated: bool) -> OpenedPart:
    """One feature per line; GDAL passes over lines that it cannot read, so they are counted here."""
    if separated:
        with path.open("rb") as file:
            records = sum(chunk.count(_SEPARATOR) for chunk in iter(lambda: file.read(_SNIFFED), b""))
    else:
        records = _count_features(path)
    return open_geodata(Opening(f"GeoJSONSeq:{path}"), "geojson", expected=records)


def _count_features(path: Path) -> int:
    records = 0
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            text = line.strip()
            if not text:
                continue
            if not (text.startswith(b"{") and text.endswith(b"}")):
                raise _no_feature(text, number)
            records += 1
    return records


def _no_feature(text: bytes, number: int) -> DamagedFile:
    try:
        json.loads(text)
    except ValueError as error:
        return DamagedFile(f"the line is no JSON, or not all of it: {error.args[0]}", row=number)
    return DamagedFile("the line is no GeoJSON feature", row=number)
