import re
from typing import Any

import pyarrow as pa
import pytest
import shapely

from catalog.configuration import State
from catalog.manifests import LayerManifest
from catalog.records import Grid, Record
from layers.checks import Observations, check_grid, check_rows

WORLD = State(id="flatland", name="Flatland", fips="99", bounds=(0, 0, 10, 10), projected_crs="EPSG:2234")
BASE = {
    "id": "tiny",
    "title": "Tiny",
    "description": "A layer as small as possible.",
    "agency": "Agency",
    "theme": "education",
    "licence": "MIT",
    "cadence": "annually",
}
COLUMNS = [
    {
        "name": "id",
        "type": "string",
        "title": "T",
        "description": "D.",
        "id": {"digits": [2, 3], "pattern": "0.*"},
    },
    {"name": "n", "type": "integer", "title": "T", "description": "D."},
]


def manifest(kind: str | None = "point", **rules: Any) -> LayerManifest:
    features = {"kind": "features", "geometry": {"type": kind}} if kind else {"kind": "table"}
    declared = {"sources": [{"mirror": "tiny.csv"}], "columns": COLUMNS, "key": ["id"], **features}
    return LayerManifest.model_validate({**BASE, **declared, **rules})


def rows(ids: list[str | None], texts: list[str | None] | None) -> pa.RecordBatch:
    columns = {"id": pa.array(ids, pa.string()), "n": pa.array([1] * len(ids), pa.int64())}
    if texts is not None:
        wkb = [None if text is None else shapely.to_wkb(shapely.from_wkt(text)) for text in texts]
        columns["geometry"] = pa.array(wkb, pa.binary())
    return pa.record_batch(columns)


def results(layer: LayerManifest, *batches: pa.RecordBatch, previous: Record | None = None) -> dict[str, Any]:
    seen = Observations(layer, WORLD)
    for batch in batches:
        seen.add(batch)
    return {check.check: (check.passed, check.message) for check in check_rows(layer, seen, previous)}


def version_of(rows: int | None) -> Record:
    moment = "2024-01-01T00:00:00Z"
    described = {
        **BASE,
        "kind": "table",
        "state": "flatland",
        "published_at": moment,
        "data_changed_at": moment,
    }
    return Record.model_validate({**described, "version": 3, "rows": rows})


def test_all_is_well_over_batches():
    found = results(manifest(), rows(["01", "02"], ["POINT (1 1)", None]), rows(["003"], ["POINT (9 2)"]))
    assert all(passed for passed, _ in found.values())
    assert found == {
        "schema": (True, "3 columns as declared (allowed: the declared columns, types and order)"),
        "key": (
            True,
            "all values of id are present and of their shape (allowed: no empty key, ids of their declared shape)",
        ),
        "row count": (True, "3 rows (allowed: at least 1)"),
        "geometry type": (True, "2 Point (allowed: only Point)"),
        "bounds": (True, "1, 1, 9, 2 (allowed: inside 0, 0, 10, 10)"),
    }


def test_every_failure_is_reported_at_once():
    found = results(
        manifest(checks={"rows": 6}),
        rows(
            [None, "12", "0", "0x"], ["POINT (11 1)", "POINT (1 -1)", "LINESTRING (1 1, 2 2)", "POINT (1 1)"]
        ),
        pa.record_batch({"id": ["01"], "n": ["x"], "geometry": pa.array([None], pa.binary())}),
    )
    assert not any(passed for passed, _ in found.values())
    assert found["schema"][1].startswith("n is string and not int64")
    assert found["key"][1].startswith("1 empty in id, 3 not of the declared shape in id")
    assert found["row count"][1] == (
        "5 rows (allowed: exactly 6; if the file is right, declare `checks: {rows: 5}`)"
    )
    assert found["geometry type"][1] == "1 LineString, 3 Point (allowed: only Point)"
    assert found["bounds"][1].startswith("1, -1, 11, 2; 2 rows reach outside, for example None, 12")


