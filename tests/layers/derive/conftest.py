"""Tables published in a store of the tests' own, without ingestion."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from catalog.configuration import State
from catalog.manifests import Profile
from catalog.receipts import Receipt
from catalog.records import PublishedColumn, Record
from catalog.store import Store
from layers.ingest import Run

MOMENT = datetime(2026, 1, 2, tzinfo=UTC)
STATE = State(id="testland", name="Testland", fips="99", bounds=(0, 0, 10, 10), projected_crs="EPSG:3857")


@pytest.fixture
def testland(tmp_path: Path) -> Run:
    """A run over an empty store."""
    return Run(Profile(tmp_path, STATE, {}), Store(tmp_path / "store"), Store(tmp_path / "private"))


@pytest.fixture
def published(testland: Run) -> Callable[..., None]:
    """A function that publishes a table as a new version of a layer."""

    def publish(layer: str, table: pa.Table, **changes: object) -> None:
        described = tuple(
            PublishedColumn(name=name, type="string", title=name, description="A column.")
            for name in table.column_names
        )
        values: dict[str, object] = {
            "id": layer,
            "kind": "table",
            "state": "testland",
            "title": layer,
            "description": "A layer made for the tests of disparity.",
            "agency": "Office of Tests",
            "theme": "education",
            "licence": "CC0-1.0",
            "cadence": "annually",
            "columns": described,
            "published_at": MOMENT,
            "data_changed_at": MOMENT,
        }
        receipt = Receipt(layer=layer, outcome="published", started_at=MOMENT, finished_at=MOMENT)
        home = testland.private if changes.get("access") == "restricted" else testland.store
        with home.open_draft(layer) as draft:
            pq.write_table(table, draft.path("data.parquet"))
            draft.path("serve.sqlite").write_bytes(b"an index")
            record = Record.model_validate(values | changes | {"version": draft.number})
            draft.publish(record, receipt, who="tester", reason="test", at=MOMENT)

    return publish
