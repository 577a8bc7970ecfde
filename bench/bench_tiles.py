"""Vector tiles: how long they take to make, and how fast they are served. Run by `make bench`.

A seamless coverage of made-up polygons is published; its tiles are made in a process of their own. Then the
production server answers random tiles over kept connections, by numbers of workers, threads and clients.

    python bench/bench_tiles.py --polygons 200000
"""

import argparse
import json
import os
import random
import sys
import threading
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from bench.made_layers import coverage, profile, publish
from bench.measuring import measured
from bench.serving import Client, served
from catalog.pmtiles import Archive
from catalog.store import TILES, Store, Version
from services.ogc.tiles.tilesets import Tileset, tileset_of

BUILD = Path(__file__).resolve().parents[1] / "build" / "bench"
LONGEST_P95 = 10.0  # milliseconds of a tile, one client
LONGEST_MAKING = 600.0  # seconds for 1.2 million polygons
LARGEST_MEGABYTES = 2500.0
COMBINATIONS = ((1, 8), (2, 4), (2, 8), (2, 16), (4, 8))  # workers and threads
_SECONDS = 4.0
_MAKE = """
import sys
from pathlib import Path
from catalog.store import Store
from layers.publish.tiles import build_tiles
version = Store(Path(sys.argv[1])).current("cells")
build_tiles(version.data, version.record, Path(sys.argv[2]))
"""

Row = dict[str, float]


def making(store: Store, version: Version, folder: Path) -> Row:
    """Seconds, peak megabytes and size of making the tiles again."""
    out = folder / "again.pmtiles"
    taken = measured([sys.executable, "-c", _MAKE, str(store.root), str(out)])
    same = out.read_bytes() == version.path(TILES).read_bytes()
    if not same:
        raise RuntimeError("the same data gave other tiles")
    first, last = Archive(out).zooms
    return {
        "polygons": float(version.record.rows or 0),
        "seconds": taken.seconds,
        "processor": taken.processor,
        "megabytes": taken.megabytes,
        "bytes": float(out.stat().st_size),
        "first_zoom": float(first),
        "last_zoom": float(last),
    }


def addresses(tiles: Tileset, count: int) -> list[str]:
    """Addresses of random tiles, as many of each zoom."""
    generator = random.Random(1)
    found = []
    first, last = tiles.zooms
    for _ in range(count):
        zoom = generator.randint(first, last)
        west, north, east, south = tiles.limits(zoom)
        place = f"{zoom}/{generator.randint(north, south)}/{generator.randint(west, east)}"
        found.append(f"/ogc/collections/cells/tiles/WebMercatorQuad/{place}?f=mvt&data-version=1")
    return found


def asked(port: int, paths: list[str], clients: int) -> Row:
    """Milliseconds of the answers (p50, p95) and answers a second when so many clients ask for some seconds."""
    times: list[float] = []
    end = time.perf_counter() + _SECONDS

    def ask(number: int) -> None:
        client, place = Client(port), number * 7919
        while time.perf_counter() < end:
            started = time.perf_counter()
            response, _ = client.get(paths[place % len(paths)], Accept_Encoding="gzip")
            times.append((time.perf_counter() - started) * 1000)
            place += 1
            if response.status not in (200, 204):
                raise RuntimeError(f"{response.status} for {paths[place % len(paths)]}")
        client.close()

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    middle, high = np.percentile(times, [50, 95])
    return {"clients": clients, "p50": float(middle), "p95": float(high), "per_second": len(times) / _SECONDS}


def serving(store: Store, folder: Path, tiles: Tileset) -> list[Row]:
    """The answers by workers, threads and clients."""
    paths, rows = addresses(tiles, 2000), []
    state = profile(folder / "profile")
    for workers, threads in COMBINATIONS:
        with served(store.root, state, workers, threads, folder / "server.log") as server:
            asked(server.port, paths, 4)
            for clients in (1, 8):
                row = asked(server.port, paths, clients) | {"megabytes": server.megabytes()}
                rows.append({"workers": workers, "threads": threads} | row)
    return rows


def main() -> None:
    """Measure, print the tables and write `tiles.json`; ends with 1 when a limit is not kept."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--polygons", type=int, default=1_200_000)
    parser.add_argument("--folder", type=Path, default=BUILD, help="for the store and the result")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix="tiles-", dir=options.folder) as name:
        folder = Path(name)
        store = Store(folder / "store")
        shapes = coverage(options.polygons)
        version = publish(store, "cells", shapes, len(shapes), 1)
        del shapes
        made = making(store, version, folder)
        tiles = tileset_of(version)
        if tiles is None:
            raise RuntimeError("the layer has no tiles")
        rows = serving(store, folder, tiles)
    result = {"processors": os.cpu_count(), "load": os.getloadavg()[0], "making": made, "serving": rows}
    (options.folder / "tiles.json").write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    print(
        f"{made['polygons']:,.0f} polygons, zoom {made['first_zoom']:.0f} to {made['last_zoom']:.0f}:"
        f" {made['seconds']:.0f} s ({made['processor']:.0f} s of processor), {made['megabytes']:.0f} MB,"
        f" {made['bytes'] / 1e6:.0f} MB of tiles\n"
    )
    names = ("workers", "threads", "clients", "p50", "p95", "per_second", "megabytes")
    print("  ".join(f"{name:>10}" for name in names))
    for row in rows:
        print("  ".join(f"{row[name]:>10.1f}" for name in names))
    best = min(row["p95"] for row in rows if row["clients"] == 1)
    beyond = [
        f"{what} is {found:.1f}, at most {limit} is wanted"
        for what, found, limit in (
            ("p95 of a tile", best, LONGEST_P95),
            ("making", made["seconds"], LONGEST_MAKING),
            ("megabytes of making", made["megabytes"], LARGEST_MEGABYTES),
        )
        if found > limit
    ]
    print("\n" + ("\n".join(beyond) or "all within the limits"))
    if beyond:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
