"""Connecticut ingested once from the real files, and tiny layers whose indicators can be computed by eye."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from catalog.indicators import Indicator
from catalog.manifests import Profile, load_profile
from catalog.places import Places, PlacesConfiguration, load_places
from catalog.receipts import Receipt
from catalog.records import PublishedColumn, Record
from catalog.store import Store, Version
from layers.indicators import compute
from layers.ingest import Run, ingest_layer
from layers.normalise import Notes

ROOT = Path(__file__).resolve().parents[3]
MOMENT = datetime(2026, 1, 2, tzinfo=UTC)
CONNECTICUT = (
    "acs-2022",
    "acs-2022-town-profile",
    "block-group-centres",
    "chronic-absenteeism",
    "chronic-absenteeism-raw",
    "counties",
    "covid-cases",
    "covid-vaccination",
    "hartford-neighborhoods",
    "new-haven-neighborhoods",
    "planning-regions",
    "town-crosswalk",
    "towns",
    "tract-crosswalk",
    "tracts-2020",
    "zip-to-town",
)

_TYPES = {pa.string(): "string", pa.int64(): "integer", pa.float64(): "number", pa.date32(): "date"}


class World:
    """A store with tiny layers, and places over it."""

    def __init__(self, root: Path) -> None:
        self.store = Store(root / "store")

    def publish(self, layer: str, columns: Mapping[str, Sequence[object]], **changes: object) -> Version:
        """A new version of a table with some columns."""
        table = pa.table(dict(columns))
        described = tuple(
            PublishedColumn(
                name=field.name, type=_TYPES[field.type], title=field.name, description="A column."
            )
            for field in table.schema
            if field.name != "geometry"
        )
        values: dict[str, object] = {
            "id": layer,
            "kind": "table",
            "state": "testland",
            "title": layer,
            "description": "A layer made for the tests of indicators.",
            "agency": "Office of Tests",
            "theme": "population",
            "licence": "CC0-1.0",
            "cadence": "annually",
            "columns": described,
            "rows": table.num_rows,
            "published_at": MOMENT,
            "data_changed_at": MOMENT,
        }
        receipt = Receipt(layer=layer, outcome="published", started_at=MOMENT, finished_at=MOMENT)
        with self.store.open_draft(layer) as draft:
            pq.write_table(table, draft.path("data.parquet"))
            draft.path("serve.sqlite").write_bytes(b"an index")
            record = Record.model_validate(values | changes | {"version": draft.number})
            return draft.publish(record, receipt, who="tester", reason="test", at=MOMENT)

    def places(self, **configuration: object) -> Places:
        """The places of a configuration, by default a state without any boundaries."""
        given = {"state": {"geoid": "99", "name": "Testland"}, "boundaries": {}} | configuration
        return Places(PlacesConfiguration.model_validate(given), self.store)

    def compute(
        self, indicator: Indicator, places: Places | None = None, notes: Notes | None = None
    ) -> pd.DataFrame:
        """The tidy table of an indicator."""
        version = self.store.current(indicator.source.layer)
        return compute(indicator, version, places or self.places(), notes).to_pandas()


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def indicator_of(**changes: object) -> Indicator:
    """An indicator of the layer `people`, counted in towns, with changes."""
    values: dict[str, object] = {
        "id": "people",
        "title": "People",
        "title_es": "Personas",
        "definition": "People counted for the tests of indicators.",
        "definition_es": "Personas contadas para las pruebas de indicadores.",
        "universe": "People",
        "universe_es": "Personas",
        "theme": "population",
        "kind": "count",
        "unit": "people",
        "decimals": 0,
        "direction": "neutral",
        "source": {
            "layer": "people",
            "place": {"type": "town", "vintage": "2020", "id": "geoid"},
            "period": {"fixed": "2022"},
        },
        "cells": {"shape": "wide", "groups": [{"numerator": ["people"]}]},
        "places": ["town"],
    }
    return Indicator.model_validate(values | changes)


@pytest.fixture(scope="session")
def make_indicator() -> Callable[..., Indicator]:
    return indicator_of


class Connecticut:
    """The real layers that indicators need, ingested into a store."""

    def __init__(self, profile: Profile, store: Store) -> None:
        self.profile, self.store = profile, store

    @property
    def places(self) -> Places:
        return Places(load_places(self.profile.folder), self.store)

    def compute(self, indicator: Indicator, notes: Notes | None = None) -> pd.DataFrame:
        version = self.store.current(indicator.source.layer)
        return compute(indicator, version, self.places, notes).to_pandas()


@pytest.fixture(scope="session")
def connecticut(state_data: Path, reference: Path, tmp_path_factory: pytest.TempPathFactory) -> Connecticut:
    root = tmp_path_factory.mktemp("connecticut")
    profile = load_profile(ROOT / "config/connecticut")
    run = Run(profile, Store(root / "store"), Store(root / "private"), (state_data, reference / "oracle"))
    for layer in CONNECTICUT:
        outcome = ingest_layer(run, profile.layer(layer))
        assert outcome.receipt.outcome == "published", outcome.receipt.error
    return Connecticut(profile, run.store)
