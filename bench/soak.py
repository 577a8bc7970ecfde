"""Clients of every kind while layers are published again and again underneath.

    python bench/soak.py --minutes 10

Wanted: no failed request, no list that mixes two versions, no tile that its TileJSON does not belong to, every
publication seen within seconds, memory flat. Writes soak.json; ends with 1 when something is not as wanted.
"""

import argparse
import gzip
import json
import random
import re
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

import numpy as np

from bench.made_layers import EAST, NORTH, SOUTH, WEST, coverage, points, profile, publish
from bench.serving import Client, Served, served
from catalog.index import rebuild
from catalog.store import Store

BUILD = Path(__file__).resolve().parents[1] / "build" / "bench"
LAYERS = {"cells": 2000, "places": 6000, "figures": 1500}
KINDS = (
    "paging",
    "sorted",
    "box",
    "item",
    "tilejson",
    "tile",
    "file",
    "catalog",
    "filter",
    "csv",
    "page",
    "health",
)
PUBLISH_EVERY = 2.0
SAMPLE_EVERY = 2.0
MOST_GROWTH = 0.10  # of memory, from the second third to the last
MOST_SECONDS_BEHIND = 10.0
_COLLECTIONS = "/ogc/collections"


@dataclass
class Results:
    """What the clients saw."""

    answers: Counter[str] = field(default_factory=Counter)
    failed: list[str] = field(default_factory=list)
    mixed: list[str] = field(default_factory=list)
    milliseconds: list[float] = field(default_factory=list)
    behind: list[float] = field(default_factory=list)
    megabytes: list[float] = field(default_factory=list)
    published: dict[str, dict[int, float]] = field(default_factory=lambda: {name: {} for name in LAYERS})

    def newest(self, layer: str, before: float) -> int:
        """The newest edition of a layer that was published before a moment."""
        return max((edition for edition, at in self.published[layer].items() if at <= before), default=0)


class Visitor:
    """One client; `visit` does one thing that people do."""

    def __init__(self, port: int, results: Results, seed: int) -> None:
        self._client, self._results = Client(port), results
        self._random = random.Random(seed)

    def visit(self) -> None:
        """One visit of a random kind; what goes wrong is noted."""
        kind = self._random.choice(KINDS)
        try:
            getattr(self, f"_{kind}")()
            self._results.answers[f"visits: {kind}"] += 1
        except (HTTPException, OSError, KeyError, ValueError) as error:
            self._results.failed.append(f"{kind}: {type(error).__name__}: {error}")

    def _get(self, path: str, **headers: str) -> tuple[int, bytes]:
        started = time.perf_counter()
        response, body = self._client.get(path, **headers)
        self._results.milliseconds.append((time.perf_counter() - started) * 1000)
        self._results.answers[str(response.status)] += 1
        if response.status not in (200, 204, 206, 304):
            raise ValueError(f"{response.status} for {path}: {body[:200].decode(errors='replace')}")
        return response.status, body

    def _json(self, path: str) -> dict[str, object]:
        found: dict[str, object] = json.loads(self._get(path)[1])
        return found

    def _paging(self, query: str = "limit=400") -> None:
        layer = self._random.choice(list(LAYERS))
        started = time.time()
        path, numbers, editions = f"{_COLLECTIONS}/{layer}/items?{query}", [], set()
        while path:
            page = self._json(path)
            for feature in page["features"]:  # type: ignore[attr-defined]
                numbers.append(feature["properties"]["number"])
                editions.add(feature["properties"]["edition"])
            following = [link["href"] for link in page["links"] if link["rel"] == "next"]  # type: ignore[attr-defined]
            path = _relative(following[0]) if following else ""
        if len(editions) != 1 or len(numbers) != len(set(numbers)) or len(numbers) != page["numberMatched"]:
            self._results.mixed.append(f"{layer}: {len(numbers)} rows of editions {sorted(editions)}")
        elif editions.pop() < self._results.newest(layer, started - MOST_SECONDS_BEHIND):
            self._results.mixed.append(f"{layer}: more than {MOST_SECONDS_BEHIND:.0f} seconds behind")

    def _sorted(self) -> None:
        self._paging("limit=400&sortby=-value")

    def _box(self) -> None:
        west, south = self._random.uniform(WEST, EAST - 0.3), self._random.uniform(SOUTH, NORTH - 0.2)
        box = f"{west:.4f},{south:.4f},{west + 0.3:.4f},{south + 0.2:.4f}"
        page = self._json(f"{_COLLECTIONS}/cells/items?bbox={box}&limit=1000")
        editions = {one["properties"]["edition"] for one in page["features"]}  # type: ignore[attr-defined]
        if len(editions) != 1 or page["numberMatched"] != page["numberReturned"]:
            self._results.mixed.append(f"bbox: editions {sorted(editions)}")

    def _filter(self) -> None:
        page = self._json(f"{_COLLECTIONS}/places/items?filter=value%3E1%20AND%20use%3D'public'&limit=1000")
        if any(one["properties"]["value"] <= 1 for one in page["features"]):  # type: ignore[attr-defined]
            raise ValueError("a feature that the filter leaves out")

    def _item(self) -> None:
        layer = self._random.choice(list(LAYERS))
        number = self._json(f"{_COLLECTIONS}/{layer}/items?limit=1")["features"][0]["id"]  # type: ignore[index]
        self._json(f"{_COLLECTIONS}/{layer}/items/{number}")

    def _csv(self) -> None:
        _, text = self._get(f"{_COLLECTIONS}/figures/items?f=csv&properties=number,edition")
        lines = text.decode().strip().splitlines()
        editions = {line.rsplit(",", 1)[-1] for line in lines[1:]}
        if len(lines) != LAYERS["figures"] + 1 or len(editions) != 1:
            self._results.mixed.append(f"csv: {len(lines)} lines of editions {sorted(editions)}")

    def _tilejson(self) -> None:
        described = self._json(f"{_COLLECTIONS}/cells/tiles/WebMercatorQuad?f=tilejson")
        version = str(described["version"]).split(".")[0]
        for z, x, y in ((6, 18, 23), (8, 75, 95), (10, 302, 382)):
            address = described["tiles"][0].format(z=z, x=x, y=y)  # type: ignore[index]
            _, tile = self._get(_relative(address), Accept_Encoding="gzip")
            raw = gzip.decompress(tile) if tile else b""
            # the one value of `edition` is the layer's only unsigned integer: field 5 of a Value
            if tile and bytes([0x22, 2, 0x28, int(version) % 128]) not in raw and int(version) < 128:
                self._results.mixed.append(f"a tile of version {version} at {z}/{x}/{y} is of another")

    def _tile(self) -> None:
        zoom = self._random.randint(0, 12)
        place = f"{zoom}/{int(2**zoom * 0.3743)}/{int(2**zoom * 0.2970)}"
        self._get(f"{_COLLECTIONS}/cells/tiles/WebMercatorQuad/{place}", Accept_Encoding="gzip")

    def _file(self) -> None:
        response, _ = self._client.get("/files/cells/current/tiles.pmtiles")
        place = _relative(response.headers["Location"])
        first = self._random.randint(0, 500)
        status, part = self._get(place, Range=f"bytes={first}-{first + 99}")
        if (status, len(part)) != (206, 100):
            raise ValueError(f"{status} with {len(part)} bytes for a range")

    def _catalog(self) -> None:
        self._get("/ogc/collections")
        self._get("/ogc/collections/catalog/items?q=benchmark")

    def _page(self) -> None:
        for path in ("/", f"/layers/{self._random.choice(list(LAYERS))}", "/ogc/?f=html"):
            self._get(path)

    def _health(self) -> None:
        if self._json("/health")["status"] != "ok":
            raise ValueError("the service is not well")


