"""Clients of every kind while layers are published underneath: the benchmark `soak`, cut short.

Ten minutes of it (`python -m bench soak`) also look at memory and at how soon a publication is seen.
"""

from pathlib import Path

import pytest

from bench.soak import soaked
from bench.visitors import KINDS

pytestmark = pytest.mark.server


def test_no_request_fails_and_no_list_mixes_versions_while_layers_are_published(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOWNLINE_SERVE_TIMEOUT", "300")  # for workers that start on a busy machine
    found = soaked(tmp_path, 20, clients=4, workers=2, threads=4)
    assert found["failed"] == []
    assert found["mixed"] == []
    assert found["logged"] == []
    assert found["faults"] == []
    assert found["publications"] > 0
    assert len([kind for kind in KINDS if found["answers"].get(f"visits: {kind}")]) > len(KINDS) / 2
