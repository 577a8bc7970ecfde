"""Map pages under the application: parts that are kept for ever, pages that are asked for again, one file to take."""

import gzip
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from flask import Flask
from flask.testing import FlaskClient

from catalog.settings import Settings
from services.maps.building import write_map
from services.maps.layout import parts_of
from services.maps.model import MapContent
from services.settings import ServiceSettings
from services.web.app import create_app
from services.web.faces import EXTENSION

ROOT = Path(__file__).resolve().parents[3]
MAP = "births-and-infant-deaths"
Watched = Any


@pytest.fixture(scope="module")
def app(content_of: Callable[..., MapContent], tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The application of the sample state, whose declared map is that of the tiny state."""
    folder = tmp_path_factory.mktemp("served")
    write_map(content_of(id=MAP), folder / "maps", ())
    settings = Settings(profile=ROOT / "config" / "north-carolina", store=folder / "store")
    config = ROOT / "config" / "pygeoapi-config.yml"
    return create_app(settings, ServiceSettings(config=config, maps=folder / "maps", docs=folder))


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def _parts(app: Flask) -> list[str]:
    folder: Path = app.extensions[EXTENSION].maps
    return parts_of(folder / "site" / f"{MAP}.html")


def test_the_page_is_asked_for_again_and_has_not_changed(client: FlaskClient) -> None:
    first = client.get(f"/maps/{MAP}", buffered=True)
    assert first.status_code == 200
    assert "script-src 'self'; style-src 'self'" in first.headers["Content-Security-Policy"]
    assert "unsafe" not in first.headers["Content-Security-Policy"]
    assert len(first.data) < 6000
    assert first.headers["Cache-Control"].startswith("no-cache")
    again = client.get(f"/maps/{MAP}", buffered=True, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_parts_are_kept_for_ever(app: Flask, client: FlaskClient) -> None:
    for name in _parts(app):
        answer = client.get(f"/maps/parts/{name}", buffered=True)
        assert answer.status_code == 200
        assert answer.mimetype == {"js": "text/javascript", "css": "text/css"}[name.rsplit(".")[-1]]
        assert "immutable" in answer.headers["Cache-Control"]
        assert "max-age=31536000" in answer.headers["Cache-Control"]
        again = client.get(
            f"/maps/parts/{name}", buffered=True, headers={"If-None-Match": answer.headers["ETag"]}
        )
        assert again.status_code == 304


@pytest.mark.parametrize(
    "path", ["parts/map.0123456789abcdef.js", "parts/..%2f..%2fx.js", "nothing", "download/nothing.html"]
)
def test_what_there_is_not_is_not_found(client: FlaskClient, path: str) -> None:
    assert client.get(f"/maps/{path}", buffered=True).status_code == 404


def test_the_page_as_one_file_is_beside_it(client: FlaskClient) -> None:
    answer = client.get(f"/maps/download/{MAP}.html", buffered=True)
    assert answer.headers["Content-Disposition"] == f"attachment; filename={MAP}.html"
    assert b"townline-data" in answer.data
    assert len(gzip.compress(answer.data)) < len(answer.data) / 2


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # the name of the base class
        """Say nothing."""


@pytest.fixture
def origin(app: Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, handler_class=_Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.browser
def test_a_second_visit_asks_for_the_page_alone(watched: Watched, origin: str) -> None:
    page = watched.page
    sizes = "performance.getEntriesByType('resource').map((item) => item.transferSize)"
    page.goto(f"{origin}/maps/{MAP}")
    page.wait_for_selector("html[data-ready]")
    assert sum(page.evaluate(sizes)) > 100_000
    page.goto("about:blank")
    page.goto(f"{origin}/maps/{MAP}#t=table")
    page.wait_for_selector("html[data-ready]")
    assert sum(page.evaluate(sizes)) == 0
    assert page.locator("#table tbody tr").count() == 9
    page.click("#files summary")
    with page.expect_download() as waited:
        page.click("#files a[download]")
    assert waited.value.suggested_filename == f"{MAP}.html"
    watched.requests = [url for url in watched.requests if not url.startswith(origin)]
