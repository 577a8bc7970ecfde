"""Routes of the OGC API: parameters are checked here, pygeoapi answers."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import flask
from pygeoapi import api as core
from pygeoapi.api import coverages

from catalog.records import Record
from services.ogc import crs
from services.ogc.api import Answer, OgcRequest
from services.ogc.conformance import conformance as conformance_
from services.ogc.coverages.resource import coverage_resource
from services.ogc.documents import to_json
from services.ogc.features import schemas
from services.ogc.paging import VERSION, Asked, asking
from services.ogc.parameters import Resource, checked
from services.web import caching
from services.web.context import context, moment
from services.web.ogc_pages import ogc_page, schema_page

BLUEPRINT = flask.Blueprint("ogc", __name__, url_prefix="/ogc")

DOCUMENT = Resource()
_MEDIA_TYPES = {
    "json": ("application/json", "application/geo+json", "application/schema+json",
             "application/openapi+json", "application/vnd.oai.openapi+json", "application/prs.coverage+json"),
    "html": ("text/html", "application/xhtml+xml"),
    "csv": ("text/csv",),
    "flatgeobuf": ("application/flatgeobuf", "application/vnd.flatgeobuf"),
    "gpkg": ("application/geopackage+sqlite3",),
    "GTiff": ("image/tiff",),
}  # fmt: skip


@BLUEPRINT.get("/")
def landing_page() -> flask.Response:
    """The landing page."""
    return answer_of_all(core.landing_page)


@BLUEPRINT.get("/openapi")
def openapi() -> flask.Response:
    """The OpenAPI document."""
    return answer_of_all(core.openapi_)


@BLUEPRINT.get("/conformance")
def conformance() -> flask.Response:
    """The conformance classes."""
    return answer_of_all(conformance_)


@BLUEPRINT.get("/collections")
def collections() -> flask.Response:
    """All collections."""
    return answer_of_all(core.describe_collections)


@BLUEPRINT.get("/collections/<layer>")
def collection(layer: str) -> flask.Response:
    """One collection."""
    return answer(core.describe_collections, DOCUMENT, layer, stamp=caching.stamp_of(record_of(layer)))


@BLUEPRINT.get("/collections/<layer>/schema")
def schema(layer: str) -> flask.Response:
    """The schema of a collection's features or bands."""
    version = moment().holdings.current(layer)
    if version.record.kind == "raster":
        return answer(core.get_collection_schema, DOCUMENT, layer, stamp=caching.stamp_of(version.record))
    return answer_schema(lambda address: schemas.schema(version, address), version.record)


@BLUEPRINT.get("/collections/<layer>/coverage")
def coverage(layer: str) -> flask.Response:
    """A window of a raster."""
    record = record_of(layer, "raster")
    systems = tuple(crs.uri(code) for code in context().site.crs)
    resource, stamp = coverage_resource(record, systems), caching.stamp_of(record)
    return answer(coverages.get_collection_coverage, resource, layer, stamp=stamp)


def answer(
    function: Callable[..., Answer], resource: Resource, *arguments: str, stamp: str | None = None
) -> flask.Response:
    """Pygeoapi's answer to the request, whose parameters are checked first.

    Args:
        function: pygeoapi's function.
        resource: what parameters and formats there are.
        arguments: further arguments of the function.
        stamp: what the answer depends on besides the request; None when also on the time of day.

    """
    parameters = checked(flask.request.args.items(multi=True), resource)
    format_ = format_of(parameters, resource)
    tag = caching.tag(stamp, parameters, format_) if stamp else None
    if tag and (known := caching.unchanged(tag)):
        return caching.keep(known, tag, pinned=VERSION in parameters)
    response = _made(function, resource, parameters, format_, *arguments)
    if tag and response.status_code == HTTPStatus.OK:
        caching.keep(response, tag, pinned=VERSION in parameters)
    return response


def answer_of_all(function: Callable[..., Answer]) -> flask.Response:
    """Pygeoapi's answer about the whole catalog: it changes with the catalog only, and is made once until then."""
    parameters = checked(flask.request.args.items(multi=True), DOCUMENT)
    format_ = format_of(parameters, DOCUMENT)
    tag = caching.tag(moment().stamp, parameters, format_)
    response = caching.unchanged(tag)
    if response is None:
        known = moment().answers
        if tag not in known:
            known[tag] = _made(function, DOCUMENT, parameters, format_)
        made = known[tag]
        response = flask.Response(made.get_data(), made.status_code, made.headers.copy())
    return caching.keep(response, tag, pinned=False)


def answer_schema(make: Callable[[str], dict[str, Any]], record: Record | None = None) -> flask.Response:
    """A JSON Schema made for the address of the request, or a page of it; of a record, it may be kept."""
    parameters = checked(flask.request.args.items(multi=True), DOCUMENT)
    format_ = format_of(parameters, DOCUMENT)
    tag = caching.tag(caching.stamp_of(record), parameters, format_) if record else None
    response = caching.unchanged(tag) if tag else None
    if response is None:
        document = make(context().site.url + flask.request.path)
        if format_ == "html":
            response = schema_page(document)
        else:
            response = flask.Response(to_json(document), mimetype="application/schema+json")
    return caching.keep(response, tag, pinned=False) if tag else response


def _made(
    function: Callable[..., Answer],
    resource: Resource,
    parameters: Mapping[str, str],
    format_: str | None,
    *arguments: str,
) -> flask.Response:
    api = moment().api
    handed = parameters
    if resource.handed is not None:
        handed = {name: text for name, text in parameters.items() if name in resource.handed}
    request = OgcRequest(flask.request, api.locales, handed, None if format_ == "html" else format_)
    with asking(Asked(context().site.url + flask.request.path, parameters)):
        headers, status, content = function(api, request, *arguments)
    return ogc_page(content, status) if format_ == "html" else flask.Response(content, status, headers)


def format_of(parameters: Mapping[str, str], resource: Resource) -> str | None:
    """The format asked for: by `f`, else by the Accept header, else JSON (None)."""
    if "f" in parameters:
        return parameters["f"]
    offered = {kind: name for name in resource.formats for kind in _MEDIA_TYPES[name]}
    best = flask.request.accept_mimetypes.best_match(list(offered), default="application/json")
    return None if offered[best] == "json" else offered[best]


def record_of(layer: str, *kinds: str) -> Record:
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


def geojson(response: flask.Response) -> flask.Response:
    """The response, as GeoJSON where it is JSON of features."""
    if response.status_code == 200 and response.mimetype == "application/json":
        response.mimetype = "application/geo+json"
    return response


def linked(response: flask.Response, collection: str) -> flask.Response:
    """A page of items with links to itself and the queryables in its header (OGC API Features part 3)."""
    site = context().site
    here = f"{site.url}{quote(flask.request.path)}"
    if flask.request.query_string:
        here += "?" + quote(flask.request.query_string, safe="=&%+,:/-._~")
    queryables = f"{site.collection(collection)}/queryables"
    relation = "http://www.opengis.net/def/rel/ogc/1.0/queryables"
    response.headers["Link"] = (
        f'<{here}>; rel="self"; type="{response.mimetype}",'
        f' <{queryables}>; rel="{relation}"; type="application/schema+json"'
    )
    return response
