"""Files of a query (CSV, FlatGeobuf, GeoPackage) and answers that a client may keep."""

import csv
import io
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pyogrio
import pytest
import shapely
from flask.testing import FlaskClient

from catalog.store import Store, Version
from services.ogc.formats import rows
from services.web.app import create_app

ITEMS = "/ogc/collections/towns/items"
EPSG = "http://www.opengis.net/def/crs/EPSG/0/"


def _rows(client: FlaskClient, **query: str) -> list[dict[str, str]]:
    names = {name.replace("_", "-"): value for name, value in query.items()}
    response = client.get(ITEMS, query_string={"f": "csv"} | names, buffered=True)
    assert response.status_code == 200, response.get_data(as_text=True)
    assert response.content_type == "text/csv; charset=utf-8; header=present"
    return list(csv.DictReader(io.StringIO(response.get_data(as_text=True))))


def test_csv_has_every_row_and_value(client: FlaskClient) -> None:
    found = {row["town"]: row for row in _rows(client)}

    assert len(found) == 11
    assert found["a5"] == {
        "town": "a5",
        "county": "002",
        "people": "500",
        "share": "",
        "coastal": "false",
        "founded": "1701-01-02",
        "note": '<10 & "quoted" ñ',
        "limit": "5",
    }


def test_csv_has_the_geometry_when_it_is_wanted(client: FlaskClient) -> None:
    (square,) = _rows(client, town="a5", skipGeometry="false")
    (nothing,) = _rows(client, town="nowhere", skipGeometry="false")
    (feet,) = _rows(client, town="a5", skipGeometry="false", crs=EPSG + "2234")
    (degrees,) = _rows(client, town="a5", skipGeometry="false", crs=EPSG + "4326")

    assert shapely.equals(shapely.from_wkt(square["WKT"]), shapely.box(-72.9, 41.1, -72.8, 41.2))
    assert nothing["WKT"] == ""
    assert shapely.from_wkt(feet["WKT"]).bounds[0] == pytest.approx(958_677, abs=500)
    assert shapely.from_wkt(degrees["WKT"]).bounds == pytest.approx((-72.9, 41.1, -72.8, 41.2)), (
        "x before y in files"
    )


def test_csv_follows_filter_order_columns_and_limit(client: FlaskClient) -> None:
    found = _rows(client, filter="people > 300", sortby="-people", properties="people,town", limit="2")

    assert found == [{"town": "a9", "people": "900"}, {"town": "a8", "people": "800"}]
    assert len(_rows(client, offset="9")) == 2


def test_csv_is_made_piece_by_piece(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "ROWS_AT_ONCE", 2)
    response = client.get(ITEMS, query_string={"f": "csv"})
    pieces = list(response.iter_encoded())
    response.close()

    assert len(pieces) == 1 + 6
    assert b"".join(pieces).count(b"\r\n") == 12


@pytest.mark.parametrize(("name", "suffix"), [("flatgeobuf", "fgb"), ("gpkg", "gpkg")])
@pytest.mark.parametrize(
    ("query", "number", "epsg"),
    [
        ({}, 11, 4326),
        ({"filter": "geometry IS NOT NULL"}, 10, 4326),
        ({"bbox": "-72.95,41.05,-72.85,41.15"}, 4, 4326),
        ({"county": "001", "crs": EPSG + "2234", "properties": "town"}, 3, 2234),
        ({"county": "none"}, 0, 4326),
    ],
)
def test_files_of_gdal_hold_what_is_selected(
    client: FlaskClient,
    tmp_path: Path,
    name: str,
    suffix: str,
    query: dict[str, str],
    number: int,
    epsg: int,
) -> None:
    response = client.get(ITEMS, query_string={"f": name} | query, buffered=True)
    path = tmp_path / f"x.{suffix}"
    path.write_bytes(response.data)
    frame = pyogrio.read_dataframe(path)

    assert response.headers["Content-Disposition"] == f'attachment; filename="towns-v1.{suffix}"'
    assert len(frame) == number
    assert frame.crs.to_epsg() == epsg
    assert ("people" in frame) == ("properties" not in query)
    if "a5" in set(frame["town"]) and not query.get("crs"):
        square = frame.set_index("town").loc["a5"]
        assert square.geometry.equals(shapely.box(-72.9, 41.1, -72.8, 41.2))
        assert (square["people"], bool(square["coastal"]), str(square["founded"])[:10]) == (
            500,
            False,
            "1701-01-02",
        )


