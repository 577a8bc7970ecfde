"""The cells of a raster that a bbox asks for, and reading them."""

from dataclasses import dataclass, field
from math import ceil, floor
from pathlib import Path

import numpy as np
import rasterio
from numpy.typing import NDArray
from rasterio.enums import Resampling
from rasterio.io import DatasetReader, MemoryFile
from rasterio.transform import Affine
from rasterio.warp import transform_bounds
from rasterio.windows import Window as CellWindow

from services.ogc import crs
from services.ogc.coverages.scaling import Scaling
from services.ogc.coverages.subset import closed

_TOUCH = 1e-6

Sides = NDArray[np.float64]

Cells = np.ma.MaskedArray[tuple[int, int, int], np.dtype[np.generic]]


class TooManyCells(ValueError):
    """A window larger than one answer may be."""


class NoCells(ValueError):
    """A window that misses the raster."""


@dataclass(frozen=True)
class Request:
    """Which part of a raster is asked for, and how fine.

    Band numbers, a box with the URI of its system, those bands whose cells may be averaged, and a scaling. A box
    without a system is in the raster's own, x before y; of a subset, infinite sides are the raster's edges.
    """

    bands: tuple[int, ...]
    bbox: tuple[float, ...] = ()
    bbox_crs: str | None = crs.CRS84
    averaged: frozenset[int] = frozenset()
    scaling: Scaling = field(default_factory=Scaling)


@dataclass(frozen=True)
class Extract:
    """Cells that were read, where they lie, and how the file stores them."""

    cells: Cells
    transform: Affine
    crs: rasterio.crs.CRS
    nodata: float | None

    @property
    def height(self) -> int:
        """Rows of cells."""
        return int(self.cells.shape[1])

    @property
    def width(self) -> int:
        """Columns of cells."""
        return int(self.cells.shape[2])


def extract(path: Path, request: Request, most_cells: int) -> Extract:
    """The cells of a file that a request asks for.

    Raises:
        TooManyCells: more than the limit, counted over all bands.
        NoCells: the box misses the raster.
        crs.UnusableBox: the box cannot be brought to the raster's system.

    """
    with rasterio.open(path) as dataset:
        columns, rows = _cells(dataset, request)
        width = request.scaling.size("x", columns.kept, columns.asked)
        height = request.scaling.size("y", rows.kept, rows.asked)
        asked = width * height * len(request.bands)
        if asked > most_cells:
            raise TooManyCells(f"{asked} cells are asked for, at most {most_cells} are given in one answer")
        window = CellWindow(columns.first, rows.first, columns.kept, rows.kept)
        cells = np.ma.stack(
            [_band(dataset, band, window, (height, width), request) for band in request.bands]
        )
        step = Affine.scale(columns.kept / width, rows.kept / height)
        return Extract(cells, dataset.window_transform(window) @ step, dataset.crs, dataset.nodata)


def _band(
    dataset: DatasetReader, band: int, window: CellWindow, shape: tuple[int, int], request: Request
) -> NDArray[np.generic]:
    """The cells of a band in another number, read from the overview that is fine enough."""
    kind = Resampling.average if band in request.averaged else Resampling.nearest
    cells: NDArray[np.generic] = dataset.read(
        band, window=window, masked=True, out_shape=shape, resampling=kind
    )
    return cells


def geotiff(found: Extract) -> bytes:
    """The extract as a compressed GeoTIFF."""
    profile = {
        "driver": "GTiff",
        "dtype": found.cells.dtype,
        "count": found.cells.shape[0],
        "height": found.height,
        "width": found.width,
        "crs": found.crs,
        "transform": found.transform,
        "nodata": found.nodata,
        "compress": "deflate",
        "tiled": True,
    }
    with MemoryFile() as memory:
        with memory.open(**profile) as target:
            target.write(found.cells.filled(found.nodata) if found.nodata is not None else found.cells.data)
        written: bytes = memory.read()
    return written


@dataclass(frozen=True)
class _Span:
    """Cells along an axis: how many are asked for, and which of them the raster has."""

    asked: int
    first: int
    kept: int


def _cells(dataset: DatasetReader, request: Request) -> tuple[_Span, _Span]:
    """The whole columns and rows that the box touches; a touch of less than a millionth of a cell does not count."""
    if not request.bbox:
        return (_Span(dataset.width, 0, dataset.width), _Span(dataset.height, 0, dataset.height))
    columns, rows = ~dataset.transform @ _points(dataset, request.bbox, request.bbox_crs)
    return _span(columns, dataset.width), _span(rows, dataset.height)


def _points(dataset: DatasetReader, bbox: tuple[float, ...], system: str | None) -> tuple[Sides, Sides]:
    """X and y, in the raster's own system, of points along a box."""
    if system is None:
        west, south, east, north = closed(bbox, dataset.bounds)
        return np.array([west, east, east, west]), np.array([south, south, north, north])
    if not np.isfinite(bbox).all():
        bbox = closed(bbox, transform_bounds(dataset.crs, "OGC:CRS84", *dataset.bounds))
    outline = crs.window(bbox, system).outline
    if outline.is_empty:
        raise NoCells("the box lies outside the area of its system")
    return crs.points_in(outline, dataset.crs.to_wkt())


def _span(positions: NDArray[np.float64], size: int) -> _Span:
    if not positions.size or not np.isfinite(positions).all():
        raise NoCells("the box lies outside the area of the coverage's system")
    first = floor(positions.min() + _TOUCH)
    end = max(ceil(positions.max() - _TOUCH), first + 1)
    if first >= size or end <= 0:
        raise NoCells("the box lies outside the coverage")
    kept = max(0, first)
    return _Span(end - first, kept, min(size, end) - kept)
