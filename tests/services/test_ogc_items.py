"""Items: what QGIS, GDAL and people ask, answered on a map that can be read by eye (conftest)."""

import json
from collections.abc import Callable
from math import log, pi, radians, tan
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient

ITEMS = "/ogc/collections/towns/items"
EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
Ids = Callable[..., list[str]]

RADIUS = 6378137.0
MERCATOR = (RADIUS * radians(-72.8), RADIUS * log(tan(pi / 4 + radians(41.1) / 2)))


@pytest.fixture
def ids(client: FlaskClient) -> Ids:
    def ask(layer: str = "towns", **parameters: str) -> list[str]:
        names = {name.replace("_", "-"): value for name, value in parameters.items()}
        response = client.get(f"/ogc/collections/{layer}/items", query_string=names)
        assert response.status_code == 200, response.get_data(as_text=True)
        document = response.get_json()
        assert document["numberReturned"] == len(document["features"])
        return sorted(feature["id"] for feature in document["features"])

    return ask


def test_all_features_are_there_with_their_values(client: FlaskClient) -> None:
    response = client.get(ITEMS)
    document = response.get_json()
    by_id = {feature["id"]: feature for feature in document["features"]}

    assert response.mimetype == "application/geo+json"
    assert response.headers["Content-Crs"] == "<http://www.opengis.net/def/crs/OGC/1.3/CRS84>"
    assert document["numberMatched"] == document["numberReturned"] == 11
    assert by_id["a5"]["properties"] == {
        "town": "a5",
        "county": "002",
        "people": 500,
        "share": None,
        "coastal": False,
        "founded": "1701-01-02",
        "note": '<10 & "quoted" ñ',
        "limit": 5,
    }
    assert by_id["nowhere"]["geometry"] is None


def test_texts_are_not_escaped_for_html(client: FlaskClient) -> None:
    raw = client.get(f"{ITEMS}/a5").get_data(as_text=True)

    assert '"<10 & \\"quoted\\" ñ"' in raw
    assert "NaN" not in raw


@pytest.mark.parametrize(
    ("bbox", "expected"),
    [
        ("-72.99,41.01,-72.98,41.02", ["a1"]),  # inside one square: smaller than any feature
        ("-72.95,41.05,-72.85,41.15", ["a1", "a2", "a4", "a5"]),
        ("-73.1,40.9,-72.75,41.35", ["a1", "a2", "a3", "a4", "a5", "a6", "a7", "a8", "a9"]),
        ("-73.1,40.9,-72.5,41.35", ["a0", "a1", "a2", "a3", "a4", "a5", "a6", "a7", "a8", "a9"]),
        ("-72.64,41.07,-72.6,41.1", []),  # in the triangle's envelope, above its diagonal
        ("-72.66,41.0,-72.6,41.1", ["a0"]),
        ("-73,41.3,-72.95,41.4", ["a7"]),  # touches
        ("0,0,1,1", []),
        ("-72.99,41.01,-9999,-72.98,41.02,9999", ["a1"]),  # with heights
        ("170,41,-72.95,41.05", ["a1"]),  # across the antimeridian
    ],
)
def test_bbox_selects_by_the_geometry_itself(ids: Ids, bbox: str, expected: list[str]) -> None:
    assert ids(bbox=bbox) == expected


def test_a_box_on_a_table_without_geometry_selects_nothing(ids: Ids) -> None:
    assert ids("crosswalk", bbox="-180,-90,180,90") == []


def _turned(bbox: str) -> str:
    west, south, east, north = bbox.split(",")
    return f"{south},{west},{north},{east}"


@pytest.mark.parametrize("system", ["4326", "4269"])
def test_a_box_may_cross_the_antimeridian_in_every_system_of_degrees(ids: Ids, system: str) -> None:
    west, east = "170,41.05,-72.85,41.06", "-72.75,41.05,-179,41.06"
    assert sorted(ids(bbox=west)) == sorted(ids(bbox=_turned(west), bbox_crs=EPSG + system)) == ["a1", "a2"]
    assert sorted(ids(bbox=east)) == sorted(ids(bbox=_turned(east), bbox_crs=EPSG + system)) == ["a0", "a3"]


@pytest.mark.parametrize(
    ("system", "bbox"),
    [
        ("4326", "41.12,-72.88,41.18,-72.82"),  # latitude first
        ("4269", "41.12,-72.88,41.18,-72.82"),
        ("3857", "-8112965,5030135,-8106285,5039000"),
        ("2234", "964200,604500,980600,626300"),
        ("6434", "964200,604500,980600,626300"),
    ],
)
def test_bbox_in_other_systems_follows_their_axes(ids: Ids, system: str, bbox: str) -> None:
    assert ids(bbox=bbox, bbox_crs=EPSG + system) == ["a5"]


