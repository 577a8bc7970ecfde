"""A small layer to publish, without any geometry library."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from catalog.receipts import Receipt
from catalog.records import PublishedColumn, Record
from catalog.store import Store, Version

MOMENT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def make_record(layer: str, version: int, **changes: object) -> Record:
    values: dict[str, object] = {
        "id": layer,
        "version": version,
        "kind": "table",
        "state": "testland",
        "title": f"Layer {layer}",
        "description": "A layer made for the tests of the store.",
        "agency": "Office of Tests",
        "theme": "boundaries",
        "licence": "CC0-1.0",
        "cadence": "annually",
        "key": ("name",),
        "columns": (PublishedColumn(name="name", type="string", title="Name", description="The name."),),
        "rows": 3,
        "published_at": MOMENT,
        "data_changed_at": MOMENT,
    }
    return Record.model_validate(values | changes)


def make_receipt(layer: str, outcome: str = "published") -> Receipt:
    return Receipt.model_validate(
        {"layer": layer, "outcome": outcome, "started_at": MOMENT, "finished_at": MOMENT, "rows_in": 3}
    )


@pytest.fixture
def record_of() -> Callable[..., Record]:
    return make_record


@pytest.fixture
def receipt_of() -> Callable[..., Receipt]:
    return make_receipt


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


Publish = Callable[..., Version]


@pytest.fixture
def publish(store: Store) -> Publish:
    def run(layer: str = "towns", data: bytes = b"PAR1 the data", **changes: object) -> Version:
        with store.open_draft(layer) as draft:
            draft.path("data.parquet").write_bytes(data)
            draft.path("serve.sqlite").write_bytes(b"an index of " + data)
            record = make_record(layer, draft.number, **changes)
            return draft.publish(record, make_receipt(layer), who="tester", reason="test", at=MOMENT)

    return run
