"""Run the independent conformance tests of `ogctests` against our server: `python tests/ogc/suite.py PYTHON`.

PYTHON is the interpreter of an environment with ogctests, which needs older releases than ours and hence has
one of its own (`make test-ogc` makes it). The store has layers with geometry only: the suite asks every
collection for items and holds every geometry to be there.
"""

import importlib.util
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from http.client import HTTPConnection
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60
SERVE = "from catalog.settings import Settings; from services.web.server import serve;"
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
        port = _free_port()
        server = _serve(world, Path(folder), port)
        try:
            return _run(python, f"http://127.0.0.1:{port}/ogc")
        finally:
            server.terminate()
            server.wait(30)


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


def _serve(world: ModuleType, folder: Path, port: int) -> subprocess.Popen[bytes]:
    settings, service = world.settings_of(folder)
    environment = os.environ | {
        "TOWNLINE_PROFILE": str(settings.profile),
        "TOWNLINE_STORE": str(settings.store),
        "TOWNLINE_SERVE_CONFIG": str(service.config),
        "TOWNLINE_SERVE_CRS": json.dumps(service.crs),
    }
    command = [sys.executable, "-c", f"{SERVE} serve(Settings(), '127.0.0.1', {port})"]
    server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + START_SECONDS
    while not _answers(port):
        if server.poll() is not None or time.monotonic() > deadline:
            server.kill()
            raise RuntimeError("the server did not start")
        time.sleep(0.2)
    return server


def _answers(port: int) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/health")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def _run(python: str, address: str) -> int:
    broken = " and ".join(f"not {name}" for name in BROKEN)
    flags = ["-q", "-p", "no:cacheprovider", "-W", "ignore", "-k", broken]
    codes = []
    for suite in ("features/core", "features/filtering"):
        call = f"run_ogctests({suite!r}, {address!r}, {flags!r})"
        run = f"import sys; from ogctests.main import run_ogctests; sys.exit({call})"
        codes.append(subprocess.run([python, "-c", run], check=False).returncode)
    return max(codes)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
