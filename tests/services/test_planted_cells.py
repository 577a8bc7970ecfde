"""Secret cells are planted in a register and looked for in everything that can leave the house, decoded.

The same world is built twice: once under a policy that hides cells with large, distinctive counts, and once under
one that hides nothing, which shows that each kind of artefact is read in the way that would find them.
"""

import base64
import gzip
import json
import logging
import math
import re
import sqlite3
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import pytest
import shapely
from flask.testing import FlaskClient
from pmtiles.reader import MmapSource, Reader, all_tiles
from pypdf import PdfReader
from typer.testing import CliRunner

from catalog.settings import Settings
from catalog.store import Store
from layers.measures.suppression.policy import POLICIES, SuppressionPolicy
from services.cli import app
from services.settings import ServiceSettings
from services.web.app import create_app

ROOT = Path(__file__).resolve().parents[2]
TOWNS = {f"0900100{number:04d}": f"090010000{number // 2}" for number in range(4)}
TRACTS = tuple(TOWNS)
COUNTS = {
    "white": (22_013, 31_019, 21_031, 29_033),
    "nonwhite": (12_347, 30_011, 20_041, 28_057),
}
"""By tract. The smallest is below the threshold; its row, and the smallest other column, go with it."""
SECRETS = (12_347, 22_013, 20_041, 21_031, 12_347 + 30_011, 22_013 + 31_019, 20_041 + 28_057, 21_031 + 29_033)
"""What must not be found: the four hidden cells, and the town's counts, which would give them away."""
NAMES = ("ZORBLAX", "quiddity", "Fnordstrom")
"""The people of the register, a column of it that nothing is counted by, and what stands there."""

STATE = """
id: testland
name: Testland
fips: "09"
bounds: [-73.2, 40.9, -72.4, 41.3]
projected_crs: EPSG:2234
languages: [en, es]
"""
PLACES = """
state: {geoid: "09", name: Testland}
boundaries: {tract: {"2020": tracts}}
nesting:
  - {child: tract, parent: town, vintage: "2020", layer: tracts, child_column: tract, parent_column: town}
"""
COMMON = """
id: %s
title: A layer of the tests
description: A layer made for the tests of disclosure control.
agency: Office of Tests
theme: population
licence: none-stated
cadence: annually
"""
COLUMN = "  - {name: %s, type: string, title: A column, description: A column.}\n"
TRACT_LAYER = (
    COMMON % "tracts"
    + """
kind: features
sources: [{mirror: tracts.geojson}]
places: {type: tract, vintage: "2020", id: tract, name: tract}
geometry: {type: polygon, crs: {code: EPSG:4326}}
key: [tract]
columns:
"""
    + COLUMN % "tract"
    + COLUMN % "town"
)
REGISTER_LAYER = (
    COMMON % "person-register"
    + """
kind: table
access: restricted
sources: [{mirror: person-register.parquet}]
key: [person]
columns:
"""
    + "".join(COLUMN % name for name in ("person", "race", "tract", "quiddity"))
)
RELEASED_LAYER = (
    COMMON % "released"
    + """
kind: table
sources: [{mirror: released.parquet}]
key: [race, place, place_level]
columns:
  - {name: count, type: integer, title: People, description: People.}
  - {name: whole, type: integer, title: Everyone, description: People of every race.}
"""
    + "".join(COLUMN % name for name in ("race", "place", "place_level"))
)
"""A release as another agency takes it up, so that indicators, maps and reports show it."""
REGISTER = """
id: people
layer: person-register
policy: planted
when_revealing: refuse
dimensions:
  - {name: race, column: race, title: Race, title_es: Raza, codes: [white, nonwhite]}
  - {name: place, column: tract, title: Place, title_es: Lugar, places: {type: tract, vintage: "2020", within: [town]}}
releases:
  - id: by-tract
    title: By tract
    title_es: Por sector
    description: People by race and tract.
    theme: population
    tables: [{name: people, by: {race: [race], place: [place]}}]
  - id: by-town
    title: By town
    title_es: Por municipio
    description: People by race and town.
    theme: population
    tables: [{name: people, by: {race: [race], place: [town]}}]
"""
INDICATOR = """
id: people
title: People by race
title_es: Personas por raza
definition: People of the register by race, as far as they are released.
definition_es: Personas del registro por raza, hasta donde se publican.
universe: People
universe_es: Personas
theme: population
kind: count
unit: people
decimals: 0
direction: neutral
dimensions: [{name: race, vocabulary: race-vital-records, tabulation: recorded}]
source:
  layer: released
  place: {type: {column: place_level, values: {place: tract}, ignored: [total]}, vintage: "2020", id: place}
  period: {fixed: "2020"}
cells: {shape: tidy, numerator: count, codes: {race: race}, totals: {race: [total]}}
places: [tract]
"""
SHARE = (
    INDICATOR.replace("id: people", "id: people-share")
    .replace("kind: count\nunit: people", "kind: share\nper: 100\nunit: percent")
    .replace("direction: neutral", "direction: lower_is_better\nreference: {race: white}")
    .replace("numerator: count", "numerator: count, denominator: whole")
)
MAP = """
id: people
title: People by race
title_es: Personas por raza
description: People of the register by race and tract.
description_es: Personas del registro por raza y sector.
indicators: [people]
places: [tract]
opening: {indicator: people, group: {race: white}}
"""