@pytest.mark.parametrize(
    ("system", "corner", "tolerance"),
    [
        ("4326", (41.1, -72.8), 1e-6),
        ("4269", (41.1, -72.8), 1e-6),
        ("3857", MERCATOR, 0.01),
        ("2234", (986219.046, 597166.427), 0.02),
        ("6434", (986219.046, 597166.427), 0.02),
    ],
)
def test_coordinates_in_other_systems_follow_their_axes(
    client: FlaskClient, system: str, corner: tuple[float, float], tolerance: float
) -> None:
    response = client.get(f"{ITEMS}/a5", query_string={"crs": EPSG + system})

    assert response.headers["Content-Crs"] == f"<{EPSG}{system}>"
    assert response.get_json()["geometry"]["coordinates"][0][0] == pytest.approx(corner, abs=tolerance)


def test_a_page_in_another_system_keeps_missing_geometry(client: FlaskClient) -> None:
    features = client.get(ITEMS, query_string={"crs": EPSG + "2234"}).get_json()["features"]

    assert [f["id"] for f in features if f["geometry"] is None] == ["nowhere"]
    assert all(f["geometry"]["coordinates"][0][0][0] > 900_000 for f in features if f["geometry"])


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"county": "002"}, ["a4", "a5", "a6"]),
        ({"county": "2"}, []),
        ({"people": "500"}, ["a5"]),
        ({"people": "+500"}, ["a5"]),
        ({"share": "25"}, ["a2", "a8"]),
        ({"share": "2.5e1"}, ["a2", "a8"]),
        ({"coastal": "true"}, ["a1", "a2", "a3"]),
        ({"founded": "1701-01-02"}, ["a5"]),
        ({"note": '<10 & "quoted" ñ', "county": "001"}, ["a1", "a2", "a3"]),
        ({"county": "x' OR 1=1 --"}, []),
        ({"county": "001", "bbox": "-72.95,41.05,-72.85,41.15"}, ["a1", "a2"]),
        ({"county": "009", "bbox": "-72.64,41.07,-72.6,41.1"}, []),
    ],
)
def test_filters_by_property(ids: Ids, parameters: dict[str, str], expected: list[str]) -> None:
    assert ids(**parameters) == expected


def test_a_time_is_found_in_any_zone(ids: Ids) -> None:
    assert ids("hospitals", opened="2003-07-01T12:00:00Z") == ["x:3"]
    assert ids("hospitals", opened="2003-07-01T08:00:00-04:00") == ["x:3"]


@pytest.mark.parametrize(
    ("parameters", "told"),
    [
        ({"people": "many"}, "whole number"),
        ({"people": "99999999999999999999"}, "whole number"),
        ({"share": "nan"}, "a number"),
        ({"coastal": "perhaps"}, "true or false"),
        ({"founded": "1701"}, "2024-07-01"),
    ],
)
def test_a_value_of_the_wrong_type_is_refused_with_what_is_allowed(
    client: FlaskClient, parameters: dict[str, str], told: str
) -> None:
    response = client.get(ITEMS, query_string=parameters)

    assert response.status_code == 400
    assert response.mimetype == "application/problem+json"
    assert told in response.get_json()["detail"]
    assert next(iter(parameters)) in response.get_json()["detail"]


def test_sorting_up_and_down_and_by_two_columns(client: FlaskClient) -> None:
    def order(sortby: str) -> list[str]:
        found = client.get(ITEMS, query_string={"sortby": sortby, "limit": "4"}).get_json()
        return [feature["id"] for feature in found["features"]]

    assert order("people") == ["nowhere", "a0", "a1", "a2"]
    assert order("+people") == ["nowhere", "a0", "a1", "a2"]
    assert order("-people") == ["a9", "a8", "a7", "a6"]
    assert order("-county,people") == ["nowhere", "a0", "a7", "a8"]


def test_an_unquoted_plus_in_the_address_sorts_upwards(client: FlaskClient) -> None:
    found = client.get(f"{ITEMS}?sortby=+people&limit=1").get_json()

    assert found["features"][0]["id"] == "nowhere"


def test_fewer_properties_and_no_geometry(client: FlaskClient) -> None:
    found = client.get(ITEMS, query_string={"properties": "people,town", "town": "a5"}).get_json()
    bare = client.get(ITEMS, query_string={"skipGeometry": "true", "town": "a5"}).get_json()
    both = client.get(
        ITEMS, query_string={"skipGeometry": "true", "properties": "town", "town": "a5", "crs": EPSG + "3857"}
    ).get_json()

    assert found["features"][0]["properties"] == {"people": 500, "town": "a5"}
    assert found["features"][0]["geometry"]["type"] == "Polygon"
    assert bare["features"][0]["geometry"] is None
    assert bare["features"][0]["properties"]["people"] == 500
    assert both["features"] == [
        {"type": "Feature", "id": "a5", "properties": {"town": "a5"}, "geometry": None}
    ]


