"""Files made of a query: all that it selects, in formats that other programs read.

media       the formats, their names and media types
rows        the selected rows, some thousands at a time
csv_text    comma-separated values, with the geometry as WKT when it is asked for
gdal_file   FlatGeobuf and GeoPackage, written by GDAL
export      the file of a query, within limits
"""

from services.ogc.formats.media import FORMATS, GEOJSON, HTML, Format, files_offered, format_named

__all__ = ["FORMATS", "GEOJSON", "HTML", "Format", "files_offered", "format_named"]
