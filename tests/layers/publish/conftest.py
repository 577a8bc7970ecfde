"""Small layers to publish: columns, batches of rows, records."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
import shapely
from shapely.geometry.base import BaseGeometry

from catalog.records import PublishedColumn, Record
from layers.publish import Written, write_data

TYPES = {
    "string": pa.string(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "datetime": pa.timestamp("us", tz="UTC"),
}


def make_column(name: str, type: str = "string", **more: Any) -> PublishedColumn:
    return PublishedColumn.model_validate(
        {"name": name, "type": type, "title": name.title(), "description": f"The {name}.", **more}
    )


def make_rows(
    columns: Sequence[PublishedColumn],
    values: Sequence[Sequence[Any]],
    shapes: Sequence[BaseGeometry | None] | None = None,
) -> pa.RecordBatch:
    """A batch of rows, one sequence of values for each row."""
    arrays = [
        pa.array([row[place] for row in values], TYPES[column.type]) for place, column in enumerate(columns)
    ]
    names = [column.name for column in columns]
    if shapes is not None:
        arrays.append(pa.array(shapely.to_wkb(np.array(shapes, dtype=object)), pa.binary()))
        names.append("geometry")
    return pa.RecordBatch.from_arrays(arrays, names=names)


def make_record(columns: Sequence[PublishedColumn], key: Sequence[str]) -> Record:
    now = datetime(2024, 5, 1, tzinfo=UTC)
    return Record.model_validate(
        {
            "id": "parcels",
            "version": 3,
            "kind": "features",
            "state": "connecticut",
            "title": "Parcels",
            "description": "Parcels of land.",
            "agency": "Office of Policy and Management",
            "theme": "cadastre",
            "licence": "CC0-1.0",
            "cadence": "annual",
            "columns": tuple(columns),
            "key": tuple(key),
            "published_at": now,
            "data_changed_at": now,
        }
    )


@pytest.fixture(scope="session")
def column() -> Callable[..., PublishedColumn]:
    return make_column


@pytest.fixture(scope="session")
def rows() -> Callable[..., pa.RecordBatch]:
    return make_rows


@pytest.fixture(scope="session")
def record() -> Callable[..., Record]:
    return make_record


@pytest.fixture
def publish(tmp_path: Path) -> Callable[..., Written]:
    """`write_data` to data.parquet in the test's folder; batches, columns and key are given."""

    def run(
        batches: Sequence[pa.RecordBatch], columns: Sequence[PublishedColumn], key: Sequence[str], **more: Any
    ) -> Written:
        geometry = more.pop("geometry") if "geometry" in more else "geometry" in batches[0].schema.names
        return write_data(
            batches,
            tmp_path / "data.parquet",
            columns=columns,
            key=key,
            geometry=geometry,
            workspace=tmp_path,
            **more,
        )

    return run
