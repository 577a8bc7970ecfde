"""A number is the same text everywhere: map page, PDF, CSV and OGC endpoint, for twenty cells drawn by lot.

What a number's text is, is declared once: by its indicator's `decimals`, and written by `services.numbers.number`.
CSV and OGC items give the published number in full, so that their own rounding is none; a page keeps some digits
more than it shows; PDFs show the text.
"""

import csv
import io
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser
from pypdf import PdfReader
from typer.testing import CliRunner

from catalog.indicators import Indicator, load_indicators
from catalog.manifests import Profile, load_profile
from catalog.places import Place, PlaceKey, Places, load_places
from catalog.settings import Settings
from catalog.store import Store
from catalog.vocabulary import TOTAL, vocabulary
from services.cli import app
from services.maps.building import chosen_map, write_map
from services.maps.content import read_content
from services.numbers import number
from services.reports.material import Material
from services.reports.pdf import typeset
from services.reports.sheet import sheet_of
from services.settings import ServiceSettings
from services.web.app import create_app

ROOT = Path(__file__).resolve().parents[2]
CELLS, SEED = 20, 20261122
KINDS = ("town", "tract", "county", "planning_region")
CONNECTICUT = (
    "acs-2022",
    "block-group-centres",
    "counties",
    "hartford-neighborhoods",
    "new-haven-neighborhoods",
    "planning-regions",
    "town-crosswalk",
    "towns",
    "tract-crosswalk",
    "tracts-2020",
)

READ = """async (asked) => {
  const T = globalThis.Townline;
  const source = JSON.parse(document.getElementById("townline-data").textContent);
  const data = await T.Data.open(source);
  return asked.map(({ indicator, level, id, codes, period }) => {
    const topic = data.topics.find((item) => item.id === indicator);
    const group = topic.groups.findIndex((item) => JSON.stringify(item) === JSON.stringify(codes));
    const place = data.level[level].ids.indexOf(id);
    const cell = data.cell(topic, level, group, topic.periods.indexOf(period), place);
    const text = (value) => (value === null ? null : T.number(value, topic.decimals));
    return { estimate: text(cell.estimate), moe: text(cell.moe), csv: T.csv([cell]).split("\\r\\n")[1] };
  });
}"""


@dataclass(frozen=True)
class Cell:
    """A published value of a place and group, under the id of its table and that of its polygon."""

    indicator: Indicator
    place: Place
    drawn: PlaceKey
    period: str
    codes: dict[str, str]
    estimate: float
    moe: float | None
    status: str

    @property
    def texts(self) -> tuple[str, str | None]:
        """The estimate and its margin as they are written."""
        digits = self.indicator.decimals
        return number(self.estimate, digits), None if self.moe is None else number(self.moe, digits)