@dataclass
class World:
    """A profile, its stores and mirror in one folder.

    said: all that was printed. answers: the status of every answer. found: the texts of all artefacts by their names.
    """

    root: Path
    said: str = ""
    answers: dict[str, int] = field(default_factory=dict)
    found: dict[str, str] = field(default_factory=dict)

    def __call__(self, *arguments: str, code: int = 0) -> str:
        options = [
            text
            for name in ("profile", "store", "private", "mirror")
            for text in (f"--{name}", str(self.root / name))
        ]
        ended = CliRunner().invoke(app, [*options, *arguments], env={"COLUMNS": "250"})
        self.said += ended.output
        assert ended.exit_code == code, ended.output
        return ended.output

    def declare(self) -> None:
        texts = {"state.yml": STATE, "places.yml": PLACES, "layers/tracts.yml": TRACT_LAYER}
        texts |= {"layers/released.yml": RELEASED_LAYER}
        texts |= {"layers/person-register.yml": REGISTER_LAYER, "registers/people.yml": REGISTER}
        texts |= {
            "indicators/people.yml": INDICATOR,
            "indicators/people-share.yml": SHARE,
            "maps/people.yml": MAP,
        }
        for name, text in texts.items():
            path = self.root / "profile" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        (self.root / "mirror").mkdir()
        shapes = [shapely.box(-73 + k / 10, 41, -72.9 + k / 10, 41.1) for k in range(len(TRACTS))]
        features = [
            {
                "type": "Feature",
                "properties": {"tract": t, "town": TOWNS[t]},
                "geometry": shapely.geometry.mapping(s),
            }
            for t, s in zip(TRACTS, shapes, strict=True)
        ]
        document = {"type": "FeatureCollection", "features": features}
        (self.root / "mirror/tracts.geojson").write_text(json.dumps(document))

    def fill(self, *bad: tuple[str, str, str]) -> None:
        """Write the register; `bad` rows (person, race, tract) come last."""
        cells = [
            (race, tract, n)
            for race, counts in COUNTS.items()
            for tract, n in zip(TRACTS, counts, strict=True)
        ]
        rows = [(race, tract) for race, tract, n in cells for _ in range(n)]
        people = [(f"ZORBLAX-{number:06d}", *row) for number, row in enumerate(rows)] + list(bad)
        columns = dict(zip(("person", "race", "tract"), zip(*people, strict=True), strict=True))
        table = pa.table(columns | {"quiddity": pa.array(["Fnordstrom"] * len(people))})
        pq.write_table(table, self.root / "mirror/person-register.parquet")


