"""Every error as a problem document, or as a page for people."""

import logging
from http import HTTPStatus
from urllib.parse import urlsplit

import flask
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound, RequestEntityTooLarge
from werkzeug.routing import RequestRedirect

from catalog.errors import TownlineError
from services.errors import STATUS
from services.ogc.api import PROBLEM, problem
from services.web.context import context
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
    app.after_request(_led_home)


def refusal(status: HTTPStatus, detail: str, kind: str = "about:blank") -> flask.Response:
    """A problem document of this kind, or a page that says the same to people."""
    accepted = flask.request.accept_mimetypes
    if flask.request.args.get("f") == "html" or accepted.best_match([PROBLEM, "text/html"]) == "text/html":
        page = render("error.html", page_frame(""), status=status, detail=detail)
        return flask.Response(page, status, mimetype="text/html")
    return flask.Response(problem(status, detail, kind), status, mimetype=PROBLEM)


def _expected(error: TownlineError) -> flask.Response:
    status = next((known for kind, known in STATUS.items() if isinstance(error, kind)), None)
    if status is None or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return _unexpected(error)
    response = refusal(status, str(error))
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        response.headers["Retry-After"] = _RETRY_SECONDS
    return response


def _http(error: HTTPException) -> flask.Response:
    if error.response is not None or error.code is None or error.code < HTTPStatus.BAD_REQUEST:
        return flask.make_response(error.get_response())
    response = refusal(HTTPStatus(error.code), _detail(error))
    for name, value in error.get_headers():
        if name.lower() not in ("content-type", "content-length"):
            response.headers[name] = value
    return response


def _led_home(response: flask.Response) -> flask.Response:
    """The response; the way to a path that is written properly starts at our address, not at the client's Host."""
    moved = flask.request.routing_exception
    if not isinstance(moved, RequestRedirect):
        return response
    address = urlsplit(moved.new_url)._replace(scheme="", netloc="").geturl()
    return flask.make_response(flask.redirect(context().site.url + address, moved.code))


def _unexpected(error: Exception) -> flask.Response:
    LOGGER.error("fault while answering %s %s", flask.request.method, flask.request.path, exc_info=error)
    return refusal(HTTPStatus.INTERNAL_SERVER_ERROR, _HIDDEN)


def _detail(error: HTTPException) -> str:
    """What was given and what is allowed, where the framework does not say it."""
    if isinstance(error, MethodNotAllowed):
        return f"{flask.request.method} is not allowed here; allowed: {', '.join(sorted(error.valid_methods or ()))}"
    if isinstance(error, RequestEntityTooLarge):
        return f"the body is too large; at most {flask.request.max_content_length} bytes are taken"
    if error.description == NotFound.description:
        site = context().site
        return f"there is nothing at this address; the catalog starts at {site.url}/, the API at {site.ogc}/"
    return error.description or ""
