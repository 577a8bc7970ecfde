"""The generated register of one region: made, ingested as restricted, released as four linked tables and audited."""

import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from catalog.store import Store
from services.cli import app

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def region(tmp_path_factory, state_data) -> Path:
    """A folder with the register of 40,000 made-up people in one planning region, ingested and released."""
    root = tmp_path_factory.mktemp("register")
    made = [sys.executable, str(ROOT / "bench/make_register.py"), str(root / "person-register.parquet")]
    subprocess.run([*made, str(state_data), "--people", "40000", "--region", "09150"], check=True)
    for command in ("ingest", "derive"):
        assert run(root, state_data, command).exit_code == 0
    return root


def run(root: Path, state_data: Path, *arguments: str):
    profile = str(ROOT / "config/connecticut-register")
    options = ["--profile", profile, "--mirror", str(root), "--mirror", str(state_data)]
    options += ["--store", str(root / "store"), "--private", str(root / "private")]
    return CliRunner().invoke(app, [*options, *arguments], env={"COLUMNS": "250"})


def test_the_register_is_restricted_and_has_no_serving_index(region):
    version = Store(region / "private").current("person-register")
    assert version.record.access == "restricted"
    assert not (version.folder / "serve.sqlite").exists()
    assert Store(region / "store").layers() == ["block-crosswalk", "people-by-race-sex-age"]


def test_the_linked_tables_are_safe_and_show_no_small_cell(region, state_data):
    audit = run(region, state_data, "disclosure", "audit")
    assert audit.exit_code == 0, audit.output
    table = pq.read_table(Store(region / "store").current("people-by-race-sex-age").data).to_pandas()
    assert set(table["table"]) == {
        "race_by_small_area",
        "sex_age_by_tract",
        "race_age_by_town",
        "race_sex_age_by_county",
    }
    shown = table.loc[table["count_status"] == "published", "count"]
    assert ((shown == 0) | (shown >= 10)).all()
    assert (table["count_status"] == "suppressed").any()
