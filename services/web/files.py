"""Downloads: exactly the files that a version's record lists and its tiles, with ranges."""

import re
from datetime import timedelta
from http import HTTPStatus

import flask

from catalog.records import PublishedFile
from catalog.store import TILES, Version
from services.ogc.tiles.tilesets import tileset_of
from services.web.context import context, moment

BLUEPRINT = flask.Blueprint("files", __name__, url_prefix="/files")

_FOR_EVER = timedelta(days=365)
_A_WHILE = timedelta(hours=1)  # tiles may be made anew from the same data, and then differ
_ONE_RANGE = re.compile(r"^bytes=([0-9]+-[0-9]*|-[0-9]+)$")


@BLUEPRINT.get("/<layer>/v<int:number>/<name>")
def download(layer: str, number: int, name: str) -> flask.Response:
    """A file of one version, whole or a range of its bytes."""
    version = context().version(moment().holdings, layer, number)
    file = _listed(version, name)
    _leave_out_other_ranges()
    response = flask.send_file(
        version.path(file.name),
        mimetype=file.media_type,
        conditional=True,
        etag=file.sha256,
        last_modified=version.record.published_at,
        max_age=int((_A_WHILE if name == TILES else _FOR_EVER).total_seconds()),
    )
    if response.status_code == HTTPStatus.PRECONDITION_FAILED:
        response.close()
        flask.abort(HTTPStatus.PRECONDITION_FAILED, f'the file is another one: its ETag is "{file.sha256}"')
    response.cache_control.public = True
    response.cache_control.immutable = name != TILES
    response.accept_ranges = "bytes"
    return response


@BLUEPRINT.get("/<layer>/current/<name>")
def current(layer: str, name: str) -> flask.Response:
    """The way to the file of the current version."""
    version = moment().holdings.current(layer)
    file = _listed(version, name)
    response = flask.redirect(context().site.file(layer, version.number, file.name))
    response.cache_control.no_cache = True
    return flask.make_response(response)


def _listed(version: Version, name: str) -> PublishedFile:
    tiles = tileset_of(version)
    files = [*version.record.files, *([tiles.file] if tiles else [])]
    for file in files:
        if file.name == name:
            return file
    names = ", ".join(file.name for file in files) or "none"
    flask.abort(404, f"layer {version.layer!r} has no file of that name; files: {names}")


def _leave_out_other_ranges() -> None:
    """Answer a request for anything but one range of bytes with the whole file, as RFC 9110 (14.2) allows."""
    if not _ONE_RANGE.match(flask.request.headers.get("Range", "").replace(" ", "")):
        flask.request.environ.pop("HTTP_RANGE", None)
