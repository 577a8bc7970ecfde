"""Pages: what people need, in both languages, without anything from other places, and readable by everybody."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import shapely
from flask.testing import FlaskClient

from catalog.configuration import load_state
from catalog.manifests.layer import Period
from catalog.store import Store
from catalog.vocabulary import vocabulary
from services.errors import BadConfiguration
from services.ogc.config import base_config
from services.site import make_site
from services.web.app import create_app
from services.web.markdown import rendered
from services.web.words import Words

SITE = [
    "/",
    "/catalog",
    "/catalog?q=poverty&theme=population",
    "/catalog?bbox=-73,41,-72.9,41.1",
    "/layers/towns",
    "/layers/land-cover",
    "/layers/crosswalk",
    "/layers/hospitals",
    "/layers/poverty-town",
    "/maps",
    "/methods",
    "/methods/numbers",
    "/methods/sex",
    "/stories",
    "/stories/poverty",
]
API = [
    "/ogc/?f=html",
    "/ogc/openapi?f=html",
    "/ogc/conformance?f=html",
    "/ogc/collections?f=html",
    "/ogc/collections/towns?f=html",
    "/ogc/collections/land-cover?f=html",
    "/ogc/collections/catalog?f=html",
    "/ogc/collections/catalog/items?f=html",
    "/ogc/collections/towns/schema?f=html",
    "/ogc/collections/towns/queryables?f=html",
    "/ogc/collections/towns/items?f=html&limit=3",
    "/ogc/collections/towns/items?f=html&people=-1",
    "/ogc/collections/crosswalk/items?f=html",
    "/ogc/collections/towns/items/a5?f=html",
    "/ogc/processes?f=html",
    "/ogc/processes/profile-place?f=html",
    "/ogc/processes/rank-places?f=html",
]
DATA = ("application/json", "application/ld+json")
WRONG = [
    "/ogc/collections/towns/items/nobody?f=html",
    "/ogc/collections/towns/items?f=html&people=many",
    "/ogc/collections/secret?f=html",
    "/layers/secret?f=html",
    "/methods/nothing?f=html",
    "/stories/nothing?f=html",
    "/maps/nothing?f=html",
    "/static/../app.py?f=html",
    "/catalog?f=html&colour=red",
    "/nowhere?f=html",
]
PAGES = [
    *SITE,
    *(f"/es{path}" for path in SITE),
    *API,
    *(f"{path}&lang=es" for path in API),
    *WRONG,
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


def _text(client: FlaskClient, path: str) -> str:
    return client.get(path).get_data(as_text=True)


@pytest.mark.parametrize("path", PAGES)
def test_pages_load_nothing_from_other_places(site: FlaskClient, path: str) -> None:
    response = site.get(path)
    page = _Page(response.get_data(as_text=True))
    loaded = [str(one["src"]) for one in page.of("img", "script", "iframe", "source") if "src" in one]
    loaded += [str(one["href"]) for one in page.of("link") if one["rel"] in ("stylesheet", "icon")]

    assert response.status_code in ((404, 400) if path in WRONG else (200,))
    assert response.content_type == "text/html; charset=utf-8"
    assert loaded
    assert [address for address in loaded if not re.match(r"^/(static|maps)/", address)] == []
    inline = [one for one in page.of("script") if "src" not in one and one.get("type") not in DATA]
    assert inline == []
    assert not [attributes for _, attributes in page.elements if "style" in attributes]
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    assert "unsafe" not in response.headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", PAGES)
def test_pages_have_what_assistive_technology_needs(site: FlaskClient, path: str) -> None:
    page = _Page(_text(site, path))
    tags = [tag for tag, _ in page.elements]
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]

    assert page.of("html")[0]["lang"] == ("es" if "/es/" in path or "lang=es" in path else "en")
    assert tags.count("h1") == tags.count("main") == tags.count("title") == 1
    assert all("scope" in one for one in page.of("th"))
    assert page.of("a")[0]["href"] == "#content"
    assert all(one.get("aria-label") or one.get("aria-labelledby") for one in page.of("nav"))
    assert all("alt" in one for one in page.of("img"))
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("path", [*SITE, *API])
def test_every_page_leads_to_itself_in_the_other_language(site: FlaskClient, path: str) -> None:
    english = _Page(_text(site, path))
    other = next(str(one["href"]) for one in english.of("a") if one.get("hreflang") == "es")
    spanish = _Page(_text(site, other))
    back = next(str(one["href"]) for one in spanish.of("a") if one.get("hreflang") == "en")

    assert spanish.of("html")[0]["lang"] == "es"
    assert _Page(_text(site, back)).of("html")[0]["lang"] == "en"
    assert len(spanish.elements) >= len(english.elements)


@pytest.mark.parametrize("path", ["/", "/layers/poverty-town", "/catalog", "/stories/poverty", "/maps"])
def test_every_link_of_the_site_leads_somewhere(site: FlaskClient, path: str) -> None:
    links = {str(one["href"]).split("#")[0] for one in _Page(_text(site, path)).of("a")}
    inside = sorted(link for link in links if link.startswith("/"))

    assert inside
    assert [link for link in inside if site.get(link, buffered=True).status_code != 200] == []


def test_styles_and_scripts_are_served_and_kept(site: FlaskClient) -> None:
    page = _Page(_text(site, "/layers/towns"))
    addresses = [str(one["src"]) for one in page.of("script") if "src" in one]
    addresses += [str(one["href"]) for one in page.of("link") if one["rel"] == "stylesheet"]

    assert len(addresses) == 6
    for address in addresses:
        response = site.get(address)
        assert response.status_code == 200
        assert response.mimetype in ("text/css", "text/javascript")
        assert response.cache_control.max_age == 365 * 24 * 3600
        assert "url(" not in response.get_data(as_text=True).replace("url(#default#VML)", "")
        assert site.get(address, headers={"If-None-Match": response.headers["ETag"]}).status_code == 304


def test_the_first_page_says_what_is_here(site: FlaskClient) -> None:
    text = _text(site, "/")

    assert "Maps and data of Testland" in text
    assert re.search(r"<dt>layers and tables</dt><dd>6</dd>", text)
    assert 'href="/catalog?theme=boundaries"' in text
    assert "Where people are poor" in text
    assert "Poverty in Testland" in text
    assert "Classified" not in text


@pytest.mark.parametrize("query", ["theme=nobody", "freshness=<b>", "kind=none", "agency=nobody"])
def test_a_facet_without_such_a_value_finds_nothing(site: FlaskClient, query: str) -> None:
    answer = site.get(f"/catalog?{query}")

    assert answer.status_code == 200
    assert "<b>" not in answer.get_data(as_text=True)
    assert "data-layer=" not in answer.get_data(as_text=True)


def test_late_layers_are_named_on_the_first_page(
    land: Any, publish_layer: Callable[..., Any], make_column: Callable[..., Any], tmp_path: Path
) -> None:
    old = {"data_changed_at": datetime(2020, 1, 1, tzinfo=UTC), "cadence": "weekly", "title": "Old one"}
    rows = [{"name": "a"}]
    publish_layer(Store(tmp_path / "store"), "old", (make_column("name", "string"),), rows, ("name",), **old)
    settings = land.settings.model_copy(update={"store": tmp_path / "store"})
    text = create_app(settings, land.service()).test_client().get("/").get_data(as_text=True)

    assert "1 layer is past the date its agency promised" in text
    assert "January 9, 2020" in text


def test_the_first_page_opens_with_a_map_of_the_state_and_leads_to_it(site: FlaskClient) -> None:
    text = _text(site, "/es/")
    figure = text[text.index('<figure class="seen">') : text.index("</figure>")]

    assert figure.count("<path") == 6  # five classes, and the town without a value
    assert "<strong>Pobreza por municipio</strong>" in figure and "por ciento" in figure
    assert 'href="/maps/poor-by-sex#lang=es"' in figure
    assert [figure.count(f'class="step-{number}"') for number in range(5)] == [2] * 5  # a path and its key


def test_without_a_built_map_the_first_page_opens_with_the_outline(land: Any, tmp_path: Path) -> None:
    service = land.service().model_copy(update={"maps": tmp_path})
    text = create_app(land.settings, service).test_client().get("/").get_data(as_text=True)

    assert 'class="seen"' not in text


def test_the_first_page_says_what_is_due_next_where_nothing_is_late(
    land: Any, publish_layer: Callable[..., Any], make_column: Callable[..., Any], tmp_path: Path
) -> None:
    for name, cadence in (("soon", "weekly"), ("later", "annually"), ("never", "not-planned")):
        now = {"data_changed_at": datetime.now(UTC), "cadence": cadence, "title": f"Comes {name}"}
        publish_layer(
            Store(tmp_path / "store"),
            name,
            (make_column("name", "string"),),
            [{"name": "a"}],
            ("name",),
            **now,
        )
    settings = land.settings.model_copy(update={"store": tmp_path / "store"})
    text = create_app(settings, land.service()).test_client().get("/").get_data(as_text=True)
    due = text[text.index("Due next:") :]
    due = due[: due.index("</ul>")]

    assert due.index("Comes soon") < due.index("Comes later")
    assert "Comes never" not in due
    assert "3 versions are kept" in text


@pytest.mark.parametrize(
    ("period", "language", "told"),
    [
        ({"start": "2018-01-01", "end": "2022-12-31"}, "en", "2018–2022"),
        ({"start": "2020", "end": "2020"}, "en", "2020"),
        ({"start": "1979-07", "end": "1984-06"}, "es", "julio de 1979 – junio de 1984"),
        ({"start": "2020-03-08"}, "en", "since March 8, 2020"),
        ({"end": "2021"}, "es", "hasta 2021"),
        ({}, "en", ""),
    ],
)
def test_periods_are_said_as_everywhere(period: dict[str, str], language: str, told: str) -> None:
    assert Words(language).covers(Period.model_validate(period)) == told


def test_what_was_computed_says_so_in_the_language_of_the_page(
    own_store: Store, own_client: FlaskClient, publish_towns: Callable[..., Any]
) -> None:
    publish_towns(own_store, attribution="Computed by Townline from: Survey of Tests")
    credit = "Computed by Townline from: Survey of Tests"
    spanish = 'Calculado por Townline a partir de: <span lang="en">Survey of Tests</span>'

    assert f"<dd>{credit}</dd>" in _text(own_client, "/layers/towns")
    assert f"<dd>{spanish}</dd>" in _text(own_client, "/es/layers/towns")


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/layers/lonely", "All groups and periods (CSV)"),
        ("/es/layers/lonely", "Todos los grupos y períodos (CSV)"),
    ],
)
def test_files_are_named_in_words(
    own_store: Store, own_client: FlaskClient, publish_towns: Callable[..., Any], path: str, told: str
) -> None:
    publish_towns(own_store, "lonely")
    record = own_store.current("lonely").folder / "record.json"
    record.write_text(
        record.read_text(encoding="utf-8").replace("data.parquet", "tidy.csv"), encoding="utf-8"
    )
    text = _text(own_client, path)

    assert f"download>{told}</a>" in text and "<span>tidy.csv</span>" in text


def test_versions_without_an_older_file_have_no_column_for_it(
    own_store: Store, own_client: FlaskClient, publish_towns: Callable[..., Any]
) -> None:
    publish_towns(own_store, "lonely")
    heading = '<th scope="col">Downloads</th>'
    assert heading not in _text(own_client, "/layers/lonely")
    publish_towns(own_store, "lonely")
    assert heading in _text(own_client, "/layers/lonely")


def test_a_search_that_finds_nothing_leads_on(site: FlaskClient) -> None:
    text = _text(site, "/catalog?q=zzzzqq")

    assert "or look through a theme:" in text
    assert 'href="/catalog?theme=population"' in text
    assert "data-map" not in text and ">Apply<" not in text


def test_a_page_that_is_not_there_offers_the_search(site: FlaskClient) -> None:
    text = site.get("/es/layers/towms", headers={"Accept": "text/html"}).get_data(as_text=True)

    assert '<form class="find" role="search" action="/es/catalog"' in text


def test_a_map_in_parts_can_be_taken_along(site: FlaskClient) -> None:
    text = _text(site, "/maps")

    assert 'href="/maps/download/poor-by-sex.html" download' in text
    assert "/maps/download/where-poor.html" not in text  # its page is one file already


def test_a_layer_s_page_tells_what_to_know(site: FlaskClient) -> None:
    text = _text(site, "/layers/towns")
    raster = _text(site, "/layers/land-cover")

    assert "Counts below &lt;10 are hidden." in text
    assert "Creative Commons Attribution 4.0" in text
    assert "The people of it." in text
    assert "/files/towns/v1/data.parquet" in text
    assert "OAPIF:https://gis.example.gov/ogc&#34;, layer=&#34;towns&#34;" in text
    assert "/qgis/towns.qlr" in text
    assert "Poverty by town" in text  # is made from it
    assert "Built &lt;10" in raster
    assert "Bosque" in _text(site, "/es/layers/land-cover")


def test_a_file_is_offered_where_the_service_makes_one_so_large(land: Any) -> None:
    """`towns` has eleven rows, the table `crosswalk` 25."""
    client = create_app(land.settings, land.service(max_export_rows=11)).test_client()
    for layer, offered in (
        ("towns", {"csv", "flatgeobuf", "gpkg"}),
        ("crosswalk", set()),
        ("land-cover", set()),
    ):
        links = {str(one["href"]) for one in _Page(_text(client, f"/layers/{layer}")).of("a")}
        made = {link.split("f=")[1]: link for link in links if re.search(r"/items\?f=(?!html)", link)}

        assert set(made) == offered, layer
        assert [link for link in made.values() if client.get(link, buffered=True).status_code != 200] == []
        if layer != "land-cover":
            assert f"/files/{layer}/v1/data.parquet" in links
            whole = client.get(f"/ogc/collections/{layer}/items?f=csv", buffered=True)
            assert whole.status_code == (200 if offered else 413)


def test_columns_show_their_codes(
    land: Any, publish_layer: Callable[..., Any], make_column: Callable[..., Any], tmp_path: Path
) -> None:
    columns = (make_column("sex", "string", vocabulary="sex"),)
    publish_layer(Store(tmp_path / "store"), "coded", columns, [{"sex": "female"}], ("sex",))
    settings = land.settings.model_copy(update={"store": tmp_path / "store"})
    text = create_app(settings, land.service()).test_client().get("/es/layers/coded").get_data(as_text=True)

    assert "<code>female</code>" in text
    assert vocabulary("sex").term("female").label_es in text
    assert 'href="/es/methods/sex"' in text


@pytest.mark.parametrize("path", ["/layers/poverty-town", "/stories/poverty"])
def test_a_legend_names_the_unit_of_its_classes(site: FlaskClient, path: str) -> None:
    assert '<li class="keys-title">Poor (percent)</li>' in _text(site, path)
    assert '<li class="keys-title">Pobreza (por ciento)</li>' in _text(site, f"/es{path}")


@pytest.mark.parametrize(
    "path", ["/catalog", "/layers/towns", "/stories/poverty", "/ogc/collections/towns?f=html"]
)
def test_names_of_agencies_are_said_to_be_english_on_spanish_pages(site: FlaskClient, path: str) -> None:
    text = _text(site, f"{path}&lang=es" if path.startswith("/ogc") else f"/es{path}")
    body = re.sub(r"<script.*?</script>", "", text, flags=re.DOTALL)

    said = re.findall(r"<[^<>]*>[^<>]*Office of Tests", body)
    assert said
    assert [one for one in said if 'lang="en"' not in one] == []


def test_history_says_why_but_not_who(
    own_store: Store, own_client: FlaskClient, publish_towns: Callable[..., Any]
) -> None:
    publish_towns(own_store)
    own_store.rollback("towns", 1, who="someone-inside", reason="wrong upload")
    publish_towns(own_store)
    text = _text(own_client, "/layers/towns")

    assert "Back to version 1" in text
    assert "wrong upload" in text
    assert "someone-inside" not in text
    assert "/files/towns/v1/data.parquet" in text
    assert "/files/towns/v2/data.parquet" not in text  # withdrawn by the rollback


def test_texts_of_records_are_escaped(
    own_store: Store, own_client: FlaskClient, publish_towns: Callable[..., Any], nasty: str
) -> None:
    rows = [{"town": nasty, "county": nasty, "people": 1, "share": 1.0, "coastal": True, "founded": None, "note": nasty,
             "limit": 1, "geometry": shapely.box(-73, 41, -72, 42)}]  # fmt: skip
    publish_towns(own_store, rows=rows, title=nasty, description=nasty, caveats=(nasty,), keywords=(nasty,))

    paths = ["/", "/catalog", f"/catalog?q={quote(nasty)}", "/layers/towns", "/ogc/collections?f=html"]
    paths += ["/ogc/collections/towns?f=html", "/ogc/collections/towns/items?f=html"]
    for path in paths:
        text = _text(own_client, path)
        assert "<img src=x" not in text
        assert "<b>" not in text
        assert "alert(1)" in text


def test_a_built_map_is_served_with_a_policy_of_its_own(site: FlaskClient) -> None:
    response = site.get("/maps/where-poor", buffered=True)
    policy = response.headers["Content-Security-Policy"]

    assert response.status_code == 200
    assert "'sha256-" in policy
    assert "script-src 'unsafe-inline'" not in policy
    assert "Where people are poor" in _text(site, "/maps")


def test_notes_to_editors_are_not_shown_and_code_scrolls_by_itself() -> None:
    html = rendered("# How\n\n<!-- edit\nthat -->\n\nText <!-- this --> here.\n\n```yaml\na: 1\n```\n").html
    assert "edit" not in html and "this" not in html and "<p>Text  here.</p>" in html
    assert '<pre class="scroll" tabindex="0" role="group"><code' in html
    hidden = rendered("<!-- a --> <script>alert(1)</script> <!-- b -->\n").html
    assert "<script>" not in hidden and "&lt;script&gt;" in hidden


def test_the_methods_document_is_shown_without_its_raw_html(site: FlaskClient) -> None:
    text = _text(site, "/methods/numbers")

    assert "&lt;script&gt;" in text
    assert "<script>alert" not in text
    assert '<a id="here"></a>' in text
    assert 'href="/methods/sex"' in text


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

    assert "Nothing is published yet" in _text(client, "/")
    assert "Nothing is published yet" in _text(client, "/catalog")
    for path in ("/maps", "/methods", "/stories"):
        assert client.get(path).status_code == 200
    assert client.get("/ogc/openapi").status_code == 200


def test_a_state_of_one_language_offers_no_other(client: FlaskClient) -> None:
    assert "hreflang" not in _text(client, "/")


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
