"""The operations on the features of a layer or table."""

from catalog.records import Record
from services.ogc.features.resources import item_resource, items_resource
from services.ogc.formats import FORMATS, GEOJSON
from services.ogc.operations.parameters import parameters_of
from services.ogc.operations.parts import BINARY, TEXT, Document, get, in_path, schema_at
from services.ogc.operations.schemas import feature_name, page_name
from services.ogc.operations.service import collection_path, schema_path

_ABOUT_FILES = (
    "As json and html, one page of what is selected; as a file (csv, flatgeobuf, gpkg), all of it, unless limit"
    " says otherwise."
)


def feature_paths(record: Record, systems: tuple[str, ...]) -> Document:
    """The paths of a layer or table; `systems` are the URIs of its coordinate reference systems."""
    layer, title = record.id, record.title
    items = items_resource(record, systems)
    files = {
        one.media_type: TEXT if one.driver is None else BINARY for one in FORMATS if one.name in items.formats
    }
    pages = {GEOJSON.media_type: schema_at(page_name(record)), "text/html": TEXT, **files}
    one = {GEOJSON.media_type: schema_at(feature_name(record)), "text/html": TEXT}
    identified = [in_path("featureId", "Id of a feature."), *parameters_of(item_resource(systems))]
    return {
        **collection_path(layer, title),
        **schema_path(layer, title),
        **schema_path(layer, title, "queryables"),
        **schema_path(layer, title, "sortables"),
        f"/collections/{layer}/items": get(
            f"items.{layer}", f"Features: {title}", layer, pages, parameters_of(items, record), _ABOUT_FILES
        ),
        f"/collections/{layer}/items/{{featureId}}": get(
            f"item.{layer}", f"One feature: {title}", layer, one, identified
        ),
    }
