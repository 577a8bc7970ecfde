"""Formats with several layers inside (GeoPackage, File Geodatabase, KML), and FlatGeobuf, which has one."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pyogrio

from catalog.manifests import Source
from layers.sources.errors import DamagedFile, UnknownFormat
from layers.sources.opened import OpenedPart
from layers.sources.readers.geodata import Opening, choose_layer, losses_are_errors, open_geodata


def open_geopackage(path: Path, source: Source) -> OpenedPart:
    """The part that a layer of a GeoPackage makes; its records are counted: GDAL stops at damaged pages.

    Raises:
        UnclearChoice: several layers and none named, or not the named one.
        DamagedFile: damaged, on reading too.

    """
    opening = Opening(str(path), layer=choose_layer(str(path), source.layer))
    return open_geodata(opening, "geopackage", expected=_count(path, str(opening.layer)))


def open_filegdb(path: Path, source: Source) -> OpenedPart:
    """The part that a layer of a File Geodatabase makes.

    Raises:
        UnclearChoice: several layers and none named, or not the named one.
        DamagedFile: damaged, or on reading not as many records as it announces.

    """
    layer = choose_layer(str(path), source.layer)
    return open_geodata(Opening(str(path), layer=layer), "filegdb", expected=_announced(path, layer))


def open_kml(path: Path, source: Source) -> OpenedPart:
    """The part that a folder of a KML file makes.

    Raises:
        UnclearChoice: several folders and none named as layer, or not the named one.
        DamagedFile: no KML, or not all of it.

    """
    return open_geodata(Opening(str(path), layer=choose_layer(str(path), source.layer)), "kml")


def open_flatgeobuf(path: Path, source: Source) -> OpenedPart:
    """The part that a FlatGeobuf file makes.

    GDAL's short cut for this format yields broken arrays where geometries are null, so it is turned off.

    Raises:
        DamagedFile: damaged, or on reading not as many records as it announces.

    """
    if source.layer:
        raise UnknownFormat(f"layer {source.layer!r} is declared, but FlatGeobuf files have none")
    pyogrio.set_gdal_config_options({"OGR_FLATGEOBUF_STREAM_BASE_IMPL": "YES"})
    return open_geodata(Opening(str(path)), "flatgeobuf", expected=_announced(path, None))


def _announced(path: Path, layer: str | None) -> int:
    with losses_are_errors(str(path)):
        return int(pyogrio.read_info(path, layer=layer, force_feature_count=True)["features"])


def _count(path: Path, layer: str) -> int:
    table = layer.replace('"', '""')
    query = f'SELECT count(*) FROM "{table}"'  # noqa: S608 a quoted name, which no parameter can stand for
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?immutable=1", uri=True)) as database:
            (count,) = database.execute(query).fetchone()
    except sqlite3.DatabaseError as error:
        raise DamagedFile(f"cannot be read: {error}") from error
    return int(count)
