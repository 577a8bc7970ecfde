"""Derived layers of a tiny state: what is published, when nothing is done, and what a receipt says."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely

from catalog.configuration import State
from catalog.errors import UnknownLayer
from catalog.indicators import Indicator
from catalog.manifests import Profile
from catalog.places import PlacesConfiguration
from catalog.receipts import Receipt
from catalog.records import PublishedColumn, Record
from catalog.store import Store
from layers.derive.indicators import derive_indicator
from layers.ingest import Run

MOMENT = datetime(2026, 1, 2, tzinfo=UTC)
STATE = State(id="testland", name="Testland", fips="99", bounds=(0, 0, 10, 10), projected_crs="EPSG:3857")
PLACES = {
    "state": {"geoid": "99", "name": "Testland"},
    "boundaries": {"town": {"2020": "towns"}},
    "crosswalks": [
        {
            "type": "town",
            "from_vintage": "2020",
            "to_vintage": "2022",
            "layer": "crosswalk",
            "from_column": "old",
            "to_column": "new",
        }
    ],
    "known_gaps": [{"type": "town", "pattern": "W.*", "reason": "only water, no polygon"}],
}
OWNERS = {
    "id": "owners",
    "title": "Owners",
    "title_es": "Propietarios",
    "definition": "Households that own their home.",
    "definition_es": "Hogares propietarios de su vivienda.",
    "universe": "Households",
    "universe_es": "Hogares",
    "theme": "housing",
    "kind": "share",
    "per": 100,
    "unit": "percent",
    "decimals": 1,
    "direction": "higher_is_better",
    "dimensions": [{"name": "tenure", "vocabulary": "tenure", "tabulation": "tenure"}],
    "source": {
        "layer": "homes",
        "place": {"type": {"column": "level"}, "vintage": "2022", "id": "geoid"},
        "period": {"column": "year"},
    },
    "cells": {
        "shape": "wide",
        "moe": "{}_moe",
        "groups": [
            {"numerator": ["homes"], "denominator": ["homes"]},
            {"codes": {"tenure": "owner"}, "numerator": ["owners"], "denominator": ["homes"]},
        ],
    },
    "places": ["state", "town"],
    "policy": {"interval": "margin"},
}
HOMES = {
    "level": ["state", "town", "town", "town", "town"],
    "geoid": ["99", "A", "B", "W", "A"],
    "year": ["2022", "2022", "2022", "2022", "2021"],
    "homes": [100.0, 60.0, 40.0, 0.0, 50.0],
    "homes_moe": [5.0, 4.0, 3.0, 1.0, 4.0],
    "owners": [50.0, 36.0, 14.0, 0.0, 30.0],
    "owners_moe": [4.0, 3.0, 2.0, 1.0, 3.0],
}


def publish(store: Store, layer: str, table: pa.Table, **changes: object) -> None:
    columns = tuple(
        PublishedColumn(name=name, type="string", title=name, description="A column.")
        for name in table.column_names
    )
    values: dict[str, object] = {
        "id": layer,
        "kind": "table",
        "state": "testland",
        "title": layer,
        "description": "A layer made for the tests of derivation.",
        "agency": "Office of Tests",
        "theme": "housing",
        "licence": "CC0-1.0",
        "attribution": "Survey of Tests",
        "cadence": "annually",
        "columns": columns,
        "published_at": MOMENT,
        "data_changed_at": MOMENT,
    }
    receipt = Receipt(layer=layer, outcome="published", started_at=MOMENT, finished_at=MOMENT)
    with store.open_draft(layer) as draft:
        pq.write_table(table, draft.path("data.parquet"))
        draft.path("serve.sqlite").write_bytes(b"an index")
        record = Record.model_validate(values | changes | {"version": draft.number})
        draft.publish(record, receipt, who="tester", reason="test", at=MOMENT)


@pytest.fixture
def run(tmp_path: Path) -> Run:
    run = Run(
        Profile(tmp_path, STATE, {}), Store(tmp_path / "store"), Store(tmp_path / "private"), reason="derive"
    )
    publish(run.store, "homes", pa.table(HOMES))
    squares = [shapely.box(x, 0, x + 1, 1) for x in range(3)]
    towns = {"geoid": ["a", "b", "c"], "name": ["Ash", "Birch", "Cedar"], "geometry": shapely.to_wkb(squares)}
    place = {"type": "town", "vintage": "2020", "id": "geoid", "name": "name"}
    publish(run.store, "towns", pa.table(towns), kind="features", places=place, licence="MIT")
    publish(run.store, "crosswalk", pa.table({"old": ["a", "b", "c"], "new": ["A", "B", "C"]}))
    return run


def derive(run: Run, **changes: object):
    indicator = Indicator.model_validate(OWNERS | changes)
    return derive_indicator(run, indicator, PlacesConfiguration.model_validate(PLACES))


def rows(run: Run, layer: str) -> dict[str, dict[str, object]]:
    table = pq.read_table(run.store.current(layer).data)
    return {row["geoid"]: row for row in table.drop_columns("bbox").to_pylist()}


def test_the_table_and_the_features_are_published_with_their_lineage(run):
    outcomes = derive(run)
    assert [(item.layer, item.receipt.outcome) for item in outcomes] == [
        ("indicator-owners", "published"),
        ("owners-town", "published"),
    ]
    table, features = (run.store.current(item.layer).record for item in outcomes)
    assert (table.kind, table.rows, table.key) == (
        "table",
        10,
        ("place_type", "vintage", "geoid", "period", "tenure"),
    )
    assert [item.layer for item in table.inputs] == ["homes", "crosswalk", "towns"]
    assert table.inputs[0].sha256 == run.store.current("homes").manifest.data_sha256
    assert {item.layer for item in features.inputs} == {"indicator-owners", "towns", "crosswalk"}
    assert (features.kind, features.geometry_type, features.bounds) == ("features", "Polygon", (0, 0, 3, 1))
    assert features.places and (features.places.type, features.places.vintage) == ("town", "2020")
    assert features.attribution == "Computed by Townline from: Survey of Tests; boundaries: Survey of Tests"
    assert "The boundaries are under the licence MIT." in features.caveats
    assert all(column.description for record in (table, features) for column in record.columns)
    assert run.store.verify() == []


def test_features_hold_the_latest_period_and_every_polygon(run):
    derive(run)
    found = rows(run, "owners-town")
    assert set(found) == {"a", "b", "c"}
    ash = found["a"]
    assert (ash["name"], ash["source_id"], ash["period"]) == ("Ash", "A", "2022")
    assert (ash["owner_estimate"], ash["owner_count"], ash["owner_status"]) == (60, 36, "published")
    cedar = found["c"]
    assert cedar["owner_estimate"] is None and cedar["owner_status"] == "missing"


def test_the_difference_to_the_state_knows_that_the_place_is_a_part_of_it(run):
    derive(run)
    ash = rows(run, "owners-town")["a"]
    place = np.sqrt(3**2 - 0.6**2 * 4**2) / 60 * 100
    state = np.sqrt(4**2 - 0.5**2 * 5**2) / 100 * 100
    assert ash["owner_difference"] == pytest.approx(10)
    assert ash["owner_difference_moe"] == pytest.approx(np.sqrt(place**2 + state**2 - 2 * 0.6 * place**2))
    assert ash["owner_ratio"] == pytest.approx(1.2)
    assert "total_difference" not in ash, "everyone is everyone everywhere"


def test_a_state_value_without_error_is_a_constant(run):
    homes = HOMES | {"homes_moe": [0.0, 4.0, 3.0, 1.0, 4.0], "owners_moe": [0.0, 3.0, 2.0, 1.0, 3.0]}
    publish(run.store, "homes", pa.table(homes))
    derive(run)
    ash = rows(run, "owners-town")["a"]
    assert ash["owner_difference_moe"] == pytest.approx(ash["owner_moe"])
    assert ash["owner_ratio_moe"] == pytest.approx(ash["owner_moe"] / 50)


def test_the_receipt_reports_the_join_on_both_sides(run):
    _, features = derive(run)
    (note,) = [step for step in features.receipt.steps if step.step == "join"]
    assert note.message == (
        "town 2022 to polygons of 2020: 2 matched; 1 left over on the left (only water, no polygon): W; "
        "1 left over on the right: c"
    )


def test_deriving_again_does_nothing_and_a_changed_input_is_told(run):
    derive(run)
    again = derive(run)
    assert [item.receipt.outcome for item in again] == ["unchanged", "unchanged"]
    assert [item.receipt.version for item in again] == [1, 1]
    publish(run.store, "homes", pa.table(HOMES | {"owners": [51.0, 36.0, 15.0, 0.0, 30.0]}))
    table, features = derive(run)
    assert (table.receipt.version, features.receipt.version) == (2, 2)
    assert [step.message for step in table.receipt.steps if step.step == "inputs"] == ["homes: version 1 → 2"]
    told = [step.message for step in features.receipt.steps if step.step == "inputs"]
    assert told == ["indicator-owners: version 1 → 2"]
    assert run.store.history("indicator-owners")[-1].reason == "homes: version 1 → 2"


def test_a_changed_declaration_is_told_and_equal_data_make_no_version(run):
    derive(run)
    publish(run.store, "homes", pa.table(HOMES))
    assert derive(run)[0].receipt.outcome == "unchanged", "the same bytes under a new version"
    (table, _) = derive(run, title="Home owners")
    assert [step.message for step in table.receipt.steps] == ["the declaration changed"]
    assert run.store.current("indicator-owners").record.title == "Home owners"


def test_force_publishes_again(run):
    derive(run)
    assert [item.receipt.version for item in derive(replace(run, force=True))] == [2, 2]


def test_an_indicator_that_fails_leaves_what_was_published(run):
    derive(run)
    publish(run.store, "homes", pa.table(HOMES | {"level": ["state", "town", "town", "zcta", "town"]}))
    (failed,) = derive(run)
    assert failed.failed and "zcta" in (failed.receipt.error or "")
    assert run.store.current("indicator-owners").number == 1
    assert run.store.current("owners-town").number == 1
    source = OWNERS["source"] | {
        "place": OWNERS["source"]["place"] | {"type": {"column": "level", "ignored": ["zcta"]}}
    }
    assert [item.receipt.version for item in derive(run, source=source)] == [2, 2]


def test_what_is_made_of_restricted_data_stays_restricted(run):
    publish(run.private, "registry", pa.table(HOMES), access="restricted")
    derive(run, source=OWNERS["source"] | {"layer": "registry"})
    assert "indicator-owners" not in run.store.layers()
    assert run.private.current("indicator-owners").record.access == "restricted"
    assert run.private.current("owners-town").record.access == "restricted"


def test_a_source_that_is_not_published_is_named(run):
    with pytest.raises(UnknownLayer, match="there is no layer 'hoses'; did you mean homes"):
        derive(run, source=OWNERS["source"] | {"layer": "hoses"})
