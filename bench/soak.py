"""Clients of every kind while layers are published again and again underneath.

    python -m bench soak --minutes 10

Wanted: no failed request, no list that mixes two versions, no tile that its TileJSON does not belong to, every
publication seen within seconds, memory flat. Writes soak.json; ends with 1 when something is not as wanted.
"""

import argparse
import json
import os
import re
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from bench.made_layers import coverage, points, profile, publish
from bench.serving import Served, served
from bench.visitors import LAYERS, Results, Visitor
from catalog.index import rebuild
from catalog.store import Store

BUILD = Path(__file__).resolve().parents[1] / "build" / "bench"
PUBLISH_EVERY = 2.0
SAMPLE_EVERY = 2.0
MOST_GROWTH = 0.10  # of memory, from the second third to the last


def soak(seconds: float, clients: int, server: Served, store: Store, results: Results) -> None:
    """Let clients, a publisher and a look at memory work for so many seconds."""
    over = threading.Event()

    def repeated(action: Callable[[], object], pause: float) -> Callable[[], None]:
        def run() -> None:
            while not over.is_set():
                try:
                    action()
                except Exception as error:  # noqa: BLE001 - whatever it is, the run is not as wanted
                    results.failed.append(f"{type(error).__name__}: {error}")
                over.wait(pause)

        return run

    visitors = [Visitor(server.port, results, seed) for seed in range(clients)]
    actions = [repeated(visitor.visit, 0.0) for visitor in visitors]
    actions += [
        repeated(_publisher(store, results), PUBLISH_EVERY),
        repeated(lambda: results.megabytes.append(server.megabytes()), SAMPLE_EVERY),
    ]
    threads = [threading.Thread(target=action) for action in actions]
    for thread in threads:
        thread.start()
    over.wait(seconds)
    over.set()
    for thread in threads:
        thread.join()
    for visitor in visitors:
        visitor.close()


def _publisher(store: Store, results: Results) -> Callable[[], None]:
    shapes = _shapes()
    turn = iter(range(1, 10**9))

    def publish_next() -> None:
        number = next(turn)
        layer = list(LAYERS)[number % len(LAYERS)]
        edition = max(results.published[layer], default=1) + 1
        places = shapes[layer]
        publish(store, layer, places, LAYERS[layer] if places is None else len(places), edition)
        results.published[layer][edition] = time.time()
        if number % 5 == 0:
            rebuild(store)

    return publish_next


def _shapes() -> dict[str, np.ndarray | None]:
    return {"cells": coverage(LAYERS["cells"]), "places": points(LAYERS["places"]), "figures": None}


def summary(results: Results, seconds: float) -> dict[str, Any]:
    """The figures of a run, and what was not as wanted."""
    third = len(results.megabytes) // 3
    middle, last = (
        float(np.median(part))
        for part in (results.megabytes[third : 2 * third], results.megabytes[2 * third :])
    )
    growth = last / middle - 1
    publications = sum(len(editions) - 1 for editions in results.published.values())
    unwanted = [f"{len(results.failed)} requests or publications failed"] * bool(results.failed)
    unwanted += [f"{len(results.mixed)} answers mixed versions"] * bool(results.mixed)
    unwanted += [f"{len(results.late)} lists were of an old version"] * bool(results.late)
    unwanted += ["nothing was published"] * (not publications)
    unwanted += [f"memory grew by {growth:.0%}"] * (growth > MOST_GROWTH)
    p50, p95, p99 = np.percentile(results.milliseconds, [50, 95, 99]).round(1).tolist()
    return {
        "seconds": seconds,
        "load": round(os.getloadavg()[0], 1),
        "requests": len(results.milliseconds),
        "answers": dict(sorted(results.answers.items())),
        "publications": publications,
        "milliseconds": {"p50": p50, "p95": p95, "p99": p99, "longest": round(max(results.milliseconds), 1)},
        "megabytes": {
            "middle third": round(middle),
            "last third": round(last),
            "largest": round(max(results.megabytes)),
        },
        "memory over time": [
            round(value) for value in results.megabytes[:: max(1, len(results.megabytes) // 60)]
        ],
        "failed": results.failed[:20],
        "mixed": results.mixed[:20],
        "late": results.late[:20],
        "unwanted": unwanted,
    }


def soaked(folder: Path, seconds: float, clients: int, workers: int, threads: int) -> dict[str, Any]:
    """The figures of a run in an empty folder; `unwanted` says what is not as it should be."""
    results = Results()
    store = Store(folder / "store")
    for layer, shapes in _shapes().items():
        publish(store, layer, shapes, LAYERS[layer] if shapes is None else len(shapes), 1)
        results.published[layer][1] = time.time()
    rebuild(store)
    state, log = profile(folder / "profile"), folder / "server.log"
    exports = str(2 * clients)
    with served(store.root, state, workers, threads, log, TOWNLINE_SERVE_MAX_EXPORTS=exports) as server:
        soak(seconds, clients, server, store, results)
    said = re.findall(r"^.*(?:ERROR|Traceback|WARNING).*$", log.read_text(encoding="utf-8"), re.MULTILINE)
    faults = [str(one) for one in store.verify()]
    found = summary(results, seconds) | {"logged": said[:20], "faults": faults}
    found["unwanted"] += ["faults in the log"] * bool(said) + ["faults in the store"] * bool(faults)
    return found


def main() -> None:
    """Run, print and write `soak.json`."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--threads", type=int, default=8)
    parser.add_argument("--folder", type=Path, default=BUILD, help="for the store and the result")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix="soak-", dir=options.folder) as name:
        seconds = options.minutes * 60
        found = soaked(Path(name), seconds, options.clients, options.workers, options.threads)
    (options.folder / "soak.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(found, indent=1))
    if found["unwanted"]:
        sys.exit(1)


if __name__ == "__main__":
    main()
