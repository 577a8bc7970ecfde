"""The same requests to each server: what is asked, in each one's addresses, and how long the answers take."""

import json
import math
import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import count

import numpy as np

from bench.serving import Client

PAGE = 1000
IN_A_BOX = 3000  # features in a window, whatever the size of the layer
DEEP = 5 / 6  # of the layer lies before a deep page: 1,000,000 of 1,200,000
CLIENTS = 8
_CLOCK = time.perf_counter


@dataclass(frozen=True)
class Case:
    """One request's particulars, the same for every server."""

    rows: int
    box: str
    parcel: str
    fid: int
    offset: int
    tile: tuple[int, int, int]


def cases(rows: int, bounds: tuple[float, float, float, float], zooms: tuple[int, int]) -> Iterator[Case]:
    """Cases without end, no two alike, the same ones at every call."""
    draw = random.Random(rows)
    west, south, east, north = bounds
    side = math.sqrt(min(1.0, IN_A_BOX / rows))
    for number in count():
        left = west + draw.random() * (1 - side) * (east - west)
        bottom = south + draw.random() * (1 - side) * (north - south)
        sides = (left, bottom, left + side * (east - west), bottom + side * (north - south))
        yield Case(
            rows=rows,
            box=",".join(f"{one:.6f}" for one in sides),
            parcel=f"CT-{draw.randrange(rows):07}",
            fid=draw.randrange(1, rows),
            offset=int(rows * DEEP) + number * 37 % (rows // 10),
            tile=_tile(draw.randint(*zooms), draw.uniform(west, east), draw.uniform(south, north)),
        )


def _tile(zoom: int, longitude: float, latitude: float) -> tuple[int, int, int]:
    across = 2**zoom * (longitude + 180) / 360
    down = 2**zoom * (1 - math.asinh(math.tan(math.radians(latitude))) / math.pi) / 2
    return zoom, int(across), int(down)


Address = Callable[[Case], str]


def townline() -> dict[str, Address]:
    """Townline's addresses, by measure."""

    def at(case: Case) -> str:
        return f"/ogc/collections/parcels-{case.rows}"

    return {
        "page": lambda case: f"{at(case)}/items?bbox={case.box}&limit={PAGE}",
        "crowd": lambda case: f"{at(case)}/items?bbox={case.box}&limit={PAGE}",
        "item": lambda case: f"{at(case)}/items/{case.parcel}",
        "count": lambda case: f"{at(case)}/items?bbox={case.box}&resulttype=hits",
        "deep": lambda case: f"{at(case)}/items?offset={case.offset}&limit={PAGE}",
        "next": lambda case: f"{at(case)}/items?limit={PAGE}&data-version=1&page-after={case.offset}",
        "tile": lambda case: "{0}/tiles/WebMercatorQuad/{1}/{3}/{2}?f=mvt&data-version=1".format(
            at(case), *case.tile
        ),
    }


def tipg() -> dict[str, Address]:
    """Addresses of tipg.

    Every page has its count; there is no request for the count alone, so that one feature comes with it (for
    which PostgreSQL may walk the primary key instead of the window).
    """

    def at(case: Case) -> str:
        return f"/collections/public.parcels_{case.rows}"

    return {
        "page": lambda case: f"{at(case)}/items?bbox={case.box}&limit={PAGE}",
        "crowd": lambda case: f"{at(case)}/items?bbox={case.box}&limit={PAGE}",
        "item": lambda case: f"{at(case)}/items/{case.fid}",
        "count": lambda case: f"{at(case)}/items?bbox={case.box}&limit=1",
        "deep": lambda case: f"{at(case)}/items?offset={case.offset}&limit={PAGE}",
        "tile": lambda case: "{}/tiles/WebMercatorQuad/{}/{}/{}".format(at(case), *case.tile),
    }


def pygeoapi(collection: str, *, by_number: bool = False, crowded: bool = False) -> dict[str, Address]:
    """Pygeoapi's addresses; features are known by their row's number or by their key."""

    def at(case: Case) -> str:
        return f"/collections/{collection.format(rows=case.rows)}/items"

    def page(case: Case) -> str:
        return f"{at(case)}?bbox={case.box}&limit={PAGE}"

    addresses: dict[str, Address] = {
        "page": page,
        "item": lambda case: f"{at(case)}/{case.fid if by_number else case.parcel}",
        "count": lambda case: f"{at(case)}?bbox={case.box}&resulttype=hits",
        "deep": lambda case: f"{at(case)}?offset={case.offset}&limit={PAGE}",
    }
    return addresses | ({"crowd": page} if crowded else {})


@dataclass(frozen=True)
class Contender:
    """A server, its addresses, the sizes of layers that it is asked for, and the programs that work for it."""

    name: str
    port: int
    addresses: dict[str, Address]
    sizes: tuple[int, ...]
    pids: tuple[int, ...]

    def answer(self, measure: str, case: Case) -> bytes:
        """The body of an answer."""
        with closing(Client(self.port)) as client:
            return _asked(client, self.addresses[measure](case))


def alike(contenders: list[Contender], case: Case) -> list[str]:
    """Whose page or count is another than the first one's, one sentence each; the first one must have a full page."""
    sentences: list[str] = []
    first: tuple[int, int] | None = None
    for one in contenders:
        page = json.loads(one.answer("page", case))
        found = len(page["features"]), page["numberMatched"]
        first = first or found
        if found != first:
            sentences.append(
                f"{one.name}: {found[0]} of {found[1]} features; {contenders[0].name}: {first[0]} of {first[1]}"
            )
    if first is None or first[0] != PAGE:
        raise RuntimeError(f"a page of {PAGE} was wanted, {first} was found")
    return sentences


def timed(one: Contender, measure: str, drawn: Iterator[Case], seconds: float, least: int) -> list[float]:
    """Milliseconds of answers to one client after the other, for so long and at least so many."""
    client, times, end = Client(one.port), list[float](), _CLOCK() + seconds
    _asked(client, one.addresses[measure](next(drawn)))
    while len(times) < least or _CLOCK() < end:
        path = one.addresses[measure](next(drawn))
        started = _CLOCK()
        _asked(client, path)
        times.append((_CLOCK() - started) * 1000)
    client.close()
    return times


def crowd(one: Contender, measure: str, drawn: Iterator[Case], seconds: float) -> tuple[list[float], float]:
    """Milliseconds of answers to eight clients at once, and answers a second."""
    times: list[float] = []
    lock, end = threading.Lock(), _CLOCK() + seconds

    def ask() -> None:
        client = Client(one.port)
        while _CLOCK() < end:
            with lock:
                path = one.addresses[measure](next(drawn))
            started = _CLOCK()
            _asked(client, path)
            times.append((_CLOCK() - started) * 1000)
        client.close()

    started = _CLOCK()
    threads = [threading.Thread(target=ask) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return times, len(times) / (_CLOCK() - started)


def percentiles(times: list[float]) -> tuple[float, float]:
    """Median and 95th percentile."""
    middle, high = np.percentile(times, [50, 95])
    return float(middle), float(high)


def _asked(client: Client, path: str) -> bytes:
    response, body = client.get(path, **({"Accept_Encoding": "gzip"} if "/tiles/" in path else {}))
    if response.status not in (200, 204):
        raise RuntimeError(f"{response.status} for {path}: {body[:300].decode(errors='replace')}")
    return body
