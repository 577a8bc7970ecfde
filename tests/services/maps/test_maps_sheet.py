"""The picture of a page: the same sheet from every window, with what is drawn over the map."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page

from services.maps.model import MapContent
from services.maps.page import page as page_of

pytestmark = pytest.mark.browser

WOMEN = "#i=poverty&g=female&p=2022&l=town-2020&m=estimate"
LAYERS = ("planning_region-2020", "hospitals", "names")
KEEP = """() => {
  const made = Townline.sheet;
  Townline.sheet = (...given) => (globalThis.sheet = made(...given));
}"""
Watched = Any


@pytest.fixture(scope="module")
def file(content: MapContent, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sheets") / "page.html"
    path.write_text(page_of(content), encoding="utf-8")
    return path


@pytest.fixture
def sheet_in(watched: Watched, file: Path, tmp_path: Path) -> Callable[..., tuple[Page, tuple[int, int]]]:
    """The page with the sheet that it drew, and the size of its picture."""

    def made(
        wide: int, *, view: str = WOMEN, layers: tuple[str, ...] = LAYERS
    ) -> tuple[Page, tuple[int, int]]:
        watched.page.set_viewport_size({"width": wide, "height": 800})
        page: Page = watched.open(file, view)
        page.evaluate(KEEP)
        page.evaluate("for (const part of document.querySelectorAll('#context, #files')) part.open = true")
        for name in layers:
            page.check(f'#context input[name="{name}"]')
        with page.expect_download() as found:
            page.click('button[data-file="png"]')
        path = tmp_path / f"{wide}.png"
        found.value.save_as(path)
        with Image.open(path) as picture:
            return page, picture.size

    return made


def _texts(page: Page) -> list[str]:
    found: list[str] = page.evaluate("[...sheet.querySelectorAll('text')].map((node) => node.textContent)")
    return found


def test_the_sheet_is_the_same_from_a_phone_and_from_a_wide_window(
    sheet_in: Callable[..., tuple[Page, tuple[int, int]]],
) -> None:
    sizes, signs = [], []
    for wide in (320, 1280):
        sizes.append(sheet_in(wide, layers=())[1])
        page, _ = sheet_in(wide)
        scale = (
            "Number(sheet.querySelector('[clip-path]').getAttribute('transform').match(/scale\\(([^)]+)/)[1])"
        )
        signs.append(
            page.evaluate(f"{scale} * Number(sheet.querySelector('[clip-path] circle').getAttribute('r'))")
        )
    assert [size[0] for size in sizes] == [2400, 2400]
    assert sizes[0][1] == pytest.approx(sizes[1][1], rel=0.03)
    assert signs == pytest.approx([6.0, 6.0])


def test_the_legend_of_the_sheet_names_what_is_on_it(
    sheet_in: Callable[..., tuple[Page, tuple[int, int]]],
) -> None:
    page, _ = sheet_in(1280)
    texts = _texts(page)
    assert {"Suppressed to protect people (1)", "No data (1)", "No population (1)"} <= set(texts)
    assert {"Planning regions", "Layer hospitals"} <= set(texts)
    assert "Names of towns" not in texts
    sources = "".join(texts[-3:])
    assert all(
        layer in sources for layer in ("indicator-poverty", "Layer towns", "Layer regions", "Layer hospitals")
    )


def test_signs_that_are_not_on_the_map_are_not_in_the_legend_of_the_sheet(
    sheet_in: Callable[..., tuple[Page, tuple[int, int]]],
) -> None:
    men = WOMEN.replace("female", "male")
    page, _ = sheet_in(1280, view=men, layers=())
    texts = " ".join(_texts(page))
    assert "Suppressed" not in texts and "No population" not in texts and "hospitals" not in texts


def test_no_text_of_the_sheet_is_outside_of_it(sheet_in: Callable[..., tuple[Page, tuple[int, int]]]) -> None:
    page, _ = sheet_in(320, view=f"{WOMEN}&lang=es".replace("estimate", "verdict_reference"))
    page.evaluate("document.body.append(sheet)")
    outside = page.evaluate(
        """() => {
          const [, , wide, high] = sheet.getAttribute('viewBox').split(' ').map(Number);
          return [...sheet.querySelectorAll(':scope > text')].map((node) => [node.textContent, node.getBBox()])
            .filter(([, box]) => box.x < 0 || box.y < 0 || box.x + box.width > wide || box.y + box.height > high)
            .map(([text]) => text);
        }"""
    )
    assert outside == []


def test_the_sheet_says_why_places_are_faded(sheet_in: Callable[..., tuple[Page, tuple[int, int]]]) -> None:
    condition = "%5B%7B%22topic%22:%22poverty%22,%22test%22:%22above%22,%22value%22:85%7D%5D"
    page, _ = sheet_in(1000, view=f"{WOMEN}&f={condition}", layers=())
    assert "One place meets the conditions (People in poverty: more than 85.0%)." in " ".join(_texts(page))
