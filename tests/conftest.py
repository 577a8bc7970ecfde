"""Fixtures that the whole suite shares: where real data lies, and no network in tests."""

import os
from pathlib import Path

import pytest
import pytest_socket

ROOT = Path(__file__).resolve().parents[1]


def _folder(variable: str, default: Path, what: str) -> Path:
    folder = Path(os.environ.get(variable, default))
    if not folder.is_dir():
        pytest.skip(f"{what} is not on this machine (set {variable} to its folder)")
    return folder


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
