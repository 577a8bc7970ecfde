"""`townline verify` and `reindex` of a folder that is no store: a check that looks at nothing must not pass."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from services.cli.main import app

PROFILE = str(Path(__file__).resolve().parents[2] / "config" / "north-carolina")


@pytest.mark.parametrize("command", ["verify", "reindex"])
def test_a_folder_without_layers_is_refused(tmp_path: Path, command: str) -> None:
    absent = tmp_path / "backup"
    done = CliRunner().invoke(app, ["--profile", PROFILE, "--store", str(absent), command])

    assert done.exit_code == 1
    assert f"no published layer in {absent}" in "".join(done.output.splitlines())
    assert not absent.exists()
