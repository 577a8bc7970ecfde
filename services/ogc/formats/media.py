"""The formats that a query can be taken in, besides pages of GeoJSON and HTML."""

from dataclasses import dataclass

from catalog.records import Record


@dataclass(frozen=True)
class Format:
    """A format: its name in the parameter `f`, its title, media type, suffix, and GDAL's driver for it."""

    name: str
    title: str
    media_type: str
    suffix: str = ""
    driver: str | None = None
    needs_geometry: bool = False

    def is_offered(self, record: Record) -> bool:
        """Whether a layer can be had in it."""
        return record.kind == "features" or not self.needs_geometry


GEOJSON = Format("json", "GeoJSON", "application/geo+json")
HTML = Format("html", "HTML", "text/html")
CSV = Format("csv", "CSV", "text/csv", ".csv")
FLATGEOBUF = Format(
    "flatgeobuf", "FlatGeobuf", "application/flatgeobuf", ".fgb", "FlatGeobuf", needs_geometry=True
)
GEOPACKAGE = Format("gpkg", "GeoPackage", "application/geopackage+sqlite3", ".gpkg", "GPKG")
FORMATS = (CSV, FLATGEOBUF, GEOPACKAGE)


def files_offered(record: Record, rows: int, most: int) -> tuple[Format, ...]:
    """The formats in which `rows` rows of a layer can be had as a file: none where a file has at most fewer rows."""
    if record.kind == "raster" or rows > most:
        return ()
    return tuple(one for one in FORMATS if one.is_offered(record))


def format_named(name: str) -> Format | None:
    """The format of a name, None when it is not one of these files."""
    return next((one for one in FORMATS if one.name == name), None)
