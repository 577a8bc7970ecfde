"""A real server over the tiny world of the service tests and one layer that needs several pages."""

import importlib.util
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

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


QGIS_PYTHON = "/usr/bin/python3"
START = """
import json, os, sys
from qgis.core import QgsApplication
application = QgsApplication([], False)
application.initQgis()
def tell(found):
    print("FOUND" + json.dumps(found), flush=True)
    os._exit(0)  # QGIS 3.22 may crash while it tears down
"""


@pytest.fixture
def qgis(tmp_path: Path) -> Callable[..., Any]:
    """What a script tells that real QGIS runs, without a screen; its settings lie in a folder of the test."""
    if subprocess.run([QGIS_PYTHON, "-c", "import qgis.core"], capture_output=True, check=False).returncode:
        pytest.skip("QGIS with its Python module is not installed (Debian: python3-qgis)")
    environment = {
        "QT_QPA_PLATFORM": "offscreen",
        "HOME": str(tmp_path),
        "PATH": "/usr/bin:/bin",
        "NO_PROXY": "*",
    }

    def run(script: str, *arguments: str) -> Any:
        done = subprocess.run(
            [QGIS_PYTHON, "-c", START + script, *arguments],
            capture_output=True,
            text=True,
            timeout=900,
            check=False,
            env=environment,
        )
        lines = [line for line in done.stdout.splitlines() if line.startswith("FOUND")]
        assert lines, done.stderr[-2000:]
        return json.loads(lines[0].removeprefix("FOUND"))

    return run


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
