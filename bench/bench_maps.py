"""A statewide map of 879 tracts, 10 indicators × 7 groups × 3 periods: our page beside stock folium.

    python bench/bench_maps.py [FILE WITH POLYGONS]

Polygons: the file given, else a generated coverage of 879 places with wiggly borders. Values are generated
from a fixed seed as shares in percent with one decimal, margins and limits as published tables have them,
3 % suppressed, 10 % unreliable. Stock folium gets the same simplified polygons and one Choropleth per group
and period of a single indicator: 21 of our 210 maps. Chromium is headless and its network is off; folium's
scripts are answered from the installed Leaflet, since its page does not start without them.
"""

import dataclasses
import gzip
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import folium
import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from playwright.sync_api import Browser, Page, Route, sync_playwright

from catalog.configuration import State
from catalog.indicators import Indicator
from catalog.maps import MapManifest
from catalog.records import Record
from services.maps import assets
from services.maps.model import STATE, STATUSES, Block, Level, MapContent, Shapes, Topic
from services.maps.page import DisparityMap, page
from services.maps.topology import simplified

PLACES, INDICATORS, GROUPS, PERIODS = 879, 10, 7, 3
CHROMIUM = Path("/usr/bin/chromium")
TOLERANCE = 0.0005
VOCABULARY = "acs-race-ethnicity"


def polygons(file: Path | None) -> Shapes:
    """Return 879 polygons in degrees that share their borders."""
    if file is not None:
        return np.asarray(gpd.read_file(file).geometry.values, dtype=object)
    rng = np.random.default_rng(1)
    box = shapely.box(-73.7, 41.0, -71.8, 42.05)
    seeds = shapely.multipoints(rng.uniform((-73.7, 41.0), (-71.8, 42.05), (PLACES, 2)))
    cells = shapely.intersection(shapely.get_parts(shapely.voronoi_polygons(seeds, extend_to=box)), box)

    def wiggle(points: np.ndarray) -> np.ndarray:
        return points + 0.003 * np.sin(points[:, ::-1] * 900)

    moved: Shapes = shapely.transform(shapely.segmentize(cells, 0.002), wiggle)
    return moved


def record(name: str) -> Record:
    """Return a record of a generated layer."""
    now = datetime(2026, 1, 1, tzinfo=UTC)
    return Record.model_validate(
        {"id": name, "version": 1, "kind": "table", "state": "bench", "title": name, "agency": "Bench",
         "description": "Generated for the benchmark.", "theme": "population", "licence": "CC0-1.0",
         "cadence": "annually", "published_at": now, "data_changed_at": now}
    )  # fmt: skip


def indicator(number: int) -> Indicator:
    """Return an indicator of shares by seven groups."""
    text = f"Indicator {number} of the benchmark, a share of all people."
    return Indicator.model_validate(
        {"id": f"indicator{number}", "title": f"Indicator {number}", "title_es": f"Indicador {number}",
         "definition": text, "definition_es": text, "universe": "All", "universe_es": "Todos", "theme": "population",
         "kind": "share", "per": 100, "unit": "percent", "decimals": 1, "direction": "lower_is_better",
         "dimensions": [{"name": "race", "vocabulary": VOCABULARY, "tabulation": "race_alone"}],
         "reference": {"race": "white_alone"},
         "source": {"layer": "none", "place": {"type": "tract", "vintage": "2020", "id": "geoid"},
                    "period": {"column": "year"}},
         "cells": {"shape": "tidy", "codes": {"race": "race"}, "value": "share"},
         "places": ["tract"], "policy": {"interval": "margin", "confidence": 0.9}}
    )  # fmt: skip


def block(rng: np.random.Generator, places: int, people: float = 4000.0) -> Block:
    """Return generated values: groups and periods of a place are alike, margins grow with the estimate."""
    shape = (PERIODS, GROUPS, places)
    level = rng.beta(2, 8, places) * 100
    estimate = np.round(np.clip(level + rng.normal(0, 4, shape), 0, 100), 1)
    moe = np.round(1 + np.sqrt(estimate) * rng.uniform(0.8, 1.6, shape), 1)
    status = rng.choice(
        [STATUSES.index(name) for name in ("published", "unreliable", "suppressed")],
        shape,
        p=[0.87, 0.1, 0.03],
    ).astype(np.int8)
    hidden = status == STATUSES.index("suppressed")
    estimate[hidden] = moe[hidden] = np.nan
    lower, upper = np.clip(estimate - moe, 0, 100), np.clip(estimate + moe, 0, 100)
    return Block(estimate, moe, lower, upper, np.full(shape, people), status)


