"""The operations on a raster."""

from catalog.records import Record
from services.ogc.coverages.resource import coverage_resource
from services.ogc.operations.parameters import parameters_of
from services.ogc.operations.parts import BINARY, Document, get
from services.ogc.operations.service import collection_path, schema_path


def coverage_paths(record: Record, systems: tuple[str, ...]) -> Document:
    """The paths of a raster; `systems` are the URIs of the systems that a box may be in."""
    layer, title = record.id, record.title
    content: Document = {
        "application/prs.coverage+json": {"type": "object"},
        "image/tiff; application=geotiff": BINARY,
    }
    parameters = parameters_of(coverage_resource(record, systems))
    window = get(f"coverage.{layer}", f"A window: {title}", layer, content, parameters)
    window["get"]["responses"]["204"] = {"description": "The box misses the raster"}
    return {
        **collection_path(layer, title),
        **schema_path(layer, title),
        f"/collections/{layer}/coverage": window,
    }
