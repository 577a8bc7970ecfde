"""Rasters as cloud-optimised GeoTIFF."""

import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import rasterio
import rasterio.shutil
from rasterio.enums import ColorInterp
from rasterio.errors import RasterioError
from rasterio.io import DatasetReader, DatasetWriter
from rasterio.windows import Window

from catalog.errors import StoreError
from catalog.manifests import RasterRules, Source
from catalog.manifests.rules import Band
from catalog.records import Bounds, Grid
from catalog.store.files import disk_errors
from layers.normalise import Notes
from layers.rasters.cells import CellCheck, Cells, settled_nodata
from layers.rasters.errors import EmptyRaster, UnknownBand
from layers.rasters.grids import bounds_in_degrees, cells_within, check_grid
from layers.rasters.systems import settle_raster_crs
from layers.sources import SourceSettings, find_dataset
from layers.sources.errors import DamagedFile, UnknownFormat, located

BLOCK = 512
_STEP = 4 * BLOCK
"""Rows and columns that are in memory at once."""
_ENVIRONMENT = {"GDAL_PAM_ENABLED": "NO", "GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR", "GDAL_CACHEMAX": 256}


@dataclass(frozen=True)
class WrittenRaster:
    """The grid of a written raster, and its bounds in longitude and latitude."""

    grid: Grid
    bounds: Bounds


def write_raster(
    path: Path,
    source: Source,
    rules: RasterRules,
    out: Path,
    notes: Notes,
    *,
    name: str,
    layer: str,
    workspace: Path,
    settings: SourceSettings | None = None,
) -> WrittenRaster:
    """The grid and the bounds in degrees of the cloud-optimised GeoTIFF written from a stored file.

    The grid stays as it is: cells are cut to the window, never resampled. Overviews are the most frequent
    class of a categorical raster (one with classes or a colour table), the mean of a continuous one, the
    nearest cell where a file has both. Band names, titles, units, class labels (tags `class_4`) and colours
    are written into the file. Memory is bounded by blocks of 2,048 × 2,048 cells; equal input gives equal
    bytes.

    Args:
        path: the stored file, named by its hash.
        source: how the manifest says it is to be read.
        rules: what its bands mean, and nodata, system and window.
        out: file to write.
        notes: where it is said what was done.
        name: the file's own name, for messages.
        layer: the layer's id, for messages.
        workspace: existing folder for temporary files; the caller removes it.
        settings: limits of unpacking.

    Raises:
        DataError: a leaf of `layers.rasters.errors`, `layers.errors` or `layers.sources.errors`.
        StoreError: the disk is full or not writable.

    """
    with located(name, layer), disk_errors(workspace):
        limits = settings or SourceSettings()
        dataset = find_dataset(path, source, name=name, workspace=workspace, settings=limits)
        if dataset.format != "geotiff":
            raise UnknownFormat(f"is {dataset.format}; rasters are read from GeoTIFF")
        with rasterio.Env(**_ENVIRONMENT), _opened(dataset.path) as raster:
            return _Cut(raster, rules, notes).write(out, workspace)


