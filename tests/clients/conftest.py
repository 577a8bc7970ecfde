"""A real server over the tiny world of the service tests and one layer that needs several pages."""

import importlib.util
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import pytest
import shapely

from catalog.store import Store

ROOT = Path(__file__).resolve().parents[2]
MANY = 2345


@dataclass(frozen=True)
class Served:
    """A running server: its address, the store behind it, and the file with its access log."""

    url: str
    store: Store
    log: Path

    def requests(self) -> list[str]:
        """The request lines so far."""
        return [line.split('"')[1] for line in self.log.read_text().splitlines() if '"GET ' in line]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("clients")
    world = _world()
    store = world.fill(Store(folder / "store"))
    rows = [
        {
            "number": n,
            "kind": "even" if n % 2 == 0 else "odd",
            "geometry": shapely.Point(-73.5 + 0.01 * (n % 100), 41 + 0.01 * (n // 100)),
        }
        for n in range(MANY)
    ]
    columns = (world._column("number", "integer"), world._column("kind", "string"))
    world.publish_rows(store, "many", columns, rows, ("number",))
    with world.running(folder) as running:
        yield Served(running.url, store, running.log)


def _world() -> ModuleType:
    path = ROOT / "tests" / "services" / "conftest.py"
    spec = importlib.util.spec_from_file_location("tiny_world", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["tiny_world"] = module
    spec.loader.exec_module(module)
    return module
