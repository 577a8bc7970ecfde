"""Fixtures that the whole suite shares: where real data lies, and no network in tests."""

import os
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
import pytest_socket
from playwright.sync_api import Browser, sync_playwright

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
        opened = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield opened
        opened.close()
