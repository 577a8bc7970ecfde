"""Routes of the features of layers and tables."""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote

import flask
from pygeoapi.api import itemtypes

from catalog.records import Record
from catalog.store import Version
from services.errors import TooBusy
from services.ogc import crs
from services.ogc.features import schemas
from services.ogc.features.resources import item_resource, items_resource
from services.ogc.formats import Format, format_named
from services.ogc.formats.export import export
from services.ogc.paging import VERSION
from services.ogc.parameters import Resource, checked
from services.web import caching
from services.web.context import context, moment
from services.web.ogc import answer, answer_schema, format_of, geojson, linked, record_of

BLUEPRINT = flask.Blueprint("features", __name__, url_prefix="/ogc/collections/<layer>")

_KINDS = ("features", "table")
_MOST_VERSIONS = 10**9
_PATIENCE = 0.25  # seconds; whoever waits takes a thread from others


@BLUEPRINT.get("/queryables")
def queryables(layer: str) -> flask.Response:
    """What a collection's features can be filtered by."""
    record_of(layer, *_KINDS)
    version = moment().holdings.current(layer)
    return answer_schema(lambda address: schemas.queryables(version, address), version.record)


@BLUEPRINT.get("/sortables")
def sortables(layer: str) -> flask.Response:
    """What a collection's features can be sorted by."""
    record_of(layer, *_KINDS)
    version = moment().holdings.current(layer)
    return answer_schema(lambda address: schemas.sortables(version, address), version.record)


@BLUEPRINT.get("/items")
def items(layer: str) -> flask.Response:
    """A page of features, or all that is selected as a file."""
    version = _asked_version(layer)
    resource = items_resource(version.record, _systems(version.record))
    file = format_named(format_of(flask.request.args, resource) or "")
    with _room_to_filter():
        if file is not None:
            return _file(version, file, resource)
        stamp = caching.stamp_of(version.record)
        return linked(geojson(answer(itemtypes.get_collection_items, resource, layer, stamp=stamp)), layer)


@BLUEPRINT.get("/items/<path:item>")
def item(layer: str, item: str) -> flask.Response:
    """One feature."""
    record = record_of(layer, *_KINDS)
    resource = item_resource(_systems(record))
    stamp, encoded = caching.stamp_of(record), quote(item, safe="")
    return geojson(answer(itemtypes.get_collection_item, resource, layer, encoded, stamp=stamp))


@contextmanager
def _room_to_filter() -> Iterator[None]:
    """Room among the threads for one more filter, which may take long; other requests need none.

    Raises:
        TooBusy: there is none, nor soon.

    """
    if "filter" not in flask.request.args:
        yield
        return
    room = context().filters
    if not room.acquire(timeout=_PATIENCE):
        raise TooBusy("as many filters are being worked out as may be at once: try again in some seconds")
    try:
        yield
    finally:
        room.release()


def _asked_version(layer: str) -> Version:
    """The version that the request asks for: the current one unless it names another."""
    record_of(layer, *_KINDS)
    named = flask.request.args.get(VERSION, "")
    if named.isascii() and named.isdigit() and 0 < int(named) < _MOST_VERSIONS:
        return context().version(moment().holdings, layer, int(named))
    return moment().holdings.current(layer)


def _file(version: Version, into: Format, resource: Resource) -> flask.Response:
    """All that the request selects, as a file."""
    parameters = checked(flask.request.args.items(multi=True), resource)
    tag = caching.tag(caching.stamp_of(version.record), parameters, into.name)
    response = caching.unchanged(tag)
    if response is None:
        response = flask.Response(export(version, parameters, into, context().exports))
        name = f"{version.record.id}-v{version.number}{into.suffix}"
        response.content_type = into.media_type + (
            "; charset=utf-8; header=present" if into.driver is None else ""
        )
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return caching.keep(response, tag, pinned=VERSION in parameters)


def _systems(record: Record) -> tuple[str, ...]:
    offered = context().site.crs if record.kind == "features" else ("OGC:CRS84",)
    return tuple(crs.uri(code) for code in offered)
