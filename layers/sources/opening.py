"""A stored file opened as a part of a layer."""

from collections.abc import Callable
from pathlib import Path

from catalog.manifests import Source
from catalog.store.files import disk_errors
from layers.sources.datasets import Dataset, find_dataset
from layers.sources.errors import UnknownFormat, located
from layers.sources.opened import OpenedPart
from layers.sources.readers.delimited import open_delimited
from layers.sources.readers.geojson import open_esrijson, open_geojson, open_topojson
from layers.sources.readers.layered import open_filegdb, open_flatgeobuf, open_geopackage, open_kml
from layers.sources.readers.parquet import open_parquet
from layers.sources.readers.shapefiles import open_shapefile
from layers.sources.readers.spreadsheets import open_spreadsheet
from layers.sources.settings import SourceSettings

_READERS: dict[str, Callable[[Path, Source], OpenedPart]] = {
    "shapefile": open_shapefile,
    "geopackage": open_geopackage,
    "filegdb": open_filegdb,
    "topojson": open_topojson,
    "esrijson": open_esrijson,
    "kml": open_kml,
    "flatgeobuf": open_flatgeobuf,
    "parquet": open_parquet,
}


def open_part(
    path: Path,
    source: Source,
    *,
    name: str,
    layer: str,
    workspace: Path,
    settings: SourceSettings | None = None,
) -> OpenedPart:
    """The part of a layer that a stored file makes, to be read in batches.

    Call it, and read the batches, in the thread that imported this module: no other hears GDAL's warnings.

    Args:
        path: the stored file, named by its hash.
        source: how the manifest says it is to be read.
        name: the file's own name, for its format and for messages.
        layer: the layer's id, for messages.
        workspace: existing folder for what has to be unpacked; the caller removes it.
        settings: limits of unpacking.

    Raises:
        DataError: a leaf of `layers.sources.errors` that names the file and the layer.
        StoreError: the disk is full or not writable.

    """
    limits = settings or SourceSettings()
    with located(name, layer), disk_errors(workspace):
        dataset = find_dataset(path, source, name=name, workspace=workspace, settings=limits)
        return _open(dataset, source, limits).named(name, layer)


def _open(dataset: Dataset, source: Source, settings: SourceSettings) -> OpenedPart:
    match dataset.format:
        case "csv":
            folder = dataset.path.parent
            return open_delimited(dataset.path, source, ending=dataset.ending, workspace=folder)
        case "xlsx":
            return open_spreadsheet(dataset.path, source, settings)
        case "geojson":
            return open_geojson(dataset.path, source, dataset.ending)
        case "geotiff":
            raise UnknownFormat("is a raster, which has no rows: declare the layer as kind raster")
    return _READERS[dataset.format](dataset.path, source)
