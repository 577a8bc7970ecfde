"""Fixtures that the whole suite shares: where real data lies, and no network in tests."""

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import pytest_socket
from playwright.sync_api import Browser, expect, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
PATIENCE = 120_000
"""Milliseconds that a page may take for anything: no test fails because the machine is busy with other work."""
QGIS_PYTHON = "/usr/bin/python3"
QGIS_SECONDS = 900
QGIS_START = """
import json, os, sys
from qgis.core import QgsApplication
application = QgsApplication([], False)
application.initQgis()
def tell(found):
    print("FOUND" + json.dumps(found), flush=True)
    os._exit(0)  # QGIS 3.22 may crash while it tears down
"""
# no setting of whoever runs the tests, and no make that started them, has a say in what they start
for name in [name for name in os.environ if name.startswith(("MAKE", "MFLAGS", "TOWNLINE_"))]:
    del os.environ[name]
# what runs on this machine is not asked for by way of a proxy
os.environ["NO_PROXY"] = os.environ["no_proxy"] = "127.0.0.1,localhost"
expect.set_options(timeout=PATIENCE)


def _folder(variable: str, default: Path, what: str) -> Path:
    folder = Path(os.environ.get(variable, default))
    if not folder.is_dir():
        pytest.skip(f"{what} is not on this machine (set {variable} to its folder)")
    return folder


# no test fails for being slow, and a run of CI tries the same examples every time
hypothesis.settings.register_profile(
    "townline",
    deadline=None,
    derandomize=bool(os.environ.get("CI")),
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("townline")


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Unit tests open no socket; tests that start a server or a browser reach this machine and nothing else."""
    if any(item.get_closest_marker(name) for name in ("server", "browser", "clients")):
        pytest_socket.enable_socket()
        pytest_socket.socket_allow_hosts(["127.0.0.1"], allow_unix_socket=True)
    else:
        pytest_socket.disable_socket(allow_unix_socket=True)


@pytest.fixture(scope="session")
def state_data() -> Path:
    return _folder("STATE_DATA_DIR", ROOT.parent / "shared" / "data", "the real state data")


@pytest.fixture(scope="session")
def reference() -> Path:
    return _folder(
        "STATE_REFERENCE_DIR", ROOT.parent / "shared" / "reference", "the reference material with its oracles"
    )


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests: Playwright cannot be started twice in a process."""
    if not CHROMIUM.is_file():
        pytest.skip(f"Chromium is not installed at {CHROMIUM}")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS, timeout=PATIENCE)
        opened.new_page, opened.new_context = _patient(opened.new_page), _patient(opened.new_context)
        yield opened
        opened.close()


def _patient(make: Callable[..., Any]) -> Callable[..., Any]:
    """The same pages or contexts, with time."""

    def made(**look: Any) -> Any:
        new = make(**look)
        new.set_default_timeout(PATIENCE)
        return new

    return made


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
            [QGIS_PYTHON, "-c", QGIS_START + script, *arguments],
            capture_output=True,
            text=True,
            timeout=QGIS_SECONDS,
            check=False,
            env=environment,
        )
        lines = [line for line in done.stdout.splitlines() if line.startswith("FOUND")]
        assert lines, done.stderr[-2000:]
        return json.loads(lines[0].removeprefix("FOUND"))

    return run
