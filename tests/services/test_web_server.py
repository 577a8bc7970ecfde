"""The production server with the clients that people use: GDAL, OWSLib and ogrinfo."""

import json
import os
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pyogrio
import pytest
import rasterio
import shapely
from gunicorn.config import Config
from gunicorn.glogging import Logger
from owslib.ogcapi.coverages import Coverages
from owslib.ogcapi.features import Features

from catalog.store import Store
from services.web.server import Worker

pytestmark = pytest.mark.server


def _get(client: Any, path: str) -> Any:
    answer = client.get(path)
    assert answer.status_code == 200, answer.data
    return json.loads(answer.data)


@pytest.fixture
def stored(world: Path) -> Store:
    return Store(world / "store")


def _ids_in_store(store: Store, layer: str, column: str) -> list[str]:
    return sorted(pq.read_table(store.current(layer).data, columns=[column])[column].to_pylist())


@pytest.mark.parametrize("page", [2, 1000])
def test_gdal_reads_every_feature(local: Any, stored: Store, page: int) -> None:
    source = f"OAPIF:{local.url}/ogc"
    layers = {name for name, _ in pyogrio.list_layers(source)}
    frame = pyogrio.read_dataframe(source, layer="towns", PAGE_SIZE=page)

    assert {"towns", "hospitals", "crosswalk"} <= layers
    assert "secret" not in layers
    assert sorted(frame["town"]) == _ids_in_store(stored, "towns", "town")
    assert frame.set_index("town").loc["a5"].geometry.equals(shapely.box(-72.9, 41.1, -72.8, 41.2))


def test_gdal_filters_on_the_server(local: Any) -> None:
    source = f"OAPIF:{local.url}/ogc"

    by_value = pyogrio.read_dataframe(source, layer="towns", where="county = '002'")
    by_box = pyogrio.read_dataframe(source, layer="towns", bbox=(-72.95, 41.05, -72.85, 41.15))

    assert sorted(by_value["town"]) == ["a4", "a5", "a6"]
    assert sorted(by_box["town"]) == ["a1", "a2", "a4", "a5"]


def test_gdal_reads_a_table_and_state_plane(local: Any, stored: Store) -> None:
    source = f"OAPIF:{local.url}/ogc"

    table = pyogrio.read_dataframe(source, layer="crosswalk", PAGE_SIZE=10)
    feet = pyogrio.read_dataframe(source, layer="towns", CRS="EPSG:2234")

    assert sorted(table["old"]) == _ids_in_store(stored, "crosswalk", "old")
    assert feet.crs.to_epsg() == 2234
    assert feet.set_index("town").loc["a5"].geometry.centroid.x == pytest.approx(972_459, abs=50)


def test_gdal_reads_a_coverage_and_the_file_in_ranges(local: Any) -> None:
    base = f"/vsicurl/{local.url}"

    with rasterio.open(f"{base}/files/land-cover/v1/data.tif") as whole:
        assert np.array_equal(whole.read(1)[2], [3, 3, 1, 1])
    with rasterio.open(f"{base}/ogc/collections/land-cover/coverage?f=GTiff&properties=cover") as coverage:
        assert coverage.count == 1
        assert np.array_equal(coverage.read(1)[1], [1, 1, 2, 2])


def test_owslib_reads_features_and_coverages(local: Any, stored: Store) -> None:
    api = Features(f"{local.url}/ogc/")
    page = api.collection_items("towns", limit=100)
    ids = sorted(feature["id"] for feature in page["features"])
    coverage = Coverages(f"{local.url}/ogc/").coverage("land-cover", properties=["cover"])

    assert sorted(api.feature_collections()) == ["crosswalk", "hospitals", "towns"]
    assert ids == _ids_in_store(stored, "towns", "town")
    assert api.collection_item("towns", "a5")["properties"]["people"] == 500
    assert json.loads(coverage.read())["ranges"]["cover"]["shape"] == [3, 4]


def test_ogrinfo_counts_the_features(local: Any) -> None:
    program = shutil.which("ogrinfo")
    if program is None:
        pytest.skip("ogrinfo is not installed")
    address = f"OAPIF:{local.url}/ogc"
    found = subprocess.run([program, "-so", address, "towns"], capture_output=True, text=True, check=True)

    assert "Feature Count: 11" in found.stdout


def test_many_clients_at_once_get_whole_answers(local: Any) -> None:
    answers: list[int] = []

    def ask() -> None:
        for _ in range(20):
            answers.append(
                _get(local.client, "/ogc/collections/towns/items?bbox=-73,41,-72.6,41.3")["numberReturned"]
            )

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert answers == [10] * 160


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_a_new_version_reaches_every_worker_and_the_server_ends_cleanly(
    own_store: Store,
    tmp_path: Path,
    run_server: Callable[..., AbstractContextManager[Any]],
    publish_towns: Callable[..., Any],
    end: signal.Signals,
) -> None:
    with run_server(tmp_path, TOWNLINE_SERVE_REFRESH="0.1") as server:
        publish_towns(own_store, "villages")
        time.sleep(0.3)
        answers = [_get(server.client, "/ogc/collections")["collections"] for _ in range(20)]
        output = server.end(end)

    assert {tuple(one["id"] for one in answer) for answer in answers} == {
        ("crosswalk", "hospitals", "land-cover", "towns", "villages", "catalog")
    }
    assert server.process.returncode == 0, output
    assert "Traceback" not in output
    assert "SIGKILL" not in output
    with pytest.raises(ConnectionRefusedError):
        server.client.get("/health")


@pytest.mark.parametrize("handler", ["handle_quit", "handle_exit"])
def test_a_signal_while_a_connection_is_handed_over_does_not_hang_the_worker(handler: str) -> None:
    configuration = Config()
    worker = Worker(0, os.getpid(), [], None, 30, configuration, Logger(configuration))
    worker.tpool = worker.get_thread_pool()
    worker.method_queue.init()
    handling = threading.Thread(target=getattr(worker, handler), args=(signal.SIGQUIT, None), daemon=True)
    with worker.tpool._shutdown_lock:  # submit() holds it, and the signal interrupts submit()
        handling.start()
        handling.join(60)
        hangs = handling.is_alive()
    handling.join(60)
    worker.tpool.shutdown()
    worker.method_queue.close()
    worker.tmp.close()

    assert not hangs
    assert not worker.alive
