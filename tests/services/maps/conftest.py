"""A tiny state whose maps can be checked by eye.

Nine towns in a square of three by three (a1 … a9, a1 in the south-west, sides of 0.1 degrees from 73° W,
41° N), three regions of one row each. `poverty` is a share by sex in two periods; a1's value in 2022 is 10
for women and 5 for men, each next town has 10 and 5 more. In 2022, of the women, a4 is unreliable, a5
suppressed, a6 nobody, a7 missing.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely
from playwright.sync_api import Browser, Page
from typer.testing import CliRunner

from catalog.configuration import State
from catalog.indicators import Indicator
from catalog.maps import MapManifest
from catalog.places import Places
from catalog.places.configuration import PlacesConfiguration
from catalog.receipts import Receipt
from catalog.records import Record
from catalog.store import Store
from services.cli.main import app
from services.maps.content import read_content
from services.maps.model import MapContent

ROOT = Path(__file__).resolve().parents[3]
MOMENT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
NASTY = "</script><img src=x onerror=alert(1)> {{7*7}} \"quoted\" 'n' & <b>"
COUNT = 9

STATE = State(
    id="testland",
    name="Testland",
    fips="09",
    bounds=(-74, 40, -71, 43),
    projected_crs="EPSG:2234",
    languages=("en", "es"),
)
PLACES = PlacesConfiguration.model_validate(
    {
        "state": {"geoid": "09", "name": "Testland"},
        "boundaries": {"town": {"2020": "towns"}, "planning_region": {"2020": "regions"}},
        "nesting": [
            {
                "child": "town",
                "parent": "planning_region",
                "vintage": "2020",
                "layer": "towns",
                "child_column": "geoid",
                "parent_column": "region",
            }
        ],
        "known_gaps": [
            {"type": "town", "pattern": "9999.*", "reason": "only water", "reason_es": "solo agua"}
        ],
        "aliases": {"Old Mill": "Town 2"},
    }
)


def town_id(number: int) -> str:
    return f"09001{number:05d}"


def town_name(number: int) -> str:
    return NASTY if number == 9 else f"Town {number}"


def indicator(id_: str = "poverty", **changes: object) -> Indicator:
    values: dict[str, object] = {
        "id": id_,
        "title": f"People in {id_}",
        "title_es": f"Personas en {id_}",
        "definition": "People whose income is below the line.",
        "definition_es": "Personas con ingresos por debajo de la línea.",
        "universe": "All people",
        "universe_es": "Todas las personas",
        "theme": "population",
        "kind": "share",
        "per": 100,
        "unit": "percent",
        "decimals": 1,
        "direction": "lower_is_better",
        "dimensions": [{"name": "sex", "vocabulary": "sex"}],
        "reference": {"sex": "male"},
        "source": {
            "layer": "acs",
            "place": {"type": "town", "vintage": "2020", "id": "geoid"},
            "period": {"column": "year"},
        },
        "cells": {"shape": "tidy", "codes": {"sex": "sex"}, "value": "share"},
        "places": ["town"],
        "policy": {"interval": "margin", "confidence": 0.9},
        "caveats": ["A caveat with <b>markup</b>."],
    }
    return Indicator.model_validate(values | changes)


def manifest(**changes: object) -> MapManifest:
    values: dict[str, object] = {
        "id": "testland",
        "title": "Poverty in <Testland>",
        "title_es": "Pobreza en Testland",
        "description": "A map made for the tests of the maps.",
        "description_es": "Un mapa hecho para las pruebas de los mapas.",
        "indicators": ["poverty"],
        "places": ["town", "planning_region"],
        "opening": {"group": {"sex": "female"}},
        "context": [{"layer": "hospitals", "label": "name"}],
        "find": [{"layer": "zips", "name": "zip", "place": "town", "type": "town", "weight": "share"}],
    }
    return MapManifest.model_validate(values | changes)


def publish(store: Store, layer: str, table: pa.Table, **values: object) -> None:
    record: dict[str, Any] = {
        "id": layer,
        "kind": "features" if "geometry" in table.column_names else "table",
        "state": "testland",
        "title": f"Layer {layer}",
        "description": "A layer made for the tests of the maps.",
        "agency": "Office of <Tests>",
        "theme": "boundaries",
        "licence": "CC-BY-4.0",
        "cadence": "annually",
        "published_at": MOMENT,
        "data_changed_at": MOMENT,
    }
    with store.open_draft(layer) as draft:
        pq.write_table(table, draft.path("data.parquet"))
        receipt = Receipt(layer=layer, outcome="published", started_at=MOMENT, finished_at=MOMENT)
        made = Record.model_validate(record | {"version": draft.number} | values)
        draft.publish(made, receipt, who="tests", reason="a test", at=MOMENT)


def _square(number: int) -> shapely.Geometry:
    row, column = divmod(number - 1, 3)
    west, south = -73 + column / 10, 41 + row / 10
    return shapely.box(west, south, west + 0.1, south + 0.1)


def publish_boundaries(store: Store) -> None:
    numbers = range(1, COUNT + 1)
    towns = {
        "geoid": [town_id(number) for number in numbers],
        "name": [town_name(number) for number in numbers],
        "region": [f"091{(number - 1) // 3}0" for number in numbers],
        "geometry": [shapely.to_wkb(_square(number)) for number in numbers],
    }
    reference = {"vintage": "2020", "id": "geoid", "name": "name"}
    publish(store, "towns", pa.table(towns), places=reference | {"type": "town"})
    rows = [shapely.union_all([_square(3 * row + column) for column in (1, 2, 3)]) for row in range(3)]
    regions = {
        "geoid": [f"091{row}0" for row in range(3)],
        "name": ["South", "Middle", "North"],
        "geometry": [shapely.to_wkb(shape) for shape in rows],
    }
    publish(store, "regions", pa.table(regions), places=reference | {"type": "planning_region"})
    hospital = {"name": [f"Hospital {NASTY}"], "geometry": [shapely.to_wkb(shapely.Point(-72.95, 41.05))]}
    publish(store, "hospitals", pa.table(hospital))
    zips = {
        "zip": ["06001", "06001", "06002"],
        "town": ["Town 1", "Town 3", "Town 8"],
        "share": [0.2, 0.8, 1.0],
    }
    publish(store, "zips", pa.table(zips))


Row = dict[str, object]


def row(
    kind: str, geoid: str, value: float | None, *, sex: str, period: str = "2022", **changes: object
) -> Row:
    known = value is not None
    values: Row = {
        "place_type": kind,
        "vintage": "2020",
        "geoid": geoid,
        "name": geoid,
        "period": period,
        "sex": sex,
        "estimate": value,
        "moe": 2.0 if known else None,
        "lower": value - 2.0 if value is not None else None,
        "upper": value + 2.0 if value is not None else None,
        "denominator": 1000.0,
        "status": "published",
    }
    return values | changes


def poverty_rows() -> list[Row]:
    rows: list[Row] = []
    for period, change in (("2012", 1.0), ("2022", 0.0)):
        for sex, step in (("total", 7.5), ("female", 10.0), ("male", 5.0)):
            more: Row = {"sex": sex, "period": period}
            for number in range(1, COUNT + 1):
                rows.append(row("town", town_id(number), step * number + change, **more))  # type: ignore[arg-type]
            for region in range(3):
                rows.append(row("planning_region", f"091{region}0", step * (3 * region + 2) + change, **more))  # type: ignore[arg-type]
            rows.append(row("state", "09", step * 5 + change, **more, moe=0.5, denominator=9000.0))  # type: ignore[arg-type]
    rows.append(row("town", "9999900000", 1.0, sex="female"))
    nothing = {"estimate": None, "moe": None, "lower": None, "upper": None}
    special: dict[int, Row] = {
        4: {"status": "unreliable", "moe": 30.0, "lower": 10.0, "upper": 70.0},
        5: nothing | {"status": "suppressed"},
        6: nothing | {"status": "not_applicable", "denominator": 0.0},
        7: nothing | {"status": "missing"},
    }
    for item in rows:
        number = int(str(item["geoid"])[5:]) if item["place_type"] == "town" else 0
        if item["sex"] == "female" and item["period"] == "2022" and number in special:
            item.update(special[number])
    return rows


def table_of(rows: list[Row]) -> pa.Table:
    numbers = ("estimate", "moe", "lower", "upper", "denominator")
    columns = {
        name: pa.array([item[name] for item in rows], pa.float64() if name in numbers else None)
        for name in rows[0]
    }
    return pa.table(columns)


@pytest.fixture(scope="session")
def tiny_store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    store = Store(tmp_path_factory.mktemp("maps") / "store")
    publish_boundaries(store)
    publish(store, "indicator-poverty", table_of(poverty_rows()), caveats=("Made up.",))
    plain = [item | {"indicator": "cars"} for item in poverty_rows() if item["sex"] == "total"]
    publish(store, "indicator-cars", table_of(plain))
    return store


@pytest.fixture(scope="session")
def content_of(tiny_store: Store) -> Callable[..., MapContent]:
    """The content of a map of the tiny state; changes are those of its manifest."""

    def read(**changes: object) -> MapContent:
        cars = indicator(
            "cars",
            dimensions=[],
            reference={},
            cells={"shape": "tidy", "value": "share"},
            direction="neutral",
        )
        indicators = {"poverty": indicator(), "cars": cars}
        return read_content(tiny_store, STATE, Places(PLACES, tiny_store), indicators, manifest(**changes))

    return read


@pytest.fixture(scope="session")
def content(content_of: Callable[..., MapContent]) -> MapContent:
    return content_of(indicators=["poverty", "cars"])


@pytest.fixture(scope="session")
def own_indicator() -> Callable[..., Indicator]:
    return indicator


@pytest.fixture(scope="session")
def own_rows() -> Callable[[], list[Row]]:
    return poverty_rows


@pytest.fixture
def show_rows(
    tmp_path: Path, publish_tiny: Callable[[Path, list[Row]], Store]
) -> Callable[[list[Row]], MapContent]:
    """The content of a map of the tiny state with other values of poverty."""

    def read(rows: list[Row], **changes: object) -> MapContent:
        store = publish_tiny(tmp_path / "store", rows)
        return read_content(
            store, STATE, Places(PLACES, store), {"poverty": indicator()}, manifest(**changes)
        )

    return read


@pytest.fixture(scope="session")
def tiny_state() -> SimpleNamespace:
    """The configuration of the tiny state: `state`, `places` and `manifest(**changes)`."""
    return SimpleNamespace(state=STATE, places=PLACES, manifest=manifest)


@pytest.fixture(scope="session")
def publish_tiny() -> Callable[[Path, list[Row]], Store]:
    """A store at a path with the tiny state's boundaries and these rows as poverty."""

    def made(path: Path, rows: list[Row]) -> Store:
        store = Store(path)
        publish_boundaries(store)
        publish(store, "indicator-poverty", table_of(rows))
        return store

    return made


