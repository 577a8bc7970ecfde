"""Pages of the OGC API: what people see of the very JSON documents that programs get."""

from collections.abc import Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import flask
import orjson

from catalog.records import Record
from catalog.store import Version
from services.styles import label_column
from services.web.context import moment
from services.web.faces import LANGUAGE, api_frame, html, shelf
from services.web.help import programs
from services.web.links import DEFAULT
from services.web.preview import features_preview, legend, preview, raster_legend
from services.web.render import Frame, render

type Json = dict[str, Any]

_HIDDEN_LINKS = ("self", "alternate", "next", "prev", "http://www.opengis.net/def/rel/ogc/1.0/execute")
_TEMPLATES = {
    "ogc.landing_page": "landing",
    "ogc.openapi": "openapi",
    "ogc.conformance": "conformance",
    "ogc.collections": "collections",
    "ogc.collection": "collection",
    "ogc.schema": "fields",
    "features.queryables": "fields",
    "features.sortables": "fields",
    "features.items": "items",
    "features.item": "item",
    "records.catalog": "collection",
    "records.schema": "fields",
    "records.queryables": "fields",
    "records.sortables": "fields",
    "records.records": "records",
    "processes.processes": "processes",
    "processes.process": "process",
}
"""The template of each route."""


def ogc_page(content: bytes | str, status: int) -> flask.Response:
    """The page of a document that the request's route has answered with, or of a problem."""
    document: Json = orjson.loads(content) if content else {}
    if status >= HTTPStatus.BAD_REQUEST:
        values = {"status": HTTPStatus(status), "detail": document.get("detail", "")}
        return html(render("error.html", api_frame(), **values), status)
    return schema_page(document)


def schema_page(document: Json) -> flask.Response:
    """The page of a document."""
    frame, name = api_frame(), _TEMPLATES[flask.request.endpoint or ""]
    layer = (flask.request.view_args or {}).get("layer")
    version = moment().holdings.layers.get(layer) if layer else None
    values: Json = {
        "document": document,
        "record": version.record if version else None,
        "shown_links": _shown(document.get("links", [])),
        "as_json": _as_json(),
        "moving": {
            link["rel"]: _as_page(link["href"], frame) for link in document.get("links", []) if _moves(link)
        },
        "what": (flask.request.endpoint or "").split(".")[-1],
        "titles": {column.name: frame.words.title(column) for column in version.record.columns}
        if version
        else {},
    }
    if name in ("items", "item"):
        values |= _drawn(document, version.record if version else None, frame)
    if name == "collection" and version:
        values |= _opened(version, frame)
    return html(render(f"ogc/{name}.html", frame, **values))


def _opened(version: Version, frame: Frame) -> Json:
    """What people see of a layer before they take it: a picture with its legend, and how to open it."""
    record, words, found = version.record, frame.words, preview(version)
    return {
        "drawn": found,
        "preview": found.document(words, shelf().base) if found else None,
        "keys": legend(found, words) if found and record.kind != "raster" else raster_legend(record, words),
        "description": shelf().described(record, words.language),
        "freshness": shelf().freshness(record, datetime.now(UTC)),
        "programs": programs(record, frame),
    }


def _drawn(document: Json, record: Record | None, frame: Frame) -> Json:
    features = document.get("features", [document])
    found = features_preview(features, label_column(record) if record else None)
    drawn = found.document(frame.words, shelf().base) if found else None
    return {"features": features, "drawn": found, "preview": drawn}


def _shown(links: list[Json]) -> list[Json]:
    """The links to show: every address once, without this page and its neighbours."""
    known: dict[str, Json] = {}
    for link in links:
        if link.get("rel") not in _HIDDEN_LINKS:
            known.setdefault(link["href"], link)
    return list(known.values())


def _moves(link: Mapping[str, Any]) -> bool:
    return link.get("rel") in ("next", "prev")


def _as_page(address: str, frame: Frame) -> str:
    """A link of the document, leading to a page in the same language."""
    parts = urlsplit(address)
    kept = [(name, value) for name, value in parse_qsl(parts.query) if name not in ("f", LANGUAGE)]
    chosen = [] if frame.links.language == DEFAULT else [(LANGUAGE, frame.links.language)]
    return urlunsplit(parts._replace(query=urlencode([*kept, ("f", "html"), *chosen])))


def _as_json() -> str:
    kept = [
        (name, value) for name, value in flask.request.args.items(multi=True) if name not in ("f", LANGUAGE)
    ]
    return "?" + urlencode([*kept, ("f", "json")])