class State:
    """A store of a state with some indicators, and the faces that show its numbers."""

    def __init__(self, name: str, root: Path, indicators: tuple[str, ...]) -> None:
        self.folder = ROOT / "config" / name
        self.root = root
        self.profile: Profile = load_profile(self.folder)
        declared = load_indicators(self.profile)
        self.indicators = {id_: declared[id_] for id_ in indicators}
        self.store = Store(root / "store")
        self.places = Places(load_places(self.folder), self.store)
        self._materials: dict[str, Material] = {}

    def cells(self) -> list[Cell]:
        """Twenty cells with a value, by lot among the latest values of all places that are drawn."""
        rows = [(indicator, row) for indicator in self.indicators.values() for row in self._rows(indicator)]
        random.Random(SEED).shuffle(rows)
        drawn = list(islice((cell for indicator, row in rows for cell in self._cells(indicator, row)), CELLS))
        assert len(drawn) == CELLS
        return drawn

    def _rows(self, indicator: Indicator) -> list[dict[str, Any]]:
        names = [dimension.name for dimension in indicator.dimensions]
        table = pq.read_table(self.store.current(f"indicator-{indicator.id}").data).to_pylist()
        latest = max(row["period"] for row in table)
        return [
            row
            for row in table
            if row["place_type"] in KINDS and row["period"] == latest and row["estimate"] is not None
            if not (names and all(row[name] == TOTAL for name in names))  # a whole by definition is left out
        ]

    def _cells(self, indicator: Indicator, row: dict[str, Any]) -> Iterator[Cell]:
        """The cell of a row; none of a place that is not drawn."""
        codes = {dimension.name: row[dimension.name] for dimension in indicator.dimensions}
        value = (row["estimate"], row["moe"], row["status"])
        for place in self.places.of(row["place_type"], row["vintage"]):
            if place.key.geoid == row["geoid"]:
                for drawn in self._drawn(place):
                    yield Cell(indicator, place, drawn, row["period"], codes, *value)

    def _drawn(self, place: Place) -> list[PlaceKey]:
        vintage = self.places.drawn_vintage(place.key.type, place.key.vintage)
        return [key for key in self.places.same(place.key) if key.vintage == vintage]

    def material(self, indicator: Indicator) -> Material:
        """What a report of one indicator is made from, read once."""
        if indicator.id not in self._materials:
            made = Material(self.profile.state, self.places, (indicator,), self.store)
            self._materials[indicator.id] = made
        return self._materials[indicator.id]

    def client(self) -> FlaskClient:
        settings = Settings(profile=self.folder, store=self.root / "store", private=self.root / "private")
        service = {"url": "https://gis.example.gov", "config": ROOT / "config/pygeoapi-config.yml"}
        return create_app(settings, ServiceSettings.model_validate(service)).test_client()


def _made(root: Path, name: str, steps: list[list[str]], *options: str) -> None:
    given = ["--profile", str(ROOT / "config" / name), *options]
    given += ["--store", str(root / "store"), "--private", str(root / "private")]
    for step in steps:
        ended = CliRunner().invoke(app, [*given, *step])
        assert ended.exit_code == 0, ended.output


@pytest.fixture(scope="module")
def carolina(tmp_path_factory: pytest.TempPathFactory) -> State:
    root = tmp_path_factory.mktemp("carolina")
    _made(root, "north-carolina", [["ingest", "counties", "infant-deaths"], ["derive"]])
    return State("north-carolina", root, ("births-by-race", "sudden-infant-deaths"))


@pytest.fixture(scope="module")
def connecticut(state_data: Path, reference: Path, tmp_path_factory: pytest.TempPathFactory) -> State:
    root = tmp_path_factory.mktemp("connecticut")
    indicators = ("low-income-by-age", "median-household-income")
    mirrors = ["--mirror", str(state_data), "--mirror", str(reference / "oracle")]
    _made(root, "connecticut", [["ingest", *CONNECTICUT], ["derive", *indicators]], *mirrors)
    return State("connecticut", root, indicators)


@pytest.mark.browser
@pytest.mark.parametrize("name", ["carolina", "connecticut"])
def test_twenty_cells_are_one_number_in_page_pdf_csv_and_endpoint(
    name: str, request: pytest.FixtureRequest, browser: Browser, tmp_path: Path
) -> None:
    state: State = request.getfixturevalue(name)
    cells = state.cells()
    client = state.client()
    wanted = [cell.texts for cell in cells]
    assert _in_pages(state, cells, browser, tmp_path) == wanted
    for read in (_in_table_csv, _in_table_item, _in_feature):
        found = [read(client, cell) for cell in cells]
        assert found == [(cell.estimate, cell.moe) for cell in cells], read.__name__
    for cell, shown in zip(cells, wanted, strict=True):
        _is_in_pdf(state, cell, *shown)


