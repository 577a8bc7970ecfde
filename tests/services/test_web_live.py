"""What is published appears without a restart; what a request began with it ends with."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient

from catalog.store import HistoryEntry, Store, Version
from services.holdings import standing
from services.live import Live
from services.web.app import create_app

ITEMS = "/ogc/collections/towns/items"


def _renamed(suffix: str) -> list[dict[str, Any]]:
    return [
        {
            "town": f"{suffix}{number}",
            "county": "001",
            "people": number,
            "share": 1.0,
            "coastal": True,
            "founded": None,
            "note": None,
            "limit": 1,
            "geometry": None,
        }
        for number in range(7)
    ]


def test_a_new_version_and_a_new_layer_are_served_at_once(
    own_store: Store, own_client: FlaskClient, publish_towns: Callable[..., Version]
) -> None:
    assert own_client.get(ITEMS).get_json()["numberMatched"] == 11

    publish_towns(own_store, rows=_renamed("b"))
    publish_towns(own_store, "villages")

    assert own_client.get(ITEMS).get_json()["numberMatched"] == 7
    assert own_client.get(f"{ITEMS}/b3").status_code == 200
    assert own_client.get("/ogc/collections/villages/items").get_json()["numberMatched"] == 11
    assert "/collections/villages/items" in own_client.get("/ogc/openapi").get_data(as_text=True)
    assert "Layer villages" in own_client.get("/").get_data(as_text=True)


def test_a_layer_that_becomes_restricted_disappears(
    own_store: Store, own_client: FlaskClient, publish_towns: Callable[..., Version]
) -> None:
    publish_towns(own_store, access="restricted")

    assert own_client.get(ITEMS).status_code == 404
    assert own_client.get(f"{ITEMS}?data-version=1").status_code == 404
    assert own_client.get("/files/towns/v1/data.parquet", buffered=True).status_code == 404


def test_paging_stays_on_the_version_it_began_with(
    own_store: Store, own_client: FlaskClient, publish_towns: Callable[..., Version]
) -> None:
    page = own_client.get(f"{ITEMS}?limit=4").get_json()
    seen = [feature["id"] for feature in page["features"]]
    publish_towns(own_store, rows=_renamed("b"))

    while following := [link["href"] for link in page["links"] if link["rel"] == "next"]:
        address = urlsplit(following[0])
        page = own_client.get(f"{address.path}?{address.query}").get_json()
        seen += [feature["id"] for feature in page["features"]]

    assert sorted(seen) == ["a0", *(f"a{n}" for n in range(1, 10)), "nowhere"]


def test_a_layer_that_cannot_be_read_does_not_stop_the_others(
    own_store: Store, tmp_path: Path, make_settings: Callable[..., Any]
) -> None:
    record = own_store.current("hospitals").folder / "record.json"
    record.chmod(0o644)
    record.write_text("{")
    client = create_app(*make_settings(tmp_path)).test_client()

    assert client.get("/health").get_json() == {"status": "degraded", "layers": 3, "unreadable": 1}
    assert client.get(ITEMS).status_code == 200
    assert client.get("/ogc/collections/hospitals/items").status_code == 404


def test_when_making_fails_the_old_value_stays(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    pointer = tmp_path / "layers" / "x" / "current.json"
    pointer.parent.mkdir(parents=True)
    values = iter(["first"])
    live = Live(Store(tmp_path), lambda: next(values), refresh=0)

    pointer.write_text("{}")

    assert live.now() == "first"
    assert "cannot be read" in caplog.text


def test_others_go_on_with_the_old_value_while_a_new_one_is_made(tmp_path: Path) -> None:
    pointer = tmp_path / "layers" / "x" / "current.json"
    pointer.parent.mkdir(parents=True)
    making, go_on = threading.Event(), threading.Event()
    made = []

    def make() -> int:
        if made:
            making.set()
            assert go_on.wait(300)
        made.append(len(made))
        return made[-1]

    live = Live(Store(tmp_path), make, refresh=0)
    pointer.write_text("{}")
    maker = threading.Thread(target=live.now)
    maker.start()
    assert making.wait(300)

    assert live.now() == 0

    go_on.set()
    maker.join(300)
    assert live.now() == 1


def _history(*events: tuple[str, int]) -> list[HistoryEntry]:
    return [
        HistoryEntry.model_validate(
            {
                "at": "2026-01-01T00:00:00Z",
                "event": event,
                "version": version,
                "manifest_sha256": "",
                "who": "",
                "reason": "",
            }
        )
        for event, version in events
    ]


def test_which_versions_stand_after_rollbacks() -> None:
    one, two, three = ("published", 1), ("published", 2), ("published", 3)

    assert standing(_history(one, two)) == (1, 2)
    assert standing(_history(one, two, ("rolled back", 1))) == (1,)
    assert standing(_history(one, two, ("rolled back", 1), three)) == (1, 3)
    assert standing(_history(one, two, ("rolled back", 1), ("rolled back", 2))) == (1, 2)
