"""The production server over a store, for benchmarks, and a client that keeps its connection."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
_START_SECONDS = 300
_RUN = "from services.cli import main; main()"


@dataclass(frozen=True)
class Served:
    """A running server."""

    port: int
    process: subprocess.Popen[bytes]

    def workers(self) -> list[int]:
        """The processes that answer."""
        return children(self.process.pid)

    def megabytes(self) -> float:
        """Memory of the workers that is theirs alone or their part of what is shared (PSS without files)."""
        return sum(resident(pid, "Pss_Anon:") for pid in self.workers())


def children(pid: int) -> list[int]:
    """The processes that a process started."""
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    return [int(number) for number in text.split()]


def resident(pid: int, *kinds: str) -> float:
    """Megabytes of some kinds (lines of `smaps_rollup`) of a process, its part of what is shared."""
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    lines = (line.split() for line in text.splitlines())
    return sum(int(line[1]) for line in lines if line[0] in kinds) / 1024


def processor_seconds(pids: Sequence[int]) -> float:
    """Processor time of programs, of what they started and of what ended of that."""
    ticks = 0
    for pid in pids:
        for one in (pid, *children(pid)):
            fields = Path(f"/proc/{one}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
            ticks += sum(map(int, fields[11:15] if one == pid else fields[11:13]))
    return ticks / os.sysconf("SC_CLK_TCK")


def served(
    store: Path, profile: Path, workers: int, threads: int, log: Path, **more: str
) -> AbstractContextManager[Served]:
    """The production server at a free port until the end of the block; its log goes to a file."""
    port = free_port()
    environment = {
        "TOWNLINE_STORE": str(store),
        "TOWNLINE_PROFILE": str(profile),
        "TOWNLINE_SERVE_WORKERS": str(workers),
        "TOWNLINE_SERVE_THREADS": str(threads),
        "TOWNLINE_SERVE_ACCESS_LOG": "",
        "TOWNLINE_SERVE_URL": f"http://127.0.0.1:{port}",
        **more,
    }
    command = [sys.executable, "-c", _RUN, "serve", "--port", str(port)]
    return running(command, environment, port, log, "/health")


@contextmanager
def running(
    command: list[str], environment: dict[str, str], port: int, log: Path, asked: str
) -> Iterator[Served]:
    """A server until the end of the block, from when it answers 200 to the path `asked`; its log goes to a file.

    Raises:
        RuntimeError: it did not start.

    """
    with log.open("wb") as out:
        process = subprocess.Popen(
            command, cwd=ROOT, env=os.environ | environment, stdout=out, stderr=subprocess.STDOUT
        )
    try:
        deadline = time.monotonic() + _START_SECONDS
        while not _answers(port, asked):
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"the server did not start:\n{log.read_text(encoding='utf-8')}")
            time.sleep(0.1)
        yield Served(port, process)
    finally:
        process.terminate()
        process.wait(_START_SECONDS)


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Client:
    """One connection that is kept; a closed one is opened again, as browsers do, once for each request."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._connection: HTTPConnection | None = None

    def get(self, path: str, **headers: str) -> tuple[HTTPResponse, bytes]:
        """The response and its body."""
        fresh = self._connection is None
        try:
            return self._ask(path, headers)
        except (HTTPException, OSError):
            self.close()
            if fresh:
                raise
            return self._ask(path, headers)

    def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _ask(self, path: str, headers: dict[str, str]) -> tuple[HTTPResponse, bytes]:
        if self._connection is None:
            self._connection = HTTPConnection("127.0.0.1", self._port, timeout=_START_SECONDS)
            self._connection.connect()
            assert isinstance(self._connection.sock, socket.socket)
            self._connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self._connection.request("GET", path, headers=named)
        response = self._connection.getresponse()
        return response, response.read()


def _answers(port: int, path: str) -> bool:
    try:
        with closing(Client(port)) as client:
            return client.get(path)[0].status == 200
    except (HTTPException, OSError):
        return False
