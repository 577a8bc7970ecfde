"""Ingestion from file to published version: what is published, what is refused, and what a crash leaves."""

import json
import os
import re
import signal
import subprocess
import sys
import textwrap
import threading
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import geopandas
import pyarrow.parquet as pq
import pytest
import shapely

from catalog.configuration import State
from catalog.manifests import LayerManifest, Profile
from catalog.store import Store
from layers.ingest import Run, ingest_layer

ROOT = Path(__file__).resolve().parents[2]
STATE = State(
    id="testland", name="Testland", fips="09", bounds=(-74.0, 40.0, -71.0, 43.0), projected_crs="EPSG:2234"
)
SQUARES = {"a": (-73.0, 41.0), "b": (-72.5, 41.5), "c": (-72.0, 42.0)}

COLUMNS = [
    {"name": "geoid", "type": "string", "title": "Id", "description": "Id.", "id": {"digits": 5}},
    {"name": "name", "type": "string", "title": "Name", "description": "Name."},
    {
        "name": "people",
        "type": "integer",
        "title": "People",
        "description": "People.",
        "annotations": {"*": "suppressed"},
    },
]


def manifest_of(mirror: str, **changes: object) -> LayerManifest:
    values: dict[str, object] = {
        "id": "squares",
        "kind": "features",
        "title": "Squares",
        "description": "Three squares for the tests.",
        "agency": "Office of Tests",
        "theme": "boundaries",
        "licence": "CC0-1.0",
        "cadence": "annually",
        "sources": [{"mirror": mirror}],
        "columns": COLUMNS,
        "key": ["geoid"],
        "geometry": {"type": "polygon", "crs": {"code": "EPSG:4326"}},
    }
    return LayerManifest.model_validate(values | changes)


def points_manifest(mirror: str = "points.csv", **changes: object) -> LayerManifest:
    geometry = {"type": "point", "points": {"x": "lon", "y": "lat"}, "crs": {"code": "EPSG:4326"}}
    return manifest_of(mirror, **({"geometry": geometry} | changes))


def frame(crs: str = "EPSG:4326") -> geopandas.GeoDataFrame:
    rows = {"geoid": ["09001", "09003", "09005"], "name": list(SQUARES), "people": ["10", "*", "1200"]}
    shapes = [shapely.box(x, y, x + 0.1, y + 0.1) for x, y in SQUARES.values()]
    return geopandas.GeoDataFrame(rows, geometry=shapes, crs="EPSG:4326").to_crs(crs)


POINTS = "geoid,name,people,lon,lat\n9001,a,10,-73,41\n9003,b,*,-72.5,41.5\n9005,c,1200,-72,42\n"
FEET = (
    POINTS.replace("-73,41", "931000,562000")
    .replace("-72.5,41.5", "1068000,743000")
    .replace("-72,42", "1200000,925000")
)


@pytest.fixture
def run(tmp_path: Path) -> Run:
    mirror = tmp_path / "mirror"
    mirror.mkdir()
    profile = Profile(tmp_path, STATE, {})
    clock = iter(datetime(2026, 1, 1, 0, 0, second, tzinfo=UTC) for second in range(60))
    return Run(
        profile, Store(tmp_path / "store"), Store(tmp_path / "private"), (mirror,), clock=lambda: next(clock)
    )


def mirror_of(run: Run) -> Path:
    return run.mirrors[0]


def write_points(run: Run, text: str = POINTS) -> None:
    (mirror_of(run) / "points.csv").write_text(text, encoding="utf-8")


def test_a_layer_is_published_with_record_receipt_and_index(run):
    frame("EPSG:2234").to_file(mirror_of(run) / "squares.gpkg")
    outcome = ingest_layer(run, manifest_of("squares.gpkg", geometry={"type": "polygon"}))
    assert outcome.receipt.error is None
    version = run.store.current("squares")
    table = pq.read_table(version.data)
    assert table.num_rows == 3
    rows = {row["geoid"]: row for row in table.to_pylist()}
    assert rows["09003"]["people"] is None
    assert rows["09003"]["people_status"] == "suppressed"
    assert rows["09005"]["people"] == 1200
    assert version.record.geometry_type == "MultiPolygon"
    assert version.record.bounds == pytest.approx((-73.0, 41.0, -71.9, 42.1), abs=1e-6)
    assert version.receipt.rows_in == version.receipt.rows_out == 3
    assert all(check.passed for check in version.receipt.checks)
    assert version.index.is_file()
    assert run.store.verify() == []


def test_zeros_lost_by_a_spreadsheet_are_restored(run):
    write_points(run)
    assert not ingest_layer(run, points_manifest()).failed
    table = pq.read_table(run.store.current("squares").data)
    assert sorted(table["geoid"].to_pylist()) == ["09001", "09003", "09005"]


def test_an_unchanged_source_makes_no_new_version(run):
    write_points(run)
    ingest_layer(run, points_manifest())
    outcome = ingest_layer(run, points_manifest())
    assert outcome.receipt.outcome == "unchanged"
    assert run.store.current("squares").number == 1
    assert run.store.checked_at("squares") == outcome.receipt.finished_at


