"""Pages: what people need, without anything from other places, and readable by everybody."""

import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from catalog.configuration import load_state
from catalog.store import Store
from services.errors import BadConfiguration
from services.ogc.config import base_config
from services.site import make_site
from services.web.app import create_app

PAGES = [
    "/",
    "/layers/towns",
    "/layers/land-cover",
    "/layers/crosswalk",
    "/ogc/?f=html",
    "/ogc/openapi?f=html",
    "/ogc/conformance?f=html",
    "/ogc/collections?f=html",
    "/ogc/collections/towns?f=html",
    "/ogc/collections/land-cover?f=html",
    "/ogc/collections/towns/schema?f=html",
    "/ogc/collections/towns/queryables?f=html",
    "/ogc/collections/towns/items?f=html&limit=3",
    "/ogc/collections/towns/items/a5?f=html",
    "/ogc/collections/towns/items/nobody?f=html",
    "/ogc/collections/towns/items?f=html&people=many",
    "/nowhere?f=html",
]


class _Page(HTMLParser):
    """The elements of a page, with their attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def of(self, *tags: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.elements if tag in tags]


@pytest.mark.parametrize("path", PAGES)
def test_pages_load_nothing_from_other_places(client: FlaskClient, path: str) -> None:
    response = client.get(path)
    page = _Page(response.get_data(as_text=True))
    loaded = [one.get("src") for one in page.of("img", "script", "iframe", "source")]
    loaded += [one["href"] for one in page.of("link")]

    assert response.content_type == "text/html; charset=utf-8"
    assert [address for address in loaded if address not in ("/static/townline.css", "data:,")] == []
    assert page.of("script") == []
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", PAGES)
def test_pages_have_what_assistive_technology_needs(client: FlaskClient, path: str) -> None:
    page = _Page(client.get(path).get_data(as_text=True))
    tags = [tag for tag, _ in page.elements]

    assert page.of("html")[0]["lang"] == "en"
    assert tags.count("h1") == tags.count("main") == tags.count("title") == 1
    assert all("scope" in one for one in page.of("th"))
    assert page.of("a")[0]["href"] == "#content"
    assert all(one.get("aria-label") or one.get("aria-labelledby") for one in page.of("nav"))


def test_the_style_is_served(client: FlaskClient) -> None:
    response = client.get("/static/townline.css", buffered=True)

    assert response.status_code == 200
    assert "url(" not in response.get_data(as_text=True)


def _luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_text_has_enough_contrast_on_white(client: FlaskClient) -> None:
    style = client.get("/static/townline.css", buffered=True).get_data(as_text=True)
    colours = re.findall(r"(?<![-\w])color: (#[0-9a-f]{6})", style)

    assert colours
    assert all((1.05 / (_luminance(colour) + 0.05)) >= 4.5 for colour in colours)


def test_the_catalog_lists_layers_with_files_and_services(client: FlaskClient) -> None:
    text = client.get("/").get_data(as_text=True)

    assert "4 layers" in text
    assert "Office of Tests" in text
    assert "https://gis.example.gov/files/towns/v1/data.parquet" in text
    assert "https://gis.example.gov/ogc/collections/towns/items?f=html" in text
    assert "2026-01-02" in text


def test_a_layer_s_page_tells_what_to_know(client: FlaskClient) -> None:
    text = client.get("/layers/towns").get_data(as_text=True)
    raster = client.get("/layers/land-cover").get_data(as_text=True)

    assert "Counts below &lt;10 are hidden." in text
    assert "Creative Commons Attribution 4.0" in text
    assert "The people of it." in text
    assert "Built &lt;10" in raster


def test_texts_of_records_are_escaped(
    own_store: Store, own_client: FlaskClient, publish_towns: Callable[..., Any]
) -> None:
    publish_towns(own_store, title="<script>alert(1)</script>")

    for path in ("/", "/layers/towns", "/ogc/collections?f=html", "/ogc/collections/towns?f=html"):
        assert "<script>" not in own_client.get(path).get_data(as_text=True)


def test_health(client: FlaskClient) -> None:
    response = client.get("/health")

    assert response.get_json() == {"status": "ok", "layers": 4, "unreadable": 0}
    assert response.headers["Cache-Control"] == "no-store"


def test_every_answer_is_open_to_other_sites_for_reading(client: FlaskClient) -> None:
    for path in ("/ogc/", "/health", "/ogc/collections/nothing"):
        response = client.get(path)
        assert response.headers["Access-Control-Allow-Origin"] == "*"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert "X-Powered-By" not in response.headers


def test_an_empty_store_is_a_catalog_without_layers(
    tmp_path: Path, make_settings: Callable[..., Any]
) -> None:
    client = create_app(*make_settings(tmp_path)).test_client()

    assert "0 layers" in client.get("/").get_data(as_text=True)
    assert [one["id"] for one in client.get("/ogc/collections").get_json()["collections"]] == ["catalog"]
    assert client.get("/ogc/collections/catalog/items").get_json()["numberMatched"] == 0
    assert client.get("/ogc/openapi").status_code == 200


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (None, "does not exist"),
        ("server: [", "not YAML"),
        ("- 1", "must hold keys"),
        ("server: {}", "missing: logging, metadata"),
        ("server: {url: x}\nlogging: {}\nmetadata: {}", "server.url"),
        ("server: {}\nlogging: {}\nmetadata: {}\nresources: {}", "resources"),
        ("server: {}\nlogging: {}\nmetadata: {}", "default_items"),
    ],
)
def test_a_configuration_that_cannot_be_used_says_why(
    tmp_path: Path, make_settings: Callable[..., Any], text: str | None, told: str
) -> None:
    path = tmp_path / "pygeoapi.yml"
    if text is not None:
        path.write_text(text)

    with pytest.raises(BadConfiguration, match=re.escape(told)):
        create_app(*make_settings(tmp_path, config=path))


def test_the_shipped_configuration_names_the_state(make_settings: Callable[..., Any], tmp_path: Path) -> None:
    settings, service = make_settings(tmp_path)
    config = base_config(service.config, make_site(service, load_state(settings.profile)), tmp_path)

    assert config["metadata"]["identification"]["title"] == "Geospatial catalog of Testland"
    assert "{" not in str(config["metadata"]).replace("{'", "")
