"""Groups of two dimensions: their intersections where the table has them, else one of them alone."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from catalog.indicators import Indicator
from catalog.places import Places
from catalog.store import Store
from services.maps.content import read_content
from services.maps.model import MapContent
from services.maps.page import page as page_of

pytestmark = pytest.mark.browser
Watched = Any
BOTH = [{"name": "sex", "vocabulary": "sex"}, {"name": "tenure", "vocabulary": "tenure"}]
GROUPS = {
    ("total", "total"): 10.0,
    ("female", "total"): 20.0,
    ("male", "total"): 30.0,
    ("total", "owner"): 40.0,
    ("total", "renter"): 50.0,
    ("female", "renter"): 60.0,
}


@pytest.fixture
def crossed(
    tmp_path: Path,
    own_indicator: Callable[..., Indicator],
    own_rows: Callable[[], list[dict[str, object]]],
    publish_tiny: Callable[..., Store],
    tiny_state: Any,
) -> MapContent:
    """Women who rent are in the table, women who own are not."""
    base = [row for row in own_rows() if row["sex"] == "total" and row["period"] == "2022"]
    rows = [
        row | {"sex": sex, "tenure": tenure, "estimate": value, "lower": value - 2, "upper": value + 2}
        for (sex, tenure), value in GROUPS.items()
        for row in base
    ]
    store = publish_tiny(tmp_path / "store", rows)
    codes = {"shape": "tidy", "codes": {"sex": "sex", "tenure": "tenure"}, "value": "share"}
    indicator = own_indicator(dimensions=BOTH, cells=codes, reference={"sex": "male"})
    places = Places(tiny_state.places, store)
    return read_content(
        store, tiny_state.state, places, {"poverty": indicator}, tiny_state.manifest(opening={})
    )


def test_two_dimensions_are_chosen_one_by_one(watched: Watched, crossed: MapContent, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text(page_of(crossed), encoding="utf-8")
    page = watched.open(path)
    first = page.locator('#townline_map [data-place="0"]')
    page.select_option("select[name=sex]", "female")
    expect(first).to_have_attribute("aria-label", "Town 1: 20.0% ± 2.0%")
    page.select_option("select[name=tenure]", "renter")
    expect(first).to_have_attribute("aria-label", "Town 1: 60.0% ± 2.0%")
    assert page.inner_text("#pane-a-title") == "People in poverty: Female · Renter occupied, 2022"
    options = page.locator("select[name=tenure] option").all_inner_texts()
    assert options[1].endswith("(by itself)")
    assert not options[2].endswith("(by itself)")
    page.select_option("select[name=tenure]", "owner")
    expect(first).to_have_attribute("aria-label", "Town 1: 40.0% ± 2.0%")
    assert page.locator("select[name=sex]").input_value() == "total"
    page.locator('#townline_map [data-place="0"]').click()
    assert page.locator("#profile .bar-list li").count() == len(GROUPS)
