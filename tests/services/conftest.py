"""A tiny store in every kind, whose answers can be computed by eye.

The map of `towns`, in degrees east of -73 and north of 41 (all sides are 0.1):

    0.3 ┌────┬────┬────┐
        │ a7 │ a8 │ a9 │      a0 is a triangle in the corner of x 0.3…0.4, y 0.0…0.1, below its diagonal
    0.2 ├────┼────┼────┤      from (0.3, 0.1) to (0.4, 0.0)
        │ a4 │ a5 │ a6 │
    0.1 ├────┼────┼────┼─.    nowhere has no geometry
        │ a1 │ a2 │ a3 │a0 '.
    0.0 └────┴────┴────┴──────
        0   0.1  0.2  0.3    0.4
"""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partialmethod
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote, urlencode

import flask
import numpy as np
import pyarrow as pa
import pytest
import rasterio
import shapely
import werkzeug
from flask.testing import FlaskClient
from rasterio.transform import from_origin
from werkzeug.datastructures import Headers
from werkzeug.serving import make_server

from catalog.receipts import Receipt
from catalog.records import PublishedColumn, PublishedFile, Record
from catalog.settings import Settings
from catalog.store import Store, Version
from catalog.store.files import sha256_of
from layers.publish import rebuildable_files, write_data
from services.settings import ServiceSettings
from services.web.app import create_app

MOMENT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
ROOT = Path(__file__).resolve().parents[2]
URL = "https://gis.example.gov"
START_SECONDS = 300
"""The longest that a server may take to start, to answer or to end on a machine that is busy with other work."""
# systemd tells a service its own number; only the program itself knows it before it starts. What a worker takes to
# end is given time as well: only one that hangs is to be killed
SERVE = """
import os
from catalog.settings import Settings
from services.web import server
os.environ["LISTEN_PID"] = str(os.getpid())
server.GRACE = 240
server.serve(Settings())
"""
STATE = """
id: testland
name: Testland
fips: "09"
bounds: [-73.75, 40.9, -71.75, 42.1]
projected_crs: EPSG:2234
"""