def test_other_bytes_with_the_same_rows_make_no_new_version(run):
    write_points(run)
    ingest_layer(run, points_manifest())
    lines = POINTS.splitlines()
    write_points(run, "\n".join([lines[0], *reversed(lines[1:])]) + "\n")
    assert ingest_layer(run, points_manifest()).receipt.outcome == "unchanged"


def test_a_changed_declaration_makes_the_layer_anew(run):
    write_points(run)
    ingest_layer(run, points_manifest())
    assert ingest_layer(run, points_manifest(title="Other squares")).receipt.version == 2


def test_force_publishes_what_did_not_change(run):
    write_points(run)
    ingest_layer(run, points_manifest())
    first = run.store.current("squares").record
    assert ingest_layer(replace(run, force=True), points_manifest()).receipt.version == 2
    second = run.store.current("squares").record
    assert second.published_at > first.published_at
    assert second.data_changed_at == first.data_changed_at


def test_rows_with_the_same_key_are_dissolved_and_accounted_for(run):
    rows = {"geoid": ["09001", "09001", "09003"], "name": ["a", "a", "b"], "people": [1, 1, 2]}
    shapes = [
        shapely.box(-73, 41, -72.9, 41.1),
        shapely.box(-72.9, 41, -72.8, 41.1),
        shapely.box(-72, 42, -71.9, 42.1),
    ]
    geopandas.GeoDataFrame(rows, geometry=shapes, crs="EPSG:4326").to_file(mirror_of(run) / "s.geojson")
    outcome = ingest_layer(run, manifest_of("s.geojson", dissolve=True))
    assert outcome.receipt.error is None
    assert (outcome.receipt.rows_in, outcome.receipt.rows_out) == (3, 2)
    assert sum(loss.rows for loss in outcome.receipt.losses) == 1
    joined = geopandas.read_parquet(run.store.current("squares").data).set_index("geoid").geometry["09001"]
    assert joined.equals(shapely.box(-73, 41, -72.8, 41.1))


def test_rows_that_disagree_are_not_dissolved(run):
    data = frame()
    data["geoid"] = "09001"
    data.to_file(mirror_of(run) / "s.geojson")
    outcome = ingest_layer(run, manifest_of("s.geojson", dissolve=True))
    assert "disagree" in outcome.receipt.error
    assert "09001" in outcome.receipt.error


def test_restricted_layers_go_to_the_private_store_and_their_values_are_not_told(run):
    write_points(run, POINTS.replace("1200", "s3cret"))
    outcome = ingest_layer(run, points_manifest(access="restricted"))
    assert outcome.failed
    assert "s3cret" not in outcome.receipt.model_dump_json()
    write_points(run)
    assert not ingest_layer(run, points_manifest(access="restricted")).failed
    assert run.store.layers() == []
    assert run.private.layers() == ["squares"]


