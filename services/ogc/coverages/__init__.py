"""Windows of rasters, read from the cloud-optimised GeoTIFF of the version."""