_TYPES = {
    "string": pa.string(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "datetime": pa.timestamp("us", tz="UTC"),
}

Row = dict[str, object]
Publish = Callable[..., Version]


def _column(name: str, kind: str, **more: object) -> PublishedColumn:
    return PublishedColumn.model_validate(
        {"name": name, "type": kind, "title": name.title(), "description": f"The {name} of it."} | more
    )


def _square(column: int, row: int) -> shapely.Geometry:
    west, south = -73 + column / 10, 41 + row / 10
    return shapely.box(west, south, round(west + 0.1, 1), round(south + 0.1, 1))


TOWN_COLUMNS = (
    _column("town", "string"),
    _column("county", "string"),
    _column("people", "integer", unit="people"),
    _column("share", "number", unit="percent"),
    _column("coastal", "boolean"),
    _column("founded", "date"),
    _column("note", "string", filterable=False),
    _column("limit", "integer"),
)


def town_rows() -> list[Row]:
    rows: list[Row] = [
        {
            "town": f"a{1 + column + 3 * row}",
            "county": f"00{1 + row}",
            "people": 100 * (1 + column + 3 * row),
            "share": None if (column, row) == (1, 1) else 12.5 * (1 + column),
            "coastal": row == 0,
            "founded": date(1700 + column, 1, 1 + row),
            "note": '<10 & "quoted" ñ',
            "limit": 5,
            "geometry": _square(column, row),
        }
        for row in range(3)
        for column in range(3)
    ]
    corner = shapely.Polygon([(-72.7, 41.0), (-72.6, 41.0), (-72.7, 41.1)])
    common = {"county": "009", "share": 1.0, "coastal": False, "founded": None, "note": None, "limit": 5}
    rows.append({"town": "a0", "people": 7, "geometry": corner} | common)
    rows.append({"town": "nowhere", "people": 0, "geometry": None} | common)
    return rows


HOSPITAL_COLUMNS = (
    _column("system", "string"),
    _column("number", "integer"),
    _column("opened", "datetime"),
)


def hospital_rows() -> list[Row]:
    return [
        {
            "system": "x" if number % 2 else "y",
            "number": number,
            "opened": datetime(2000 + number, 7, 1, 12, tzinfo=UTC),
            "geometry": shapely.Point(-73 + number / 10, 41.05),
        }
        for number in range(5)
    ]


CROSSWALK_COLUMNS = (_column("old", "string"), _column("new", "string"), _column("weight", "number"))


def crosswalk_rows() -> list[Row]:
    return [{"old": f"0{n}", "new": f"1{n}", "weight": 1 / (n + 1)} for n in range(25)]


def _batch(columns: tuple[PublishedColumn, ...], rows: list[Row], geometry: bool) -> pa.RecordBatch:
    arrays = {c.name: pa.array([row[c.name] for row in rows], _TYPES[c.type]) for c in columns}
    if geometry:
        shapes = [row["geometry"] for row in rows]
        arrays["geometry"] = pa.array([None if s is None else shapely.to_wkb(s) for s in shapes], pa.binary())
    return pa.RecordBatch.from_pydict(arrays)


def _record(version: int, **values: Any) -> Record:
    common = {
        "version": version,
        "state": "testland",
        "description": "A layer made for the tests of the services.",
        "agency": "Office of Tests",
        "theme": "boundaries",
        "licence": "CC-BY-4.0",
        "cadence": "annually",
        "published_at": MOMENT,
        "data_changed_at": MOMENT,
    }
    return Record.model_validate(common | values)


def _receipt(layer: str) -> Receipt:
    return Receipt(layer=layer, outcome="published", started_at=MOMENT, finished_at=MOMENT)


def _file(path: Path, media_type: str) -> PublishedFile:
    return PublishedFile(
        name=path.name,
        title=path.suffix[1:],
        media_type=media_type,
        bytes=path.stat().st_size,
        sha256=sha256_of(path),
    )


def publish_rows(
    store: Store,
    layer: str,
    columns: tuple[PublishedColumn, ...],
    rows: list[Row],
    key: tuple[str, ...],
    **values: Any,
) -> Version:
    geometry = "geometry" in rows[0]
    with store.open_draft(layer) as draft:
        data = draft.path("data.parquet")
        batch = _batch(columns, rows, geometry)
        written = write_data(
            [batch], data, columns=columns, key=key, geometry=geometry, workspace=draft.folder
        )
        record = _record(
            draft.number,
            id=layer,
            kind="features" if geometry else "table",
            key=key,
            columns=columns,
            rows=written.rows,
            bounds=written.bounds,
            geometry_type=written.geometry_type,
            files=(_file(data, "application/vnd.apache.parquet"),),
            **{"title": f"Layer {layer}"} | values,
        )
        for name, build in rebuildable_files(record).items():
            build(data, record, draft.path(name))
        return draft.publish(record, _receipt(layer), who="tests", reason="a test", at=MOMENT)


CELLS = np.array([[1, 2, 2, 255], [1, 1, 2, 2], [3, 3, 1, 1]], dtype=np.uint8)
ORIGIN = (680_000.0, 4_560_000.0)


def publish_raster(store: Store, layer: str = "land-cover") -> Version:
    """Three rows of four cells of 1000 m in UTM zone 18 N; 255 is no data."""
    bands = (
        {
            "name": "cover",
            "title": "Cover",
            "description": "What covers the land.",
            "classes": ({"value": 1, "label": "Water"}, {"value": 2, "label": "Forest", "label_es": "Bosque"},
                        {"value": 3, "label": "Built <10"}),
        },
        {"name": "height", "index": 2, "title": "Height", "description": "Height.", "unit": "m"},
    )  # fmt: skip
    with store.open_draft(layer) as draft:
        path = draft.path("data.tif")
        profile = {"driver": "GTiff", "width": 4, "height": 3, "count": 2, "dtype": "uint8", "nodata": 255}
        with rasterio.open(
            path, "w", crs="EPSG:32618", transform=from_origin(*ORIGIN, 1000, 1000), **profile
        ) as out:
            out.write(np.stack([CELLS, CELLS // 2]))
        grid = {
            "crs": "EPSG:32618",
            "width": 4,
            "height": 3,
            "cell": (1000, 1000),
            "bands": bands,
            "nodata": 255,
        }
        record = _record(
            draft.number,
            id=layer,
            kind="raster",
            title="Land cover",
            bounds=(-72.86, 41.14, -72.80, 41.18),
            grid=grid,
            files=(_file(path, "image/tiff; application=geotiff; profile=cloud-optimized"),),
        )
        return draft.publish(record, _receipt(layer), who="tests", reason="a test", at=MOMENT)


def fill(store: Store) -> Store:
    publish_rows(
        store,
        "towns",
        TOWN_COLUMNS,
        town_rows(),
        ("town",),
        source_url="https://agency.example.gov/towns",
        period={"start": "2020", "end": "2022-06"},
        caveats=("Counts below <10 are hidden.",),
    )
    publish_rows(store, "hospitals", HOSPITAL_COLUMNS, hospital_rows(), ("system", "number"))
    publish_rows(store, "crosswalk", CROSSWALK_COLUMNS, crosswalk_rows(), ("old",))
    publish_rows(
        store, "secret", TOWN_COLUMNS, town_rows(), ("town",), access="restricted", title="Classified"
    )
    publish_raster(store)
    return store


def settings_of(folder: Path, **service: object) -> tuple[Settings, ServiceSettings]:
    """Settings for the store in a folder, whose state is written there, too."""
    (folder / "profile").mkdir(exist_ok=True)
    (folder / "profile" / "state.yml").write_text(STATE)
    settings = Settings(profile=folder / "profile", store=folder / "store", private=folder / "private")
    values = {"url": URL, "config": ROOT / "config" / "pygeoapi-config.yml", "refresh": 0}
    values["crs"] = ("EPSG:4326", "EPSG:3857", "EPSG:4269", "EPSG:6434")
    return settings, ServiceSettings.model_validate(values | service)


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a filled store that no test changes."""
    folder = tmp_path_factory.mktemp("world")
    fill(Store(folder / "store"))
    return folder


@pytest.fixture(scope="session")
def app(world: Path) -> flask.Flask:
    return create_app(*settings_of(world))


@pytest.fixture
def client(app: flask.Flask) -> FlaskClient:
    return app.test_client()


class LiveClient:
    """Asks a running server what a test client asks an application: the same calls, the same answers."""

    def __init__(self, port: int) -> None:
        self.port = port

    def open(
        self, path: str, method: str = "GET", headers: dict[str, str] | None = None, **asked: Any
    ) -> werkzeug.Response:
        """The answer to a request."""
        if query := asked.get("query_string"):
            path = f"{path}?{urlencode(query)}"
        connection = HTTPConnection("127.0.0.1", self.port, timeout=START_SECONDS)
        try:
            connection.request(method, quote(path, safe="/?&=%:,+'()*!~"), headers=headers or {})
            answer = connection.getresponse()
            found = werkzeug.Response(answer.read(), answer.status)
            found.headers = Headers(answer.getheaders())
            return found
        finally:
            connection.close()

    get = partialmethod(open, method="GET")
    head = partialmethod(open, method="HEAD")


@dataclass(frozen=True)
class Served:
    """A running server: its process, its port, and the file with all that it says."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def client(self) -> LiveClient:
        return LiveClient(self.port)

    def end(self, how: signal.Signals = signal.SIGTERM) -> str:
        """Everything that the server said, once it has ended; one that hangs is killed and fails the test."""
        self.process.send_signal(how)
        try:
            self.process.wait(START_SECONDS)
        except subprocess.TimeoutExpired:
            pytest.fail(f"the server did not end:\n{self.log.read_text()}")
        finally:
            self.process.kill()
            self.process.wait()
        return self.log.read_text()


@contextmanager
def held_port() -> Iterator[socket.socket]:
    """A free port of this machine where clients wait until a server answers them."""
    with socket.create_server(("127.0.0.1", 0), backlog=128) as held:
        yield held


@contextmanager
def running(folder: Path, held: socket.socket | None = None, **environment: str) -> Iterator[Served]:
    """The production server over the store in a folder, once it answers; it is gone when the test is.

    It takes over a port that is open before it starts, as under systemd: nobody else can take the port
    meanwhile. The port is given up here, unless one is given that outlasts the server.
    """
    with ExitStack() as given_up:
        port = held or given_up.enter_context(held_port())
        number = int(port.getsockname()[1])
        log = folder / f"server-{number}.log"
        with log.open("ab") as out:
            process = _started(
                folder, port, out, {"TOWNLINE_SERVE_URL": f"http://127.0.0.1:{number}"} | environment
            )
    found = Served(process, number, log)
    try:
        try:
            answered = found.client.get("/health").status_code
        except (OSError, HTTPException) as error:
            answered = repr(error)
        assert answered == 200, f"the server did not start:\n{log.read_text()}"
        yield found
    finally:
        if process.poll() is None:
            found.end()


def _started(
    folder: Path, port: socket.socket, out: IO[bytes], more: dict[str, str]
) -> subprocess.Popen[bytes]:
    settings, service = settings_of(folder)
    environment = {
        "TOWNLINE_PROFILE": str(settings.profile),
        "TOWNLINE_STORE": str(settings.store),
        "TOWNLINE_SERVE_CONFIG": str(service.config),
        "TOWNLINE_SERVE_CRS": json.dumps(service.crs),
        "TOWNLINE_SERVE_TIMEOUT": str(START_SECONDS),
        "LISTEN_FDS": "1",
    }
    given = port.fileno()
    return subprocess.Popen(
        ["bash", "-c", f'exec 3<&{given}; exec "$@"', "bash", sys.executable, "-c", SERVE],
        cwd=ROOT,
        env=os.environ | environment | more,
        pass_fds=(given,),
        stdout=out,
        stderr=subprocess.STDOUT,
    )


@contextmanager
def serving(make: Callable[[str], flask.Flask]) -> Iterator[str]:
    """The address where an application answers, made for that address, from a thread of this process."""
    server = make_server("127.0.0.1", 0, flask.Flask("none"), threaded=True)
    address = f"http://127.0.0.1:{server.server_port}"
    server.app = make(address)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield address
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="session")
def serve_app() -> Callable[..., AbstractContextManager[str]]:
    """Answer requests of this machine with an application, until the end of the block."""
    return serving


@pytest.fixture(scope="session")
def live(world: Path) -> Iterator[LiveClient]:
    """A client of the production server over the store that no test changes; it stands for a public address."""
    with running(world, TOWNLINE_SERVE_URL=URL) as found:
        yield found.client


@pytest.fixture(scope="session")
def local(world: Path) -> Iterator[Served]:
    """The production server over the same store, whose links lead to itself."""
    with running(world) as found:
        yield found


@pytest.fixture(scope="session")
def run_server() -> Callable[..., AbstractContextManager[Served]]:
    """Start the production server over the store in a folder."""
    return running


@pytest.fixture
def port() -> Iterator[socket.socket]:
    """A port that outlasts the servers which take it over."""
    with held_port() as held:
        yield held


@pytest.fixture
def own_store(tmp_path: Path) -> Store:
    """A filled store that the test may change; its settings lie beside it."""
    return fill(Store(tmp_path / "store"))


@pytest.fixture
def own_client(own_store: Store, tmp_path: Path) -> Iterator[FlaskClient]:
    yield create_app(*settings_of(tmp_path)).test_client()


@pytest.fixture
def publish_towns() -> Callable[..., Version]:
    """Publish a new version of a layer like towns, with other rows when they are given."""

    def publish(
        store: Store, layer: str = "towns", rows: list[Row] | None = None, **values: object
    ) -> Version:
        return publish_rows(store, layer, TOWN_COLUMNS, rows or town_rows(), ("town",), **values)

    return publish


@pytest.fixture(scope="session")
def make_settings() -> Callable[..., tuple[Settings, ServiceSettings]]:
    return settings_of


@pytest.fixture(scope="module")
def publish_shapes() -> Callable[..., Version]:
    """Publish a layer of shapes, numbered in the order given."""

    def publish(store: Store, shapes: list[shapely.Geometry | None]) -> Version:
        rows: list[Row] = [{"number": number, "geometry": shape} for number, shape in enumerate(shapes)]
        return publish_rows(store, "shapes", (_column("number", "integer"),), rows, ("number",))

    return publish


@pytest.fixture(scope="session")
def publish_layer() -> Callable[..., Version]:
    """Publish rows as a layer: store, id, columns, rows, key and further values of the record."""
    return publish_rows


@pytest.fixture(scope="session")
def make_column() -> Callable[..., PublishedColumn]:
    return _column


@pytest.fixture(scope="session")
def fill_store() -> Callable[[Store], Store]:
    """Publish towns, hospitals, crosswalk, land-cover and the restricted layer secret."""
    return fill
