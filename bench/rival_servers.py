"""The servers that Townline is measured beside, each in an environment of its own under build/bench."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import yaml

from bench.postgis import Cluster, Missing
from bench.serving import Served, free_port, running

_LISTS = Path(__file__).parent / "rivals"
_HOME = Path(__file__).resolve().parents[1] / "build" / "bench"
BOUNDS = [-73.75, 40.9, -71.75, 42.1]


def environment(name: str) -> Path:
    """The folder with the programs of an environment, made when it is not there yet.

    Raises:
        Missing: its packages cannot be installed.

    """
    home, wanted = _HOME / f"env-{name}", _LISTS / f"{name}.txt"
    done = home / "installed.txt"
    if not done.exists() or done.read_bytes() != wanted.read_bytes():
        pip = [str(home / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([sys.executable, "-m", "venv", home], check=True)
        installed = subprocess.run([*pip, "-r", str(wanted)], capture_output=True, text=True, check=False)
        if installed.returncode:
            raise Missing(f"{name} cannot be installed: {installed.stderr.strip()[-300:]}")
        done.write_bytes(wanted.read_bytes())
    return home / "bin"


@contextmanager
def tipg(folder: Path, database: Cluster, workers: int, threads: int) -> Iterator[Served]:
    """Tipg over all tables; as many connections to the database as the others have threads."""
    programs, port = environment("tipg"), free_port()
    command = [str(programs / "python"), "-m", "uvicorn", "tipg.main:app", "--port", str(port)]
    command += ["--workers", str(workers), "--no-access-log", "--log-level", "warning"]
    settings = {
        "DATABASE_URL": database.url,
        "DB_MIN_CONN_SIZE": str(threads),
        "DB_MAX_CONN_SIZE": str(threads),
        "TIPG_CATALOG_TTL": "0",
    }
    with running(command, settings, port, folder / "tipg.log", "/collections?f=json") as server:
        yield server


@contextmanager
def pygeoapi(
    folder: Path, collections: dict[str, dict[str, object]], workers: int, threads: int
) -> Iterator[Served]:
    """Pygeoapi with its own providers, under the same server with the same workers and threads as ours."""
    programs, port = environment("pygeoapi"), free_port()
    configuration, document = folder / "pygeoapi.yml", folder / "pygeoapi-openapi.yml"
    configuration.write_text(yaml.safe_dump(_configuration(collections, port)), encoding="utf-8")
    made = subprocess.run(
        [programs / "pygeoapi", "openapi", "generate", configuration, "--output-file", document],
        env={"PYGEOAPI_CONFIG": str(configuration), "PYGEOAPI_OPENAPI": str(document)},
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode:
        raise Missing(f"pygeoapi does not take its configuration: {made.stderr.strip()[-300:]}")
    command = [str(programs / "gunicorn"), "pygeoapi.flask_app:APP", "--bind", f"127.0.0.1:{port}"]
    command += ["--worker-class", "gthread", "--workers", str(workers), "--threads", str(threads)]
    settings = {"PYGEOAPI_CONFIG": str(configuration), "PYGEOAPI_OPENAPI": str(document)}
    with running(command, settings, port, folder / "pygeoapi.log", "/conformance?f=json") as server:
        yield server


def on_postgis(database: Cluster, table: str) -> dict[str, object]:
    """Pygeoapi's PostgreSQL provider over a table."""
    data = {
        "host": "127.0.0.1",
        "port": database.port,
        "dbname": "postgres",
        "user": "bench",
        "password": "-",
    }
    return {
        "type": "feature",
        "name": "PostgreSQL",
        "data": data | {"search_path": ["public"]},
        "id_field": "fid",
        "table": table,
        "geom_field": "geom",
    }


def on_parquet(data: Path) -> dict[str, object]:
    """Pygeoapi's Parquet provider over a version's data file."""
    return {"type": "feature", "name": "Parquet", "data": {"source": str(data)}, "id_field": "parcel_id"}


def on_geojson(data: Path) -> dict[str, object]:
    """Pygeoapi's GeoJSON provider over a file."""
    return {"type": "feature", "name": "GeoJSON", "data": str(data), "id_field": "parcel_id"}


def _configuration(collections: dict[str, dict[str, object]], port: int) -> dict[str, object]:
    text = {"title": "Benchmark", "description": "Made-up parcels.", "keywords": ["benchmark"]}
    resources = {
        name: {
            "type": "collection",
            **text,
            "links": [],
            "extents": {"spatial": {"bbox": BOUNDS, "crs": "http://www.opengis.net/def/crs/OGC/1.3/CRS84"}},
            "providers": [provider],
        }
        for name, provider in collections.items()
    }
    url = f"http://127.0.0.1:{port}"
    nobody = {"name": "Nobody", "url": url}
    return {
        "server": {
            "bind": {"host": "127.0.0.1", "port": port},
            "url": url,
            "mimetype": "application/json; charset=UTF-8",
            "encoding": "utf-8",
            "language": "en-US",
            "gzip": False,
            "cors": False,
            "pretty_print": False,
            "limits": {"default_items": 10, "max_items": 10_000},
            "map": {"url": "", "attribution": ""},
        },
        "logging": {"level": "CRITICAL"},
        "metadata": {
            "identification": {**text, "terms_of_service": "none", "url": url},
            "license": nobody,
            "provider": nobody,
            "contact": nobody,
        },
        "resources": resources,
    }


def as_geojson(data: Path, out: Path) -> Path:
    """A version's data file as GeoJSON in longitude and latitude."""
    import geopandas

    frame = geopandas.read_parquet(data).drop(columns="bbox", errors="ignore")
    out.write_text(json.dumps(json.loads(frame.to_json(drop_id=True))), encoding="utf-8")
    return out
