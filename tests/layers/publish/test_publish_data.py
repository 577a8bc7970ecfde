import hashlib
import json
from datetime import UTC, date, datetime

import geopandas
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.errors import StoreError
from layers.errors import MissingValue
from layers.publish.errors import DuplicateKey, ReservedColumn, UnpublishableShape

SOUTH_WEST, NORTH_WEST, NORTH_EAST, SOUTH_EAST = (
    shapely.box(-91, -46, -89, -44),
    shapely.box(-91, 44, -89, 46),
    shapely.box(89, 44, 91, 46),
    shapely.box(89, -46, 91, -44),
)
SAME_PLACE = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None
)


@pytest.fixture
def quarters(column, rows):
    columns = (column("name"), column("people", "integer", unit="people", title_es="Personas"))
    values = [("south-east", 4), ("north-east", 3), ("south-west", 1), ("north-west", None)]
    return columns, rows(columns, values, [SOUTH_EAST, NORTH_EAST, SOUTH_WEST, NORTH_WEST])


def test_rows_follow_the_hilbert_curve(publish, quarters, tmp_path):
    columns, batch = quarters
    written = publish([batch], columns, ["name"])
    table = pq.read_table(tmp_path / "data.parquet")
    assert table["name"].to_pylist() == ["south-west", "north-west", "north-east", "south-east"]
    assert table["people"].to_pylist() == [1, None, 3, 4]
    assert written.rows == 4
    assert written.bounds == (-91, -46, 91, 46)
    assert written.geometry_type == "Polygon"
    assert written.sha256 == hashlib.sha256((tmp_path / "data.parquet").read_bytes()).hexdigest()


def test_metadata_keep_the_rules_of_geoparquet(publish, quarters, tmp_path):
    columns, batch = quarters
    publish([batch], columns, ["name"])
    file = pq.ParquetFile(tmp_path / "data.parquet")
    geo = json.loads(file.metadata.metadata[b"geo"])
    assert geo["version"] == "1.1.0"
    assert geo["primary_column"] == "geometry"
    described = geo["columns"]["geometry"]
    assert described["encoding"] == "WKB"
    assert described["geometry_types"] == ["Polygon"]
    assert described["orientation"] == "counterclockwise"
    assert described["bbox"] == [-91, -46, 91, 46]
    assert "crs" not in described  # absent means OGC:CRS84; null would mean unknown
    assert described["covering"] == {
        "bbox": {corner: ["bbox", corner] for corner in ("xmin", "ymin", "xmax", "ymax")}
    }
    bbox = file.schema_arrow.field("bbox").type
    assert [(field.name, field.type) for field in bbox] == [
        (corner, pa.float32()) for corner in ("xmin", "ymin", "xmax", "ymax")
    ]
    assert file.schema_arrow.field("geometry").type == pa.binary()
    assert file.metadata.row_group(0).column(0).compression == "ZSTD"
    statistics = [
        file.metadata.row_group(0).column(place).statistics
        for place in range(file.metadata.num_columns)
        if file.metadata.row_group(0).column(place).path_in_schema == "bbox.xmin"
    ]
    assert [(found.min, found.max) for found in statistics] == [(-91, 89)]


def test_columns_are_described_in_the_file(publish, quarters, tmp_path):
    columns, batch = quarters
    publish([batch], columns, ["name"])
    people = pq.read_schema(tmp_path / "data.parquet").field("people")
    assert people.metadata == {
        b"title": b"People",
        b"title_es": b"Personas",
        b"description": b"The people.",
        b"unit": b"people",
    }


def test_geopandas_opens_the_file_and_a_part_of_it(publish, quarters, tmp_path):
    columns, batch = quarters
    publish([batch], columns, ["name"])
    frame = geopandas.read_parquet(tmp_path / "data.parquet")
    assert frame.crs == "OGC:CRS84"
    assert frame.geometry.iloc[0].equals(SOUTH_WEST)
    part = geopandas.read_parquet(tmp_path / "data.parquet", bbox=(80, -50, 100, 50))
    assert list(part["name"]) == ["north-east", "south-east"]


def test_box_column_contains_the_exact_envelope(publish, column, rows, tmp_path):
    columns = (column("id"),)
    exact = shapely.box(-72.7654321, 41.1234567, -72.7654319, 41.1234569)
    publish([rows(columns, [("a",)], [exact])], columns, ["id"])
    box = pq.read_table(tmp_path / "data.parquet")["bbox"][0].as_py()
    west, south, east, north = exact.bounds
    assert box["xmin"] < west < east < box["xmax"]
    assert box["ymin"] < south < north < box["ymax"]
    assert box["xmax"] - box["xmin"] < 2e-5


