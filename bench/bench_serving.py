"""Serving of 1.2 million made-up parcels over HTTP with kept connections, side by side. Run by `make bench`.

Townline's production server, tipg on PostGIS, pygeoapi with its own PostgreSQL, Parquet and GeoJSON providers: the
same polygons in the same order, as many workers each, on one machine, in turns. What cannot be measured here is
said in a row of its own. `cpu` is the processor time of an answer (milliseconds, with that of PostgreSQL), which does
not depend on what else the machine is doing.

page     1000 features of a window with about 3000, and the exact count; no window is asked for twice
item     one feature by its id
count    how many features a window has
deep     1000 features after an offset of 1,000,000 (of five sixths of smaller layers)
next     the same place by the `next` link, which Townline's pages hold
tile     a vector tile, as many of each zoom, with gzip as all clients ask for it
crowd    pages asked for by 8 clients at once

    python -m bench.bench_serving --sizes 10000 100000
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from bench import rival_servers, serving_requests
from bench.made_layers import profile
from bench.measuring import measured
from bench.postgis import Cluster, Missing, cluster
from bench.serving import Served, children, resident, served
from bench.serving_race import MEASURES, TIPG, TOWNLINE, Row, growth, race, report, verdicts
from bench.serving_requests import Contender, alike, cases
from catalog.errors import StoreError
from catalog.pmtiles import Archive
from catalog.store import TILES, Store, Version

BUILD = Path(__file__).resolve().parents[1] / "build" / "bench"
SIZES = (10_000, 100_000, 1_200_000)
WORKERS, THREADS = 2, 8


@dataclass
class Field:
    """Who is measured, what each one's memory is, and what is missing."""

    contenders: list[Contender] = field(default_factory=list)
    memory: dict[str, Callable[[], list[float]]] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)


def published(folder: Path, rows: int) -> Version:
    """The layer of so many parcels, which is ingested when it is not in the store yet."""
    store, layer = Store(folder / "serving" / "store"), f"parcels-{rows}"
    try:
        found = store.current(layer)
        print(
            f"{layer}: published {found.record.published_at:%d %B %H:%M}; to make it anew remove {store.root}"
        )
    except StoreError:
        steps = (sys.executable, "-m", "bench.ingest_steps")
        (folder / "serving").mkdir(parents=True, exist_ok=True)
        files = json.loads(measured([*steps, "files", str(folder), str(rows)]).output)
        taken = measured([*steps, "ingest", files["gpkg"], str(folder / "serving"), layer])
        print(f"{layer}: published in {taken.seconds:.0f} s, {taken.megabytes:.0f} MB", flush=True)
        found = store.current(layer)
    return found


def gather(stack: ExitStack, folder: Path, versions: dict[int, Version]) -> Field:
    """The servers, running until the stack is closed."""
    found, sizes = Field(), tuple(versions)
    store = versions[sizes[0]].folder.parents[2]
    ours = stack.enter_context(
        served(store, profile(folder / "profile"), WORKERS, THREADS, folder / "own.log")
    )
    found.contenders.append(
        Contender(TOWNLINE, ours.port, serving_requests.townline(), sizes, (ours.process.pid,))
    )
    found.memory[f"{TOWNLINE}, a worker"] = _of_workers(ours)
    database = None
    try:
        started = stack.enter_context(cluster(folder))
        _load(started, versions)
        database = started
        server = stack.enter_context(rival_servers.tipg(folder, database, WORKERS, THREADS))
        found.contenders.append(
            Contender(TIPG, server.port, serving_requests.tipg(), sizes, (server.process.pid, database.pid))
        )
        found.memory["tipg, a worker"] = _of_workers(server)
        found.memory["PostgreSQL, all of it"] = lambda: [database.megabytes()]
    except (Missing, RuntimeError) as error:
        found.missing.append(f"{TIPG}: {error}")
    try:
        _add_pygeoapi(stack, folder, found, database, versions)
    except (Missing, RuntimeError) as error:
        found.missing.append(f"pygeoapi's own providers: {error}")
    return found


