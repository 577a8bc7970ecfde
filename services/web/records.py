"""Routes of the collection of records."""

from datetime import UTC, datetime

import flask
from pygeoapi import api as core
from pygeoapi.api import itemtypes

from catalog.grammar import CATALOG
from services.ogc.parameters import checked
from services.ogc.records import schemas
from services.ogc.records.resource import RESOURCE
from services.web.context import context, moment
from services.web.ogc import DOCUMENT, answer, answer_schema, format_of, geojson, linked

BLUEPRINT = flask.Blueprint("records", __name__, url_prefix=f"/ogc/collections/{CATALOG}")

_MEDIA_TYPE = "application/ogc-catalog+json"


@BLUEPRINT.get("")
def catalog() -> flask.Response:
    """The catalog as a collection."""
    response = answer(core.describe_collections, DOCUMENT, CATALOG, stamp=moment().stamp)
    accepted = flask.request.accept_mimetypes
    if response.mimetype == "application/json" and (not accepted or accepted.quality(_MEDIA_TYPE)):
        response.mimetype = _MEDIA_TYPE
    return response


@BLUEPRINT.get("/schema")
def schema() -> flask.Response:
    """The properties of records."""
    return answer_schema(schemas.schema)


@BLUEPRINT.get("/queryables")
def queryables() -> flask.Response:
    """What records can be filtered by."""
    return answer_schema(schemas.queryables)


@BLUEPRINT.get("/sortables")
def sortables() -> flask.Response:
    """What records can be sorted by."""
    return answer_schema(schemas.sortables)


@BLUEPRINT.get("/items")
def records() -> flask.Response:
    """A page of records."""
    return linked(geojson(answer(itemtypes.get_collection_items, RESOURCE, CATALOG, stamp=_stamp())), CATALOG)


@BLUEPRINT.get("/items/<path:item>")
def record(item: str) -> flask.Response:
    """One record; for people, the page of its layer."""
    parameters = checked(flask.request.args.items(multi=True), DOCUMENT)
    if format_of(parameters, DOCUMENT) == "html":
        layer = moment().holdings.current(item).record.id
        return flask.make_response(flask.redirect(context().site.layer(layer), 303))
    return geojson(answer(itemtypes.get_collection_item, DOCUMENT, CATALOG, item, stamp=_stamp()))


def _stamp() -> str:
    """What changes when a record does: the catalog, and with the hour its freshness."""
    return f"{moment().stamp}/{datetime.now(UTC):%Y-%m-%dT%H}"