def build(root: Path, *, hides: bool) -> World:
    """A world, everything that can be made of it, and every error that can be provoked, gathered as text."""
    world = World(root)
    world.declare()
    world.fill()
    world("ingest", "tracts", "person-register")
    told = world("derive", "by-tract", "by-town", code=int(hides))
    take_up(world)
    world("ingest", "released")
    world("derive", "people", "people-share")
    assert ("narrows" in told) == hides, "where cells are hidden, the second release would give them away"
    world("disclosure", "audit")
    world("map", "people", "--out", str(root / "maps"), "--picture", "svg")
    world("report", "profile", TRACTS[0], "--places", "tract", "--out", str(root / "reports"))
    world("profile", TRACTS[0], "--places", "tract")
    world("explain", "people-tract", "nonwhite_estimate", TRACTS[0])
    world("disparity", "people-share", "--by", "race", "--places", "tract", "--out", str(root / "disparity"))
    world("site", "--out", str(root / "site"))
    for layer in Store(root / "store").layers():
        world("show", layer)
        world("show", layer, "--json")
    served(world)
    refused(world)
    for folder in ("store", "maps", "reports", "site", "disparity"):
        for path in sorted((root / folder).rglob("*")):
            if path.is_file():
                gather(world, path, f"{folder}/{path.relative_to(root / folder)}")
    for path in (root / "private").rglob("quarantine/**/*.json"):
        gather(world, path, f"quarantine/{path.name}")
    world.found["printed"] = world.said
    return world


def take_up(world: World) -> None:
    """The release as another agency publishes it again, with the whole beside each count."""
    rows = pq.read_table(Store(world.root / "store").current("by-tract").data).to_pylist()
    whole = {row["place"]: row["count"] for row in rows if row["race"] == "total"}
    rows = [row | {"whole": whole[row["place"]]} for row in rows]
    pq.write_table(pa.Table.from_pylist(rows), world.root / "mirror/released.parquet")


def refused(world: World) -> None:
    """Registers that cannot be released: a person who stands there twice, an unknown code and place, a correction."""
    world.fill(("ZORBLAX-000001", "white", TRACTS[0]))
    world("ingest", "person-register", code=1)
    for race, tract in (("Fnordstrom", TRACTS[0]), ("white", "ZORBLAX"), ("white", TRACTS[0])):
        world.fill(("ZORBLAX-more", race, tract))
        world("ingest", "person-register")
        world("derive", "by-tract", code=1)


def served(world: World) -> None:
    """What the application answers about every layer, in every form, and to what it must refuse."""
    root, service = world.root, {"config": ROOT / "config/pygeoapi-config.yml", "docs": ROOT / "docs"}
    settings = Settings(profile=root / "profile", store=root / "store", private=root / "private")
    client = create_app(settings, ServiceSettings.model_validate(service | {"refresh": 0})).test_client()
    (root / "answers").mkdir()
    for address in addresses(Store(root / "store")):
        answer = client.get(address, buffered=True)
        world.answers[address] = answer.status_code
        kind = address.rpartition("f=")[2] if answer.status_code == 200 else ""
        path = root / f"answers/{len(world.answers)}{SUFFIXES.get(kind, '.txt')}"
        path.write_bytes(answer.data)
        gather(world, path, f"served{address}")
    execute(world, client, "profile-place", {"place": TRACTS[0]})
    ranked = {"indicator": "people", "place_type": "tract", "group": {"race": "nonwhite"}}
    execute(world, client, "rank-places", ranked)


SUFFIXES = {"gpkg": ".gpkg", "flatgeobuf": ".fgb", "mvt": ".pbf"}


def execute(world: World, client: FlaskClient, process: str, inputs: dict[str, Any]) -> None:
    answer = client.post(f"/ogc/processes/{process}/execution", json={"inputs": inputs})
    assert answer.status_code == 200, answer.get_data(as_text=True)
    world.found[f"served/ogc/processes/{process}"] = answer.get_data(as_text=True)


def addresses(store: Store) -> Iterator[str]:
    yield from ("/", "/es/", "/catalog", "/maps", "/maps/people", "/maps/download/people.html", "/methods")
    yield from ("/qgis/catalog.qgs", "/ogc/", "/ogc/openapi", "/ogc/collections", "/ogc/processes")
    for layer in ("person-register", "pattern-by-tract", "by-town"):
        yield from (f"/layers/{layer}", f"/ogc/collections/{layer}/items", f"/qgis/{layer}.qlr")
        yield f"/files/{layer}/current/data.parquet"
    records = "/ogc/collections/catalog"
    yield from (f"{records}{part}" for part in ("", "/schema", "/queryables", "/sortables", "/items?f=json"))
    yield f"{records}/items?q=person-register&f=json"
    for layer in store.layers():
        yield from (f"/layers/{layer}", f"/es/layers/{layer}", f"/qgis/{layer}.qlr")
        yield f"{records}/items/{layer}?f=json"
        here = f"/ogc/collections/{layer}"
        yield from (f"{here}{part}" for part in ("", "/schema", "/queryables", "/sortables", "/tiles"))
        for kind in ("json", "html", "csv", "gpkg", "flatgeobuf"):
            yield f"{here}/items?limit=100&f={kind}"
        yield from (
            f"{here}/items?{asked}=nobody" for asked in ("nobody", "sortby", "properties", "bbox", "f")
        )
        yield from (
            f"{here}/items?filter={asked}" for asked in ("nobody=1", "count<20000", "count%20IS%20NULL")
        )
        yield f"{here}/tiles/WebMercatorQuad/6/23/19?f=mvt"