def _load(database: Cluster, versions: dict[int, Version]) -> None:
    for rows, version in versions.items():
        started = time.perf_counter()
        types = {column.name: column.type for column in version.record.columns}
        database.load(f"parcels_{rows}", version.data, types)
        print(f"parcels_{rows}: in PostGIS after {time.perf_counter() - started:.0f} s", flush=True)


def _add_pygeoapi(
    stack: ExitStack, folder: Path, found: Field, database: Cluster | None, versions: dict[int, Version]
) -> None:
    smallest = min(versions)
    file = rival_servers.as_geojson(versions[smallest].data, folder / "parcels.geojson")
    collections = {f"parquet-{rows}": rival_servers.on_parquet(one.data) for rows, one in versions.items()}
    collections[f"geojson-{smallest}"] = rival_servers.on_geojson(file)
    found.missing.append(
        f"pygeoapi GeoJSON beyond {smallest:,} rows: it reads all of the file for every answer"
    )
    if database is None:
        found.missing.append("pygeoapi PostgreSQL: it needs PostGIS, too")
    else:
        collections |= {
            f"postgresql-{rows}": rival_servers.on_postgis(database, f"parcels_{rows}") for rows in versions
        }
    server = stack.enter_context(rival_servers.pygeoapi(folder, collections, WORKERS, THREADS))
    programs = (server.process.pid, *((database.pid,) if database else ()))
    found.memory["pygeoapi, a worker"] = _of_workers(server)
    for title in ("PostgreSQL", "Parquet", "GeoJSON"):
        name, sql = title.lower(), title == "PostgreSQL"
        addresses = serving_requests.pygeoapi(name + "-{rows}", by_number=sql, crowded=sql)
        sizes = tuple(rows for rows in versions if f"{name}-{rows}" in collections)
        found.contenders.append(Contender(f"pygeoapi {title}", server.port, addresses, sizes, programs))


def _of_workers(server: Served) -> Callable[[], list[float]]:
    """The memory of each worker; helpers of the program itself are no workers."""
    return lambda: sorted(resident(pid, "Pss_Anon:") for pid in children(server.process.pid))[-WORKERS:]


def measure_all(folder: Path, sizes: tuple[int, ...]) -> dict[str, object]:
    """All that is measured."""
    versions = {rows: published(folder, rows) for rows in sizes}
    with TemporaryDirectory(prefix="serving-", dir=folder) as name, ExitStack() as stack:
        Path(name).chmod(0o711)  # PostgreSQL may run as another user
        found = gather(stack, Path(name), versions)
        rows: list[Row] = []
        differing: list[str] = []
        before = os.getloadavg()
        for size, version in versions.items():
            bounds, zooms = version.record.bounds, Archive(version.path(TILES)).zooms
            assert bounds is not None
            drawn = partial(cases, size, bounds, zooms)
            present = [one for one in found.contenders if size in one.sizes]
            differing += [f"{size:,} rows, {text}" for text in alike(present, next(drawn()))]
            for measure in MEASURES:
                rows += race(present, measure, size, drawn)
        memory = {name: [round(one) for one in look()] for name, look in found.memory.items()}
    rows.sort(key=lambda row: (MEASURES.index(str(row["measure"])), row["rows"]))
    return {
        "processors": os.cpu_count(),
        "load before and after": [round(one, 1) for one in (before[0], os.getloadavg()[0])],
        "rows": rows,
        "growth": growth(rows, sizes),
        "megabytes": memory,
        "other answers": differing,
        "missing": found.missing,
        "beyond": verdicts(rows, sizes[-1]),
    }


def main() -> None:
    """Measure, print the table and write `serving.json`; ends with 1 when a target is missed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="numbers of polygons")
    parser.add_argument("--folder", type=Path, default=BUILD, help="for the store and the result")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    result = measure_all(options.folder.resolve(), tuple(sorted(options.sizes)))
    (options.folder / "serving.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(report(result))
    if result["beyond"]:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
