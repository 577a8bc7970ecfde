"""Against whoever means no good: large, deep and packed requests, other sites, and sending anything at all."""

import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

import flask
import pytest
from flask.testing import FlaskClient
from gunicorn.http.errors import ChunkMissingTerminator, InvalidChunkSize
from werkzeug.test import create_environ, run_wsgi_app

from services.web.app import create_app
from services.web.context import EXTENSION
from services.web.server import application

TOWNS = "/ogc/collections/towns"
LARGEST = 2**63 - 1
ANSWERS = [
    "/",
    "/health",
    "/ogc/",
    f"{TOWNS}/items",
    f"{TOWNS}/items?f=html",
    f"{TOWNS}/items?f=csv",
    f"{TOWNS}/items?unknown=1",
    f"{TOWNS}/tiles/WebMercatorQuad/8/95/76",
    "/ogc/collections/land-cover/coverage?f=GTiff",
    "/ogc/collections/secret",
    "/files/towns/v1/data.parquet",
    "/nothing",
]


@pytest.mark.parametrize("path", ANSWERS)
def test_every_answer_is_guarded_and_open_to_other_sites(client: FlaskClient, path: str) -> None:
    headers = client.get(path, buffered=True).headers

    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy and "http" not in policy
    assert headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in headers
    assert "X-Powered-By" not in headers
    assert "Set-Cookie" not in headers


@pytest.mark.parametrize("path", [f"{TOWNS}/items", "/files/towns/v1/tiles.pmtiles", "/ogc/"])
def test_other_sites_may_read_and_nothing_else(client: FlaskClient, path: str) -> None:
    headers = client.options(
        path, headers={"Origin": "https://elsewhere.example", "Access-Control-Request-Method": "DELETE"}
    ).headers

    assert headers["Access-Control-Allow-Methods"] == "GET, HEAD"
    assert "Range" in headers["Access-Control-Allow-Headers"]


def test_only_executions_can_be_sent(app: flask.Flask) -> None:
    sending = {
        rule.rule for rule in app.url_map.iter_rules() if set(rule.methods or ()) - {"GET", "HEAD", "OPTIONS"}
    }

    assert sending == {"/ogc/processes/<name>/execution"}


def test_a_packed_body_is_not_unpacked(client: FlaskClient) -> None:
    bomb = gzip.compress(b'{"inputs": {"place": "' + b"a" * 200_000_000 + b'"}}')
    response = client.post(
        "/ogc/processes/profile-place/execution", data=bomb, headers={"Content-Encoding": "gzip"}
    )

    assert len(bomb) < 1 << 20
    assert response.status_code in (400, 404)


@pytest.mark.parametrize("path", [f"{TOWNS}/items", "/ogc/processes/profile-place/execution", "/catalog"])
def test_a_large_body_is_refused(client: FlaskClient, path: str) -> None:
    assert client.post(path, data=b" " * 2_000_000).status_code in (404, 405, 413)


@pytest.mark.parametrize("path", [f"{TOWNS}/items", "/ogc/collections/catalog/items"])
@pytest.mark.parametrize("name", ["offset", "limit"])
def test_huge_numbers_are_answered_or_refused(client: FlaskClient, path: str, name: str) -> None:
    largest = client.get(path, query_string={name: LARGEST})
    beyond = client.get(path, query_string={name: LARGEST + 1})
    absurd = client.get(path, query_string={name: "9" * 4000})

    assert largest.status_code == 200
    assert (beyond.status_code, absurd.status_code) == (400, 400)


@pytest.mark.parametrize(
    "text",
    [
        "(" * 3000 + "1=1" + ")" * 3000,
        "NOT " * 1500 + "1=1",
        " AND ".join(["people > 1"] * 400),
        "people IN (" + ",".join(["1"] * 3000) + ")",
        "town LIKE '" + "%_" * 1500 + "'",
        "1" + "+1" * 2500 + " = 1",
        "S_INTERSECTS(geometry, LINESTRING(" + ",".join(["0 0"] * 1500) + "))",
    ],
    ids=["brackets", "nots", "ands", "list", "pattern", "sum", "line"],
)
def test_a_deep_or_long_filter_is_answered_or_refused(client: FlaskClient, text: str) -> None:
    response = client.get(f"{TOWNS}/items", query_string={"filter": text})

    assert response.status_code in (200, 400, 413)


@pytest.mark.parametrize("depth", [200, 2000])
def test_a_deep_filter_in_json_is_answered_or_refused(client: FlaskClient, depth: int) -> None:
    text = '{"op":"not","args":[' * depth + "true" + "]}" * depth
    response = client.get(f"{TOWNS}/items", query_string={"filter": text, "filter-lang": "cql2-json"})

    assert response.status_code in (200, 400, 413)


def test_the_store_is_opened_for_reading_only(app: flask.Flask, world: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in (world / "store").rglob("*") if path.is_file()}
    client = app.test_client()
    for path in ANSWERS:
        client.get(path, buffered=True)
    after = {path: path.stat().st_mtime_ns for path in (world / "store").rglob("*") if path.is_file()}

    assert before == after


@pytest.mark.parametrize("path", ["/ogc//collections", "/ogc/collections//towns/items"])
def test_no_address_of_a_client_comes_back(client: FlaskClient, path: str) -> None:
    response = client.get(f"{path}?f=json", headers={"Host": "elsewhere.example"})

    assert response.status_code == 308
    assert response.headers["Location"] == f"https://gis.example.gov{path.replace('//', '/')}?f=json"


@pytest.mark.server
@pytest.mark.parametrize("name", ["SCRIPT_NAME", "PATH_INFO"])
def test_no_header_moves_the_application(live: Any, name: str) -> None:
    response = live.get("/ogc/", headers={name: "/elsewhere", "X-Forwarded-Proto": "https"})

    assert response.status_code == 200
    assert "elsewhere" not in response.get_data(as_text=True)


@pytest.mark.parametrize("fault", [InvalidChunkSize(b"ZZ"), ChunkMissingTerminator(b"xx")])
def test_a_body_that_is_divided_wrongly_is_refused(
    world: Path, make_settings: Callable[..., Any], fault: Exception
) -> None:
    class Body:
        def read(self, size: int) -> bytes:
            raise fault

    app = application(*make_settings(world))
    app.add_url_rule("/sent", view_func=lambda: flask.request.get_data(), methods=["POST"])
    sent = {"wsgi.input": Body(), "wsgi.input_terminated": True}
    answer, status, _ = run_wsgi_app(app, create_environ("/sent", method="POST") | sent)

    assert status == "400 BAD REQUEST"
    assert b"divided" in b"".join(answer)


def test_slow_filters_leave_room_for_other_requests(world: Path, make_settings: Callable[..., Any]) -> None:
    app = create_app(*make_settings(world, threads=3))
    client, room = app.test_client(), app.extensions[EXTENSION].filters
    filtered = f"{TOWNS}/items?filter=people%3E1"

    with room:
        refused = client.get(filtered)
        assert (refused.status_code, refused.headers["Retry-After"]) == (429, "5")
        assert client.get(f"{TOWNS}/items?f=csv&filter=people%3E1").status_code == 429
        assert client.get(f"{TOWNS}/items").status_code == 200
    assert client.get(filtered).status_code == 200
    assert client.get(f"{TOWNS}/items?filter=nonsense").status_code == 400
    assert client.get(filtered).status_code == 200
