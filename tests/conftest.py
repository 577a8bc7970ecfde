"""Fixtures that the whole suite shares: where real data lies, and no network in tests."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def _folder(variable: str, default: Path, what: str) -> Path:
    folder = Path(os.environ.get(variable, default))
    if not folder.is_dir():
        pytest.skip(f"{what} is not on this machine (set {variable} to its folder)")
    return folder


@pytest.fixture(scope="session")
def state_data() -> Path:
    return _folder("STATE_DATA_DIR", ROOT.parent / "shared" / "data", "the real state data")


@pytest.fixture(scope="session")
def reference() -> Path:
    return _folder(
        "STATE_REFERENCE_DIR", ROOT.parent / "shared" / "reference", "the reference material with its oracles"
    )
