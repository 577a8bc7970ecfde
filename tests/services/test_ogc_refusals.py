"""Requests that cannot be answered: a 4xx with what is allowed, never a 500, never a silent 200."""

import logging

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.errors import BadParameter
from services.ogc.parameters import COVERAGE, ITEMS, Resource, checked

TOWNS = "/ogc/collections/towns"
COVER = "/ogc/collections/land-cover"

BAD = [
    (f"{TOWNS}/items?offset=1e22", "whole number"),
    (f"{TOWNS}/items?offset=10000000000000000000000", "whole number"),
    (f"{TOWNS}/items?offset=-1", "whole number"),
    (f"{TOWNS}/items?limit=0", "whole number from 1"),
    (f"{TOWNS}/items?limit=ten", "whole number"),
    (f"{TOWNS}/items?limit=", "whole number"),
    (f"{TOWNS}/items?bbox=", "4 or 6 numbers"),
    (f"{TOWNS}/items?bbox=1,2,3", "4 or 6 numbers"),
    (f"{TOWNS}/items?bbox=nan,nan,nan,nan", "4 or 6 numbers"),
    (f"{TOWNS}/items?bbox=inf,0,0,inf", "4 or 6 numbers"),
    (f"{TOWNS}/items?bbox=0,5,1,4", "lower corner"),
    (f"{TOWNS}/items?bbox=0,0,1,1&bbox-crs=EPSG:4326", "opengis.net"),
    (f"{TOWNS}/items?bbox-crs=http://www.opengis.net/def/crs/EPSG/0/4326", "bbox"),
    (f"{TOWNS}/items?crs=http://www.opengis.net/def/crs/EPSG/0/27700", "opengis.net"),
    ("/ogc/collections/crosswalk/items?crs=http://www.opengis.net/def/crs/EPSG/0/4326", "CRS84"),
    (f"{TOWNS}/items?resulttype=foo", "results, hits"),
    (f"{TOWNS}/items?skipGeometry=perhaps", "true, false"),
    (f"{TOWNS}/items?sortby=height", "town, county"),
    (f"{TOWNS}/items?sortby=--people", "one sign"),
    (f"{TOWNS}/items?sortby=", "town, county"),
    (f"{TOWNS}/items?properties=height", "town, county"),
    (f"{TOWNS}/items?datetime=yesterday", "date"),
    (f"{TOWNS}/items?datetime=2022-01-01/2021-01-01", "earlier"),
    (f"{TOWNS}/items?datetime=../..", "one moment"),
    (f"{TOWNS}/items?height=5", "known: f, lang, limit"),
    (f"{TOWNS}/items?filter=people%3E'x'", "cannot compare"),
    (f"{TOWNS}/items?filter-lang=cql2-text", "needs 'filter'"),
    (f"{TOWNS}/items?filter=1=1&filter-lang=ecql", "cql2-text, cql2-json"),
    (f"{TOWNS}/items?q=(", "known: f, lang, limit"),
    (f"{TOWNS}/items?limit=5&limit=6", "more than once"),
    (f"{TOWNS}/items?f=xml", "json, html, csv, flatgeobuf, gpkg"),
    (f"{TOWNS}/items?f=jsonld", "json, html, csv, flatgeobuf, gpkg"),
    (f"{TOWNS}/items?page-after=5&offset=3", "together"),
    (f"{TOWNS}/items?page-after=50&sortby=people", "no such place"),
    (f"{TOWNS}/items?sortby=note", "town, county"),
    (f"{TOWNS}/items?data-version=0", "whole number from 1"),
    (f"{TOWNS}/items/a5?limit=1", "known: f, lang, crs"),
    (f"{TOWNS}/queryables?profile=actual-domain", "known: f"),
    (f"{TOWNS}?verbose=1", "known: f"),
    ("/ogc/?f=csv", "json, html"),
    (f"{COVER}/coverage?bbox=", "4 or 6 numbers"),
    (f"{COVER}/coverage?bbox=-72.9,41,-72.8,42&bbox-crs=foo", "opengis.net"),
    (f"{COVER}/coverage?properties=red", "cover, height"),
    (f"{COVER}/coverage?datetime=2019", "known: f, bbox"),
    (f"{COVER}/coverage?bbox=-72.9,42,-72.8,41", "lower corner"),
    ("/ogc/collections/catalog/items?bbox=0,5,1,4", "lower corner"),
    (f"{COVER}/coverage?f=csv", "json, GTiff"),
    (
        f"{COVER}/coverage?bbox=2,1,1,2&bbox-crs=http://www.opengis.net/def/crs/EPSG/0/3857",
        "lower corner",
    ),
]


