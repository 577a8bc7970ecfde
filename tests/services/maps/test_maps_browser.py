"""The page in a real Chromium with the network off. Every test ends with the checks of `watched`."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Page, expect

from services.maps.building import write_map, write_parts
from services.maps.model import MapContent
from services.maps.page import DisparityMap
from services.maps.page import page as page_of

pytestmark = pytest.mark.browser

NASTY = "</script><img src=x onerror=alert(1)> {{7*7}} \"quoted\" 'n' & <b>"
WOMEN = "#i=poverty&g=female&p=2022&l=town-2020&m=estimate"
Watched = Any


@pytest.fixture(scope="module")
def file(content: MapContent, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_map(content, tmp_path_factory.mktemp("pages"), ()).page


def _write(content: MapContent, folder: Path) -> Path:
    path = folder / "page.html"
    path.write_text(page_of(content), encoding="utf-8")
    return path


def _label(page: Page, place: int) -> str | None:
    return page.locator(f'#townline_map [data-place="{place}"]').get_attribute("aria-label")


def _fill(page: Page, place: int) -> str | None:
    return page.locator(f'#townline_map [data-place="{place}"]').get_attribute("fill")


def _focused(page: Page) -> str | None:
    found: str | None = page.evaluate("document.activeElement.dataset.place ?? null")
    return found


def _violations(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{item['id']}: {item['nodes'][0]['html'][:200]}" for item in found]


def test_every_place_is_drawn_named_and_signed(watched: Watched, file: Path) -> None:
    page = watched.open(file, WOMEN)
    assert _label(page, 0) == "Town 1: 10.0% ± 2.0%"
    assert _label(page, 3) == "Town 4: 40.0% ± 30.0%, unreliable"
    assert _label(page, 4) == "Town 5: suppressed"
    assert _label(page, 5) == "Town 6: no population"
    assert _label(page, 6) == "Town 7: no data"
    assert _label(page, 8) == f"{NASTY}: 90.0% ± 2.0%"
    assert _fill(page, 4) == "#626262"
    assert _fill(page, 5) == "#ffffff"
    assert "hatch" in str(_fill(page, 3))
    assert "dots" in str(_fill(page, 6))


def test_the_legend_counts_places_and_names_every_sign(watched: Watched, file: Path) -> None:
    page = watched.open(file, WOMEN)
    rows = page.locator("#pane-a .legend li").all_inner_texts()
    signs = {row.split("\n")[0]: int(row.split("\n")[1]) for row in rows}
    assert signs["Unreliable: the error is large"] == 1
    assert signs["Suppressed to protect people"] == 1
    assert signs["No data"] == 1
    assert signs["No population"] == 1
    assert sum(count for text, count in signs.items() if "%" in text) == 6


def test_class_limits_stay_when_group_and_period_change(watched: Watched, file: Path) -> None:
    page = watched.open(file, WOMEN)
    texts = "#pane-a .legend li:nth-child(-n+5) .legend-text"
    before = page.locator(texts).all_inner_texts()
    page.select_option("select[name=sex]", "male")
    page.select_option("select[name=period]", label="2012")
    assert _label(page, 0) == "Town 1: 6.0% ± 2.0%"
    assert page.locator(texts).all_inner_texts() == before


@pytest.mark.parametrize(
    ("measure", "first", "last"),
    [
        ("gap_reference", "+5.0\u00a0points", "+45.0\u00a0points"),
        ("gap_state", "-40.0\u00a0points", "+40.0\u00a0points"),
        ("ratio_state", "0.20\u00a0×", "1.80\u00a0×"),
        ("verdict_reference", "Clearly worse", "Clearly worse"),
        ("verdict_state", "Clearly better", "Clearly worse"),
    ],
)
def test_measures_compare_with_the_reference_or_the_state(
    watched: Watched, file: Path, measure: str, first: str, last: str
) -> None:
    page = watched.open(file, WOMEN)
    page.select_option("select[name=measure]", measure)
    assert _label(page, 0) == f"Town 1: {first}"
    assert _label(page, 8) == f"{NASTY}: {last}"
    assert _label(page, 4) == "Town 5: suppressed"


def test_an_indicator_without_groups_offers_no_reference(watched: Watched, file: Path) -> None:
    page = watched.open(file, WOMEN)
    page.select_option("select[name=indicator]", label="People in cars")
    assert page.locator("select[name=sex]").count() == 0
    offered = page.locator("select[name=measure] option").evaluate_all("all => all.map((item) => item.value)")
    assert offered == ["estimate", "gap_state", "ratio_state", "verdict_state"]
    page.select_option("select[name=measure]", "verdict_state")
    assert _label(page, 8) == f"{NASTY}: Clearly higher"


def test_arrows_move_between_neighbours_and_enter_opens_the_profile(watched: Watched, file: Path) -> None:
    page = watched.open(file, WOMEN)
    page.locator('#townline_map [data-place="0"]').focus()
    for key, expected in (
        ("ArrowRight", "1"),
        ("ArrowUp", "4"),
        ("ArrowLeft", "3"),
        ("ArrowDown", "0"),
        ("End", "8"),
        ("ArrowRight", "8"),
        ("Home", "0"),
    ):
        page.keyboard.press(key)
        assert _focused(page) == expected, key
    assert page.locator('#townline_map .place[tabindex="0"]').count() == 1
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.locator("#profile-title")).to_be_focused()
    expect(page.locator("#profile-title")).to_have_text("Town 2")
    page.keyboard.press("Escape")
    expect(page.locator("#profile")).to_be_hidden()
    assert _focused(page) == "1"


def test_a_click_opens_the_profile_with_all_groups_the_region_and_the_state(
    watched: Watched, file: Path
) -> None:
    page = watched.open(file, WOMEN)
    page.locator('#townline_map [data-place="3"]').click()
    rows = page.locator("#profile tbody tr")
    assert rows.count() == 3
    cells = rows.nth(1).locator("th, td").all_inner_texts()
    value = "40.0% ± 30.0%\nUnreliable"
    assert cells == ["Female", value, "10.0% – 70.0%", "50.0% ± 2.0%", "50.0% ± 0.5%"]
    heads = page.locator("#profile thead th").all_inner_texts()
    assert heads == ["Group", "Value", "90% interval", "Middle", "Testland"]
    assert page.locator("#profile .bar-list li").count() == 3
    assert page.locator("#profile line.whisker").count() == 9  # three groups: a line and its two ends
    assert page.locator("#profile .scroll").evaluate("(node) => node.scrollWidth <= node.clientWidth")
    assert "Version 1, published January 2, 2026" in page.inner_text("#profile")


def test_names_with_markup_are_only_text(watched: Watched, file: Path) -> None:
    page = watched.open(file, WOMEN)
    page.locator('#townline_map [data-place="8"]').click()
    expect(page.locator("#profile-title")).to_have_text(NASTY)
    page.click("#context summary")
    page.check("input[name=hospitals]")
    page.click("#tab-table")
    page.fill("#find-input", "quoted")
    expect(page.locator("#find-list li")).to_contain_text(NASTY)
    assert page.locator("img").count() == 0
    assert page.locator("body b").count() == 0


def test_a_place_that_is_not_found_is_said_to_everybody_with_advice(watched: Watched, file: Path) -> None:
    page = watched.open(file, WOMEN)
    page.fill("#find-input", "zzzz")
    told = page.locator("#find [role=status]")
    expect(told).to_have_text("No place found. Try the beginning of a town, a village or a ZIP code.")
    assert told.bounding_box()["height"] > 10  # type: ignore[index]
    page.fill("#find-input", "town 2")
    expect(told).to_have_text("One place found")
    assert told.bounding_box()["height"] <= 1  # type: ignore[index]


def test_only_a_page_of_a_site_leads_back_to_it(
    watched: Watched, content: MapContent, tmp_path: Path
) -> None:
    page = watched.open(write_parts(DisparityMap(content), tmp_path), f"{WOMEN}&lang=es")
    expect(page.locator("#home")).to_have_text("Catálogo de datos")
    expect(page.locator("#home")).to_have_attribute("href", "../es/index.html")
    page.click("#language")
    expect(page.locator("#home")).to_have_attribute("href", "../index.html")
    page.goto(_write(content, tmp_path).as_uri())
    page.wait_for_selector("html[data-ready]")
    expect(page.locator("#home")).to_be_hidden()


def test_buttons_lie_over_no_place_of_a_narrow_map(watched: Watched, file: Path) -> None:
    watched.page.set_viewport_size({"width": 360, "height": 700})
    page = watched.open(file, WOMEN)
    buttons = page.locator("#townline_map .zoom").bounding_box()
    assert buttons is not None
    for place in range(9):
        box = page.locator(f'#townline_map [data-place="{place}"]').bounding_box()
        assert box is not None
        assert box["y"] >= buttons["y"] + buttons["height"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("town 3", "Town 3"),
        ("old mill", "Town 2"),
        ("06001", "Town 3"),
        ("0900100008", "Town 8"),
        ("mid", "Middle"),
    ],
)
def test_places_are_found_by_name_other_name_zip_and_id(
    watched: Watched, file: Path, text: str, found: str
) -> None:
    page = watched.open(file, WOMEN)
    page.fill("#find-input", text)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#profile-title")).to_have_text(found)


def test_the_table_sorts_and_values_that_are_missing_come_last(watched: Watched, file: Path) -> None:
    page = watched.open(file, WOMEN)
    page.click("#tab-table")
    names = page.locator("#table tbody th")
    page.click("button[data-column=estimate]")
    order = [text.split()[-1] for text in names.all_inner_texts()[1:6]]
    assert order == ["8", "4", "3", "2", "1"]
    page.click("button[data-column=estimate]")
    assert names.first.inner_text() == "Town 1"
    assert page.locator("th[aria-sort=ascending]").inner_text().startswith("Value")
    assert {text.split()[-1] for text in names.all_inner_texts()[-3:]} == {"5", "6", "7"}


def test_conditions_keep_the_keyboard_and_begin_with_what_is_shown(watched: Watched, file: Path) -> None:
    page = watched.open(file, "#i=cars&l=town-2020&m=estimate")
    name = "document.activeElement.name"
    page.click("#filter summary")
    page.focus("text=Add a condition")
    page.keyboard.press("Enter")
    assert page.evaluate(name) == "topic-0"
    assert page.locator("select[name=topic-0]").input_value() == "cars"
    page.focus("select[name=test-0]")
    page.keyboard.press("ArrowUp")  # less than
    assert page.evaluate(name) == "test-0"
    page.focus("input[name=limit-0]")
    page.keyboard.type("3")
    page.keyboard.press("Enter")
    assert page.evaluate(name) == "limit-0"
    page.focus("text=Remove this condition")
    page.keyboard.press("Enter")
    assert page.evaluate(name) == "add"
    expect(page.locator("#kept")).to_be_empty()


def test_a_place_that_is_found_has_the_keyboard_and_gives_it_back(watched: Watched, file: Path) -> None:
    page = watched.open(file, WOMEN)
    page.fill("#find-input", "town 3")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "profile-title"
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.id") == "find-input"


def test_conditions_keep_the_places_that_meet_all(watched: Watched, file: Path) -> None:
    page = watched.open(file, WOMEN)
    page.click("#filter summary")
    page.click("text=Add a condition")
    page.select_option("select[name=test-0]", "above")
    page.locator("#filter input").fill("25")
    page.locator("#filter input").press("Enter")
    page.click("text=Add a condition")
    page.select_option("select[name=topic-1]", "cars")
    page.select_option("select[name=test-1]", "below")
    page.locator("#filter input").nth(1).fill("62")
    page.locator("#filter input").nth(1).press("Enter")
    kept = page.locator("#townline_map .place:not(.faded)").evaluate_all(
        "all => all.map((item) => item.dataset.place)"
    )
    assert kept == ["2", "3", "7"]  # women above 25: a3 a4 a8 a9; everyone below 62: a1 … a8
    told = (
        "3 places meet the conditions (People in poverty: more than 25.0%; People in cars: less than 62.0%). "
        "Town 3, Town 4, and Town 8."
    )
    assert told in page.inner_text("#pane-a .summary")
    assert page.inner_text("#kept") == told
    page.click("#tab-table")
    assert page.locator("#table tbody tr").count() == 3


def test_two_maps_move_together(watched: Watched, file: Path) -> None:
    watched.page.emulate_media(reduced_motion="reduce")  # zoomed at once
    page = watched.open(file, WOMEN)
    page.click("#compare")
    second = page.locator('#townline_map_b [data-place="0"]')
    expect(second).to_have_attribute("aria-label", "Town 1: 5.0% ± 2.0%")
    place = '[data-place="4"]'
    page.locator("#pane-a .zoom button").first.click()
    first_box, second_box = (
        page.locator(f"#{name} {place}").bounding_box() for name in ("townline_map", "townline_map_b")
    )
    assert first_box and second_box
    assert first_box["width"] == pytest.approx(second_box["width"], abs=1)
    assert first_box["y"] == pytest.approx(second_box["y"], abs=1)
    page.locator("#choices-b select[name=sex]").select_option("total")
    expect(second).to_have_attribute("aria-label", "Town 1: 7.5% ± 2.0%")
    page.locator("#choices-b select[name=indicator]").select_option(label="People in cars")
    about = page.inner_text("#about")
    assert "Layer indicator-poverty" in about
    assert "Layer indicator-cars" in about
    assert _label(page, 0) == "Town 1: 10.0% ± 2.0%"


def test_a_link_restores_the_exact_view(watched: Watched, file: Path) -> None:
    watched.page.emulate_media(reduced_motion="reduce")  # zoomed at once
    page = watched.open(file, WOMEN)
    page.select_option("select[name=measure]", "ratio_state")
    page.click("#compare")
    page.click("#theme")
    page.click("#language")
    page.click("#filter summary")
    page.locator("#filter button").click()
    page.locator('#townline_map [data-place="2"]').click()
    page.locator("#pane-a .zoom button").first.click()
    address = page.evaluate("location.href")
    before = {
        "lines": page.inner_text("main").splitlines(),
        "theme": page.evaluate("document.documentElement.dataset.theme"),
    }
    box = page.locator('#townline_map [data-place="4"]').bounding_box()
    page.goto("about:blank")
    page.goto(address)
    page.wait_for_selector("html[data-ready]")
    assert page.inner_text("main").splitlines() == before["lines"]
    assert page.evaluate("document.documentElement.dataset.theme") == before["theme"] == "dark"
    assert page.evaluate("document.documentElement.lang") == "es"
    again = page.locator('#townline_map [data-place="4"]').bounding_box()
    assert box and again
    assert again["width"] == pytest.approx(box["width"], rel=0.01)


@pytest.mark.parametrize(
    "address", ["#i=other&g=x&m=none&z=1,2&s=town-2020:1&c=x&f=[1,{}]", "#f={", "#%%%", "#m=toString"]
)
def test_a_wrong_link_opens_the_page_as_it_is(watched: Watched, file: Path, address: str) -> None:
    page = watched.open(file, address)
    assert _label(page, 0) == "Town 1: 10.0% ± 2.0%"


def test_another_link_in_the_same_window_changes_the_view(watched: Watched, file: Path) -> None:
    page = watched.open(file, WOMEN)
    page.evaluate("hash => { location.hash = hash; }", WOMEN.replace("female", "male") + "&t=table&lang=es")
    expect(page.locator("#table caption")).to_have_text("Personas en poverty: Masculino, 2022 · Municipios")
    assert _label(page, 0) == "Town 1: 5.0% ± 2.0%"


def _download(page: Page, name: str, folder: Path) -> Path:
    with page.expect_download() as waited:
        page.click(f'[data-file="{name}"]')
    path = folder / waited.value.suggested_filename
    waited.value.save_as(path)
    return path


def test_downloads_hold_the_numbers_of_the_table(
    watched: Watched, file: Path, content: MapContent, tmp_path: Path
) -> None:
    page = watched.open(file, WOMEN)
    page.click("#files summary")
    rows = list(
        csv.DictReader(io.StringIO(_download(page, "csv all", tmp_path).read_text(encoding="utf-8-sig")))
    )
    topic = content.topics[0]
    block = topic.blocks["town-2020"]
    for row in rows:
        at = (
            topic.periods.index(row["period"]),
            topic.groups.index((row["sex"],)),
            content.levels["town-2020"].ids.index(row["geoid"]),
        )
        for name in ("estimate", "moe", "lower", "upper"):
            given = float(row[name]) if row[name] else np.nan
            np.testing.assert_equal(given, getattr(block, name)[at])
    assert len(rows) == block.estimate.size
    assert rows[8]["name"] == NASTY
    women = [row["status"] for row in rows if row["sex"] == "female" and row["period"] == "2022"]
    assert women[3:7] == ["unreliable", "suppressed", "not_applicable", "missing"]
    shown = _download(page, "csv", tmp_path).read_text(encoding="utf-8-sig").splitlines()
    assert shown[1] == "town,2020,0900100001,Town 1,poverty,2022,female,10,2,8,12,published"
    geojson = json.loads(_download(page, "geojson", tmp_path).read_text(encoding="utf-8"))
    ring = geojson["features"][0]["geometry"]["coordinates"][0][0]
    assert sorted({tuple(point) for point in ring}) == [(-73, 41), (-73, 41.1), (-72.9, 41), (-72.9, 41.1)]
    with Image.open(_download(page, "png", tmp_path)) as picture:
        assert picture.size[0] == 2400
        colours = {colour for _, colour in picture.convert("RGB").getcolors(1 << 24) or []}
    assert (0x62, 0x62, 0x62) in colours


def test_the_link_is_shown_for_copying(watched: Watched, file: Path) -> None:
    page = watched.open(file, WOMEN)
    page.click("#files summary")
    page.click('[data-file="link"]')
    assert page.locator("#files input").input_value() == page.evaluate("location.href")


def test_both_languages_and_their_numbers(watched: Watched, file: Path) -> None:
    page = watched.open(file, WOMEN)
    page.click("#language")
    assert page.evaluate("document.documentElement.lang") == "es"
    assert _label(page, 3) == "Town 4: 40.0% ± 30.0%, poco fiable"
    assert page.inner_text("#title") == "Pobreza en Testland"
    assert "Elija qué mostrar" in page.inner_text("main")
    page.click("#language")
    assert _label(page, 4) == "Town 5: suppressed"


def test_the_summary_says_the_map_in_words(watched: Watched, file: Path) -> None:
    page = watched.open(file, WOMEN)
    summary = page.inner_text("#pane-a .summary")
    assert summary.startswith(
        "9 towns, 6 with a value. One is unreliable (hatched). Of the reliable values: Lowest: Town 1 (10.0%)."
    )
    assert "Testland: 50.0% ± 0.5%." in summary
    assert "One of the towns has values but no polygon (only water)" in page.inner_text("#about")


def test_it_opens_coarser_and_says_why_where_data_are_thin(
    watched: Watched,
    show_rows: Callable[..., MapContent],
    own_rows: Callable[[], list[dict[str, object]]],
    tmp_path: Path,
) -> None:
    rows = own_rows()
    for row in rows:
        if row["place_type"] == "town" and row["sex"] == "female":
            row.update({"status": "unreliable"})
    page = watched.open(_write(show_rows(rows), tmp_path))
    assert page.locator("select[name=places]").input_value() == "planning_region-2020"
    assert "100% of the towns have no reliable value for this group (Female)" in page.inner_text("#notice")
    page.select_option("select[name=places]", "town-2020")
    assert "Larger places say more" in page.inner_text("#notice")
    page.select_option("select[name=sex]", "male")
    expect(page.locator("#notice")).to_be_hidden()


@pytest.mark.parametrize("size", [(1280, 900), (768, 1024), (320, 640)])
@pytest.mark.parametrize("look", ["", "&theme=dark", "&lang=es"])
def test_no_accessibility_violation_and_nothing_wider_than_the_window(
    watched: Watched, file: Path, size: tuple[int, int], look: str
) -> None:
    watched.page.set_viewport_size({"width": size[0], "height": size[1]})
    page = watched.open(file, f"{WOMEN}{look}&s=town-2020:0900100004&c=planning_region-2020")
    page.evaluate("document.querySelectorAll('details').forEach((node) => { node.open = true; })")
    assert _violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    page.keyboard.press("Escape")
    expect(page.locator("#profile")).to_be_hidden()
    page.click("#filter button")
    page.click("#tab-table")
    assert _violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]


def test_no_accessibility_violation_with_two_maps_and_the_list_of_places_found(
    watched: Watched, file: Path
) -> None:
    page = watched.open(file, WOMEN)
    page.click("#compare")
    page.fill("#find-input", "town")
    page.keyboard.press("ArrowDown")
    assert _violations(page) == []


def test_everything_is_reached_by_tab_and_tabs_by_arrows(watched: Watched, file: Path) -> None:
    page = watched.open(file, WOMEN)
    reached = []
    for _ in range(30):
        page.keyboard.press("Tab")
        reached.append(
            page.evaluate("(e => e.id || e.name || e.dataset.place || e.tagName)(document.activeElement)")
        )
    fields = ["indicator", "sex", "period", "places", "measure", "find-input"]
    for wanted in ("language", "compare", *fields, "SUMMARY", "tab-map", "0"):
        assert wanted in reached, (wanted, reached)
    page.locator("#tab-map").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#table")).to_be_visible()


def test_print_shows_map_legend_and_sources_without_controls(watched: Watched, file: Path) -> None:
    page = watched.open(file, WOMEN)
    page.emulate_media(media="print")
    for hidden in (".panel", ".tools", ".tabs", ".zoom"):
        expect(page.locator(hidden).first).to_be_hidden()
    for shown in ("#title", "#townline_map", "#pane-a .legend", "#about"):
        expect(page.locator(shown)).to_be_visible()
    assert len(page.pdf(format="Letter")) > 10_000


def test_parts_work_under_a_policy_without_inline_code(
    watched: Watched, content: MapContent, tmp_path: Path
) -> None:
    path = write_parts(DisparityMap(content), tmp_path)
    policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:"

    def answer(route: Any) -> None:
        name = route.request.url.removeprefix("http://maps.test/").split("#")[0]
        kinds = {".html": "text/html", ".css": "text/css", ".js": "text/javascript"}
        target = tmp_path / name
        route.fulfill(
            body=target.read_bytes(),
            headers={"Content-Security-Policy": policy, "Content-Type": kinds[target.suffix]},
        )

    watched.page.route("http://maps.test/**", answer)
    watched.page.goto(f"http://maps.test/{path.name}{WOMEN}")
    watched.page.wait_for_selector("html[data-ready]")
    assert _label(watched.page, 0) == "Town 1: 10.0% ± 2.0%"
    watched.page.locator('#townline_map [data-place="3"]').click()
    watched.page.click("#files summary")
    _download(watched.page, "png", tmp_path)
    own = [url for url in watched.requests if url.startswith("http://maps.test/")]
    watched.requests = [url for url in watched.requests if url not in own]
    assert len(own) == 8  # page, two styles, Leaflet, two place sets, values, our scripts


def test_the_profile_is_a_dialog_over_the_map_where_there_is_no_room_beside_it(
    watched: Watched, file: Path
) -> None:
    watched.page.set_viewport_size({"width": 320, "height": 640})
    page = watched.open(file, WOMEN)
    page.locator('#townline_map [data-place="1"]').focus()
    page.keyboard.press("Enter")
    expect(page.locator("#profile:modal")).to_be_visible()
    expect(page.locator("#profile-title")).to_be_focused()
    assert _violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.keyboard.press("Escape")
    expect(page.locator("#profile")).to_be_hidden()
    assert _focused(page) == "1"
    page.set_viewport_size({"width": 1280, "height": 900})
    page.locator('#townline_map [data-place="1"]').click()
    expect(page.locator("#profile:not(:modal)")).to_be_visible()


def test_names_of_places_are_written_where_they_fit_and_do_not_touch(watched: Watched, file: Path) -> None:
    page = watched.open(file, f"{WOMEN}&c=names,planning_region-2020,hospitals")
    names = page.locator("#pane-a .map-label")
    texts = names.all_inner_texts()
    assert {"SOUTH", "MIDDLE", "NORTH", "Town 3"} <= set(texts)
    assert NASTY not in texts  # it is wider than its place
    boxes = names.evaluate_all("all => all.map((one) => one.getBoundingClientRect().toJSON())")
    for number, one in enumerate(boxes):
        for other in boxes[number + 1 :]:
            apart = one["right"] <= other["left"] + 7 or other["right"] <= one["left"] + 7
            assert apart or one["bottom"] <= other["top"] + 1 or other["bottom"] <= one["top"] + 1
    signs = page.locator("#pane-a .legend-layers li").all_inner_texts()
    assert signs == ["Planning regions", "Layer hospitals"]


def test_a_printed_map_is_whole_and_tells_its_date(watched: Watched, file: Path) -> None:
    page = watched.open(file, f"{WOMEN}&s=town-2020:0900100004")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 717, "height": 900})  # Letter within the margins of the style sheet
    map_box = page.locator("#townline_map").bounding_box()
    assert map_box
    for place in (0, 2, 6, 8):
        box = page.locator(f'#townline_map [data-place="{place}"]').bounding_box()
        assert box
        assert map_box["x"] <= box["x"]
        assert box["x"] + box["width"] <= map_box["x"] + map_box["width"] <= 717
        assert box["y"] + box["height"] <= map_box["y"] + map_box["height"]
    assert page.inner_text("#printed").startswith("Printed on ")
    assert page.evaluate("location.href") in page.inner_text("#printed")
    expect(page.locator("#profile:not(:modal)")).to_be_visible()
    page.emulate_media(media="screen")
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    expect(page.locator("#printed")).to_be_hidden()


def test_the_order_of_the_table_is_in_the_link(watched: Watched, file: Path) -> None:
    page = watched.open(file, f"{WOMEN}&t=table")
    page.click("button[data-column=estimate]")
    address = page.evaluate("location.href")
    first = page.locator("#table tbody th").first.inner_text()
    page.goto("about:blank")
    page.goto(address)
    page.wait_for_selector("html[data-ready]")
    assert page.locator("th[aria-sort=descending]").inner_text().startswith("Value")
    assert page.locator("#table tbody th").first.inner_text() == first


def test_the_worst_fifth_is_named_after_the_direction(watched: Watched, file: Path) -> None:
    page = watched.open(file, WOMEN)
    page.click("#filter summary")
    page.click("text=Add a condition")
    options = page.locator("select[name=test-0] option")
    assert options.all_inner_texts()[2] == "in the worst fifth (the highest values)"
    page.select_option("select[name=topic-0]", "cars")
    assert options.all_inner_texts()[2] == "in the highest fifth"


def test_the_tip_is_where_the_pointer_is(watched: Watched, file: Path) -> None:
    page = watched.open(file, WOMEN)
    box = page.locator('#townline_map [data-place="1"]').bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] * 0.8
    page.mouse.move(x, y)
    tip = page.locator("#tip")
    expect(tip).to_have_text("Town 220.0% ± 2.0%")
    shown = tip.bounding_box()
    assert shown
    assert 0 < y - (shown["y"] + shown["height"]) < 30
    assert shown["x"] < x < shown["x"] + shown["width"]
