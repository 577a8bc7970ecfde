"""Clients that do what people do with a server whose layers are published again and again."""

import gzip
import json
import random
import time
from collections import Counter
from dataclasses import dataclass, field
from http.client import HTTPException
from urllib.parse import urlsplit

from bench.made_layers import EAST, NORTH, SOUTH, WEST
from bench.serving import Client

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
MOST_SECONDS_BEHIND = 10.0
_COLLECTIONS = "/ogc/collections"


@dataclass
class Results:
    """What the clients saw."""

    answers: Counter[str] = field(default_factory=Counter)
    failed: list[str] = field(default_factory=list)
    mixed: list[str] = field(default_factory=list)
    milliseconds: list[float] = field(default_factory=list)
    late: list[str] = field(default_factory=list)
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

    def close(self) -> None:
        """Go away."""
        self._client.close()

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
            self._results.late.append(f"{layer}: more than {MOST_SECONDS_BEHIND:.0f} seconds behind")

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


def _relative(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
