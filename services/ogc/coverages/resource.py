"""What requests for a window of a raster may ask."""

from catalog.records import Record
from services.ogc.coverages import subset
from services.ogc.coverages.scaling import NAMES
from services.ogc.parameters import COVERAGE, Resource


def coverage_resource(record: Record, systems: tuple[str, ...]) -> Resource:
    """The window of a raster; `systems` are the URIs of the systems that a box may be in."""
    bands = tuple(band.name for band in record.grid.bands) if record.grid else ()
    checks = (*COVERAGE, subset.NAME, *NAMES)
    return Resource(("json", "GTiff"), checks, systems, bands, handed=frozenset({"f", "properties"}))
