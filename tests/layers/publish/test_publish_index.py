import json
import sqlite3
from datetime import UTC, date, datetime

import geopandas
import numpy as np
import pyarrow.parquet as pq
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.errors import StoreError
from catalog.serving import BLOCK, touches
from layers.publish import build_serving_index

SAME_PLACE = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None
)
INSIDE = "b.west >= :west AND b.east <= :east AND b.south >= :south AND b.north <= :north"
COUNT = (
    f"SELECT total(CASE WHEN {INSIDE} THEN b.filled ELSE (SELECT count(*) FROM features f"
    f" WHERE f.fid BETWEEN b.first AND b.last AND {touches('f')}) END) FROM blocks b WHERE {touches('b')}"
)
PAGE = (
    f"SELECT f.fid FROM blocks b CROSS JOIN features f ON f.fid BETWEEN b.first AND b.last"
    f" WHERE {touches('b')} AND {touches('f')} AND b.first > :after - {BLOCK} AND f.fid > :after"
    " ORDER BY b.first, f.fid LIMIT :limit"
)


@pytest.fixture
def index(publish, record, tmp_path):
    """Rows → the connection to their serving index."""
    opened: list[sqlite3.Connection] = []

    def build(batch, columns, key, **more):
        publish([batch], columns, key)
        build_serving_index(
            tmp_path / "data.parquet", record(columns, key), tmp_path / "serve.sqlite", **more
        )
        uri = (tmp_path / "serve.sqlite").as_uri() + "?mode=ro&immutable=1"
        opened.append(sqlite3.connect(uri, uri=True))
        return opened[-1]

    yield build
    for connection in opened:
        connection.close()


def finished(connection):
    return [text for (text,) in connection.execute("SELECT head || geometry || '}' FROM texts ORDER BY fid")]


def test_features_are_the_bytes_that_json_writes(index, column, rows):
    columns = (
        column("name"),
        column("count", "integer"),
        column("share", "number"),
        column("open", "boolean"),
    )
    values = [("a", 1, 0.1, True), ("b", -5, 72.0, False), ("c", None, None, None)]
    shapes = [
        shapely.Polygon([(-72.1234567, 41.5), (-72.0, 41.5), (-72.0, 41.6)]),
        shapely.MultiPolygon([shapely.box(-71, 41, -70, 42), shapely.box(-70, 43, -69, 44)]),
        None,
    ]
    batch = rows(columns, values, [shapely.MultiPolygon([shapes[0]]), *shapes[1:]])
    found = finished(index(batch, columns, ["name"]))
    expected = []
    for (name, count, share, opened), shape in zip(values, batch["geometry"].to_pylist(), strict=True):
        geometry = shape and json.loads(json.dumps(shapely.from_wkb(shape).__geo_interface__))
        properties = {"name": name, "count": count, "share": share, "open": opened}
        feature = {"type": "Feature", "id": name, "properties": properties, "geometry": geometry}
        expected.append(json.dumps(feature, separators=(",", ":"), ensure_ascii=False))
    assert sorted(found) == expected  # they begin with the id


def test_columns_hold_the_values_of_the_data_file(index, column, rows, tmp_path):
    columns = (
        column("id"),
        column("count", "integer"),
        column("share", "number"),
        column("open", "boolean"),
        column("day", "date"),
        column("moment", "datetime"),
    )
    moment = datetime(2024, 2, 29, 23, 59, 59, 250000, tzinfo=UTC)
    values = [("a", 2**53 + 1, 0.1, True, date(2020, 2, 29), moment), ("b", None, None, None, None, None)]
    connection = index(rows(columns, values), columns, ["id"])
    assert connection.execute("SELECT * FROM features").fetchall() == [
        (1, None, None, None, None, "a", "a", 2**53 + 1, 0.1, 1, "2020-02-29", "2024-02-29T23:59:59.250000Z"),
        (2, None, None, None, None, "b", "b", None, None, None, None, None),
    ]
    first = json.loads(finished(connection)[0])
    assert first["properties"] == {
        "id": "a",
        "count": 2**53 + 1,
        "share": 0.1,
        "open": True,
        "day": "2020-02-29",
        "moment": "2024-02-29T23:59:59.250000Z",
    }


def test_table_has_no_blocks_and_null_geometries(index, column, rows):
    columns = (column("town"), column("year", "integer"))
    connection = index(rows(columns, [("Union", 2020), ("Ansonia", 2020)]), columns, ["town", "year"])
    assert connection.execute("SELECT id FROM features ORDER BY fid").fetchall() == [
        ("Ansonia:2020",),
        ("Union:2020",),
    ]
    assert connection.execute("SELECT geometry FROM texts").fetchall() == [("null",)] * 2
    assert connection.execute("SELECT count(*) FROM blocks").fetchone() == (0,)


def test_meta_names_the_version_and_its_data(publish, index, column, rows):
    columns = (column("id"),)
    batch = rows(columns, [("a",)])
    meta = dict(index(batch, columns, ["id"]).execute("SELECT key, value FROM meta"))
    sha256 = publish([batch], columns, ["id"]).sha256
    assert meta == {"layer": "parcels", "version": "3", "rows": "1", "data_sha256": sha256}


def test_null_and_empty_geometries_are_null_and_have_no_envelope(index, column, rows):
    columns = (column("id"),)
    shapes = [shapely.Point(1, 2), shapely.Point(), None]
    connection = index(rows(columns, [("a",), ("b",), ("c",)], shapes), columns, ["id"])
    envelopes = connection.execute("SELECT id, west, south, east, north FROM features").fetchall()
    assert envelopes == [("a", 1, 2, 1, 2), ("b", *[None] * 4), ("c", *[None] * 4)]
    assert [json.loads(text)["geometry"] for text in finished(connection)] == [
        {"type": "Point", "coordinates": [1, 2]},
        None,
        None,
    ]
    assert connection.execute("SELECT * FROM blocks").fetchall() == [(1, 3, 1, 1, 2, 1, 2)]


