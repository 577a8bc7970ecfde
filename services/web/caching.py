"""Answers that a client or a proxy may keep, and how it learns that they still hold.

What is served changes only when a version is published or the program is exchanged. A tag is made of both and
of the request, so that an unchanged answer is told (304) before anything is read.
"""

import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import flask

from catalog.records import Record
from services.holdings import Holdings

_FOLDER = Path(__file__).parents[1]
_PINNED_SECONDS = 3600  # not for ever: a version can be withdrawn
_KINDS = ("*.py", "*.html")


def stamp_of(record: Record) -> str:
    """What changes when another version of a layer is served."""
    return f"{record.id}/{record.version}/{record.published_at.isoformat()}"


def stamp_of_all(holdings: Holdings) -> str:
    """What changes when anything else is served."""
    return "\n".join(stamp_of(version.record) for _, version in sorted(holdings.layers.items()))


def tag(stamp: str, parameters: Mapping[str, str], format_: str | None) -> str:
    """The tag of the answer to the request, whose parameters are checked."""
    asked = "&".join(f"{name}={value}" for name, value in sorted(parameters.items()))
    parts = (_program(), stamp, flask.request.path, asked, format_ or "json")
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:24]


def unchanged(answer_tag: str) -> flask.Response | None:
    """The answer 304, when the client has this answer already."""
    known = flask.request.if_none_match
    if known.star_tag or not known.contains_weak(answer_tag):
        return None
    return flask.Response(status=304)


def keep(response: flask.Response, answer_tag: str, *, pinned: bool) -> flask.Response:
    """The response with its tag; one of a named version may be kept without asking again for a while."""
    response.set_etag(answer_tag, weak=True)
    response.cache_control.public = True
    if pinned:
        response.cache_control.max_age = _PINNED_SECONDS
    else:
        response.cache_control.no_cache = True
    return response


@cache
def _program() -> str:
    """A hash of the services' own files: another program may answer otherwise."""
    found = hashlib.sha256()
    for path in sorted(path for kind in _KINDS for path in _FOLDER.rglob(kind)):
        found.update(path.read_bytes())
    return found.hexdigest()
