"""The coordinate reference system of a raster: found, declared, or settled by the manifest."""

from dataclasses import dataclass

from catalog.manifests import Crs
from catalog.records import Bounds
from layers.errors import MissingCRS
from layers.normalise.crs import settle_crs
from layers.sources import identified


@dataclass(frozen=True)
class RasterCRS:
    """The code of the system that a raster is in, and how it was settled."""

    code: str
    note: str


def settle_raster_crs(found: str | None, declared: Crs | None, bounds: Bounds) -> RasterCRS:
    """The system of a raster, by the same rules as for coordinates; it must have a code.

    Args:
        found: well-known text of the file's system, None when it has none.
        declared: what the manifest says.
        bounds: of the raster in its own units, for the message.

    Raises:
        MissingCRS: neither the file nor the manifest says it, or the file's is no known one and none is
            declared.
        ContradictedCRS: file and manifest differ, and the manifest gives no reason in `crs.overrides`.

    """
    settled = settle_crs(found, declared)
    if settled is None:
        raise MissingCRS(f"the raster has no coordinate reference system; {_what_to_do(bounds)}")
    code = declared.code if declared else identified(settled.crs.to_wkt())
    if code is None or not code.startswith(("EPSG:", "OGC:")):
        raise MissingCRS(
            f"the raster's coordinate reference system {settled.crs.name!r} is no known one; "
            f"{_what_to_do(bounds)}"
        )
    return RasterCRS(code, settled.note)


def _what_to_do(bounds: Bounds) -> str:
    west, south, east, north = bounds
    degrees = -180 <= west <= east <= 180 and -90 <= south <= north <= 90
    units = "could be degrees" if degrees else "are units of a projected system"
    return f"declare raster.crs; its bounds {west:.10g}, {south:.10g}, {east:.10g}, {north:.10g} {units}"