@SAME_PLACE
@given(st.lists(st.text()))
def test_any_text_comes_back(index, column, rows, texts):
    columns = (column("id", "integer"), column("text"))
    connection = index(rows(columns, list(enumerate(texts))), columns, ["id"])
    assert [json.loads(text)["properties"]["text"] for text in finished(connection)] == texts
    assert [text for (text,) in connection.execute("SELECT c_text FROM features ORDER BY fid")] == texts


@pytest.mark.parametrize("text", ['"', "\\", "\n\t\x01", "né", "Ōtautahi 🏔", "</script>", "{\"a\": 'b'}"])
def test_quotes_controls_and_unicode_in_ids(index, column, rows, text):
    columns = (column("id"),)
    feature = json.loads(finished(index(rows(columns, [(text,)]), columns, ["id"]))[0])
    assert feature == {"type": "Feature", "id": text, "properties": {"id": text}, "geometry": None}


def test_filterable_columns_have_trees_and_ids_are_unique(index, column, rows):
    columns = (column("id"), column("note", filterable=False))
    connection = index(rows(columns, [("a", "x")]), columns, ["id"])
    names = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = 'features'"
    )
    assert {name for (name,) in names} == {"features_id", "by_id"}
    assert connection.execute("SELECT count(*) FROM sqlite_stat1").fetchone()[0] > 0


@pytest.fixture
def scattered(column, rows):
    """1,000 small squares and every tenth row without a geometry."""
    columns = (column("id", "integer"), column("text"))
    corners = np.random.default_rng(3).uniform((-74, 41), (-71, 42), (1000, 2)).round(7)
    shapes = [shapely.box(x, y, x + 0.01, y + 0.01) if n % 10 else None for n, (x, y) in enumerate(corners)]
    return columns, rows(columns, [(n, f"text {n}") for n in range(1000)], shapes)


def test_index_equals_the_data_file_row_for_row(index, scattered, tmp_path, monkeypatch):
    monkeypatch.setattr("layers.publish.index.BATCH_ROWS", 37)
    columns, batch = scattered
    done: list[int] = []
    connection = index(batch, columns, ["id"], progress=done.append)
    table = pq.read_table(tmp_path / "data.parquet")
    found = connection.execute(
        "SELECT fid, id, c_id, c_text, west, south, east, north FROM features"
    ).fetchall()
    shapes = shapely.from_wkb(table["geometry"].to_numpy())
    bounds = [[None if np.isnan(side) else side for side in box] for box in shapely.bounds(shapes).tolist()]
    ids, texts = table["id"].to_pylist(), table["text"].to_pylist()
    assert found == [(n + 1, str(ids[n]), ids[n], texts[n], *bounds[n]) for n in range(1000)]
    features = [json.loads(text) for text in finished(connection)]
    assert [feature["properties"]["text"] for feature in features] == texts
    geometries = [feature["geometry"] and shapely.geometry.shape(feature["geometry"]) for feature in features]
    assert geometries == shapes.tolist()
    assert done == [*range(37, 1000, 37), 1000]
    assert geopandas.read_parquet(tmp_path / "data.parquet").geometry.isna().sum() == 100


@pytest.mark.parametrize(
    "box", [(-73, 41.2, -72, 41.7), (-75, 40, -70, 43), (-72.5, 41.5, -72.49, 41.51), (0, 0, 1, 1)]
)
def test_blocks_find_and_count_the_features_of_a_box(index, scattered, box):
    columns, batch = scattered
    connection = index(batch, columns, ["id"])
    window = dict(zip(("west", "south", "east", "north"), box, strict=True))
    direct = [
        fid for (fid,) in connection.execute(f"SELECT fid FROM features f WHERE {touches('f')}", window)
    ]
    assert connection.execute(COUNT, window).fetchone() == (len(direct),)
    paged: list[int] = []
    while page := connection.execute(
        PAGE, {**window, "after": paged[-1] if paged else 0, "limit": 7}
    ).fetchall():
        paged += [fid for (fid,) in page]
    assert paged == direct
    blocks = connection.execute("SELECT first, last FROM blocks").fetchall()
    assert all(last - first < BLOCK for first, last in blocks)


def test_old_index_stays_until_the_new_one_is_finished(publish, record, column, rows, tmp_path):
    columns = (column("id"),)
    publish([rows(columns, [("a",)])], columns, ["id"])
    (tmp_path / "serve.sqlite").write_bytes(b"old")
    with pytest.raises(KeyError):  # the data file lacks a column that the record names
        build_serving_index(
            tmp_path / "data.parquet", record((*columns, column("other")), ["id"]), tmp_path / "serve.sqlite"
        )
    assert (tmp_path / "serve.sqlite").read_bytes() == b"old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data.parquet", "serve.sqlite"]


def test_full_disk_is_said_plainly(publish, record, column, rows, tmp_path, monkeypatch):
    columns = (column("id"),)
    publish([rows(columns, [("a",)])], columns, ["id"])
    monkeypatch.setattr(
        "layers.publish.index._ONE_SHOT", "PRAGMA page_size = 512; PRAGMA max_page_count = 3;"
    )
    with pytest.raises(StoreError, match=r"could not write .*serve\.sqlite: database or disk is full"):
        build_serving_index(tmp_path / "data.parquet", record(columns, ["id"]), tmp_path / "serve.sqlite")
    assert [path.name for path in tmp_path.iterdir()] == ["data.parquet"]