def soak(seconds: float, clients: int, server: Served, store: Store, results: Results) -> None:
    """Let clients, a publisher and a look at memory work for so many seconds."""
    over = threading.Event()

    def repeated(action: Callable[[], object], pause: float) -> Callable[[], None]:
        def run() -> None:
            while not over.is_set():
                action()
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


def _publisher(store: Store, results: Results) -> Callable[[], None]:
    shapes = _shapes()
    turn = iter(range(1, 10**9))

    def publish_next() -> None:
        number = next(turn)
        layer = list(LAYERS)[number % len(LAYERS)]
        edition = max(results.published[layer], default=1) + 1
        rows = LAYERS[layer] if shapes[layer] is None else len(shapes[layer])
        publish(store, layer, shapes[layer], rows, edition)
        results.published[layer][edition] = time.time()
        if number % 5 == 0:
            rebuild(store)

    return publish_next


def _shapes() -> dict[str, np.ndarray | None]:
    return {"cells": coverage(LAYERS["cells"]), "places": points(LAYERS["places"]), "figures": None}


def summary(results: Results, seconds: float) -> dict[str, object]:
    """The figures of a run, and what was not as wanted."""
    third = len(results.megabytes) // 3
    middle, last = (
        float(np.median(part))
        for part in (results.megabytes[third : 2 * third], results.megabytes[2 * third :])
    )
    growth = last / middle - 1
    unwanted = [f"{len(results.failed)} requests failed"] * bool(results.failed)
    unwanted += [f"{len(results.mixed)} answers mixed versions"] * bool(results.mixed)
    unwanted += [f"memory grew by {growth:.0%}"] * (growth > MOST_GROWTH)
    p50, p95, p99 = np.percentile(results.milliseconds, [50, 95, 99]).round(1).tolist()
    return {
        "seconds": seconds,
        "requests": len(results.milliseconds),
        "answers": dict(sorted(results.answers.items())),
        "publications": sum(map(len, results.published.values())),
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
        "unwanted": unwanted,
    }


def _relative(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


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
    results = Results()
    with TemporaryDirectory(prefix="soak-", dir=options.folder) as name:
        folder = Path(name)
        store = Store(folder / "store")
        for layer, shapes in _shapes().items():
            publish(store, layer, shapes, LAYERS[layer] if shapes is None else len(shapes), 1)
            results.published[layer][1] = time.time()
        rebuild(store)
        state, log = profile(folder / "profile"), folder / "server.log"
        with served(
            store.root, state, options.workers, options.threads, log, TOWNLINE_SERVE_MAX_EXPORTS="16"
        ) as server:
            soak(options.minutes * 60, options.clients, server, store, results)
        logged = re.findall(
            r"^.*(?:ERROR|Traceback|WARNING).*$", log.read_text(encoding="utf-8"), re.MULTILINE
        )
        faults = store.verify()
    found = summary(results, options.minutes * 60) | {
        "logged": logged[:20],
        "faults": [str(one) for one in faults],
    }
    found["unwanted"] = [
        *found["unwanted"],
        *(["faults in the log"] * bool(logged)),
        *(["faults in the store"] * bool(faults)),
    ]  # type: ignore[misc]
    (options.folder / "soak.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(found, indent=1))
    if found["unwanted"]:
        sys.exit(1)


if __name__ == "__main__":
    main()
