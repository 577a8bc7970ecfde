"""Routes of vector tiles."""

import gzip
import re
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

import flask

from catalog.store import Version
from services.ogc.documents import to_json
from services.ogc.paging import VERSION
from services.ogc.parameters import Resource, checked
from services.ogc.tiles import documents, matrices
from services.ogc.tiles.resources import TILE, TILESET, TILESETS
from services.ogc.tiles.tilesets import MEDIA_TYPE, Tileset, tileset_of
from services.web import caching
from services.web.context import context, moment

BLUEPRINT = flask.Blueprint("tiles", __name__, url_prefix="/ogc")

_NUMBER = re.compile(r"^[0-9]{1,9}$")


@BLUEPRINT.get("/tileMatrixSets")
def tile_matrix_sets() -> flask.Response:
    """The tile matrix sets."""
    return _document(TILESETS, "", lambda _: documents.tile_matrix_sets(context().site))


@BLUEPRINT.get("/tileMatrixSets/<name>")
def tile_matrix_set(name: str) -> flask.Response:
    """One tile matrix set."""
    _refuse_other_sets(name)
    return _document(TILESETS, "", lambda _: matrices.tile_matrix_set())


@BLUEPRINT.get("/collections/<layer>/tiles")
def tilesets(layer: str) -> flask.Response:
    """The tilesets of a collection."""
    tiles = _tiles(moment().holdings.current(layer))
    return _document(TILESETS, _stamp(tiles), lambda _: documents.tilesets(tiles, context().site))


@BLUEPRINT.get("/collections/<layer>/tiles/<name>")
def tileset(layer: str, name: str) -> flask.Response:
    """The description of a tileset, or its TileJSON."""
    tiles = _tiles(moment().holdings.current(layer))
    _refuse_other_sets(name)
    made = {"json": documents.tileset, "tilejson": documents.tilejson}
    return _document(TILESET, _stamp(tiles), lambda format_: made[format_](tiles, context().site))


@BLUEPRINT.get("/collections/<layer>/tiles/<name>/<zoom>/<row>/<column>")
def tile(layer: str, name: str, zoom: str, row: str, column: str) -> flask.Response:
    """One tile; 204 where nothing is drawn."""
    parameters = checked(flask.request.args.items(multi=True), TILE)
    version = moment().holdings.current(layer)
    if VERSION in parameters:
        version = context().version(moment().holdings, layer, int(parameters[VERSION]))
    tiles = _tiles(version)
    _refuse_other_sets(name)
    place = _place(tiles, zoom, row, column)
    tag = caching.tag(_stamp(tiles), parameters, "mvt")
    response = caching.unchanged(tag) or _stored(tiles, place)
    response.vary.add("Accept-Encoding")
    return caching.keep(response, tag, pinned=VERSION in parameters)


def _stored(tiles: Tileset, place: tuple[int, int, int]) -> flask.Response:
    data = tiles.archive.tile(*place)
    if data is None:
        return flask.Response(status=HTTPStatus.NO_CONTENT)
    if not tiles.archive.is_gzipped:
        return flask.Response(data, mimetype=MEDIA_TYPE)
    if not flask.request.accept_encodings.quality("gzip"):
        return flask.Response(gzip.decompress(data), mimetype=MEDIA_TYPE)
    response = flask.Response(data, mimetype=MEDIA_TYPE)
    response.content_encoding = "gzip"
    return response


def _place(tiles: Tileset, *given: str) -> tuple[int, int, int]:
    """Zoom, column and row of the address."""
    if not all(_NUMBER.match(text) for text in given):
        flask.abort(400, f"zoom, row and column must be whole numbers; given: {'/'.join(given)}")
    zoom, row, column = (int(text) for text in given)
    first, last = tiles.zooms
    if not first <= zoom <= last:
        flask.abort(404, f"layer {tiles.record.id!r} has tiles of zoom {first} to {last}; given: {zoom}")
    most = 2**zoom - 1
    if row > most or column > most:
        flask.abort(404, f"at zoom {zoom} rows and columns go from 0 to {most}; given: {row}, {column}")
    return zoom, column, row


def _tiles(version: Version) -> Tileset:
    tiles = tileset_of(version)
    if tiles is None:
        flask.abort(404, f"layer {version.layer!r} has no tiles; take its items or files")
    return tiles


def _refuse_other_sets(name: str) -> None:
    if name != matrices.NAME:
        flask.abort(404, f"there is no tile matrix set of that name; tile matrix sets: {matrices.NAME}")


def _stamp(tiles: Tileset) -> str:
    return f"{caching.stamp_of(tiles.record)}/{tiles.file.sha256}"


def _document(resource: Resource, stamp: str, make: Callable[[str], Mapping[str, Any]]) -> flask.Response:
    parameters = checked(flask.request.args.items(multi=True), resource)
    format_ = parameters.get("f", "json")
    tag = caching.tag(stamp, parameters, format_)
    response = caching.unchanged(tag)
    if response is None:
        response = flask.Response(to_json(make(format_)), mimetype="application/json")
    return caching.keep(response, tag, pinned=False)