def test_hits_count_without_features(client: FlaskClient) -> None:
    found = client.get(ITEMS, query_string={"resulttype": "hits", "county": "001"}).get_json()

    assert (found["numberMatched"], found["numberReturned"], found["features"]) == (3, 0, [])
    assert "next" not in {link["rel"] for link in found["links"]}


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"bbox": "-73,41,-72.6,41.3"},
        {"bbox": "940000,560000,1010000,680000", "bbox-crs": EPSG + "2234"},
        {"county": "001"},
        {"sortby": "-people"},
        {"sortby": "county", "bbox": "-73,41,-72.6,41.3"},
        {"county": "001", "bbox": "-73,41,-72.6,41.3", "f": "json"},
    ],
)
@pytest.mark.parametrize("limit", [1, 3, 4])
def test_following_next_links_gives_every_feature_once(
    client: FlaskClient, query: dict[str, str], limit: int
) -> None:
    whole = client.get(ITEMS, query_string=query).get_json()
    pages = [client.get(ITEMS, query_string=query | {"limit": str(limit)}).get_json()]
    while following := [link["href"] for link in pages[-1]["links"] if link["rel"] == "next"]:
        address = urlsplit(following[0])
        pages.append(client.get(f"{address.path}?{address.query}").get_json())

    got = [feature["id"] for page in pages for feature in page["features"]]

    assert got == [feature["id"] for feature in whole["features"]]
    assert len(pages) == -(-len(got) // limit), "no empty page at the end"
    assert {page["numberMatched"] for page in pages} == {len(got)}


def test_offsets_count_in_the_order_of_the_pages(client: FlaskClient) -> None:
    def page(**query: str) -> list[str]:
        found = client.get(ITEMS, query_string=query).get_json()["features"]
        return [feature["id"] for feature in found]

    box = "-73,41,-72.6,41.3"

    assert page(offset="3", limit="4") == page()[3:7]
    assert page(offset="3", limit="4", bbox=box) == page(bbox=box)[3:7]
    assert page(offset="10000000000") == []
    assert page(offset=str(2**63 - 1), county="001") == []


def test_an_offset_page_leads_back_as_well(client: FlaskClient) -> None:
    found = client.get(ITEMS, query_string={"offset": "4", "limit": "3"}).get_json()
    links = {link["rel"]: link["href"] for link in found["links"]}

    assert "offset=1" in links["prev"]
    assert "data-version=1" in links["prev"]


def test_ids_of_several_columns_and_of_odd_texts(client: FlaskClient) -> None:
    assert client.get("/ogc/collections/hospitals/items/y:2").get_json()["properties"]["number"] == 2
    assert client.get("/ogc/collections/hospitals/items/y:9").status_code == 404
    assert client.get("/ogc/collections/hospitals/items/a/b'c%22").status_code == 404


def test_the_period_answers_datetime(client: FlaskClient) -> None:
    inside = client.get(ITEMS, query_string={"datetime": "2021-01-01/.."})
    unknown = client.get("/ogc/collections/hospitals/items", query_string={"datetime": "2021-01-01"})

    assert inside.get_json()["numberMatched"] == 11
    assert unknown.get_json()["numberMatched"] == 5


def test_csv_has_the_properties(client: FlaskClient) -> None:
    response = client.get(ITEMS, query_string={"f": "csv", "town": "a5"})

    assert response.mimetype == "text/csv"
    assert response.get_data(as_text=True).splitlines()[1].startswith("a5,002,500,,false")


def test_a_page_for_people_shows_the_same_features(client: FlaskClient) -> None:
    response = client.get(ITEMS, query_string={"county": "001"}, headers={"Accept": "text/html,*/*;q=0.8"})

    assert response.content_type == "text/html; charset=utf-8"
    assert "3 of 3" in response.get_data(as_text=True)
    assert "&lt;10 &amp; &#34;quoted&#34; ñ" in response.get_data(as_text=True)


def test_finished_features_pass_unchanged(client: FlaskClient) -> None:
    raw = client.get(ITEMS).data
    document = json.loads(raw)

    assert raw.startswith(
        b'{"type":"FeatureCollection","numberMatched":11,"numberReturned":11,"features":[{"type"'
    )
    assert all(list(f) == ["type", "id", "properties", "geometry"] for f in document["features"])


@pytest.mark.parametrize("path", ["/ogc", "/ogc/", "/ogc/collections/", "/ogc/collections/towns/items/"])
def test_a_slash_more_or_less_does_not_matter(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 200
