"""The pages in a real Chromium: no violation of accessibility rules, no request elsewhere, no complaint."""

import re
import threading
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from services.site_export import Export, write_site
from services.web.app import create_app
from services.web.render import Identity

pytestmark = pytest.mark.browser

PAGES = [
    "/",
    "/catalog",
    "/catalog?q=poverty",
    "/layers/poverty-town",
    "/layers/towns",
    "/layers/land-cover",
    "/layers/crosswalk",
    "/maps",
    "/methods",
    "/methods/numbers",
    "/methods/sex",
    "/stories",
    "/stories/poverty",
    "/ogc/?f=html",
    "/ogc/openapi?f=html",
    "/ogc/conformance?f=html",
    "/ogc/collections?f=html",
    "/ogc/collections/towns?f=html",
    "/ogc/collections/land-cover?f=html",
    "/ogc/collections/towns/queryables?f=html",
    "/ogc/collections/towns/items?f=html&limit=4",
    "/ogc/collections/towns/items/a5?f=html",
    "/ogc/collections/catalog/items?f=html",
    "/ogc/collections/towns/sortables?f=html",
    "/ogc/collections/land-cover/schema?f=html",
    "/ogc/collections/catalog?f=html",
    "/ogc/processes?f=html",
    "/ogc/processes/profile-place?f=html",
    "/ogc/processes/rank-places?f=html",
]
LEFT = "net::ERR_ABORTED"
"""What Chromium says of an icon that it was still asking for when the next page was opened."""
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 320, "height": 700}
LOOKS: tuple[tuple[Any, Any], ...] = (("light", WIDE), ("dark", WIDE), ("light", NARROW))


@pytest.fixture(scope="module")
def origin(land: Any, serve_app: Callable[..., Any]) -> Iterator[str]:
    with serve_app(lambda url: create_app(land.settings, land.service(url))) as address:
        yield address


@pytest.fixture(scope="module")
def folder(land: Any, tmp_path_factory: pytest.TempPathFactory, now: datetime) -> Path:
    identity = Identity("Testland", ("en", "es"), "Office of Tests")
    out: Path = tmp_path_factory.mktemp("export") / "site"
    return write_site(Export(land.shelf(), identity, now), out).folder


