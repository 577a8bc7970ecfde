"""The production server under slow clients, reloads and restarts."""

import re
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

import pyogrio
import pytest

pytestmark = pytest.mark.server

SECONDS = 300
ITEMS = "/ogc/collections/towns/items?limit=3"
CLIENTS = 4
SMALL = {"TOWNLINE_SERVE_WORKERS": "1", "TOWNLINE_SERVE_THREADS": "2"}
Run = Callable[..., AbstractContextManager[Any]]


def _status(port: socket.socket, path: str) -> int:
    connection = HTTPConnection("127.0.0.1", port.getsockname()[1], timeout=SECONDS)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        response.read()
        return response.status
    finally:
        connection.close()


@contextmanager
def busy(port: socket.socket) -> Iterator[list[int | Exception]]:
    """Clients that ask one request after the other, each on a connection of its own; what they were answered."""
    answers: list[int | Exception] = []
    over = threading.Event()

    def ask() -> None:
        while not over.is_set():
            try:
                answers.append(_status(port, ITEMS))
            except (OSError, HTTPException) as error:
                answers.append(error)

    threads = [threading.Thread(target=ask) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    try:
        yield answers
    finally:
        over.set()
        for thread in threads:
            thread.join(SECONDS)


def _until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def _workers(process: subprocess.Popen[bytes]) -> set[str]:
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text(encoding="ascii")
    return set(children.split())


def test_gdal_reads_the_tiles_over_http_by_ranges(local: Any) -> None:
    found = pyogrio.read_dataframe(f"/vsicurl/{local.url}/files/towns/v1/tiles.pmtiles", ZOOM_LEVEL="8")
    assert set(found["town"]) == {f"a{number}" for number in range(10)}
    metres = found.set_index("town").geometry["a5"].bounds
    west, south = -8115190.9, 5027102.8  # of 72.9° W, 41.1° N; a unit is 38 m
    assert metres[0] == pytest.approx(west, abs=40) and metres[1] == pytest.approx(south, abs=40)


def test_slow_clients_are_let_go(world: Path, run_server: Run, port: socket.socket) -> None:
    with run_server(world, port, **SMALL, TOWNLINE_SERVE_CLIENT_TIMEOUT="1"):
        slow = [socket.create_connection(port.getsockname()) for _ in range(4)]
        for connection in slow:
            connection.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\n")
        assert _status(port, "/health") == 200
        for connection in slow:
            connection.settimeout(SECONDS)
            assert connection.recv(1) == b""
            connection.close()


def test_a_reload_drops_no_request(world: Path, run_server: Run, port: socket.socket) -> None:
    with run_server(world, port, **SMALL) as server, busy(port) as answers:
        _until(lambda: len(answers) > 5)
        old = _workers(server.process)
        server.process.send_signal(signal.SIGHUP)
        _until(lambda: bool(_workers(server.process)) and not _workers(server.process) & old)
        after = len(answers)
        _until(lambda: len(answers) > after + 5)
    assert set(answers) == {200}


def test_a_restart_drops_no_request_when_the_port_is_held(
    world: Path, run_server: Run, port: socket.socket
) -> None:
    with ExitStack() as clients:
        with run_server(world, port, **SMALL):
            answers = clients.enter_context(busy(port))
            _until(lambda: len(answers) > 5)
        before = len(answers)
        with run_server(world, port, **SMALL):
            _until(lambda: len(answers) > before + 5)
            clients.close()
    assert set(answers) == {200}


def test_the_access_log_tells_address_request_status_and_time(
    world: Path, run_server: Run, port: socket.socket, tmp_path: Path
) -> None:
    log = tmp_path / "access.log"
    with run_server(world, port, **SMALL, TOWNLINE_SERVE_ACCESS_LOG=str(log)):
        connection = HTTPConnection("127.0.0.1", port.getsockname()[1], timeout=SECONDS)
        connection.request("GET", ITEMS, headers={"X-Forwarded-For": "203.0.113.7", "User-Agent": "QGIS"})
        length = len(connection.getresponse().read())
        connection.close()
        _until(lambda: "QGIS" in log.read_text(encoding="utf-8"))
    (line,) = [line for line in log.read_text(encoding="utf-8").splitlines() if "QGIS" in line]
    assert line.startswith("127.0.0.1 203.0.113.7 [")
    assert f'"GET {ITEMS} HTTP/1.1" 200 {length} ' in line
    assert re.search(r" [0-9]+ms ", line)
