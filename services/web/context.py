"""What the routes of the application share: the store, the site, and the catalog as it is now."""

from dataclasses import dataclass, field
from threading import Semaphore

import flask

from catalog.store import Store, Version
from services.holdings import Holdings, public_version
from services.live import Live
from services.ogc.api import OgcApi
from services.ogc.formats.export import ExportLimits
from services.site import Site

EXTENSION = "townline"


@dataclass(frozen=True)
class Moment:
    """The catalog at one moment.

    What is public, pygeoapi's API over it, what changes when either does, and the answers about all of it that
    have been made already, by their tags.
    """

    holdings: Holdings
    api: OgcApi
    stamp: str
    answers: dict[str, flask.Response] = field(default_factory=dict)


@dataclass(frozen=True)
class Context:
    """What lives as long as the application; `filters` is the room for filters that are worked out at once."""

    store: Store
    site: Site
    live: Live[Moment]
    exports: ExportLimits
    filters: Semaphore

    def version(self, holdings: Holdings, layer: str, number: int) -> Version:
        """One version of a public layer."""
        return public_version(self.store, holdings, layer, number)


def context() -> Context:
    """The context of the application that answers the request."""
    found: Context = flask.current_app.extensions[EXTENSION]
    return found


def moment() -> Moment:
    """The catalog as this request sees it from its beginning to its end."""
    if "moment" not in flask.g:
        flask.g.moment = context().live.now()
    found: Moment = flask.g.moment
    return found