def test_columns_in_another_order_are_not_as_declared():
    passed, message = results(manifest(None), pa.record_batch({"n": [1], "id": ["01"]}))["schema"]
    assert not passed
    assert message.startswith("columns n, id in place of id, n")


@pytest.mark.parametrize(
    ("kind", "text"), [("polygon", "POLYGON ((1 1, 2 1, 2 2, 1 1))"), ("line", "LINESTRING (1 1, 2 2)")]
)
def test_lines_and_polygons_are_multi(kind, text):
    assert not results(manifest(kind), rows(["01"], [text]))["geometry type"][0]
    multi = f"MULTI{text.replace('(', '((', 1)})"
    assert results(manifest(kind), rows(["01"], [multi]))["geometry type"][0]


def test_a_table_has_no_checks_of_geometry():
    assert set(results(manifest(None), rows(["01"], None))) == {"schema", "key", "row count"}


def test_ids_outside_are_not_shown_of_restricted_layers():
    _, message = results(manifest(access="restricted"), rows(["012"], ["POINT (11 1)"]))["bounds"]
    assert "1 rows reach outside" in message
    assert "012" not in message


def test_the_manifests_bounds_take_the_place_of_the_states():
    wide = manifest(checks={"bounds": (0, 0, 20, 20)})
    assert results(wide, rows(["01"], ["POINT (11 1)"]))["bounds"][0]


def test_a_layer_without_any_coordinates_has_no_bounds_to_leave():
    found = results(manifest(), rows(["01"], [None]))
    assert found["bounds"] == (True, "no coordinates (allowed: nothing)")
    assert found["geometry type"] == (True, "no geometry (allowed: only Point)")


def test_no_rows_are_too_few():
    assert results(manifest(None))["row count"] == (False, "0 rows (allowed: at least 1)")


@pytest.mark.parametrize(
    ("before", "now", "passed"), [(10, 8, True), (10, 12, True), (10, 7, False), (10, 13, False)]
)
def test_the_row_count_may_change_within_limits(before, now, passed):
    found = results(manifest(None), rows(["01"] * now, None), previous=version_of(before))
    assert found["row change"][0] is passed
    assert f"{now} rows after {before} in version 3" in found["row change"][1]
    line = re.search(r"declare `checks: \{max_change: ([\d.]+)\}`", found["row change"][1])
    assert found["row change"][1].endswith("(allowed: at most 20.0%)" if passed else "}`)")
    assert passed or (line and abs(now - before) / before <= float(line[1]))


@pytest.mark.parametrize("before", [None, 0])
def test_there_is_no_change_from_nothing(before):
    assert "row change" not in results(manifest(None), rows(["01"], None), previous=version_of(before))


def test_an_exact_number_of_rows_settles_it():
    exact = manifest(None, checks={"rows": 1})
    found = results(exact, rows(["01"], None), previous=version_of(100))
    assert found["row count"] == (True, "1 rows (allowed: exactly 1)")
    assert "row change" not in found


def test_watching_passes_the_batches_on():
    seen = Observations(manifest(None), WORLD)
    batches = [rows(["01"], None), rows(["02", "03"], None)]
    assert list(seen.watched(iter(batches))) == batches
    assert seen.rows == 3


@pytest.mark.parametrize(
    ("bounds", "width", "failing"),
    [((1, 1, 2, 2), 4, set()), ((1, 1, 12, 2), 4, {"bounds"}), ((1, 1, 2, 2), 0, {"grid"})],
)
def test_rasters(bounds, width, failing):
    band = {"name": "class", "title": "T", "description": "D."}
    raster = {**BASE, "kind": "raster", "sources": [{"mirror": "a.tif"}], "raster": {"bands": [band]}}
    layer = LayerManifest.model_validate(raster)
    grid = Grid(crs="EPSG:4326", width=width, height=3, cell=(1, 1), bands=layer.raster.bands, nodata=None)
    assert {check.check for check in check_grid(layer, WORLD, grid, bounds) if not check.passed} == failing
