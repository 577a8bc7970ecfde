"""A store, and files opened as a manifest would have them opened."""

import itertools
import resource
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from catalog.manifests import Source
from catalog.store import Store
from layers.sources import OpenedPart, open_part

Opener = Callable[..., OpenedPart]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


@pytest.fixture
def opener(tmp_path: Path) -> Opener:
    """Opens a file as layer `towns`; keyword arguments are keys of the source."""
    numbers = itertools.count()

    def open_it(path: Path, **source: Any) -> OpenedPart:
        workspace = tmp_path / f"workspace-{next(numbers)}"
        workspace.mkdir()
        settings = source.pop("settings", None)
        declared = Source.model_validate({"mirror": path.name, **source})
        return open_part(
            path, declared, name=path.name, layer="towns", workspace=workspace, settings=settings
        )

    return open_it


def rows_of(part: OpenedPart) -> list[dict[str, Any]]:
    """All rows; every batch must have the announced schema."""
    batches = list(part.batches())
    assert all(batch.schema == part.schema for batch in batches)
    return pa.Table.from_batches(batches, part.schema).to_pylist()


@pytest.fixture
def rows() -> Callable[[OpenedPart], list[dict[str, Any]]]:
    return rows_of


@pytest.fixture
def full_disk() -> Iterator[Callable[[int], None]]:
    """From the call on, no file can become larger than the given number of bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    yield lambda size: resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    resource.setrlimit(resource.RLIMIT_FSIZE, before)
