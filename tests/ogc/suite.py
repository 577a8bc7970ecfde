"""Run the independent conformance tests of `ogctests` against our server: `python tests/ogc/suite.py PYTHON`.

PYTHON is the interpreter of an environment with ogctests, which needs older releases than ours and hence has
one of its own (`make test-ogc` makes it). The store has layers with geometry only: the suite asks every
collection for items and holds every geometry to be there.
"""

import importlib.util
import subprocess
import sys
import tempfile
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parents[2]
BROKEN = {
    "test_ct2": "looks for an unquoted rel with a colon, which RFC 8288 does not allow",
    "test_ct3": "takes the address that test_ct2 never finds",
    "test_ct5": "takes any text for a valid value and one in brackets for an invalid one",
    "test_ct7": "compares with a word without quotes, which is a property and not a value",
    "test_ct8": "takes the name of a queryable for a dictionary",
    "test_ct9": "needs what test_ct3 never finds",
    "test_ct10": "compares a geometry with a list in brackets, which is not CQL2",
}
"""Tests of filtering that no server can pass, and why."""


def main(python: str) -> int:
    """The exit code of the suite."""
    sys.path.insert(0, str(ROOT))
    world = _conftest()
    with tempfile.TemporaryDirectory() as folder:
        _fill(world, Path(folder))
        with world.running(Path(folder)) as server:
            return _run(python, f"{server.url}/ogc")


def _conftest() -> ModuleType:
    """The tiny world of the service tests."""
    spec = importlib.util.spec_from_file_location("world", ROOT / "tests" / "services" / "conftest.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["world"] = module
    spec.loader.exec_module(module)
    return module


def _fill(world: ModuleType, folder: Path) -> None:
    store = world.Store(folder / "store")
    towns = [row for row in world.town_rows() if row["geometry"] is not None]
    period = {"start": "2020", "end": "2022-06"}
    world.publish_rows(store, "towns", world.TOWN_COLUMNS, towns, ("town",), period=period)
    world.publish_rows(
        store, "hospitals", world.HOSPITAL_COLUMNS, world.hospital_rows(), ("system", "number"), time="opened"
    )


def _run(python: str, address: str) -> int:
    broken = " and ".join(f"not {name}" for name in BROKEN)
    flags = ["-q", "-p", "no:cacheprovider", "-W", "ignore", "-k", broken]
    codes = []
    for suite in ("features/core", "features/filtering"):
        call = f"run_ogctests({suite!r}, {address!r}, {flags!r})"
        run = f"import sys; from ogctests.main import run_ogctests; sys.exit({call})"
        codes.append(subprocess.run([python, "-c", run], check=False).returncode)
    return max(codes)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
