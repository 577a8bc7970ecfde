"""What the routes of pages share: the shelf of the moment, and the frame that surrounds a page."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import flask

from catalog.settings import Settings
from catalog.store import Store
from services.holdings import Holdings
from services.settings import ServiceSettings
from services.speech import LANGUAGES
from services.web.context import context, moment
from services.web.links import DEFAULT, ServedLinks
from services.web.render import Frame, Identity, site_frame, spoken
from services.web.shelf import Declared, Shelf, read_declared
from services.web.words import NAMES

EXTENSION = "townline-pages"
LANGUAGE = "lang"


@dataclass
class Faces:
    """What the profile declares, where maps and documents lie, and how many rows a file that is made may have.

    The last shelf is kept while it holds.
    """

    store: Store
    declared: Declared
    maps: Path
    docs: Path
    most_rows: int
    last: Shelf | None = None

    def shelf(self, holdings: Holdings) -> Shelf:
        """The shelf over the holdings of a moment."""
        if self.last is None or self.last.holdings is not holdings:
            self.last = Shelf(self.store, holdings, self.declared, self.maps, self.docs, self.most_rows)
        return self.last


def make_faces(settings: Settings, service: ServiceSettings) -> Faces:
    """What the pages of a profile and store need.

    Raises:
        ConfigurationError: the profile cannot be used.

    """
    store = settings.store.resolve()
    maps = service.maps or store.parent / "maps"
    declared = read_declared(settings.profile)
    return Faces(Store(store), declared, maps.resolve(), service.docs.resolve(), service.max_export_rows)


def faces() -> Faces:
    """The faces of the application that answers the request."""
    found: Faces = flask.current_app.extensions[EXTENSION]
    return found


def shelf() -> Shelf:
    """The shelf that this request sees from its beginning to its end."""
    return faces().shelf(moment().holdings)


def identity_of(config: dict[str, Any], shelf_: Shelf) -> Identity:
    """Whose site it is, as the profile and pygeoapi's configuration say."""
    state, contact = shelf_.declared.profile.state, config["metadata"]["contact"]
    return Identity(state.name, state.languages, contact["name"], contact.get("email"))


def language() -> str:
    """The language that the request asks for: by its path, else by `lang`."""
    first = flask.request.path.split("/")[1]
    asked = first if first in LANGUAGES else flask.request.args.get(LANGUAGE, DEFAULT)
    return asked if asked in LANGUAGES else DEFAULT


def page_frame(path: str) -> Frame:
    """The frame of a page of the site, which keeps its query in the other languages."""
    links = ServedLinks(context().site.url, language())
    frame = site_frame(_identity(), links, path)
    query = flask.request.query_string.decode("ascii", "ignore")
    if not query:
        return frame
    others = tuple((code, name, f"{address}?{query}") for code, name, address in frame.others)
    return replace(frame, others=others)


def api_frame() -> Frame:
    """The frame of a page of the OGC API, whose language is a query parameter."""
    identity, spoken_here = _identity(), language()
    links = ServedLinks(context().site.url, spoken_here)

    def address(code: str) -> str:
        kept = {name: value for name, value in flask.request.args.items() if name != LANGUAGE}
        query = kept | {"f": "html"} | ({LANGUAGE: code} if code != DEFAULT else {})
        return f"{links.root}{flask.request.path}?{urlencode(query)}"

    others = [
        (code, NAMES[code], address(code)) for code in spoken(identity.languages) if code != spoken_here
    ]
    return Frame(identity, links, tuple(others))


def html(page: str, status: int = 200) -> flask.Response:
    """A page as a response that clients keep and ask for again."""
    response = flask.Response(page, status, mimetype="text/html")
    if status == 200:
        response.add_etag()
        response.cache_control.no_cache = True
        response.make_conditional(flask.request)
    return response


def _identity() -> Identity:
    return identity_of(moment().api.config, shelf())


Route = Callable[..., flask.Response]