def content(shapes: Shapes) -> MapContent:
    """Return the whole map."""
    rng = np.random.default_rng(2)
    ids = tuple(f"09001{number:06d}" for number in range(len(shapes)))
    levels = {
        "tract-2020": Level("tract", "2020", record("tracts"), ids, tuple(f"Tract {g}" for g in ids), shapes),
        "state-2020": Level(STATE, "2020", None, ("09",), ("Benchland",), None),
    }
    topics = []
    for number in range(INDICATORS):
        made = indicator(number)
        groups = tuple((code,) for code in made.dimension("race").codes)[:GROUPS]
        blocks = {"tract-2020": block(rng, len(shapes)), "state-2020": block(rng, 1, 4000.0 * len(shapes))}
        periods = ("2012", "2017", "2022")
        topics.append(Topic(made, record(made.id), ("race",), groups, periods, blocks, ()))
    text = "A map made for the benchmark, of generated values."
    manifest = MapManifest(
        id="bench", title="Bench", title_es="Bench", description=text, description_es=text,
        indicators=tuple(topic.indicator.id for topic in topics), places=("tract",),
    )  # fmt: skip
    state = State(
        id="bench", name="Benchland", fips="09", bounds=(-74, 40, -71, 43), projected_crs="EPSG:2234"
    )
    return MapContent(manifest, state, levels, tuple(topics), (), ())


def stock(made: MapContent) -> str:
    """Return folium's own page with the maps of the first indicator."""
    level, topic = made.levels["tract-2020"], made.topics[0]
    assert level.shapes is not None
    frame = gpd.GeoDataFrame({"geoid": level.ids}, geometry=simplified(level.shapes, TOLERANCE), crs=4326)
    drawn = folium.Map([41.6, -72.7], zoom_start=9, tiles=None)
    for period in range(PERIODS):
        for group in range(GROUPS):
            values = pd.DataFrame(
                {"geoid": level.ids, "value": topic.blocks[level.key].estimate[period, group]}
            )
            layer = folium.Choropleth(
                frame, data=values, columns=["geoid", "value"], key_on="feature.properties.geoid",
                name=f"{topic.periods[period]} {topic.groups[group][0]}", bins=5, show=not period and not group,
            )  # fmt: skip
            layer.color_scale = None
            for name in [key for key in layer._children if key.startswith("color_map")]:
                del layer._children[name]
            layer.add_to(drawn)
    folium.LayerControl(collapsed=False).add_to(drawn)
    return str(drawn.get_root().render())


def seconds[T](work: Callable[[], T]) -> tuple[float, T]:
    """Return the time of the work and its result."""
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def sizes(data: bytes) -> tuple[float, float]:
    """Return the size of some bytes and of their gzip in MB."""
    return len(data) / 1e6, len(gzip.compress(data)) / 1e6


def visits(drawn: DisparityMap, other: DisparityMap) -> list[tuple[float, float]]:
    """Return what the first visit of a page in parts fetches, and then that of another map, in MB and MB gzip."""
    fetched: list[tuple[float, float]] = []
    known: set[str] = set()
    for one in (drawn, other):
        html, files = one.parts()
        new = [html.encode(), *(file.content for file in files if file.name not in known)]
        known |= {file.name for file in files}
        each = [sizes(data) for data in new]
        fetched.append((sum(size for size, _ in each), sum(packed for _, packed in each)))
    return fetched


def opened(browser: Browser, path: Path, ready: str) -> tuple[Page, float]:
    """Return the page and the milliseconds from navigation until a selector is there and painted."""
    tab = browser.new_page(viewport={"width": 1280, "height": 900})

    def answer(route: Route) -> None:
        url = route.request.url
        if url.startswith("file:"):
            route.continue_()
        elif url.endswith("leaflet.js"):
            route.fulfill(body=assets.leaflet_script(), content_type="text/javascript")
        else:
            route.abort()

    tab.route("**/*", answer)
    tab.goto(path.as_uri(), wait_until="commit")
    tab.wait_for_selector(ready, state="attached", timeout=180_000)
    done = tab.evaluate(
        "() => new Promise((end) => requestAnimationFrame(() => setTimeout(() => end(performance.now()))))"
    )
    return tab, float(done)


