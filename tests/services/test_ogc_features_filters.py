"""Filters, times and orders of features over HTTP, and what lies behind them checked against all geometries."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import pytest
import shapely
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.store import Store, Version
from services.ogc.cql2 import Condition, SpatialTest
from services.ogc.features import connections, selection
from services.ogc.features.relations import related
from services.ogc.features.selection import Place, Selection, matched, page_of
from services.web.app import create_app

ITEMS = "/ogc/collections/towns/items"
EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
SQUARE = "POLYGON((-72.9 41.1,-72.8 41.1,-72.8 41.2,-72.9 41.2,-72.9 41.1))"
AROUND = ["a1", "a2", "a3", "a4", "a6", "a7", "a8", "a9"]


def _ids(client: FlaskClient, layer: str = "towns", **parameters: str) -> list[str]:
    query = {name.replace("_", "-"): value for name, value in parameters.items()}
    response = client.get(f"/ogc/collections/{layer}/items", query_string=query)
    assert response.status_code == 200, response.get_data(as_text=True)
    document = response.get_json()
    assert document["numberMatched"] == document["numberReturned"] == len(document["features"])
    return sorted(feature["id"] for feature in document["features"])


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("county = '002'", ["a4", "a5", "a6"]),
        ("people > 500 AND NOT coastal", ["a6", "a7", "a8", "a9"]),
        ("share * 8 = people", ["a1", "a2", "a3"]),
        ("founded < DATE('1701-01-01')", ["a1", "a4", "a7"]),
        ("T_DURING(founded, INTERVAL('1700-06-01', '1701-12-31'))", ["a2", "a5", "a8"]),
        ("CASEI(town) IN (casei('A1'), casei('NOWHERE'))", ["a1", "nowhere"]),
        ("note LIKE '<10%'", [f"a{n}" for n in range(1, 10)]),
        ('"limit" = 5 AND share IS NULL', ["a5"]),
        ("geometry IS NULL", ["nowhere"]),
        ("S_INTERSECTS(geometry, POINT(-72.95 41.05))", ["a1"]),
        ("S_INTERSECTS(geometry, BBOX(-72.95, 41.05, -72.85, 41.15))", ["a1", "a2", "a4", "a5"]),
        ("S_INTERSECTS(geometry, BBOX(-72.64, 41.07, -72.6, 41.1))", []),  # the envelope, not the triangle
        (f"S_EQUALS(geometry, {SQUARE})", ["a5"]),
        (f"S_TOUCHES(geometry, {SQUARE})", AROUND),
        (f"S_DISJOINT(geometry, {SQUARE})", ["a0"]),
        (f"NOT S_INTERSECTS(geometry, {SQUARE})", ["a0"]),  # nowhere is unknown
        ("S_WITHIN(geometry, BBOX(-73, 41, -72.8, 41.1))", ["a1", "a2"]),
        ("S_CONTAINS(geometry, POINT(-72.95 41.05))", ["a1"]),
        ("S_CONTAINS(BBOX(-73, 41, -72.8, 41.1), geometry)", ["a1", "a2"]),
        ("S_CROSSES(geometry, LINESTRING(-73.05 41.05, -72.95 41.05))", ["a1"]),
        ("S_OVERLAPS(geometry, BBOX(-73, 41, -72.7, 41.3))", []),
        ("S_OVERLAPS(geometry, BBOX(-72.95, 41.05, -72.93, 41.3))", ["a1", "a4", "a7"]),
        (
            "S_INTERSECTS(geometry, GEOMETRYCOLLECTION(POINT(-72.95 41.05), POINT(-72.65 41.01)))",
            ["a0", "a1"],
        ),
        ("S_EQUALS(geometry, geometry)", ["a0", *(f"a{n}" for n in range(1, 10))]),
        ("S_TOUCHES(geometry, geometry)", []),
        ("S_INTERSECTS(POINT(1 1), BBOX(0,0,2,2)) AND people = 100", ["a1"]),
        (f"S_TOUCHES(geometry, {SQUARE}) AND S_INTERSECTS(geometry, POINT(-72.95 41.05))", ["a1"]),
        (f"S_TOUCHES(geometry, {SQUARE}) AND county = '001'", ["a1", "a2", "a3"]),
        (f"(S_EQUALS(geometry, {SQUARE})) = FALSE AND county = '002'", ["a4", "a6"]),
    ],
)
def test_filters(client: FlaskClient, text: str, ids: list[str]) -> None:
    assert _ids(client, filter=text) == ids


def test_a_filter_in_json_in_another_system(client: FlaskClient) -> None:
    point = {"type": "Point", "coordinates": [41.05, -72.95]}
    document = {"op": "s_intersects", "args": [{"property": "geometry"}, point]}

    found = _ids(client, filter=json.dumps(document), filter_lang="cql2-json", filter_crs=EPSG + "4326")

    assert found == ["a1"]


def test_filters_of_every_kind_hold_together(client: FlaskClient) -> None:
    box = "-73,41.05,-72.85,41.15"

    assert _ids(client, bbox=box) == ["a1", "a2", "a4", "a5"]
    assert _ids(client, bbox=box, county="001") == ["a1", "a2"]
    assert _ids(client, bbox=box, county="001", filter="people > 100") == ["a2"]
    assert _ids(client, bbox=box, county="001", filter="people > 100", datetime="1999-01-01") == []
    assert _ids(client, bbox=box, filter=f"S_TOUCHES(geometry, {SQUARE})") == ["a1", "a2", "a4"]


def test_a_table_has_no_geometry_to_ask_for(client: FlaskClient) -> None:
    response = client.get(
        "/ogc/collections/crosswalk/items", query_string={"filter": "S_INTERSECTS(geometry, POINT(1 2))"}
    )

    assert response.status_code == 400
    assert "no property 'geometry'" in response.get_json()["detail"]
    assert _ids(client, "crosswalk", filter="weight > 0.3") == ["00", "01", "02"]


def test_the_period_of_a_layer_answers_datetime(client: FlaskClient) -> None:
    assert len(_ids(client, datetime="2021-06-01")) == 11
    assert len(_ids(client, datetime="2022-06-30T23:00:00Z/..")) == 11
    assert _ids(client, datetime="2030-01-01/..") == []
    assert _ids(client, datetime="../2019-12-31") == []
    assert len(_ids(client, "hospitals", datetime="2030-01-01")) == 5, "a layer without a period is timeless"


@pytest.mark.parametrize(
    ("asked", "numbers"),
    [
        ("2002-07-01", [2]),
        ("2002-07-01T12:00:00Z", [2]),
        ("2002-07-01T08:00:00-04:00", [2]),
        ("2002-07-01T12:00:01Z/..", [3, 4]),
        ("2001-07-01/2003-06-30", [1, 2]),
        ("/2001-07-01", [0, 1]),
        ("1999-01-01", []),
    ],
)
def test_a_declared_column_answers_datetime(
    own_store: Store,
    own_client: FlaskClient,
    publish_layer: Callable[..., Version],
    make_column: Callable[..., Any],
    asked: str,
    numbers: list[int],
) -> None:
    rows = [
        {
            "number": n,
            "at": np.datetime64(f"{2000 + n}-07-01T12:00", "us").item(),
            "geometry": shapely.Point(-73, 41),
        }
        for n in range(5)
    ]
    columns = (make_column("number", "integer"), make_column("at", "datetime"))
    publish_layer(own_store, "events", columns, rows, ("number",), time="at")

    assert _ids(own_client, "events", datetime=asked) == [str(n) for n in numbers]
    schema = own_client.get("/ogc/collections/events/schema").get_json()
    assert schema["properties"]["at"]["x-ogc-role"] == "primary-instant"


@pytest.mark.parametrize("limit", [1, 2, 3])
@pytest.mark.parametrize(
    "sortby",
    ["people", "-people", "share", "-share", "county,-people", "-county,people", "-founded,share", "coastal,-share",
     "limit"],
)  # fmt: skip
def test_sorted_pages_go_on_where_they_ended(client: FlaskClient, sortby: str, limit: int) -> None:
    whole = client.get(ITEMS, query_string={"sortby": sortby}).get_json()["features"]
    page = client.get(
        ITEMS, query_string={"sortby": sortby, "limit": str(limit), "filter": "1 = 1"}
    ).get_json()
    seen = [feature["id"] for feature in page["features"]]
    while following := [link["href"] for link in page["links"] if link["rel"] == "next"]:
        assert "page-after=" in following[0]
        assert "offset=" not in following[0]
        address = urlsplit(following[0])
        page = client.get(f"{address.path}?{address.query}").get_json()
        seen += [feature["id"] for feature in page["features"]]

    assert seen == [feature["id"] for feature in whole]
    keys = [(feature["properties"][sortby.lstrip("-").split(",")[0]]) for feature in whole]
    there = [key for key in keys if key is not None]
    assert there == sorted(there, reverse=sortby.startswith("-"))
    missing_at = len(there) if sortby.startswith("-") else 0
    assert keys[missing_at : missing_at + len(keys) - len(there)] == [None] * (len(keys) - len(there))


def test_a_filter_that_takes_too_long_is_refused(
    world: Path, make_settings: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "_STEPS_BETWEEN_LOOKS", 1)
    connections._OF_THREAD.connections.clear()
    matched.cache_clear()
    client = create_app(*make_settings(world, max_seconds=1e-9)).test_client()
    response = client.get(ITEMS, query_string={"filter": "people > 17"})
    connections._OF_THREAD.connections.clear()

    assert response.status_code == 413
    assert "narrow it with bbox or filter" in response.get_json()["detail"]


COUNT = 500


@pytest.fixture(scope="module", params=[shapely.Polygon, shapely.LineString, shapely.MultiPoint])
def index(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    publish_shapes: Callable[..., Version],
) -> Path:
    """Triangles, lines or points at random places; some without geometry."""
    random = np.random.default_rng(11)
    corners = np.array([-73.6, 41.0]) + random.random((COUNT, 1, 2)) * [1.7, 1.0]
    shapes = [request.param(points) for points in corners + random.normal(0, 0.05, (COUNT, 3, 2))]
    made = [shape if number % 40 else None for number, shape in enumerate(shapes)]
    store = Store(tmp_path_factory.mktemp("random") / "store")
    return publish_shapes(store, made).index


@pytest.fixture(scope="module")
def stored(index: Path) -> dict[int, shapely.Geometry | None]:
    with closing(sqlite3.connect(index)) as database:
        found = database.execute("SELECT fid, geometry FROM texts").fetchall()
    return {fid: None if text == "null" else shapely.from_geojson(text) for fid, text in found}


_LON, _LAT = st.floats(-73.8, -71.7), st.floats(40.8, 42.2)
_POINT = st.tuples(_LON, _LAT)
_OTHERS = st.one_of(
    st.tuples(_POINT, st.floats(0.01, 0.6)).map(lambda at: shapely.Point(at[0]).buffer(at[1], quad_segs=4)),
    st.lists(_POINT, min_size=2, max_size=2, unique=True).map(shapely.LineString),
    _POINT.map(shapely.Point),
    st.tuples(_POINT, _POINT).map(
        lambda ends: shapely.MultiPoint(ends).envelope.buffer(0.1, join_style="mitre")
    ),
)
_RELATIONS = ["intersects", "disjoint", "within", "contains", "touches", "crosses", "overlaps", "equals"]


@settings(deadline=None, max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(other=_OTHERS, relation=st.sampled_from(_RELATIONS))
def test_relations_are_what_every_geometry_says(
    index: Path, stored: dict[int, shapely.Geometry | None], other: shapely.Geometry, relation: str
) -> None:
    expected = [
        fid for fid, shape in sorted(stored.items()) if shape and getattr(shapely, relation)(shape, other)
    ]

    assert related(index, SpatialTest(relation, other)).tolist() == expected


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(inner=_OTHERS, outer=_OTHERS, most=st.sampled_from([0, 20_000]), limit=st.integers(1, 400))
def test_spatial_tests_join_with_others(
    index: Path,
    stored: dict[int, shapely.Geometry | None],
    inner: shapely.Geometry,
    outer: shapely.Geometry,
    most: int,
    limit: int,
) -> None:
    condition = Condition(
        "({t0} OR NOT (CASE WHEN f.west IS NULL THEN NULL ELSE {t1} END)) AND f.c_number >= :v0",
        (("v0", 100),),
        (("t0", SpatialTest("intersects", inner)), ("t1", SpatialTest("intersects", outer))),
    )
    found = Selection(condition)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(selection, "_MOST_LISTED", most)
        matched.cache_clear()
        number = matched(index, found)
        page = page_of(index, found, Place(COUNT)).tolist()
        first = page_of(index, found, Place(limit)).tolist()

    with closing(sqlite3.connect(index)) as database:
        numbers = dict(database.execute("SELECT fid, c_number FROM features").fetchall())
    expected = [
        fid
        for fid, shape in sorted(stored.items())
        if shape and numbers[fid] >= 100 and (shape.intersects(inner) or not shape.intersects(outer))
    ]
    assert page == expected
    assert number == len(expected)
    assert first == expected[: limit + 1]
