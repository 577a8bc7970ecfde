"""Pages for people: the list of the catalog, one layer, and the health of the service."""

import flask

from catalog.vocabulary import vocabulary
from services.web.context import context, moment

BLUEPRINT = flask.Blueprint("pages", __name__)


@BLUEPRINT.get("/")
def catalog() -> str:
    """The list of all public layers."""
    return flask.render_template("catalog.html", records=list(moment().holdings.records()))


@BLUEPRINT.get("/layers/<layer>")
def layer(layer: str) -> str:
    """What is said of one layer."""
    version = moment().holdings.current(layer)
    record = version.record
    return flask.render_template(
        "layer.html",
        record=record,
        licence=vocabulary("licences").term(record.licence),
        cadence=vocabulary("update-frequencies").term(record.cadence).label,
        checked_at=context().store.checked_at(layer),
    )


@BLUEPRINT.get("/health")
def health() -> flask.Response:
    """Whether the service answers and all of the store can be read."""
    holdings = moment().holdings
    status = "degraded" if holdings.unreadable else "ok"
    response = flask.jsonify(
        {"status": status, "layers": len(holdings.layers), "unreadable": holdings.unreadable}
    )
    response.cache_control.no_store = True
    return response
