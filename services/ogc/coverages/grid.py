"""The cells of a raster that a bbox asks for, and reading them."""

from dataclasses import dataclass
from math import ceil, floor
from pathlib import Path

import numpy as np
import rasterio
from numpy.typing import NDArray
from rasterio.io import DatasetReader, MemoryFile
from rasterio.transform import Affine
from rasterio.windows import Window as CellWindow

from services.ogc import crs

_TOUCH = 1e-6

Cells = np.ma.MaskedArray[tuple[int, int, int], np.dtype[np.generic]]


class TooManyCells(ValueError):
    """A window larger than one answer may be."""


class NoCells(ValueError):
    """A window that misses the raster."""


@dataclass(frozen=True)
class Request:
    """Which part of a raster is asked for: band numbers, and a box with the URI of its system."""

    bands: tuple[int, ...]
    bbox: tuple[float, ...] = ()
    bbox_crs: str = crs.CRS84


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
        window = _cell_window(dataset, request)
        asked = int(window.width) * int(window.height) * len(request.bands)
        if asked > most_cells:
            raise TooManyCells(f"{asked} cells are asked for, at most {most_cells} are given in one answer")
        cells = dataset.read(request.bands, window=window, masked=True)
        return Extract(cells, dataset.window_transform(window), dataset.crs, dataset.nodata)


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


def _cell_window(dataset: DatasetReader, request: Request) -> CellWindow:
    """The whole cells that the box touches; a touch of less than a millionth of a cell does not count."""
    if not request.bbox:
        return CellWindow(0, 0, dataset.width, dataset.height)
    outline = crs.window(request.bbox, request.bbox_crs).outline
    if outline.is_empty:
        raise NoCells("bbox lies outside the area of its system")
    columns, rows = ~dataset.transform @ crs.points_in(outline, dataset.crs.to_wkt())
    left, right = _span(columns, dataset.width)
    top, bottom = _span(rows, dataset.height)
    return CellWindow(left, top, right - left, bottom - top)


def _span(positions: NDArray[np.float64], size: int) -> tuple[int, int]:
    if not positions.size or not np.isfinite(positions).all():
        raise NoCells("bbox lies outside the area of the coverage's system")
    first = floor(positions.min() + _TOUCH)
    end = max(ceil(positions.max() - _TOUCH), first + 1)
    if first >= size or end <= 0:
        raise NoCells("bbox lies outside the coverage")
    return max(0, first), min(size, end)
