"""A tiny state whose reports can be checked by eye.

Four towns in a row (t1 … t4, sides of 0.1 degrees from 73° W, 41° N), two regions of two towns each. `poverty` is
a share by sex: 10, 20, 30, 40 for everyone of t1 … t4, five more for women, five less for men; margins are 2.
Of t2 the women are unreliable; of t3 the women are suppressed; t4 has no row for men. `people` is a count, 100
for each town. `homes` is a share by tenure whose total is the whole by definition. `empty` was never published.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely
from pypdf import PdfReader

from catalog.configuration import State
from catalog.indicators import Indicator
from catalog.places import Place, Places
from catalog.places.configuration import PlacesConfiguration
from catalog.receipts import Receipt
from catalog.records import Record
from catalog.store import Store
from services.reports.material import Material

MOMENT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
NASTY = '#panic() *b* _i_ $x$ @ref <b> "q" \\ [c] // 中'
NAMES = {1: "Ashton", 2: "Birch", 3: "Cedar", 4: NASTY}
STATE = State(
    id="testland", name="Testland", fips="09", bounds=(-73.1, 40.9, -72.5, 41.2), projected_crs="EPSG:2234"
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
    }
)
Row = dict[str, object]


def _indicator(id_: str, **changes: object) -> Indicator:
    values: dict[str, object] = {
        "id": id_,
        "title": f"Share of {id_}",
        "title_es": f"Parte de {id_}",
        "definition": f"What {id_} says, for the tests.",
        "definition_es": f"Lo que dice {id_}, para las pruebas.",
        "universe": "All people",
        "universe_es": "Todas las personas",
        "theme": "population",
        "kind": "share",
        "per": 100,
        "unit": "percent",
        "decimals": 1,
        "direction": "lower_is_better",
        "source": {
            "layer": "acs",
            "place": {"type": "town", "vintage": "2020", "id": "geoid"},
            "period": {"column": "year"},
        },
        "cells": {"shape": "tidy", "value": "share"},
        "places": ["town"],
        "policy": {"interval": "margin", "confidence": 0.9},
    }
    return Indicator.model_validate(values | changes)


INDICATORS = (
    _indicator(
        "poverty",
        dimensions=[{"name": "sex", "vocabulary": "sex"}],
        cells={"shape": "tidy", "codes": {"sex": "sex"}, "value": "share"},
        caveats=["A caveat with #markup."],
    ),
    _indicator("people", kind="count", per=1, unit="cases", decimals=0),
    _indicator(
        "homes",
        dimensions=[{"name": "tenure", "vocabulary": "tenure"}],
        cells={"shape": "tidy", "codes": {"tenure": "tenure"}, "value": "share"},
    ),
    _indicator("empty"),
)


def _publish(store: Store, layer: str, table: pa.Table, **values: object) -> None:
    record: dict[str, Any] = {
        "id": layer,
        "kind": "features" if "geometry" in table.column_names else "table",
        "state": "testland",
        "title": f"Layer {layer}",
        "description": "A layer made for the tests of the reports.",
        "agency": "Office of #tests",
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


def _boundaries(store: Store) -> None:
    squares = {at: shapely.box(-73 + (at - 1) / 10, 41, -73 + at / 10, 41.1) for at in NAMES}
    towns = {
        "geoid": [f"0900{at}" for at in NAMES],
        "name": list(NAMES.values()),
        "region": ["0911", "0911", "0912", "0912"],
        "geometry": [shapely.to_wkb(shape) for shape in squares.values()],
    }
    reference = {"vintage": "2020", "id": "geoid", "name": "name"}
    _publish(store, "towns", pa.table(towns), places=reference | {"type": "town"})
    halves = [shapely.union(squares[1], squares[2]), shapely.union(squares[3], squares[4])]
    regions = {"geoid": ["0911", "0912"], "name": ["West", "East"], "geometry": shapely.to_wkb(halves)}
    _publish(store, "regions", pa.table(regions), places=reference | {"type": "planning_region"})


def _row(kind: str, geoid: str, value: float | None, **changes: object) -> Row:
    known = value is not None
    values: Row = {
        "place_type": kind,
        "vintage": "2020",
        "geoid": geoid,
        "period": "2018-2022",
        "estimate": value,
        "moe": 2.0 if known else None,
        "lower": value - 2.0 if value is not None else None,
        "upper": value + 2.0 if value is not None else None,
        "denominator": None,
        "status": "published",
        "reliability": None,
    }
    return values | changes


def _places(values: dict[str, float | None], **changes: object) -> list[Row]:
    kinds = {2: "state", 4: "planning_region", 5: "town"}
    return [_row(kinds[len(geoid)], geoid, value, **changes) for geoid, value in values.items()]


def _poverty() -> list[Row]:
    everyone = {
        "09001": 10.0,
        "09002": 20.0,
        "09003": 30.0,
        "09004": 40.0,
        "0911": 15.0,
        "0912": 35.0,
        "09": 25.0,
    }
    rows = []
    for sex, more in (("total", 0.0), ("female", 5.0), ("male", -5.0)):
        rows += _places({geoid: value + more for geoid, value in everyone.items()}, sex=sex)
    nothing = {"estimate": None, "moe": None, "lower": None, "upper": None, "status": "suppressed"}
    for row in rows:
        if (row["geoid"], row["sex"]) == ("09002", "female"):
            row.update(status="unreliable", moe=24.5, lower=0.5, upper=49.5)
        if (row["geoid"], row["sex"]) == ("09003", "female"):
            row.update(nothing)
    return [row for row in rows if (row["geoid"], row["sex"]) != ("09004", "male")]


def _table(rows: list[Row]) -> pa.Table:
    numbers = ("estimate", "moe", "lower", "upper", "denominator")
    kinds = {"reliability": pa.string()} | dict.fromkeys(numbers, pa.float64())
    return pa.table({name: pa.array([row[name] for row in rows], kinds.get(name)) for name in rows[0]})


@pytest.fixture(scope="session")
def material(tmp_path_factory: pytest.TempPathFactory) -> Material:
    store = Store(tmp_path_factory.mktemp("reports") / "store")
    _boundaries(store)
    _publish(store, "indicator-poverty", _table(_poverty()))
    alone = {"moe": None, "lower": None, "upper": None}
    counts = {"09001": 100.0, "09002": 100.0, "09003": 100.0, "09": 1400.0}
    _publish(store, "indicator-people", _table(_places(counts, **alone)))
    homes = []
    for code, share in (("total", 100.0), ("owner", 60.0), ("renter", 40.0)):
        homes += _places({"09001": share, "0911": share, "09": share}, tenure=code)
    _publish(store, "indicator-homes", _table(homes))
    return Material(STATE, Places(PLACES, store), INDICATORS, store)


@pytest.fixture(scope="session")
def towns(material: Material) -> list[Place]:
    """Ashton, Birch, Cedar and the town with a name full of markup."""
    return material.places.of("town", "2020")


@pytest.fixture(scope="session")
def nasty_name() -> str:
    return NASTY


@pytest.fixture(scope="session")
def text_of() -> Callable[[bytes], str]:
    """The words of a PDF, single blanks between them."""

    def read(pdf: bytes) -> str:
        return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages).split())

    return read
