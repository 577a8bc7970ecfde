"""What a page says in Spanish, what stays English and is marked as such, and why a value is not there."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from catalog.indicators import Indicator
from catalog.manifests import load_profile
from catalog.places import Places
from catalog.store import Store
from services.maps.building import write_map
from services.maps.content import read_content
from services.maps.document import document
from services.maps.figure import save_figure
from services.maps.model import MapContent
from services.maps.page import page as page_of
from services.maps.views import opening_view

ROOT = Path(__file__).resolve().parents[3]
OLD, MONTHS = "2022", "1979-07/1984-06"
VIEW = "#i=poverty&g=female&p=1979-07/1984-06&l=town-2020&m=estimate"
Watched = Any


@pytest.fixture(scope="module")
def file(
    publish_tiny: Callable[[Path, list[dict[str, object]]], Store],
    own_rows: Callable[[], list[dict[str, object]]],
    own_indicator: Callable[..., Indicator],
    tiny_state: SimpleNamespace,
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    """A page of rates by months, with a caveat in both languages, where Town 7 is not published."""
    folder = tmp_path_factory.mktemp("languages")
    rows = [row | {"period": MONTHS} if row["period"] == OLD else row for row in own_rows()]
    rows = [row | {"status": "not_published"} if row["status"] == "missing" else row for row in rows]
    store = publish_tiny(folder / "store", rows)
    births = {"unit": "per 1000 births", "unit_es": "por cada 1000 nacimientos"}
    caveats = {"caveats": ["Deaths are few."], "caveats_es": ["Las muertes son pocas."]}
    indicators = {"poverty": own_indicator(**births, **caveats)}
    places = Places(tiny_state.places, store)
    content = read_content(store, tiny_state.state, places, indicators, tiny_state.manifest())
    path = folder / "page.html"
    path.write_text(page_of(content), encoding="utf-8")
    return path


def _english(page: Page, part: str) -> list[str]:
    return page.locator(f"{part} [lang=en]").all_inner_texts()


def _profile(page: Page, place: int) -> None:
    page.locator(f'#townline_map [data-place="{place}"]').press("Enter")


@pytest.mark.browser
def test_periods_units_and_caveats_are_in_the_language_of_the_page(watched: Watched, file: Path) -> None:
    page = watched.open(file, VIEW)
    expect(page.locator("#pane-a-title")).to_contain_text("July 1979 – June 1984")
    _profile(page, 0)
    expect(page.locator("#profile h3").first).to_have_text(
        "People in poverty, July 1979 – June 1984 (per 1000 births)"
    )
    assert _english(page, "#profile") == [] == _english(page, "#about")

    page.click("#language")
    expect(page.locator("#pane-a-title")).to_contain_text("julio de 1979 – junio de 1984")
    assert page.locator("select[name=period] option").all_inner_texts() == [
        "julio de 1979 – junio de 1984",
        "2012",
    ]
    expect(page.locator("#profile h3").first).to_have_text(
        "Personas en poverty, julio de 1979 – junio de 1984 (por cada 1000 nacimientos)"
    )
    expect(page.locator("#profile .notes")).to_contain_text("Las muertes son pocas.")


@pytest.mark.browser
def test_what_is_known_in_english_only_is_marked_as_english(watched: Watched, file: Path) -> None:
    page = watched.open(file, f"{VIEW}&lang=es")
    _profile(page, 0)
    agency = "Office of <Tests>"
    assert _english(page, "#profile") == [agency, "Layer indicator-poverty", agency]
    assert _english(page, "#about li") == ["Layer indicator-poverty", agency, "Layer towns", agency]


@pytest.mark.browser
def test_only_whom_a_layer_was_computed_from_stays_english(
    watched: Watched, content: MapContent, tmp_path: Path
) -> None:
    topic = content.topics[0]
    credit = {"attribution": "Computed by Townline from: Survey of Tests", "licence": "MIT"}
    credited = replace(topic, record=topic.record.model_copy(update=credit))
    told = replace(content, topics=(credited,))
    page = watched.open(write_map(told, tmp_path, ()).page, "#lang=es")
    source = page.locator("#about li").first
    expect(source).to_contain_text("Calculado por Townline a partir de: Survey of Tests. Versión 1")
    expect(source).to_contain_text("Condiciones de uso: Licencia MIT.")
    assert _english(page, "#about li")[:2] == ["Layer indicator-poverty", "Survey of Tests"]
    save_figure(told, opening_view(told), tmp_path / "map.svg", "es")
    assert "Calculado por Townline a partir de: Survey" in (tmp_path / "map.svg").read_text(encoding="utf-8")


@pytest.mark.browser
@pytest.mark.parametrize(
    ("language", "told"), [("en", "Not published for this place"), ("es", "No se publica para este lugar")]
)
def test_what_the_source_does_not_publish_is_said_so(
    watched: Watched, file: Path, language: str, told: str
) -> None:
    page = watched.open(file, f"{VIEW}&lang={language}")
    lowered = told[0].lower() + told[1:]
    place = page.locator('#townline_map [data-place="6"]')
    assert place.get_attribute("aria-label") == f"Town 7: {lowered}"
    assert "dots" in str(place.get_attribute("fill"))
    expect(page.locator("#pane-a .legend li", has_text=told).locator(".legend-count")).to_have_text("1")
    expect(page.locator("#pane-a .summary")).to_contain_text(f"{told}: 1")
    page.click("#tab-table")
    expect(page.locator("#table tbody tr", has_text="Town 7").locator("td").last).to_have_text(told)
    page.click("#tab-map")
    _profile(page, 6)
    expect(page.locator("#profile .bar-list li.current .bar-text")).to_have_text(told)
    assert "No data" not in page.inner_text("main") and "Sin datos" not in page.inner_text("main")


def test_caveats_of_layers_are_those_that_are_declared(
    tiny_store: Store, tiny_state: SimpleNamespace, own_indicator: Callable[..., Indicator]
) -> None:
    layer = load_profile(ROOT / "config" / "north-carolina").layers["infant-deaths"]
    told = layer.model_copy(update={"caveats": ("Made up.",), "caveats_es": ("Inventado.",)})
    values = (
        tiny_store,
        tiny_state.state,
        Places(tiny_state.places, tiny_store),
        {"poverty": own_indicator()},
    )
    found = [
        document(read_content(*values, tiny_state.manifest(), layers))["sources"][0]["caveats"]
        for layers in ((), (told,))
    ]
    assert found == [[{"en": "Made up."}], [{"en": "Made up.", "es": "Inventado."}]]