@pytest.fixture(scope="session")
def carolina(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The options of a store with the sample state, made by the commands themselves."""
    folder = tmp_path_factory.mktemp("carolina")
    options = ["--profile", str(ROOT / "config" / "north-carolina")]
    options += ["--store", str(folder / "store"), "--private", str(folder / "private")]
    for command in (["ingest", "counties", "infant-deaths"], ["derive"]):
        assert CliRunner().invoke(app, [*options, *command]).exit_code == 0
    return options


class Watched:
    """A page of the browser that may read nothing but its own file, and what it did against that."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.requests: list[str] = []
        self.complaints: list[str] = []
        page.on(
            "console",
            lambda message: (
                self.complaints.append(message.text) if message.type in ("error", "warning") else None
            ),
        )
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on(
            "dialog", lambda dialog: (self.complaints.append(f"dialog {dialog.message}"), dialog.dismiss())
        )
        page.on("request", lambda request: self.requests.append(request.url))

    def open(self, path: Path, view: str = "") -> Page:
        self.page.context.set_offline(True)
        self.page.goto(path.as_uri() + view)
        self.page.wait_for_selector("html[data-ready]")
        return self.page

    @property
    def foreign(self) -> list[str]:
        """Requests for anything but files on the disk and what the page made itself."""
        return [url for url in self.requests if not url.startswith(("file:", "data:", "blob:"))]


@pytest.fixture
def watched(browser: Browser) -> Iterator[Watched]:
    """A page whose network is off; at the end nothing was requested and nothing was complained about."""
    page = browser.new_page(viewport={"width": 1280, "height": 900}, locale="en-US")
    found = Watched(page)
    yield found
    page.close()
    assert found.foreign == []
    assert found.complaints == []