def gather(world: World, path: Path, name: str) -> None:
    for part, text in texts_of(path):
        world.found[f"{name} {part}"] = text


def texts_of(path: Path) -> Iterator[tuple[str, str]]:
    """The texts in a file of any kind: rows, tags and metadata as text, anything else as it is."""
    if path.name.startswith("values-"):
        yield "values", " ".join(map(str, unpacked(path.read_text())))
    yield from READERS.get(path.suffix, plain)(path)


def plain(path: Path) -> Iterator[tuple[str, str]]:
    yield "text", path.read_bytes().decode("utf-8", "replace")


def parquet(path: Path) -> Iterator[tuple[str, str]]:
    yield "rows", str(pq.read_table(path).to_pylist())
    yield "schema", str(pq.read_schema(path).metadata) + str([one.metadata for one in pq.read_schema(path)])
    meta = pq.read_metadata(path)
    groups = ((g, c) for g in range(meta.num_row_groups) for c in range(meta.num_columns))
    yield "statistics", " ".join(str(meta.row_group(g).column(c).statistics) for g, c in groups)


def database(path: Path) -> Iterator[tuple[str, str]]:
    with sqlite3.connect(path) as opened:
        names = [row[0] for row in opened.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for name in names:
            if not name.startswith("rtree_"):
                yield name, str(opened.execute(f'SELECT * FROM "{name}"').fetchall())


def archive(path: Path) -> Iterator[tuple[str, str]]:
    with path.open("rb") as file:
        yield "metadata", str(Reader(MmapSource(file)).metadata())
        for place, tile in all_tiles(MmapSource(file)):
            yield f"tile {place}", tile_text(gzip.decompress(tile))


def report(path: Path) -> Iterator[tuple[str, str]]:
    yield "text", " ".join(page.extract_text() for page in PdfReader(path).pages)


READERS: dict[str, Callable[[Path], Iterator[tuple[str, str]]]] = {
    ".parquet": parquet,
    ".sqlite": database,
    ".gpkg": database,
    ".pmtiles": archive,
    ".pdf": report,
    ".pbf": lambda path: iter([("tile", tile_text(path.read_bytes()))]),
    ".fgb": lambda path: iter([("features", pyogrio.read_dataframe(path, read_geometry=False).to_json())]),
}


def unpacked(page: str) -> Iterator[float]:
    """The numbers of a map page, whose columns are differences in planes of one deflated stream."""
    document = json.loads(page[page.index("{", page.index("own=")) : page.rindex("}") + 1])
    stream = zlib.decompress(base64.b64decode(document["values"]), wbits=-15)
    for topic in document["topics"]:
        for block in topic["blocks"].values():
            offset, length, width, digits, predictor = block["estimate"]
            planes = [stream[offset + plane * length :][:length] for plane in range(width)]
            assert predictor >= 0, "means are not predicted in so small a map"
            read: list[float] = []
            for at, code in enumerate(
                sum(b << (8 * k) for k, b in enumerate(each)) for each in zip(*planes, strict=True)
            ):
                near = read[at - predictor] if 0 < predictor <= at else 0.0
                change = code // 2 if code % 2 else -(code // 2)
                read.append(math.nan if code == 0 else (0.0 if math.isnan(near) else near) + change)
            yield from (number / 10**digits for number in read)


def tile_text(data: bytes) -> str:
    with TemporaryDirectory() as folder:
        single = Path(folder) / "19.pbf"
        single.write_bytes(data)
        return "" if not data else pyogrio.read_dataframe(single, read_geometry=False).to_json()


NUMBERS = [re.sub(r"(\d+)(\d{3})$", r"\1[,.\\s]?\2", str(number)) for number in SECRETS]
WHOLE = [sum(column) for column in zip(*COUNTS.values(), strict=True)]
SHARES = [
    100 * count / WHOLE[at] for counts in COUNTS.values() for at, count in enumerate(counts) if at in (0, 2)
]
SHARES += [SHARES[0] - SHARES[2], SHARES[1] - SHARES[3]]
NUMBERS += [f"{share:.4f}"[:-1].replace(".", r"\.") + r"\d+" for share in SHARES]
"""The hidden cells as shares of everyone in their tract, and the differences of shares, are as good as the cells."""
NUMBER = re.compile(r"(?<![0-9a-f.])(" + "|".join(NUMBERS) + r")(?![0-9a-f])")
NAME = re.compile("|".join(NAMES))


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> dict[bool, World]:
    """The world by whether it hides cells."""
    made = {}
    for hides in (True, False):
        threshold, log = 20_000 if hides else 1, StringIO()
        policy = SuppressionPolicy("planted", "the tests", threshold, zeros_shown=True, minimum_width=8)
        handler = logging.StreamHandler(log)
        logging.getLogger().addHandler(handler)
        with pytest.MonkeyPatch.context() as patch:
            patch.setitem(POLICIES, "planted", policy)
            patch.setattr(logging.getLogger(), "level", logging.INFO)
            made[hides] = build(tmp_path_factory.mktemp("planted"), hides=hides)
        logging.getLogger().removeHandler(handler)
        made[hides].found["log"] = log.getvalue()
    return made


def test_the_planted_cells_are_hidden(worlds: dict[bool, World]) -> None:
    rows = pq.read_table(Store(worlds[True].root / "store").current("by-tract").data).to_pylist()
    hidden = {(row["race"], row["place"]) for row in rows if row["count_status"] == "suppressed"}
    assert {COUNTS[race][TRACTS.index(tract)] for race, tract in hidden} == set(SECRETS[:4])


def test_no_planted_cell_and_no_name_is_found_anywhere(worlds: dict[bool, World]) -> None:
    found = worlds[True].found
    assert set(worlds[True].answers.values()) <= {200, 400, 404}
    assert sum(name.startswith("quarantine/") for name in found) >= 5, "errors were provoked"
    assert [name for name, text in found.items() if NUMBER.search(text) or NAME.search(text)] == []
    assert [name for name, text in worlds[False].found.items() if NAME.search(text)] == []


@pytest.mark.parametrize(
    "kind",
    [
        r"store/layers/by-town/v\d+/data.parquet rows",
        r"store/layers/people-tract/v\d+/data.parquet rows",
        r"store/layers/by-tract/v\d+/data.parquet statistics",
        r"store/layers/by-tract/v\d+/serve.sqlite features",
        r"store/layers/people-tract/v\d+/tiles.pmtiles tile",
        r"site/files/by-tract/v\d+/data.parquet rows",
        r"site/maps/parts/values-people\.\w+\.js values",
        r"maps/site/parts/values-people\.\w+\.js values",
        r"reports/.*\.pdf text",
        r"disparity/tidy.csv text",
        r"disparity/tidy.parquet rows",
        r"served/ogc/collections/by-tract/items\?limit=100&f=(json|csv|html) text",
        r"served/ogc/collections/by-tract/items\?limit=100&f=gpkg by-tract",
        r"served/ogc/collections/by-tract/items\?filter=count<",
        r"served/ogc/collections/people-tract/items\?limit=100&f=flatgeobuf features",
        r"served/ogc/collections/people-tract/tiles/.* tile",
        r"served/ogc/processes/profile-place",
        r"served/ogc/processes/rank-places",
        r"printed",
    ],
)
def test_the_same_search_finds_a_cell_that_is_shown(worlds: dict[bool, World], kind: str) -> None:
    texts = [text for name, text in worlds[False].found.items() if re.match(kind, name)]
    assert any(NUMBER.search(text) for text in texts)


def test_the_same_search_finds_the_names_in_the_register(worlds: dict[bool, World]) -> None:
    register = Store(worlds[True].root / "private").version("person-register", 1)
    assert {name for _, text in texts_of(register.data) for name in NAME.findall(text)} == set(NAMES)
