"""`townline serve`: what it says, and why it refuses."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from http.client import HTTPConnection
from itertools import takewhile
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from typer.testing import CliRunner

from services.cli.main import app

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 300
HANDED = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS="1")
os.execv(sys.argv[2], sys.argv[2:])
"""
"""Starts a program with a socket as systemd does."""


def arguments(store: Path) -> list[str]:
    return ["--profile", str(ROOT / "config" / "north-carolina"), "--store", str(store), "serve"]


def test_an_empty_store_is_refused_with_what_to_do(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, arguments(tmp_path / "store"))

    assert done.exit_code == 1
    assert "no published layer" in done.output
    assert "make build" in done.output


@pytest.mark.server
def test_a_taken_port_is_told_with_another_one(world: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = CliRunner().invoke(app, [*arguments(world / "store"), "--port", str(port)])

    assert done.exit_code == 1
    assert f"cannot listen on 127.0.0.1 port {port}" in done.output
    assert f"--port {port + 1}" in done.output


@pytest.mark.server
def test_a_socket_of_systemd_is_served_though_its_port_is_taken(world: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = held.getsockname()[1]
        words = [*arguments(world / "store"), "--port", str(port)]
        before = [sys.executable, "-c", HANDED, str(held.fileno())]
        with started(words, before, pass_fds=(held.fileno(),)) as running:
            status = _status(f"http://127.0.0.1:{port}/health", running)
            running.terminate()
            assert running.stdout is not None
            running.stdout.read()
            running.wait()

    assert status == 200
    assert running.returncode == 0


@pytest.mark.server
def test_an_address_of_another_machine_is_refused(world: Path) -> None:
    done = CliRunner().invoke(app, [*arguments(world / "store"), "--host", "127.0.0.1.9"])

    assert done.exit_code == 1
    assert "cannot listen on 127.0.0.1.9" in done.output


@pytest.mark.server
def test_it_says_where_it_is_and_ends_when_told(world: Path) -> None:
    with started([*arguments(world / "store"), "--port", str(_unclaimed_port())]) as running:
        assert running.stdout is not None
        said = "".join(takewhile(lambda line: "Ctrl-C" not in line, running.stdout))
        addresses = re.findall(r"http://\S+", said)
        statuses = [_status(address, running) for address in addresses]
        running.send_signal(signal.SIGINT)
        running.stdout.read()
        running.wait()

    assert len(addresses) == 3
    assert statuses == [200, 200, 200]
    assert running.returncode == 0


@contextmanager
def started(
    words: list[str], before: Sequence[str] = (), pass_fds: Sequence[int] = ()
) -> Iterator[subprocess.Popen[str]]:
    """townline as a program; it is killed when the test takes too long, so that nothing here waits for ever."""
    command = [*before, str(Path(sys.prefix) / "bin" / "townline"), *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT, pass_fds=pass_fds) as running:
        watch = threading.Timer(SECONDS, running.kill)
        watch.start()
        try:
            yield running
        finally:
            watch.cancel()
            running.kill()


def _unclaimed_port() -> int:
    """A free port below those that the system hands out, so that no other test is given it meanwhile."""
    for port in range(20_000 + os.getpid() % 10_000, 32_000):
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port
    pytest.fail("no port is free")


def _status(address: str, running: subprocess.Popen[str]) -> int:
    """What the address answers, once the server listens."""
    parts = urlsplit(address)
    while True:
        connection = HTTPConnection(parts.netloc, timeout=SECONDS)
        try:
            connection.request("GET", parts.path)
            return connection.getresponse().status
        except ConnectionRefusedError:
            assert running.poll() is None, "the server did not start"
            time.sleep(0.1)
        finally:
            connection.close()
