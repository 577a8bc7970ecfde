"""Downloads: the files of the record, whole or in ranges, and nothing else of the machine."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from catalog.store import Store, Version

FILE = "/files/towns/v1/data.parquet"


@pytest.fixture
def data(world: Path) -> bytes:
    return Store(world / "store").current("towns").data.read_bytes()


def test_a_file_is_given_whole_with_its_hash(client: FlaskClient, world: Path, data: bytes) -> None:
    response = client.get(FILE, buffered=True)
    record = Store(world / "store").current("towns").record

    assert (response.status_code, response.data) == (200, data)
    assert response.headers["ETag"] == f'"{record.files[0].sha256}"'
    assert response.headers["Content-Type"] == "application/vnd.apache.parquet"
    assert response.headers["Accept-Ranges"] == "bytes"
    assert {"public", "immutable", "max-age=31536000"} <= set(
        response.headers["Cache-Control"].replace(" ", "").split(",")
    )


def test_head_tells_the_size_without_the_bytes(client: FlaskClient, data: bytes) -> None:
    response = client.head(FILE, buffered=True)

    assert (response.status_code, response.data) == (200, b"")
    assert response.content_length == len(data)


@pytest.mark.parametrize(
    ("asked", "part"), [("0-3", slice(0, 4)), ("4-", slice(4, None)), ("-4", slice(-4, None))]
)
def test_a_range_is_given(client: FlaskClient, data: bytes, asked: str, part: slice) -> None:
    response = client.get(FILE, headers={"Range": f"bytes={asked}"}, buffered=True)
    start, stop, _ = part.indices(len(data))

    assert (response.status_code, response.data) == (206, data[part])
    assert response.headers["Content-Range"] == f"bytes {start}-{stop - 1}/{len(data)}"
    assert response.content_length == stop - start


def test_a_range_beyond_the_end_is_refused(client: FlaskClient, data: bytes) -> None:
    response = client.get(FILE, headers={"Range": f"bytes={len(data)}-"}, buffered=True)

    assert response.status_code == 416
    assert response.headers["Content-Range"] == f"bytes */{len(data)}"


@pytest.mark.parametrize("asked", ["bytes=0-1,5-6", "lines=1-2", "bytes=a-b", "bytes=", "bytes=--5"])
def test_other_ranges_get_the_whole_file(client: FlaskClient, data: bytes, asked: str) -> None:
    response = client.get(FILE, headers={"Range": asked}, buffered=True)

    assert (response.status_code, response.data) == (200, data)


def test_a_range_of_another_state_of_the_file_gets_the_whole_file(client: FlaskClient, data: bytes) -> None:
    etag = client.head(FILE, buffered=True).headers["ETag"]
    same = client.get(FILE, headers={"Range": "bytes=0-3", "If-Range": etag}, buffered=True)
    other = client.get(FILE, headers={"Range": "bytes=0-3", "If-Range": '"other"'}, buffered=True)

    assert same.status_code == 206
    assert (other.status_code, other.data) == (200, data)


def test_another_file_than_the_one_meant_is_not_sent(client: FlaskClient, data: bytes) -> None:
    etag = client.head(FILE, buffered=True).headers["ETag"]
    other = client.get(FILE, headers={"If-Match": '"other"'}, buffered=True)

    assert client.get(FILE, headers={"If-Match": etag}, buffered=True).data == data
    assert (other.status_code, other.mimetype) == (412, "application/problem+json")
    assert etag in other.get_json()["detail"]


def test_an_unchanged_file_is_not_sent_again(client: FlaskClient) -> None:
    etag = client.head(FILE, buffered=True).headers["ETag"]

    assert client.get(FILE, headers={"If-None-Match": etag}, buffered=True).status_code == 304


def test_current_leads_to_the_version(client: FlaskClient) -> None:
    response = client.get("/files/towns/current/data.parquet")

    assert response.status_code == 302
    assert response.headers["Location"] == "https://gis.example.gov/files/towns/v1/data.parquet"
    assert "no-cache" in response.headers["Cache-Control"]


@pytest.mark.parametrize(
    "path",
    [
        "/files/towns/v1/record.json",
        "/files/towns/v1/receipt.json",
        "/files/towns/v1/manifest.json",
        "/files/towns/v1/serve.sqlite",
        "/files/towns/v2/data.parquet",
        "/files/towns/v0/data.parquet",
        "/files/towns/v-1/data.parquet",
        "/files/towns/v99999999999999999999/data.parquet",
        "/files/towns/v000001/../current.json",
        "/files/towns/current.json",
        "/files/towns/v1/../../secret/v000001/data.parquet",
        "/files/towns/v1/..%2f..%2fsecret%2fv000001%2fdata.parquet",
        "/files/towns/v1/%2e%2e/%2e%2e/secret/v000001/data.parquet",
        "/files/../private/x/v1/data.parquet",
        "/files/..%2fprivate/v1/data.parquet",
        "/files//etc/passwd",
        "/files/towns/v1//etc/passwd",
        "/files/towns/v1/%2fetc%2fpasswd",
        "/files/towns/v1/data.parquet%00",
        "/files/secret/v1/data.parquet",
        "/files/secret/v1/receipt.json",
        "/static/../app.py",
        "/static/%2e%2e/app.py",
        "/store/layers/towns/current.json",
    ],
)
def test_no_other_path_is_reachable(client: FlaskClient, path: str) -> None:
    assert client.get(path, buffered=True).status_code in (404, 308)


def test_a_version_that_was_rolled_back_is_withdrawn(
    own_store: Store, own_client: FlaskClient, publish_towns: Callable[..., Version]
) -> None:
    def status(number: int) -> int:
        return own_client.get(f"/files/towns/v{number}/data.parquet", buffered=True).status_code

    publish_towns(own_store)
    assert [status(1), status(2)] == [200, 200]

    own_store.rollback("towns", 1, who="tests", reason="a cell too many was shown")
    assert [status(1), status(2)] == [200, 404]

    publish_towns(own_store)
    assert [status(1), status(2), status(3)] == [200, 404, 200]


def test_an_older_version_that_was_restricted_stays_hidden(
    own_store: Store, own_client: FlaskClient, publish_towns: Callable[..., Version]
) -> None:
    publish_towns(own_store, "secret", access="public")

    assert own_client.get("/files/secret/v2/data.parquet", buffered=True).status_code == 200
    assert own_client.get("/files/secret/v1/data.parquet", buffered=True).status_code == 404
    assert own_client.get("/ogc/collections/secret/items?data-version=1").status_code == 404
