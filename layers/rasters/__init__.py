"""Rasters: cut, settled and written as cloud-optimised GeoTIFF."""

from layers.rasters.writing import WrittenRaster, write_raster

__all__ = ["WrittenRaster", "write_raster"]
