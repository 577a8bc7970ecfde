"""What can be wrong with a raster: leaves of `catalog.errors.DataError`.

    DataError
    └── RasterError
        ├── UnknownBand           a declared band that the file does not have
        ├── UnsupportedGrid       not north-up, without position, masked by a band, or outside the window
        ├── UnsettledNodata       nodata that is a class, that the cells cannot hold, or that is not declared
        ├── UnlistedClass         values that the class table does not name
        └── EmptyRaster           nothing but nodata

Coordinate reference systems have their leaves in `layers.errors`, files in `layers.sources.errors`.
"""

from catalog.errors import DataError


class RasterError(DataError):
    """A raster is not what its manifest says."""


class UnknownBand(RasterError):
    """The file does not have a declared band."""


class UnsupportedGrid(RasterError):
    """The grid is not north-up, has no position, is masked by a band, or lies outside the window."""


class UnsettledNodata(RasterError):
    """The nodata value is a class, cannot be held by the cells, or is not declared where it is needed."""


class UnlistedClass(RasterError):
    """Cells have values that the class table does not name."""


class EmptyRaster(RasterError):
    """Every cell is nodata."""