@pytest.fixture
def watched(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens pages of one origin; at the end nothing else was requested and nothing was complained about."""
    complaints: list[str] = []
    requests: list[str] = []
    opened: list[Any] = []
    origins: list[str] = []

    def open_(origin: str, path: str, **look: Any) -> Page:
        context = browser.new_context(**look)
        page = context.new_page()
        opened.append(context)
        origins.append(origin)
        page.on(
            "console",
            lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None,
        )
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("dialog", lambda dialog: (complaints.append(dialog.message), dialog.dismiss()))
        page.on("request", lambda request: requests.append(request.url))
        page.on("response", lambda answer: complaints.append(answer.url) if answer.status >= 400 else None)
        page.goto(origin + path)
        return page

    yield open_
    for context in opened:
        context.close()
    assert complaints == []
    assert [url for url in requests if not url.startswith((*origins, "data:"))] == []


def _violations(page: Page) -> list[str]:
    found = Axe().run(page, options={"preload": False}).response["violations"]
    return [f"{item['id']}: {node['html'][:160]}" for item in found for node in item["nodes"]]


def _in_spanish(path: str) -> str:
    return f"{path}&lang=es" if path.startswith("/ogc") else f"/es{path}"


@pytest.mark.parametrize("path", PAGES)
def test_nothing_stands_in_anybody_s_way(watched: Callable[..., Page], origin: str, path: str) -> None:
    page = watched(origin, path)
    for scheme, size in LOOKS:
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size(size)
        assert _violations(page) == [], (scheme, size)
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]


@pytest.mark.parametrize("path", PAGES)
def test_nothing_stands_in_anybody_s_way_in_spanish(
    watched: Callable[..., Page], origin: str, path: str
) -> None:
    page = watched(origin, _in_spanish(path), viewport=NARROW)

    assert _violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]


def test_open_details_are_accessible_too(watched: Callable[..., Page], origin: str) -> None:
    for path in ("/layers/poverty-town", "/methods", "/ogc/openapi?f=html"):
        page = watched(origin, path, color_scheme="dark")
        page.evaluate("document.querySelectorAll('details').forEach((one) => (one.open = true))")
        assert _violations(page) == []


def test_the_preview_draws_every_shape_in_its_class(watched: Callable[..., Page], origin: str) -> None:
    page = watched(origin, "/layers/poverty-town")

    expect(page.locator(".drawing path.shape")).to_have_count(9)
    expect(page.locator('.drawing path.shape[fill="#ffffff"]')).to_have_count(1)
    assert page.locator(".keys li").count() == 7  # title, five classes, no value


def test_a_place_is_found_by_keyboard_and_said_in_words(
    watched: Callable[..., Page], origin: str, nasty: str
) -> None:
    page = watched(origin, "/layers/poverty-town")
    page.locator("[data-places]").focus()
    page.keyboard.type("Town 4")
    page.keyboard.press("Enter")

    expect(page.locator("[data-said]")).to_have_text("Town 4: 40.0")
    expect(page.locator(".drawing path.chosen")).to_have_count(1)
    page.locator("[data-places]").select_option(label=nasty)
    expect(page.locator("[data-said]")).to_have_text(f"{nasty}: 70.0")
    expect(page.locator("main img")).to_have_count(0)


def test_the_map_is_moved_and_zoomed_by_keys(watched: Callable[..., Page], origin: str) -> None:
    page = watched(origin, "/layers/poverty-town")
    page.locator(".drawing").focus()
    shapes = "[...document.querySelectorAll('.drawing path.shape')]"
    widest = f"Math.max(...{shapes}.map((one) => one.getBoundingClientRect().width))"
    before = page.evaluate(widest)
    page.keyboard.press("+")

    page.wait_for_function(f"before => {widest} > before * 1.15", arg=before)


def test_the_choice_of_light_and_dark_is_kept(watched: Callable[..., Page], origin: str) -> None:
    page = watched(origin, "/", color_scheme="light")
    light = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.get_by_role("button", name="Dark").click()
    page.goto(f"{origin}/catalog")

    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != light
    expect(page.get_by_role("button", name="Light")).to_be_visible()


def test_text_is_copied(watched: Callable[..., Page], origin: str) -> None:
    page = watched(origin, "/layers/towns", permissions=["clipboard-read", "clipboard-write"])
    page.locator("summary", has_text="Python").click()
    page.get_by_role("button", name="Copy Python").click()

    expect(page.locator("[role=status][data-copied]")).to_have_text("Copied")
    assert "geopandas.read_file" in page.evaluate("navigator.clipboard.readText()")


def test_the_catalog_searches_what_the_map_shows(watched: Callable[..., Page], origin: str) -> None:
    page = watched(origin, "/catalog")
    page.get_by_role("button", name="Search in this part of the map").click()

    expect(page.locator("[data-layer=crosswalk]")).to_have_count(0)
    expect(page.locator("[data-layer=towns]")).to_have_count(1)
    assert "bbox=-7" in page.url


def test_search_and_facets_work_without_a_mouse_or_scripts(browser: Browser, origin: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(origin)
    page.get_by_role("searchbox").fill("poverty")
    page.keyboard.press("Enter")
    expect(page.locator("[data-layer]")).to_have_count(2)
    page.get_by_role("checkbox", name="Table").check()
    page.get_by_role("button", name="Apply").press("Enter")
    expect(page.locator("[data-layer]")).to_have_count(1)
    context.close()


def test_the_folder_works_from_the_disk(watched: Callable[..., Page], folder: Path) -> None:
    page = watched("file://", f"{folder}/index.html")
    page.get_by_role("searchbox").fill("poverty")
    page.keyboard.press("Enter")

    expect(page.locator("[data-layer]:visible")).to_have_count(2)
    page.get_by_role("checkbox", name="Map layer").check()
    expect(page.locator("[data-result-count]")).to_have_text("1 layer found")
    page.get_by_role("link", name="Poverty by town").click()
    expect(page.locator(".drawing path.shape")).to_have_count(9)
    page.get_by_role("link", name="Español").click()
    expect(page.locator("h1")).to_have_text("Pobreza por municipio")
    assert _violations(page) == []


@pytest.fixture(params=["from the disk", "from a plain web server in a subfolder"])
def start(request: pytest.FixtureRequest, folder: Path) -> Iterator[str]:
    """The address of the folder, with a slash at its end."""
    if request.param == "from the disk":
        yield f"{folder.as_uri()}/"
        return
    handler = partial(SimpleHTTPRequestHandler, directory=str(folder.parent))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/{folder.name}/"
        server.shutdown()
        thread.join()


def test_every_page_of_the_folder_opens_and_every_link_of_it_leads_to_a_file(
    browser: Browser, folder: Path, start: str
) -> None:
    page = browser.new_page()
    complaints: list[object] = []
    page.on("console", lambda said: complaints.append(said.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda one: complaints.append(one.url) if not _inside(one.url, start) else None)
    page.on("requestfailed", lambda one: None if one.failure == LEFT else complaints.append(one.url))
    page.on("response", lambda answer: complaints.append(answer.url) if answer.status >= 400 else None)
    todo, seen, dead, drawn = [f"{start}index.html"], set[str](), [], 0
    while todo:
        address = todo.pop()
        if address in seen:
            continue
        seen.add(address)
        page.goto(address)
        if re.search("maps/(download/)?poor-", address):  # built maps
            page.wait_for_selector("html[data-ready]")
            drawn += 1
        for link in page.eval_on_selector_all("a[href]", "all => all.map(one => one.href)"):
            target = re.split("[?#]", link)[0]
            if target.startswith(start):
                path = folder / unquote(target.removeprefix(start))
                dead += [] if path.is_file() else [(address, link)]
                todo += [target] if path.suffix == ".html" else []
    page.close()

    assert dead == []
    assert drawn == 4
    assert complaints == []
    assert {unquote(address.removeprefix(start)) for address in seen} == {
        str(path.relative_to(folder)) for path in folder.rglob("*.html")
    }


def _inside(url: str, start: str) -> bool:
    return url.startswith((start, "data:", "blob:"))


def test_a_served_map_may_run_its_own_script_only(watched: Callable[..., Page], origin: str) -> None:
    assert watched(origin, "/maps/where-poor").title() == "drawn"