@pytest.mark.parametrize(("address", "told"), BAD)
def test_a_bad_request_is_told_what_is_allowed(client: FlaskClient, address: str, told: str) -> None:
    response = client.get(address)

    assert response.status_code == 400
    assert response.content_type == "application/problem+json"
    assert response.get_json()["status"] == 400
    assert told in response.get_json()["detail"]


@pytest.mark.parametrize(
    "address",
    [
        f"{TOWNS}/items/nobody",
        f"{TOWNS}/items?data-version=7",
        f"{TOWNS}/coverage",
        "/ogc/collections/hospitals/tiles",
        f"{TOWNS}/map",
        f"{COVER}/items",
        f"{COVER}/queryables",
        "/ogc/collections/nothing",
        "/ogc/collections/../towns",
        "/ogc/jobs",
        "/ogc/jobs/1",
        "/ogc/stac",
        "/ogc/admin/config",
        "/ogc/TileMatrixSets",
        "/console",
    ],
)
def test_what_is_not_there_is_not_found(client: FlaskClient, address: str) -> None:
    response = client.get(address)

    assert response.status_code == 404
    assert response.content_type == "application/problem+json"


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("address", [f"{TOWNS}/items", f"{TOWNS}/items/a5", "/ogc/", "/"])
def test_nothing_can_be_sent(client: FlaskClient, method: str, address: str) -> None:
    response = client.open(address, method=method, json=[])

    assert response.status_code == 405
    assert "GET" in response.headers["Allow"]


@pytest.mark.parametrize(
    "headers",
    [
        {"Accept": "text/html;q=0"},
        {"Accept": ",;=,"},
        {"Accept": "image/png"},
        {"Accept-Language": "en;q=0, xx-invalid-zz"},
        {"Accept-Encoding": "gzip, br;q=0"},
    ],
)
def test_odd_headers_get_json(client: FlaskClient, headers: dict[str, str]) -> None:
    response = client.get("/ogc/", headers=headers)

    assert response.status_code == 200
    assert response.mimetype == "application/json"


def test_a_fault_is_logged_and_not_shown(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("a secret of the machine")

    monkeypatch.setattr("services.ogc.features.provider.matched", broken)
    with caplog.at_level(logging.ERROR):
        response = client.get(f"{TOWNS}/items")

    assert response.status_code == 500
    assert response.content_type == "application/problem+json"
    assert "secret of the machine" not in response.get_data(as_text=True)
    assert "secret of the machine" in caplog.text


COLUMNS = ("town", "people", "limit")
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
RESOURCE = Resource(("json",), ITEMS, (CRS84,), COLUMNS, frozenset(COLUMNS))


@given(st.lists(st.tuples(st.sampled_from([*ITEMS, *COVERAGE, "f", "town", "x"]), st.text(max_size=20))))
def test_any_parameters_are_cleaned_or_refused(given_: list[tuple[str, str]]) -> None:
    try:
        cleaned = checked(given_, RESOURCE)
    except BadParameter as refused:
        assert refused.name in str(refused)
    else:
        assert set(cleaned) <= set(RESOURCE.names)
        assert list(checked(cleaned.items(), RESOURCE).items()) == list(cleaned.items()), "cleaning is stable"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200, deadline=None)
@given(
    name=st.sampled_from(
        [
            "limit",
            "offset",
            "bbox",
            "datetime",
            "sortby",
            "people",
            "share",
            "founded",
            "coastal",
            "town",
            "f",
        ]
    ),
    text=st.one_of(
        st.text(max_size=12),
        st.floats().map(str),
        st.integers().map(str),
        st.lists(st.floats().map(str), min_size=4, max_size=6).map(",".join),
        st.datetimes().map(str),
    ),
)
def test_no_value_of_a_parameter_is_a_server_error(client: FlaskClient, name: str, text: str) -> None:
    response = client.get(f"{TOWNS}/items", query_string={name: text})

    assert response.status_code in (200, 400)
