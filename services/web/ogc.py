"""Routes of the OGC API: parameters are checked here, pygeoapi answers."""

from collections.abc import Callable, Mapping

import flask
from pygeoapi import api as core
from pygeoapi.api import coverages, itemtypes

from catalog.records import Record
from services.ogc import crs
from services.ogc.api import Answer, OgcRequest
from services.ogc.paging import VERSION, Asked, asking
from services.ogc.parameters import COVERAGE, ITEMS, Resource, checked
from services.web.context import context, moment

BLUEPRINT = flask.Blueprint("ogc", __name__, url_prefix="/ogc")

DOCUMENT = Resource()
_MEDIA_TYPES = {
    "json": ("application/json", "application/geo+json", "application/schema+json",
             "application/openapi+json", "application/vnd.oai.openapi+json", "application/prs.coverage+json"),
    "html": ("text/html", "application/xhtml+xml"),
    "csv": ("text/csv",),
    "GTiff": ("image/tiff",),
}  # fmt: skip


@BLUEPRINT.get("/")
def landing_page() -> flask.Response:
    """The landing page."""
    return answer(core.landing_page, DOCUMENT)


@BLUEPRINT.get("/openapi")
def openapi() -> flask.Response:
    """The OpenAPI document."""
    return answer(core.openapi_, DOCUMENT)


@BLUEPRINT.get("/conformance")
def conformance() -> flask.Response:
    """The conformance classes."""
    return answer(core.conformance, DOCUMENT)


@BLUEPRINT.get("/collections")
def collections() -> flask.Response:
    """All collections."""
    return answer(core.describe_collections, DOCUMENT)


@BLUEPRINT.get("/collections/<layer>")
def collection(layer: str) -> flask.Response:
    """One collection."""
    _record(layer)
    return answer(core.describe_collections, DOCUMENT, layer)


@BLUEPRINT.get("/collections/<layer>/schema")
def schema(layer: str) -> flask.Response:
    """The schema of a collection's features or bands."""
    _record(layer)
    return answer(core.get_collection_schema, DOCUMENT, layer)


@BLUEPRINT.get("/collections/<layer>/queryables")
def queryables(layer: str) -> flask.Response:
    """The columns that a collection's features can be filtered by."""
    _record(layer, "features", "table")
    return answer(itemtypes.get_collection_queryables, DOCUMENT, layer)


@BLUEPRINT.get("/collections/<layer>/items")
def items(layer: str) -> flask.Response:
    """A page of features."""
    record = _record(layer, "features", "table")
    columns = tuple(column.name for column in record.columns)
    resource = Resource(("json", "html", "csv"), ITEMS, _systems(record), columns, frozenset(columns))
    return geojson(answer(itemtypes.get_collection_items, resource, layer))


@BLUEPRINT.get("/collections/<layer>/items/<path:item>")
def item(layer: str, item: str) -> flask.Response:
    """One feature."""
    record = _record(layer, "features", "table")
    resource = Resource(checks=("crs",), crs=_systems(record))
    return geojson(answer(itemtypes.get_collection_item, resource, layer, item))


@BLUEPRINT.get("/collections/<layer>/coverage")
def coverage(layer: str) -> flask.Response:
    """A window of a raster."""
    record = _record(layer, "raster")
    bands = tuple(band.name for band in record.grid.bands) if record.grid else ()
    systems = tuple(crs.uri(code) for code in context().site.crs)
    resource = Resource(("json", "GTiff"), COVERAGE, systems, bands)
    return answer(coverages.get_collection_coverage, resource, layer)


def answer(function: Callable[..., Answer], resource: Resource, *arguments: str) -> flask.Response:
    """Pygeoapi's answer to the request, whose parameters are checked first."""
    parameters = checked(flask.request.args.items(multi=True), resource)
    if VERSION in parameters:
        context().version(moment().holdings, arguments[0], int(parameters[VERSION]))
    api = moment().api
    request = OgcRequest(flask.request, api.locales, parameters, format_of(parameters, resource))
    with asking(Asked(context().site.url + flask.request.path, parameters)):
        headers, status, content = function(api, request, *arguments)
    response = flask.Response(content, status, headers)
    if response.mimetype == "text/html":
        response.mimetype = "text/html"  # adds the charset
    return response


def format_of(parameters: Mapping[str, str], resource: Resource) -> str | None:
    """The format asked for: by `f`, else by the Accept header, else JSON (None)."""
    if "f" in parameters:
        return parameters["f"]
    offered = {kind: name for name in resource.formats for kind in _MEDIA_TYPES[name]}
    best = flask.request.accept_mimetypes.best_match(list(offered), default="application/json")
    return None if offered[best] == "json" else offered[best]


def _record(layer: str, *kinds: str) -> Record:
    """The record of a public layer of one of the kinds.

    Raises:
        NotFound: the layer has another kind and hence no such resource.
        UnknownLayer: there is no such public layer.

    """
    record = moment().holdings.current(layer).record
    if kinds and record.kind not in kinds:
        flask.abort(
            404, f"layer {layer!r} is of kind {record.kind}: this resource belongs to {', '.join(kinds)}"
        )
    return record


def _systems(record: Record) -> tuple[str, ...]:
    offered = context().site.crs if record.kind == "features" else ("OGC:CRS84",)
    return tuple(crs.uri(code) for code in offered)


def geojson(response: flask.Response) -> flask.Response:
    """The response, as GeoJSON where it is JSON of features."""
    if response.status_code == 200 and response.mimetype == "application/json":
        response.mimetype = "application/geo+json"
    return response