def test_a_table_can_be_had_as_geopackage_and_not_as_flatgeobuf(client: FlaskClient, tmp_path: Path) -> None:
    address = "/ogc/collections/crosswalk/items"
    path = tmp_path / "x.gpkg"
    path.write_bytes(client.get(f"{address}?f=gpkg", buffered=True).data)
    refused = client.get(f"{address}?f=flatgeobuf")

    assert len(pyogrio.read_dataframe(path)) == 25
    assert refused.status_code == 400
    assert "json, html, csv, gpkg" in refused.get_json()["detail"]
    assert client.get(f"{ITEMS}?f=flatgeobuf&skipGeometry=true").status_code == 400


def test_times_keep_their_zone(client: FlaskClient, tmp_path: Path) -> None:
    path = tmp_path / "x.gpkg"
    path.write_bytes(client.get("/ogc/collections/hospitals/items?f=gpkg&number=3", buffered=True).data)

    assert str(pyogrio.read_dataframe(path)["opened"][0]) == "2003-07-01 12:00:00+00:00"


def test_too_many_rows_are_refused_with_the_way_to_the_file(
    world: Path, make_settings: Callable[..., Any]
) -> None:
    client = create_app(*make_settings(world, max_export_rows=10)).test_client()
    refused = client.get(f"{ITEMS}?f=csv")

    assert refused.status_code == 413
    assert "11 features are selected" in refused.get_json()["detail"]
    assert "enclosure" in refused.get_json()["detail"]
    assert client.get(f"{ITEMS}?f=csv&limit=10", buffered=True).status_code == 200
    assert client.get(f"{ITEMS}?f=csv&county=001", buffered=True).status_code == 200


def test_files_made_at_once_are_limited(world: Path, make_settings: Callable[..., Any]) -> None:
    client = create_app(*make_settings(world, max_exports=1)).test_client()
    first = client.get(f"{ITEMS}?f=csv")
    busy = client.get(f"{ITEMS}?f=csv")
    first.close()
    after = client.get(f"{ITEMS}?f=csv", buffered=True)

    assert (first.status_code, busy.status_code, after.status_code) == (200, 429, 200)
    assert "try again" in busy.get_json()["detail"]
    assert int(busy.headers["Retry-After"]) > 0


def test_head_of_a_file_makes_room_again(world: Path, make_settings: Callable[..., Any]) -> None:
    client = create_app(*make_settings(world, max_exports=1)).test_client()

    for _ in range(3):
        response = client.head(f"{ITEMS}?f=csv", buffered=True)
        assert (response.status_code, response.data) == (200, b"")