def _in_pages(
    state: State, cells: list[Cell], browser: Browser, folder: Path
) -> list[tuple[str | None, str | None]]:
    """Estimate and margin as the map page of each indicator unpacks and writes them; its CSV holds them, too."""
    found: dict[int, tuple[str | None, str | None]] = {}
    for id_, indicator in state.indicators.items():
        asked = {at: cell for at, cell in enumerate(cells) if cell.indicator == indicator}
        kinds = tuple(dict.fromkeys(cell.drawn.type for cell in cells))
        known = {*indicator.places, *(rule.type for rule in indicator.derived)}
        manifest = chosen_map(state.indicators, id_, places=tuple(kind for kind in kinds if kind in known))
        content = read_content(state.store, state.profile.state, state.places, state.indicators, manifest)
        page = browser.new_page()
        page.goto(write_map(content, folder, ()).page.as_uri())
        page.wait_for_selector("html[data-ready]")
        read: list[dict[str, Any]] = page.evaluate(READ, [_asked(cell) for cell in asked.values()])
        page.close()
        for (at, cell), item in zip(asked.items(), read, strict=True):
            found[at] = (item["estimate"], item["moe"])
            numbers = [float(text) for text in item["csv"].split(",")[1:3] if text]
            exact = [value for value in (cell.estimate, cell.moe) if value is not None]
            assert numbers == pytest.approx(exact, abs=10.0 ** -(indicator.decimals + 3))
    return [found[at] for at in range(len(cells))]


def _asked(cell: Cell) -> dict[str, Any]:
    return {
        "indicator": cell.indicator.id,
        "level": f"{cell.drawn.type}-{cell.drawn.vintage}",
        "id": cell.drawn.geoid,
        "codes": list(cell.codes.values()),
        "period": cell.period,
    }


def _items(client: FlaskClient, layer: str, **query: str) -> bytes:
    answer = client.get(f"/ogc/collections/{layer}/items", query_string=query)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return answer.get_data()


def _row(cell: Cell) -> dict[str, str]:
    key = cell.place.key
    place = {"place_type": key.type, "vintage": key.vintage, "geoid": key.geoid}
    return place | {"period": cell.period} | cell.codes


def _in_table_csv(client: FlaskClient, cell: Cell) -> tuple[float, float | None]:
    text = _items(client, f"indicator-{cell.indicator.id}", f="csv", **_row(cell)).decode()
    (row,) = csv.DictReader(io.StringIO(text))
    return float(row["estimate"]), float(row["moe"]) if row["moe"] else None


def _in_table_item(client: FlaskClient, cell: Cell) -> tuple[float, float | None]:
    document = json.loads(_items(client, f"indicator-{cell.indicator.id}", f="json", **_row(cell)))
    (feature,) = document["features"]
    return feature["properties"]["estimate"], feature["properties"]["moe"]


def _in_feature(client: FlaskClient, cell: Cell) -> tuple[float, float | None]:
    layer = f"{cell.indicator.id}-{cell.drawn.type.replace('_', '-')}"
    document = json.loads(_items(client, layer, f="json", geoid=cell.drawn.geoid))
    (feature,) = document["features"]
    stem = "_".join(code for code in cell.codes.values() if code != TOTAL) or TOTAL
    return feature["properties"][f"{stem}_estimate"], feature["properties"][f"{stem}_moe"]


def _is_in_pdf(state: State, cell: Cell, estimate: str, moe: str | None) -> None:
    """The place's profile has the row of the group with the estimate and its margin first."""
    material = state.material(cell.indicator)
    made = typeset("profile", sheet_of(material.profile(cell.place), material), "en")
    labels = [
        cell.indicator.dimension(name).label(code) for name, code in cell.codes.items() if code != TOTAL
    ]
    label = " · ".join(labels) or cell.indicator.title
    symbol = vocabulary("statuses").term(cell.status).attributes.get("symbol") or ""
    margin = "" if moe is None else f" ± {moe}"
    row = f"{label} {estimate}{symbol}{margin} "
    assert any(row in " ".join(page.extract_text().split()) for page in PdfReader(BytesIO(made)).pages)