def test_null_and_empty_geometries_come_last_without_a_box(publish, column, rows, tmp_path):
    columns = (column("id"),)
    shapes = [None, shapely.Polygon(), SOUTH_EAST]
    written = publish([rows(columns, [("b",), ("a",), ("c",)], shapes)], columns, ["id"])
    table = pq.read_table(tmp_path / "data.parquet")
    assert table["id"].to_pylist() == ["c", "a", "b"]
    assert [box.is_valid for box in table["bbox"]] == [True, False, False]
    assert [shape.is_valid for shape in table["geometry"]] == [True, True, False]
    assert written.bounds == SOUTH_EAST.bounds


def test_table_is_in_the_order_of_its_key(publish, column, rows, tmp_path):
    columns = (column("town"), column("year", "integer"), column("rate", "number"))
    values = [("Union", 10, 1.5), ("Ansonia", 10, None), ("Union", 9, 2.5)]
    written = publish([rows(columns, values)], columns, ["town", "year"])
    file = pq.ParquetFile(tmp_path / "data.parquet")
    assert file.read().to_pylist() == [
        {"town": "Ansonia", "year": 10, "rate": None},
        {"town": "Union", "year": 9, "rate": 2.5},
        {"town": "Union", "year": 10, "rate": 1.5},
    ]
    assert b"geo" not in file.metadata.metadata
    assert (written.bounds, written.geometry_type) == (None, None)


@pytest.mark.parametrize(
    ("type", "values"),
    [
        ("boolean", [False, True]),
        ("date", [date(2020, 1, 2), date(2021, 1, 1)]),
        ("datetime", [datetime(2020, 1, 2, tzinfo=UTC), datetime(2020, 1, 2, 0, 0, 1, tzinfo=UTC)]),
        ("number", [-1.5, 2.0]),
    ],
)
def test_key_can_be_of_any_type(publish, column, rows, tmp_path, type, values):
    columns = (column("key", type),)
    publish([rows(columns, [(value,) for value in reversed(values)])], columns, ["key"])
    assert pq.read_table(tmp_path / "data.parquet")["key"].to_pylist() == values


def test_no_rows_give_an_empty_file(publish, column, rows, tmp_path):
    columns = (column("id"),)
    written = publish([rows(columns, [], [])], columns, ["id"])
    assert (written.rows, written.bounds, written.geometry_type) == (0, None, None)
    assert geopandas.read_parquet(tmp_path / "data.parquet").empty


def batches_of(batch: pa.RecordBatch, order: list[int], sizes: list[int]) -> list[pa.RecordBatch]:
    shuffled = batch.take(pa.array(order))
    cuts = np.cumsum([0, *sizes]).clip(max=len(order)).tolist()
    return [
        shuffled.slice(start, end - start) for start, end in zip(cuts, [*cuts[1:], len(order)], strict=True)
    ]


@SAME_PLACE
@given(
    order=st.permutations(range(30)), sizes=st.lists(st.integers(0, 12), max_size=6), run=st.integers(1, 4000)
)
def test_same_rows_give_the_same_bytes(publish, column, rows, tmp_path, order, sizes, run):
    columns = (column("id"), column("note"))
    values = [(f"id-{number:02}", "né “quoted” " * number) for number in range(30)]
    shapes = [shapely.Point(-72 - number % 3, 41) if number % 7 else None for number in range(30)]
    whole = rows(columns, values, shapes)
    expected = publish([whole], columns, ["id"])
    found = publish(batches_of(whole, list(order), sizes), columns, ["id"], run_bytes=run)
    assert found == expected
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data.parquet"]


def test_many_runs_merge_into_many_row_groups(publish, column, rows, tmp_path, monkeypatch):
    monkeypatch.setattr("layers.publish.data.ROW_GROUP_ROWS", 100)
    monkeypatch.setattr("layers.publish.sorting.PIECE_BYTES", 500)
    columns = (column("id", "integer"), column("text"))
    numbers = np.random.default_rng(7).permutation(1000).tolist()
    shapes = [shapely.Point(number * 0.18 - 90, 41) for number in numbers]
    whole = rows(columns, [(number, f"text {number}") for number in numbers], shapes)
    done: list[int] = []
    parts = [whole.slice(start, 17) for start in range(0, 1000, 17)]
    publish(parts, columns, ["id"], run_bytes=3000, progress=done.append)
    file = pq.ParquetFile(tmp_path / "data.parquet")
    table = file.read()
    assert done == list(range(100, 1001, 100))
    assert [file.metadata.row_group(place).num_rows for place in range(file.num_row_groups)] == [100] * 10
    assert sorted(table["id"].to_pylist()) == list(range(1000))
    assert all(row["text"] == f"text {row['id']}" for row in table.select(["id", "text"]).to_pylist())
    monkeypatch.undo()
    publish([whole], columns, ["id"])
    assert pq.read_table(tmp_path / "data.parquet")["id"].to_pylist() == table["id"].to_pylist()