class _Cut:
    """The part of a raster that is kept, with everything about it settled."""

    def __init__(self, raster: DatasetReader, rules: RasterRules, notes: Notes) -> None:
        self.raster, self.bands, self.notes = raster, rules.bands, notes
        self._check_bands()
        check_grid(raster)
        found = raster.crs.to_wkt() if raster.crs else None
        settled = settle_raster_crs(found, rules.crs, tuple(raster.bounds))
        self.crs = settled.code
        notes.add("crs", settled.note)
        first = self.bands[0].index - 1
        self.nodata = settled_nodata(raster.nodatavals[first], rules.nodata, raster.dtypes[first], self.bands)
        if raster.nodatavals[first] not in (None, self.nodata):
            notes.add("nodata", f"the file says {raster.nodatavals[first]:g}; {self.nodata:g} as declared")
        self.window = cells_within(raster, self.crs, rules.window)
        self.transform = raster.window_transform(self.window)

    def write(self, out: Path, workspace: Path) -> WrittenRaster:
        with tempfile.TemporaryDirectory(dir=workspace) as folder:
            cut = Path(folder) / "cut.tif"
            try:
                with rasterio.open(cut, "w", **self._profile()) as target:
                    self._describe(target)
                    sums = self._fill(target)
                rasterio.shutil.copy(cut, out, driver="COG", **self._options())
                with rasterio.open(out) as written:
                    whole = sums == [_checksum(written, band) for band in written.indexes]
            except RasterioError as error:
                raise _unwritten(out) from error
            if not whole:
                raise _unwritten(out)
        bounds = bounds_in_degrees(self.raster.window_bounds(self.window), self.crs)
        return WrittenRaster(self._grid(), bounds)

    def _check_bands(self) -> None:
        for band in self.bands:
            if band.index > self.raster.count:
                raise UnknownBand(
                    f"the file has {self.raster.count} bands, not {band.index}", column=band.name
                )

    def _profile(self) -> dict[str, object]:
        return {
            "driver": "GTiff",
            "width": self.window.width,
            "height": self.window.height,
            "count": len(self.bands),
            "dtype": self.raster.dtypes[self.bands[0].index - 1],
            "crs": self.crs,
            "transform": self.transform,
            "nodata": self.nodata,
            "tiled": True,
            "blockxsize": BLOCK,
            "blockysize": BLOCK,
            "compress": "zstd",
            "bigtiff": "if_safer",
        }

    def _options(self) -> dict[str, object]:
        categorical = [bool(band.classes) or self._has_palette(band) for band in self.bands]
        resampling = "MODE" if all(categorical) else "NEAREST" if any(categorical) else "AVERAGE"
        return {
            "COMPRESS": "DEFLATE",
            "LEVEL": 9,
            "PREDICTOR": "NO" if any(categorical) else "YES",
            "BLOCKSIZE": BLOCK,
            "OVERVIEW_RESAMPLING": resampling,
            "BIGTIFF": "IF_SAFER",
        }

    def _has_palette(self, band: Band) -> bool:
        """Whether the file gives the band's values colours, so that they are classes and have no mean."""
        return bool(self.raster.colorinterp[band.index - 1] == ColorInterp.palette)

    def _describe(self, target: DatasetWriter) -> None:
        if point := self.raster.tags().get("AREA_OR_POINT"):
            target.update_tags(AREA_OR_POINT=point)
        target.descriptions = tuple(band.name for band in self.bands)
        target.units = tuple(band.unit or "" for band in self.bands)
        target.scales = tuple(self.raster.scales[band.index - 1] for band in self.bands)
        target.offsets = tuple(self.raster.offsets[band.index - 1] for band in self.bands)
        for number, band in enumerate(self.bands, 1):
            labels = {f"class_{listed.value}": listed.label for listed in band.classes}
            target.update_tags(number, title=band.title, description=band.description, **labels)
        if colours := _colours(self.bands, target.dtypes[0]):
            target.write_colormap(1, colours)

    def _fill(self, target: DatasetWriter) -> list[int]:
        """Copy the chosen bands block by block; a checksum of each."""
        sums = []
        for number, band in enumerate(self.bands, 1):
            check, checksum = CellCheck(band, self.nodata), 0
            for window in _steps(self.window):
                cells = check.take(_read(self.raster, band.index, window))
                checksum = zlib.crc32(cells.tobytes(), checksum)
                target.write(cells, number, window=_shifted(window, self.window))
            check.finish()
            self._note(check)
            if self._has_palette(band) and not band.classes:
                self.notes.add(
                    "cells", "the file's colours are not taken: declare `classes`", column=band.name
                )
            sums.append(checksum)
        return sums

    def _note(self, check: CellCheck) -> None:
        if not check.valid:
            raise EmptyRaster("every cell is nodata", column=check.band.name)
        self.notes.add("cells", "cells with a value", rows=check.valid, column=check.band.name)
        if check.missing:
            self.notes.add("cells", "cells without data", rows=check.missing, column=check.band.name)
        if check.mended:
            self.notes.add("nodata", "NaN became nodata", rows=check.mended, column=check.band.name)

    def _grid(self) -> Grid:
        return Grid(
            crs=self.crs,
            width=self.window.width,
            height=self.window.height,
            cell=(self.transform.a, -self.transform.e),
            bands=self.bands,
            nodata=self.nodata,
        )


@contextmanager
def _opened(path: Path) -> Iterator[DatasetReader]:
    try:
        raster = rasterio.open(path, driver="GTiff")
    except RasterioError as error:
        raise DamagedFile(f"cannot be read: {error}") from error
    with raster:
        yield raster


def _read(raster: DatasetReader, band: int, window: Window) -> Cells:
    try:
        return np.asarray(raster.read(band, window=window))
    except RasterioError as error:
        raise DamagedFile(f"cannot be read: {error}") from error


def _checksum(raster: DatasetReader, band: int) -> int:
    checksum = 0
    for window in _steps(Window(0, 0, raster.width, raster.height)):
        checksum = zlib.crc32(raster.read(band, window=window).tobytes(), checksum)
    return checksum


def _unwritten(out: Path) -> StoreError:
    return StoreError(f"{out.name} could not be written whole; is the disk full?")


def _colours(bands: tuple[Band, ...], dtype: str) -> dict[int, tuple[int, int, int]]:
    """The colour of each class; only a single band of bytes can have a table, and all classes must have one."""
    if len(bands) != 1 or dtype != "uint8":
        return {}
    colours = {listed.value: listed.colour for listed in bands[0].classes if 0 <= listed.value <= 255}
    if None in colours.values():
        return {}
    return {value: _rgb(colour) for value, colour in colours.items() if colour}


def _rgb(colour: str) -> tuple[int, int, int]:
    red, green, blue = bytes.fromhex(colour.removeprefix("#"))
    return (red, green, blue)


def _steps(window: Window) -> Iterator[Window]:
    for row in range(window.row_off, window.row_off + window.height, _STEP):
        for column in range(window.col_off, window.col_off + window.width, _STEP):
            height = min(_STEP, window.row_off + window.height - row)
            width = min(_STEP, window.col_off + window.width - column)
            yield Window(column, row, width, height)


def _shifted(window: Window, origin: Window) -> Window:
    return Window(
        window.col_off - origin.col_off, window.row_off - origin.row_off, window.width, window.height
    )
