"""A site with everything: layers of every kind, an indicator, maps, processes, stories, two languages, nasty names.

`poverty-town` has the nine towns of `towns` with 10, 20 … 90 percent; town a9 has none. The indicator's table
says the same for all, for women twice that of men; a8 is suppressed.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import flask
import pytest
import shapely
from flask.testing import FlaskClient

from catalog.indicators import load_indicators
from catalog.manifests import load_profile
from catalog.maps import load_maps
from catalog.places import Places, load_places
from catalog.settings import Settings
from catalog.store import Store
from services.holdings import read_holdings
from services.maps.building import write_map
from services.maps.content import read_content
from services.settings import ServiceSettings
from services.web.app import create_app
from services.web.faces import make_faces
from services.web.shelf import Shelf

ROOT = Path(__file__).resolve().parents[3]
NASTY = "</script><img src=x onerror=alert(1)> {{7*7}} \"quoted\" 'n' & <b>"
STATE = """
id: testland
name: Testland
fips: "09"
bounds: [-73.75, 40.9, -71.75, 42.1]
projected_crs: EPSG:2234
languages: [en, es]
"""
LAYER = """
id: acs
kind: table
title: Survey
description: A survey made for the tests of the site.
agency: Office of Tests
theme: population
licence: CC-BY-4.0
cadence: annually
sources: [{mirror: acs.csv}]
columns:
  - {name: geoid, type: string, title: Id, description: Id of the town.}
  - {name: sex, type: string, title: Sex, description: Sex of the people., vocabulary: sex}
  - {name: year, type: string, title: Year, description: Year of the survey.}
  - {name: share, type: number, title: Share, description: Share of the people.}
key: [geoid, sex, year]
"""
INDICATOR = """
id: poverty
title: People in poverty
title_es: Personas en pobreza
definition: People whose income is below the line.
definition_es: Personas con ingresos por debajo de la línea.
universe: All people
universe_es: Todas las personas
theme: population
kind: share
per: 100
unit: percent
decimals: 1
direction: lower_is_better
dimensions: [{name: sex, vocabulary: sex}]
source: {layer: acs, place: {type: town, vintage: "2020", id: geoid}, period: {column: year}}
cells: {shape: tidy, codes: {sex: sex}, value: share}
places: [town]
policy: {interval: margin, confidence: 0.9}
"""
MAP = """
id: where-poor
title: Where people are poor
title_es: Dónde hay pobreza
description: A map made for the tests of the site.
description_es: Un mapa hecho para las pruebas del sitio.
indicators: [poverty]
places: [town]
"""
BUILT_MAPS = {name: MAP.replace("id: where-poor", f"id: {name}") for name in ("poor-by-sex", "poor-together")}
BUILT_MAPS["poor-by-sex"] += "by: [sex]\n"
BUILT_MAPS["poor-together"] += "by: []\n"
PLACES = """
state: {geoid: "09", name: Testland}
boundaries: {town: {"2020": poverty-town}}
"""
STORY = """---
title: Poverty in Testland
summary: A story made for the tests of the site.
date: 2026-01-02
---
In a3 it is {{ number indicator=poverty place=a3 }}, of women
{{ number indicator=poverty place=a3 sex=female show=estimate }}.

{{ map layer=poverty-town }}

## Men and women

{{ table indicator=poverty place=a3 by=sex }}