PAINTED = (
    "new Promise((end) => requestAnimationFrame(() => setTimeout(() => end(performance.now() - start))))"
)


def switch_ours(tab: Page) -> float:
    """Return the median milliseconds from choosing another group until it is painted."""
    script = f"""async (code) => {{
        const select = document.querySelector("select[name=race]");
        const start = performance.now();
        select.value = code;
        select.dispatchEvent(new Event("change"));
        return await {PAINTED};
    }}"""
    codes = tab.locator("select[name=race] option").evaluate_all("all => all.map((item) => item.value)")
    return statistics.median(float(tab.evaluate(script, code)) for code in codes[1:] + codes[:1])


def switch_stock(tab: Page) -> float:
    """Return the median milliseconds from ticking another layer until it is painted."""
    script = f"""async (number) => {{
        const boxes = document.querySelectorAll(".leaflet-control-layers-overlays input");
        const start = performance.now();
        boxes[number].click();
        boxes[number + 1].click();
        return await {PAINTED};
    }}"""
    return statistics.median(float(tab.evaluate(script, number)) for number in range(GROUPS))


LIMITS = {"build s": 2.0, "MB": 2.0, "MB gzip": 0.7, "ready ms": 1500.0, "switch ms": 150.0}
"""What the page must stay below, on a machine that does nothing else."""


def main() -> int:
    """Build both pages and open them; the result is the number of limits that were missed."""
    measured = run()
    missed = [
        f"{name} {value:.2f} > {LIMITS[name]:g}" for name, value in measured.items() if value > LIMITS[name]
    ]
    print(f"  missed: {', '.join(missed)}" if missed else "  all limits kept")
    return len(missed)


def run() -> dict[str, float]:
    """Print what both pages need; the result is what ours needs, by the names of the limits."""
    shapes = polygons(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
    made = content(shapes)
    page(made)
    ours_time, ours = min((seconds(lambda: page(made)) for _ in range(3)), key=lambda item: item[0])
    stock_time, theirs = seconds(lambda: stock(made))
    cells = INDICATORS * GROUPS * PERIODS
    print(f"{len(shapes)} polygons, {shapely.get_num_coordinates(shapes).sum():,} vertices")
    measured: dict[str, float] = {"build s": ours_time}
    measured["MB"], measured["MB gzip"] = sizes(ours.encode())
    for name, seconds_taken, html in (
        (f"ours, {cells} maps", ours_time, ours),
        (f"stock folium, {GROUPS * PERIODS} maps", stock_time, theirs),
    ):
        whole, packed = sizes(html.encode())
        print(f"  {name:22} build {seconds_taken:6.2f} s  {whole:7.2f} MB  {packed:6.2f} MB gzip")
    few = dataclasses.replace(
        made, manifest=made.manifest.model_copy(update={"id": "other"}), topics=made.topics[:3]
    )
    first, second = visits(DisparityMap(made), DisparityMap(few))
    print(
        f"  ours in parts: first visit {first[0]:.2f} MB, {first[1]:.2f} MB gzip; "
        f"then a map of three indicators {second[0]:.2f} MB, {second[1]:.2f} MB gzip"
    )
    if not CHROMIUM.is_file():
        print(f"  no browser at {CHROMIUM}: times in the browser are not measured")
        return measured
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(CHROMIUM),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        for name, html, ready, switch in (
            ("ours", ours, "html[data-ready]", switch_ours),
            ("stock folium", theirs, ".leaflet-control-layers-overlays input", switch_stock),
        ):
            path = Path(folder) / f"{name.split()[0]}.html"
            path.write_text(html, encoding="utf-8")
            times = []
            for _ in range(3):
                tab, ready_time = opened(browser, path, ready)
                times.append(ready_time)
                switching = switch(tab)
                tab.close()
            if name == "ours":
                measured |= {"ready ms": statistics.median(times), "switch ms": switching}
            print(f"  {name:14} ready {statistics.median(times):7.0f} ms   group switch {switching:6.0f} ms")
        browser.close()
    return measured


if __name__ == "__main__":
    sys.exit(main())
