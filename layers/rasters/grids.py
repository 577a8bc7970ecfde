"""The cells of a raster that are kept, and where they are."""

import math

import rasterio
from rasterio.io import DatasetReader
from rasterio.warp import transform_bounds
from rasterio.windows import Window

from catalog.records import Bounds
from layers.rasters.errors import UnsupportedGrid

_SNAP = 1e-6
"""Share of a cell by which a window may miss the edge of a cell and still mean that edge."""
_DENSIFY = 21
"""Points added along each edge when bounds are transformed, for edges that bend."""


def check_grid(raster: DatasetReader) -> None:
    """Pass over a north-up grid with a position and without a mask of its own.

    Raises:
        UnsupportedGrid: it is none.

    """
    affine = raster.transform
    if affine.is_identity:
        raise UnsupportedGrid("the raster has no position (no geotransform)")
    if affine.b or affine.d or affine.a <= 0 or affine.e >= 0:
        raise UnsupportedGrid("the raster is rotated or not north-up; its rows must run from north to south")
    if any(rasterio.enums.MaskFlags.per_dataset in flags for flags in raster.mask_flag_enums):
        raise UnsupportedGrid("the raster has a mask or alpha band; nodata must be a value of the cells")


def cells_within(raster: DatasetReader, crs: str, degrees: Bounds | None) -> Window:
    """The window of all cells that a part of the earth touches; all cells when no part is given.

    Raises:
        UnsupportedGrid: the part lies outside the raster.

    """
    if degrees is None:
        return Window(0, 0, raster.width, raster.height)
    west, south, east, north = transform_bounds("OGC:CRS84", crs, *degrees, densify_pts=_DENSIFY)
    affine = raster.transform
    columns = _whole_cells((west - affine.c) / affine.a, (east - affine.c) / affine.a, raster.width)
    rows = _whole_cells((north - affine.f) / affine.e, (south - affine.f) / affine.e, raster.height)
    if not columns or not rows:
        raise UnsupportedGrid(f"the window {degrees} lies outside the raster")
    return Window.from_slices((rows.start, rows.stop), (columns.start, columns.stop))


def bounds_in_degrees(bounds: Bounds, crs: str) -> Bounds:
    """The bounds in longitude and latitude of bounds in a system, with points added along the edges."""
    west, south, east, north = transform_bounds(crs, "OGC:CRS84", *bounds, densify_pts=_DENSIFY)
    return (west, south, east, north)


def _whole_cells(first: float, last: float, size: int) -> range:
    return range(max(0, math.floor(first + _SNAP)), min(size, math.ceil(last - _SNAP)))
