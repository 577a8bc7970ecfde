"""The operations on a raster."""

from catalog.records import Record
from services.ogc.coverages import scaling, subset
from services.ogc.coverages.resource import coverage_resource
from services.ogc.operations.parameters import parameters_of
from services.ogc.operations.parts import BINARY, Document, get, query
from services.ogc.operations.service import collection_path, schema_path

_PER_AXIS = r"^(x|y)\([0-9]+(\.[0-9]+)?\)(,(x|y)\([0-9]+(\.[0-9]+)?\))?$"
_END = r"(\*|-?[0-9]+(\.[0-9]+)?)"
_SPANS = "|".join(
    rf"({first}|{second})\({_END}(:{_END})?\)(,({first}|{second})\({_END}(:{_END})?\))?"
    for first, second in (("Lat", "Lon"), ("x", "y"))
)
_OWN = {
    subset.NAME: query(
        subset.NAME,
        "A part of the raster by axis: Lat and Lon in degrees (OGC:CRS84), or x and y in its own system, such as"
        " Lat(41:41.5),Lon(-73:*). A star leaves an end open, a single number picks the cells that it lies in.",
        {"type": "string", "pattern": rf"^({_SPANS})$"},
    ),
    scaling.FACTOR: query(
        scaling.FACTOR,
        "By how much the cells become fewer along both axes. Cells of classes are picked, others averaged.",
        {"type": "number", "minimum": 1 / scaling.MOST, "maximum": scaling.MOST},
    ),
    scaling.FACTORS: query(
        scaling.FACTORS,
        "The same by axis, such as x(2),y(4).",
        {"type": "string", "pattern": _PER_AXIS},
    ),
    scaling.SIZES: query(
        scaling.SIZES,
        "How many cells the answer has along an axis, such as x(100),y(80).",
        {"type": "string", "pattern": r"^(x|y)\([0-9]+\)(,(x|y)\([0-9]+\))?$"},
    ),
}


def coverage_paths(record: Record, systems: tuple[str, ...]) -> Document:
    """The paths of a raster; `systems` are the URIs of the systems that a box may be in."""
    layer, title = record.id, record.title
    content: Document = {
        "application/prs.coverage+json": {"type": "object"},
        "image/tiff; application=geotiff": BINARY,
    }
    parameters = parameters_of(coverage_resource(record, systems), own=_OWN)
    window = get(f"coverage.{layer}", f"A window: {title}", layer, content, parameters)
    window["get"]["responses"]["204"] = {"description": "The box misses the raster"}
    return {
        **collection_path(layer, title),
        **schema_path(layer, title),
        f"/collections/{layer}/coverage": window,
    }