def bad_zip(mirror: Path, change: Callable[[bytes], bytes]) -> None:
    frame().to_file(mirror / "s.shp")
    with zipfile.ZipFile(mirror / "points.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for path in mirror.glob("s.*"):
            archive.write(path, path.name)
            path.unlink()
    (mirror / "points.zip").write_bytes(change((mirror / "points.zip").read_bytes()))


def truncated(mirror: Path) -> str:
    bad_zip(mirror, lambda whole: whole[: len(whole) // 2])
    return "points.zip"


def bomb(mirror: Path) -> str:
    with zipfile.ZipFile(mirror / "points.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("points.csv", b"0" * 50_000_000)
    return "points.zip"


def traversal(mirror: Path) -> str:
    with zipfile.ZipFile(mirror / "points.zip", "w") as archive:
        archive.writestr("../points.csv", POINTS)
    return "points.zip"


def text(content: str | bytes) -> Callable[[Path], str]:
    def write(mirror: Path) -> str:
        raw = content if isinstance(content, bytes) else content.encode()
        (mirror / "points.csv").write_bytes(raw)
        return "points.csv"

    return write


BAD: dict[str, tuple[Callable[[Path], str], str]] = {
    "truncated zip": (truncated, "points.zip"),
    "zip bomb": (bomb, "points.zip"),
    "path traversal": (traversal, r"\.\./points.csv"),
    "wrong encoding": (text(POINTS.replace(",a,", ",\xe4,").encode("latin-1")), "row 2"),
    "ragged row": (text(POINTS + "9007,d,5\n"), "row 5"),
    "empty file": (text(""), "empty"),
    "swapped coordinates": (text(POINTS.replace("lon,lat", "lat,lon")), "swapped"),
    "coordinates in feet": (text(FEET), "EPSG:2234"),
    "unseen annotation": (text(POINTS.replace("*", "n/a")), "row 3"),
    "key twice": (text(POINTS + "9001,a,10,-73,41\n"), "09001"),
    "key empty": (text(POINTS.replace("9003", "")), "geoid"),
    "id of another shape": (text(POINTS.replace("9003", "900300300")), "row 3"),
    "column renamed": (text(POINTS.replace("people", "persons")), "people"),
    "outside the state": (text(POINTS.replace("-73,41", "10,50")), "bounds|outside"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_refused_by_name_and_the_published_version_stays(run, case):
    write_points(run)
    assert not ingest_layer(run, points_manifest()).failed
    good = run.store.current("squares")
    make, where = BAD[case]
    (mirror_of(run) / "points.csv").unlink()
    name = make(mirror_of(run))
    outcome = ingest_layer(run, points_manifest(name))
    assert outcome.failed
    error = outcome.receipt.error
    assert error is not None
    assert re.search(where, error), error
    assert run.store.current("squares") == good
    report = json.loads(max((run.store.root / "layers/squares/quarantine").glob("*.json")).read_text())
    assert report["error"] == error
    write_points(run, POINTS.replace("1200", "1201"))
    assert ingest_layer(run, points_manifest()).receipt.version == 2
    assert run.store.verify() == []


def test_self_intersecting_polygons_are_repaired_and_the_change_is_told(run):
    data = frame()
    bow = shapely.Polygon([(-73, 41), (-72.9, 41.1), (-72.9, 41), (-73, 41.1)])
    data.loc[0, "geometry"] = bow
    data.to_file(mirror_of(run) / "s.geojson")
    outcome = ingest_layer(run, manifest_of("s.geojson", geometry={"type": "polygon", "max_area_change": 1}))
    assert not outcome.failed
    assert any(
        "repair" in note.step or "repair" in note.message or "valid" in note.message
        for note in outcome.receipt.steps
    )
    strict = manifest_of("s.geojson", geometry={"type": "polygon", "invalid": "refuse"})
    assert "row" in (ingest_layer(run, strict).receipt.error or "")


def test_a_lost_row_is_seen_against_the_last_version(run):
    write_points(run)
    ingest_layer(run, points_manifest())
    write_points(run, "\n".join(POINTS.splitlines()[:2]) + "\n")
    outcome = ingest_layer(run, points_manifest())
    assert outcome.receipt.outcome == "quarantined"
    assert "row" in (outcome.receipt.error or "")


def test_a_growing_file_is_refused(run):
    path = mirror_of(run) / "points.csv"
    path.write_text(POINTS + "".join(f"{20000 + i},x,1,-72,42\n" for i in range(200_000)))
    stop = threading.Event()

    def grow() -> None:
        with path.open("a") as file:
            while not stop.is_set():
                file.write("30000,x,1,-72,42\n" * 100)
                file.flush()

    writer = threading.Thread(target=grow)
    writer.start()
    try:
        outcome = ingest_layer(run, points_manifest())
    finally:
        stop.set()
        writer.join()
    assert outcome.failed
    assert "points.csv" in (outcome.receipt.error or "")


KILLED = """
    import os, signal, sys
    sys.path.insert(0, sys.argv[3])
    import layers.ingest as ingest
    from test_ingest_world import run_of, points_manifest

    def kill(*args, **kwargs):
        os.kill(os.getpid(), signal.SIGKILL)

    setattr(ingest, sys.argv[2], kill)
    ingest.ingest_layer(run_of(sys.argv[1]), points_manifest())
"""

WORLD = """
from pathlib import Path
from catalog.manifests import LayerManifest, Profile
from catalog.configuration import State
from catalog.store import Store
from layers.ingest import Run

def run_of(folder):
    folder = Path(folder)
    state = State.model_validate_json((folder / "state.json").read_text())
    return Run(Profile(folder, state, {}), Store(folder / "store"), Store(folder / "private"), (folder / "mirror",))

def points_manifest():
    return LayerManifest.model_validate_json((Path(__file__).parent / "manifest.json").read_text())
"""


@pytest.mark.parametrize(
    "stage",
    ["snapshot", "open_part", "normaliser", "write_data", "check_rows", "record_of", "publish_version"],
)
def test_a_kill_at_each_stage_leaves_the_published_version_and_the_next_run_succeeds(run, tmp_path, stage):
    write_points(run)
    ingest_layer(run, points_manifest())
    write_points(run, POINTS.replace("1200", "1300"))
    (tmp_path / "test_ingest_world.py").write_text(WORLD)
    (tmp_path / "state.json").write_text(STATE.model_dump_json())
    (tmp_path / "manifest.json").write_text(points_manifest().model_dump_json())
    command = [sys.executable, "-c", textwrap.dedent(KILLED), str(tmp_path), stage, str(tmp_path)]
    ended = subprocess.run(
        command, cwd=ROOT, check=False, capture_output=True, env={**os.environ, "PYTHONPATH": str(ROOT)}
    )
    assert ended.returncode == -signal.SIGKILL, ended.stderr.decode()
    assert run.store.current("squares").number == 1
    outcome = ingest_layer(run, points_manifest())
    assert outcome.receipt.version == 2
    assert run.store.verify() == []
    assert not [
        path for path in (run.store.root / "layers/squares").iterdir() if path.name.startswith(".draft")
    ]