def test_a_fault_while_a_file_is_made_makes_room_again(
    world: Path, make_settings: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    client = create_app(*make_settings(world, max_exports=1)).test_client()

    def broken(*_: object) -> None:
        raise OSError("no space left")

    with monkeypatch.context() as patch:
        patch.setattr("services.ogc.formats.export.write_file", broken)
        assert client.get(f"{ITEMS}?f=gpkg").status_code == 500
    assert client.get(f"{ITEMS}?f=gpkg", buffered=True).status_code == 200


KEPT = [
    "/ogc/",
    "/ogc/openapi",
    "/ogc/conformance",
    "/ogc/collections",
    "/ogc/collections/towns",
    "/ogc/collections/towns/schema",
    "/ogc/collections/towns/queryables",
    "/ogc/collections/towns/sortables",
    "/ogc/collections/towns/items?limit=2",
    "/ogc/collections/towns/items?f=csv",
    "/ogc/collections/towns/items/a5",
    "/ogc/collections/towns/items/a5?f=html",
]


@pytest.mark.parametrize("path", KEPT)
def test_an_answer_that_still_holds_is_not_sent_again(client: FlaskClient, path: str) -> None:
    first = client.get(path, buffered=True)
    again = client.get(path, headers={"If-None-Match": first.headers["ETag"]}, buffered=True)
    head = client.head(path, buffered=True)

    assert set(first.headers["Cache-Control"].split(", ")) == {"public", "no-cache"}
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == head.headers["ETag"] == first.headers["ETag"]
    assert "Accept" in first.headers["Vary"]


def test_another_format_or_query_has_another_tag(client: FlaskClient) -> None:
    paths = [ITEMS, f"{ITEMS}?limit=2", f"{ITEMS}?f=csv", f"{ITEMS}?f=html", f"{ITEMS}/a5", f"{ITEMS}/a4"]
    tags = [client.get(path, buffered=True).headers["ETag"] for path in paths]
    by_header = client.get(ITEMS, headers={"Accept": "text/html"}).headers["ETag"]

    assert len(set(tags)) == len(tags)
    assert by_header not in (tags[0], tags[2])


def test_a_new_version_has_another_tag(
    own_store: Store, own_client: FlaskClient, publish_towns: Callable[..., Version]
) -> None:
    paths = [ITEMS, f"{ITEMS}/a5", "/ogc/collections", "/ogc/collections/towns/queryables"]
    before = {path: own_client.get(path).headers["ETag"] for path in paths}
    other = own_client.get("/ogc/collections/hospitals/items").headers["ETag"]
    publish_towns(own_store)

    for path, tag in before.items():
        assert own_client.get(path, headers={"If-None-Match": tag}).status_code == 200, path
    same = own_client.get("/ogc/collections/hospitals/items", headers={"If-None-Match": other})
    assert same.status_code == 304


def test_a_page_of_a_named_version_may_be_kept_for_a_while(client: FlaskClient) -> None:
    response = client.get(f"{ITEMS}?data-version=1&limit=2")

    assert response.headers["Cache-Control"] == "public, max-age=3600"


@pytest.mark.parametrize("path", [f"{ITEMS}/nobody", f"{ITEMS}?height=1", "/ogc/collections/nothing"])
def test_a_refusal_has_no_tag_and_is_never_unchanged(client: FlaskClient, path: str) -> None:
    response = client.get(path, headers={"If-None-Match": "*"})

    assert response.status_code in (400, 404)
    assert "ETag" not in response.headers


def test_links_of_a_page(client: FlaskClient) -> None:
    page = client.get(ITEMS, query_string={"limit": "3", "county": "001", "filter": "people > 0"})
    links = {(link["rel"], link["type"]): link["href"] for link in page.get_json()["links"]}
    statuses = {
        href: client.get(href.removeprefix("https://gis.example.gov"), buffered=True).status_code
        for href in links.values()
    }
    whole = links["alternate", "text/csv"]

    assert set(statuses.values()) == {200}
    assert "filter=people+%3E+0" in links["self", "application/geo+json"]
    assert "limit" not in whole
    assert "county=001" in whole
    assert ("alternate", "application/flatgeobuf") in links
    assert 'rel="http://www.opengis.net/def/rel/ogc/1.0/queryables"' in page.headers["Link"]
    assert 'rel="self"' in page.headers["Link"]


ODD_IDS = ["a/b", "a b", "ñ", "50%", "a?b", "a#b", "a&b=c", "..", '"', "a+b", "x;y", "a%2Fb"]


def test_odd_ids_are_found_by_their_own_links(
    own_store: Store,
    own_client: FlaskClient,
    publish_layer: Callable[..., Version],
    make_column: Callable[..., Any],
) -> None:
    rows = [{"name": one, "geometry": shapely.Point(-73, 41)} for one in ODD_IDS]
    publish_layer(own_store, "odd", (make_column("name", "string"),), rows, ("name",))
    base = "https://gis.example.gov"
    for one in ODD_IDS:
        if one == "..":
            continue  # every client takes it for the folder above
        page = own_client.get("/ogc/collections/odd/items", query_string={"name": one}).get_json()
        (feature,) = page["features"]
        assert feature["id"] == one
        item = own_client.get(f"/ogc/collections/odd/items/{quote(one, safe='')}")
        assert item.status_code == 200, one
        own = next(link["href"] for link in item.get_json()["links"] if link["rel"] == "self")
        again = own_client.get(own.removeprefix(base)).get_json()
        assert again["id"] == one


def test_making_a_file_does_not_hold_up_pages(world: Path, make_settings: Callable[..., Any]) -> None:
    app = create_app(*make_settings(world))
    held = app.test_client().get(f"{ITEMS}?f=csv")
    answers: list[int] = []
    asking = threading.Thread(target=lambda: answers.append(app.test_client().get(ITEMS).status_code))
    asking.start()
    asking.join(120)
    held.close()

    assert answers == [200]
