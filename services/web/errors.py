"""Every error as a problem document, or as a page for people."""

import logging
from http import HTTPStatus

import flask
from werkzeug.exceptions import HTTPException

from catalog.errors import TownlineError
from services.errors import STATUS
from services.ogc.api import PROBLEM, problem
from services.web.faces import page_frame
from services.web.render import render

LOGGER = logging.getLogger(__name__)
_RETRY_SECONDS = "5"
_HIDDEN = "the server could not answer; the fault has been logged"


def register(app: flask.Flask) -> None:
    """Make an application answer errors this way."""
    app.register_error_handler(TownlineError, _expected)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unexpected)


def _expected(error: TownlineError) -> flask.Response:
    status = next((known for kind, known in STATUS.items() if isinstance(error, kind)), None)
    if status is None or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return _unexpected(error)
    response = _answer(status, str(error))
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        response.headers["Retry-After"] = _RETRY_SECONDS
    return response


def _http(error: HTTPException) -> flask.Response:
    if error.response is not None or error.code is None or error.code < HTTPStatus.BAD_REQUEST:
        return flask.make_response(error.get_response())
    response = _answer(HTTPStatus(error.code), error.description or "")
    for name, value in error.get_headers():
        if name.lower() not in ("content-type", "content-length"):
            response.headers[name] = value
    return response


def _unexpected(error: Exception) -> flask.Response:
    LOGGER.error("fault while answering %s %s", flask.request.method, flask.request.path, exc_info=error)
    return _answer(HTTPStatus.INTERNAL_SERVER_ERROR, _HIDDEN)


def _answer(status: HTTPStatus, detail: str) -> flask.Response:
    accepted = flask.request.accept_mimetypes
    if flask.request.args.get("f") == "html" or accepted.best_match([PROBLEM, "text/html"]) == "text/html":
        page = render("error.html", page_frame(""), status=status, detail=detail)
        return flask.Response(page, status, mimetype="text/html")
    return flask.Response(problem(status, detail), status, mimetype=PROBLEM)
