"""A PostgreSQL cluster with PostGIS of its own, for the length of a benchmark.

Debian: apt-get install postgresql-15-postgis-3. The server refuses to run as the superuser of the system, so that
it then runs as `postgres` or `nobody`.
"""

import os
import pwd
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import shapely

from bench.serving import children, free_port, resident

_DEBIAN = "/usr/lib/postgresql"
_START_SECONDS = 60
_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "shared_buffers": "2GB",
    "effective_cache_size": "6GB",
    "work_mem": "64MB",
    "maintenance_work_mem": "512MB",
    "max_wal_size": "8GB",
    "random_page_cost": "1.1",
    "jit": "off",
    "fsync": "off",
    "autovacuum": "off",
}
"""What is usual for a machine of this size with PostGIS on a fast disk."""

_TYPES = {"string": "text", "number": "double precision", "integer": "bigint"}


class Missing(Exception):
    """Something that a comparison needs is not here; the message says what."""


class Cluster:
    """A running cluster; everyone on this machine may connect."""

    def __init__(self, programs: Path, port: int, pid: int) -> None:
        self._programs, self.port, self.pid = programs, port, pid
        self.url = f"postgresql://bench@127.0.0.1:{port}/postgres"

    def run(self, sql: str) -> str:
        """What statements give.

        Raises:
            Missing: they fail.

        """
        done = subprocess.run([*self._psql(), "-c", sql], capture_output=True, text=True, check=False)
        if done.returncode:
            raise Missing(done.stderr.strip())
        return done.stdout.strip()

    def load(self, table: str, data: Path, types: Mapping[str, str]) -> None:
        """Fill a table from a version's `data.parquet`, in its order, with all indexes and statistics."""
        columns = ", ".join(f"{name} {_TYPES[kind]}" for name, kind in types.items())
        self.run(f"CREATE TABLE {table}(fid bigint, {columns}, geom geometry(Geometry, 4326))")
        names = f"fid, {', '.join(types)}, geom"
        copy = [*self._psql(), "-c", f"\\copy {table}({names}) FROM STDIN WITH (FORMAT csv)"]
        with subprocess.Popen(copy, stdin=subprocess.PIPE) as process:
            assert process.stdin is not None
            done = 0
            with pq.ParquetFile(data) as file:
                for batch in file.iter_batches(50_000, columns=[*types, "geometry"]):
                    rows = _rows(batch, done + 1)
                    pyarrow.csv.write_csv(rows, process.stdin, pyarrow.csv.WriteOptions(include_header=False))
                    done += batch.num_rows
        if process.returncode:
            raise Missing(f"the rows of {table} could not be copied")
        self.run(f"ALTER TABLE {table} ADD PRIMARY KEY (fid)")
        self.run(f"CREATE UNIQUE INDEX ON {table}(parcel_id)")
        self.run(f"CREATE INDEX ON {table} USING gist(geom)")
        self.run(f"VACUUM ANALYZE {table}")

    def megabytes(self) -> float:
        """Memory of all its processes, with the part of what they share."""
        return sum(resident(pid, "Pss_Anon:", "Pss_Shmem:") for pid in (self.pid, *children(self.pid)))

    def _psql(self) -> list[str]:
        return [str(self._programs / "psql"), "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", self.url]


@contextmanager
def cluster(folder: Path) -> Iterator[Cluster]:
    """A cluster in a new folder until the end of the block; the folder is removed.

    Raises:
        Missing: PostgreSQL or PostGIS is not installed, or does not start.

    """
    programs, port, home = _programs(), free_port(), folder / "postgresql"
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    user = _unprivileged()
    if user:
        shutil.chown(home, user)
    made = subprocess.run(
        [programs / "initdb", "-D", home, "-U", "bench", "-A", "trust", "-E", "UTF8", "--no-locale", "-N"],
        user=user,
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode:
        raise Missing(f"initdb failed: {made.stderr.strip()}")
    settings = [part for name, value in _SETTINGS.items() for part in ("-c", f"{name}={value}")]
    with (folder / "postgresql.log").open("wb") as log:
        process = subprocess.Popen(
            [programs / "postgres", "-D", home, "-p", str(port), *settings],
            user=user,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        found = Cluster(programs, port, process.pid)
        _wait(found, process)
        found.run("CREATE EXTENSION postgis")
        yield found
    finally:
        process.terminate()
        try:
            process.wait(5)  # until clients are gone; then not any longer
        except subprocess.TimeoutExpired:
            process.send_signal(2)
            process.wait(60)
        shutil.rmtree(home, ignore_errors=True)


def _wait(found: Cluster, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while True:
        try:
            found.run("SELECT 1")
        except Missing as error:
            if process.poll() is not None or time.monotonic() > deadline:
                raise Missing(f"PostgreSQL did not start: {error}") from error
            time.sleep(0.2)
        else:
            return


def _programs() -> Path:
    """The folder with the programs of the newest PostgreSQL that is installed."""
    on_path = shutil.which("initdb")
    places = [Path(on_path).resolve().parent] if on_path else []
    places += sorted(Path(_DEBIAN).glob("*/bin"), key=lambda place: int(place.parent.name), reverse=True)
    for place in places:
        if all((place / name).exists() for name in ("initdb", "postgres", "psql")):
            return place
    raise Missing("PostgreSQL is not installed (Debian: apt-get install postgresql-15-postgis-3)")


def _unprivileged() -> str | None:
    """The user to run as, when this one is the system's superuser."""
    if os.geteuid():
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _rows(batch: pa.RecordBatch, first: int) -> pa.Table:
    shapes = shapely.set_srid(shapely.from_wkb(batch.column("geometry").to_numpy(zero_copy_only=False)), 4326)
    columns = {name: batch.column(name) for name in batch.schema.names if name != "geometry"}
    numbers = pa.array(range(first, first + batch.num_rows))
    return pa.table({"fid": numbers, **columns, "geom": shapely.to_wkb(shapes, hex=True, include_srid=True)})