There are {{ rows layer=towns }} [towns](layers/towns), changed on {{ changed layer=towns }}.
"""
STORY_ES = STORY.replace("Poverty in Testland", "Pobreza en Testland")
MAP_PAGE = (
    "<!doctype html><html lang=en><title>Map</title><link rel=icon href='data:,'><h1>Map</h1>"
    "<script>document.title='drawn'</script>"
)

TABLE_TEXTS = ("reliability", "moe_source", "method")
TABLE_NUMBERS = ("numerator_moe", "denominator_moe", "split_share")

Row = dict[str, Any]
Publish = Callable[..., Any]


def _poverty(publish: Publish, column: Publish, store: Store) -> None:
    columns = (
        column("geoid", "string"),
        column("name", "string"),
        column("total_estimate", "number", unit="percent", title="Poor", title_es="Pobreza"),
    )
    rows: list[Row] = [
        {
            "geoid": f"a{n}",
            "name": NASTY if n == 7 else f"Town {n}",
            "total_estimate": None if n == 9 else 10.0 * n,
            "geometry": shapely.box(-73 + n / 20, 41, -73 + (n + 1) / 20, 41.2),
        }
        for n in range(1, 10)
    ]
    publish(
        store,
        "poverty-town",
        columns,
        rows,
        ("geoid",),
        title="Poverty by town",
        title_es="Pobreza por municipio",
        theme="population",
        keywords=("poverty", "<b>bold</b>"),
        places={"type": "town", "vintage": "2020", "id": "geoid", "name": "name"},
        inputs=({"layer": "towns", "version": 1, "sha256": "0" * 64},),
    )


def _table(publish: Publish, column: Publish, store: Store) -> None:
    texts = ("place_type", "vintage", "geoid", "name", "indicator", "period", "sex", "status", *TABLE_TEXTS)
    numbers = ("estimate", "moe", "lower", "upper", "numerator", "denominator", *TABLE_NUMBERS)
    columns = (*(column(name, "string") for name in texts), *(column(name, "number") for name in numbers))
    rows: list[Row] = []
    for n in range(1, 10):
        for sex, factor in (("total", 1.5), ("female", 2.0), ("male", 1.0)):
            value = None if n == 8 else n * factor
            place = {"place_type": "town", "vintage": "2020", "geoid": f"a{n}", "name": f"a{n}"}
            what = {"indicator": "poverty", "period": "2022", "sex": sex, "numerator": 1000.0}
            found = {"estimate": value, "moe": None if value is None else 0.5, "denominator": 2000.0}
            limits = {
                side: None if value is None else value + d for side, d in (("lower", -0.5), ("upper", 0.5))
            }
            status = {"status": "suppressed" if n == 8 else "published"}
            others = dict.fromkeys(TABLE_TEXTS, "") | dict.fromkeys(TABLE_NUMBERS)
            rows.append(others | place | what | found | limits | status)
    publish(
        store,
        "indicator-poverty",
        columns,
        rows,
        ("geoid", "sex"),
        title="People in poverty",
        theme="population",
    )


def _built_maps(folder: Path, store: Store, out: Path) -> None:
    """Pages in parts of two maps, which share everything but their values."""
    profile = load_profile(folder)
    indicators = load_indicators(profile)
    declared, places = load_maps(profile, indicators), Places(load_places(folder), store)
    for name in BUILT_MAPS:
        write_map(read_content(store, profile.state, places, indicators, declared[name]), out, ())


def write_profile(folder: Path) -> Path:
    """The profile's folder with all its files."""
    files = {
        "state.yml": STATE,
        "layers/acs.yml": LAYER,
        "indicators/poverty.yml": INDICATOR,
        "places.yml": PLACES,
        "maps/where-poor.yml": MAP,
        **{f"maps/{name}.yml": text for name, text in BUILT_MAPS.items()},
        "stories/poverty.md": STORY,
        "stories/poverty.es.md": STORY_ES,
    }
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


@dataclass(frozen=True)
class Land:
    """Where everything of the site lies."""

    folder: Path
    settings: Settings

    @property
    def store(self) -> Store:
        return Store(self.settings.store)

    def service(self, url: str = "https://gis.example.gov", **values: object) -> ServiceSettings:
        config = ROOT / "config" / "pygeoapi-config.yml"
        common = {"url": url, "config": config, "maps": self.folder / "maps", "docs": self.folder / "docs"}
        return ServiceSettings.model_validate(common | values)

    def shelf(self) -> Shelf:
        faces = make_faces(self.settings, self.service())
        return faces.shelf(read_holdings(faces.store))


@pytest.fixture(scope="session")
def land(
    tmp_path_factory: pytest.TempPathFactory,
    fill_store: Callable[[Store], Store],
    publish_layer: Publish,
    make_column: Publish,
) -> Land:
    folder = tmp_path_factory.mktemp("land")
    store = fill_store(Store(folder / "store"))
    _poverty(publish_layer, make_column, store)
    _table(publish_layer, make_column, store)
    (folder / "maps").mkdir()
    (folder / "maps" / "where-poor.html").write_text(MAP_PAGE)
    (folder / "docs").mkdir()
    (folder / "docs" / "methods.md").write_text(
        "# How\n\nSee [codes](vocabularies.md#sex) and <script>alert(1)</script>.\n\n"
        '<a id="here"></a>\n\n## Part\n\n| a | b |\n| --- | ---: |\n| 1 | 2 |\n'
    )
    profile = write_profile(folder / "profile")
    _built_maps(profile, store, folder / "maps")
    return Land(folder, Settings(profile=profile, store=folder / "store", private=folder / "private"))


@pytest.fixture(scope="session")
def site_app(land: Land) -> flask.Flask:
    return create_app(land.settings, land.service())


@pytest.fixture
def site(site_app: flask.Flask) -> Iterator[FlaskClient]:
    yield site_app.test_client()


@pytest.fixture(scope="session")
def now() -> datetime:
    return datetime(2026, 6, 1, tzinfo=UTC)


@pytest.fixture(scope="session")
def nasty() -> str:
    return NASTY


@pytest.fixture(scope="session")
def profile_writer() -> Callable[[Path], Path]:
    return write_profile
