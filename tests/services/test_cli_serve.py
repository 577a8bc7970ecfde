"""`townline serve`: what it says, and why it refuses."""

import re
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from typer.testing import CliRunner

from services.cli.main import app

ROOT = Path(__file__).resolve().parents[2]


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
def test_an_address_of_another_machine_is_refused(world: Path) -> None:
    done = CliRunner().invoke(app, [*arguments(world / "store"), "--host", "127.0.0.1.9"])

    assert done.exit_code == 1
    assert "cannot listen on 127.0.0.1.9" in done.output


@pytest.mark.server
def test_it_says_where_it_is_and_ends_when_told(world: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [str(Path(sys.prefix) / "bin" / "townline"), *arguments(world / "store"), "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT, bufsize=1) as running:
        assert running.stdout is not None
        said = ""
        while "Ctrl-C ends it" not in said:
            said += running.stdout.readline()
        addresses = re.findall(r"http://\S+", said)
        while True:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/health").close()
                break
            except urllib.error.URLError:
                assert running.poll() is None
        statuses = []
        for address in addresses:
            with urllib.request.urlopen(address) as answer:
                statuses.append(answer.status)
        running.send_signal(signal.SIGINT)
        running.stdout.read()

    assert len(addresses) == 3
    assert statuses == [200, 200, 200]
    assert running.returncode == 0
