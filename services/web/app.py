"""The web application."""

from pathlib import Path
from threading import Semaphore

import flask

from catalog.configuration import load_state
from catalog.settings import Settings
from catalog.store import Store
from services.holdings import read_holdings
from services.live import Live
from services.ogc import patches
from services.ogc.api import make_api
from services.ogc.collections import Offer
from services.ogc.config import base_config
from services.ogc.formats.export import ExportLimits
from services.settings import ServiceSettings
from services.site import make_site
from services.web import errors, faces, features, files, headers, ogc, pages, processes, records, tiles
from services.web.caching import stamp_of_all
from services.web.context import EXTENSION, Context, Moment

_FOLDER = Path(__file__).parent
_MOST_BYTES_SENT = 1 << 20
_FREE_OF_FILTERS = 2  # threads that go on answering while slow filters hold the others


def create_app(settings: Settings | None = None, service: ServiceSettings | None = None) -> flask.Flask:
    """The application over the store of the settings, which come from the environment unless they are given.

    Raises:
        ConfigurationError: the state's profile cannot be used.
        BadConfiguration: pygeoapi's configuration cannot be used.
        PatchMismatch: another release of pygeoapi is installed.

    """
    patches.apply()
    app = flask.Flask("services.web", root_path=str(_FOLDER), static_folder=None)
    app.url_map.strict_slashes = False
    app.config["MAX_CONTENT_LENGTH"] = _MOST_BYTES_SENT
    settings, service = settings or Settings(), service or ServiceSettings()
    app.extensions[EXTENSION] = _context(settings, service)
    app.extensions[faces.EXTENSION] = faces.make_faces(settings, service)
    app.after_request(headers.add)
    errors.register(app)
    for blueprint in (
        records.BLUEPRINT,
        processes.BLUEPRINT,
        tiles.BLUEPRINT,
        features.BLUEPRINT,
        ogc.BLUEPRINT,
        files.BLUEPRINT,
        pages.BLUEPRINT,
    ):
        app.register_blueprint(blueprint)
    return app


def _context(settings: Settings, service: ServiceSettings) -> Context:
    store = Store(settings.store.resolve())
    site = make_site(service, load_state(settings.profile))
    base = base_config(service.config, site, _FOLDER / "templates")
    offer = Offer(
        store.root,
        site,
        service.max_cells,
        service.max_json_cells,
        service.max_seconds,
        service.max_export_rows,
    )

    def now() -> Moment:
        holdings = read_holdings(store)
        return Moment(holdings, make_api(holdings, base, offer, settings.profile), stamp_of_all(holdings))

    exports = ExportLimits(service.max_export_rows, Semaphore(service.max_exports), service.max_seconds)
    filters = Semaphore(max(1, service.threads - _FREE_OF_FILTERS))
    return Context(store, site, Live(store, now, service.refresh), exports, filters)