def test_heavy_rows_make_small_row_groups(publish, column, rows, tmp_path, monkeypatch):
    monkeypatch.setattr("layers.publish.data.ROW_GROUP_BYTES", 250)
    columns = (column("id"), column("text"))
    publish([rows(columns, [(str(number), "x" * 99) for number in range(5)])], columns, ["id"])
    file = pq.ParquetFile(tmp_path / "data.parquet")
    assert [file.metadata.row_group(place).num_rows for place in range(file.num_row_groups)] == [2, 2, 1]


def test_repeated_key_is_refused_with_ids_and_rows(publish, column, rows, tmp_path):
    columns = (column("town"), column("year", "integer"))
    first = rows(columns, [("Union", 2020), ("Ansonia", 2020), ("Union", 2021)])
    second = rows(columns, [("Union", 2020), ("Ansonia", 2020)])
    with pytest.raises(DuplicateKey) as caught:
        publish([first, second], columns, ["town", "year"], run_bytes=1)
    assert str(caught.value) == (
        "column town:year: 2 values of the key occur more than once: "
        "'Ansonia:2020' in normalised rows 2, 5; 'Union:2020' in normalised rows 1, 4"
    )
    assert list(tmp_path.iterdir()) == []


def test_at_most_ten_repeated_keys_are_shown(publish, column, rows):
    columns = (column("id"),)
    batch = rows(columns, [(f"{number:02}",) for number in range(12)] * 2)
    with pytest.raises(DuplicateKey, match=r"12 values of the key.*'09' in normalised rows 10, 22; …$"):
        publish([batch], columns, ["id"])


def test_ids_of_a_restricted_layer_are_not_shown(publish, column, rows):
    columns = (column("id"),)
    with pytest.raises(DuplicateKey) as caught:
        publish([rows(columns, [("secret",), ("secret",)])], columns, ["id"], restricted=True)
    assert str(caught.value) == "column id: 1 value of the key occur more than once"


def test_keys_that_make_the_same_id_are_refused(publish, column, rows):
    columns = (column("a"), column("b"))
    with pytest.raises(DuplicateKey, match="'x:y:z' in normalised rows 1, 2"):
        publish([rows(columns, [("x:y", "z"), ("x", "y:z")])], columns, ["a", "b"])


def test_missing_key_is_refused_with_its_rows(publish, column, rows):
    columns = (column("id"),)
    batches = [rows(columns, [("a",), ("b",)]), rows(columns, [("c",), (None,), (None,)])]
    with pytest.raises(MissingValue) as caught:
        publish(batches, columns, ["id"])
    assert str(caught.value) == "column id: the key has no value in normalised rows 4, 5"


@pytest.mark.parametrize("name", ["geometry", "bbox"])
def test_names_of_the_files_own_columns_are_refused(publish, column, rows, name):
    columns = (column("id"), column(name))
    with pytest.raises(ReservedColumn, match=f"column {name}"):
        publish([], columns, ["id"], geometry=True)


def test_two_types_of_geometry_are_refused(publish, column, rows):
    columns = (column("id"),)
    shapes = [shapely.Point(0, 0), SOUTH_EAST]
    with pytest.raises(UnpublishableShape, match="these are Point, Polygon"):
        publish([rows(columns, [("a",), ("b",)], shapes)], columns, ["id"])


@pytest.mark.parametrize("shape", [shapely.Point(1, 2, 3), shapely.GeometryCollection([shapely.Point(1, 2)])])
def test_other_shapes_are_refused(publish, column, rows, shape):
    columns = (column("id"),)
    with pytest.raises(UnpublishableShape, match="rows from 1 on"):
        publish([rows(columns, [("a",)], [shape])], columns, ["id"])


def test_other_types_than_declared_are_a_mistake_of_the_caller(publish, column, rows):
    found, declared = (column("id"), column("n", "number")), (column("id"), column("n", "integer"))
    with pytest.raises(TypeError, match="n is declared int64 and comes as double"):
        publish([rows(found, [("a", 1.0)])], declared, ["id"])


def test_errors_of_the_rows_leave_the_old_file(publish, column, rows, tmp_path):
    (tmp_path / "data.parquet").write_bytes(b"old")

    def broken():
        yield rows((column("id"),), [("a",)])
        raise RuntimeError("source gone")

    columns = (column("id"),)
    with pytest.raises(RuntimeError, match="source gone"):
        publish(broken(), columns, ["id"], geometry=False)
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("data.parquet", b"old")]


def test_full_disk_is_said_plainly_and_leaves_nothing(publish, column, rows, tmp_path, monkeypatch):
    def full(self, *arguments, **more):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pq.ParquetWriter, "write_batch", full)
    columns = (column("id"),)
    with pytest.raises(StoreError, match="the disk is full"):
        publish([rows(columns, [("a",)])], columns, ["id"])
    assert list(tmp_path.iterdir()) == []
