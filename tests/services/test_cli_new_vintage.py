"""A new vintage on the command line: each change is stopped, and the line that the message names is enough."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from services.cli import app

STATE = """\
id: testland
name: Testland
fips: "09"
bounds: [-73.75, 40.94, -71.75, 42.07]
projected_crs: EPSG:2234
"""
PLACES = """\
state: {geoid: "09", name: Testland}
boundaries: {}
rosters:
  - type: town
    vintage: "2020"
    layer: homes
    id_column: geoid
    name_column: place
    where: [{column: level, pattern: town}]
"""
HOMES = """\
id: homes
kind: table
title: Homes
description: People by who holds their home, for the tests of new vintages.
agency: Office of Tests
theme: housing
licence: CC0-1.0
cadence: annually
sources: [{mirror: homes.csv}]
columns:
  - {name: level, type: string, required: true, allowed: [town], title: Level, description: Kind of place.}
  - {name: geoid, type: string, required: true, title: Place id, description: Id of the place.}
  - {name: place, type: string, required: true, title: Place, description: Name of the place.}
  - {name: holder, type: string, required: true, vocabulary: tenure, title: Holder, description: Who holds it.}
  - {name: people, type: integer, source: people, title: People, description: People in the homes.}
key: [geoid, holder]
checks: {max_change: 1}
"""
PEOPLE = """\
id: people-by-tenure
title: People by tenure
title_es: Personas por tenencia
definition: People by who holds the home that they live in.
definition_es: Personas según quién tiene la vivienda en que viven.
universe: People
universe_es: Personas
theme: housing
kind: count
unit: people
decimals: 0
direction: neutral
dimensions: [{name: tenure, vocabulary: tenure, tabulation: tenure}]
source:
  layer: homes
  place: {type: {column: level}, vintage: "2020", id: geoid, name: place}
  period: {fixed: "2022"}
cells: {shape: tidy, codes: {tenure: holder}, value: people}
places: [town]
"""
OLD = "level,geoid,place,holder,people\ntown,01,Ash,Own,3\ntown,01,Ash,renter,4\n"
NEW = (
    "level,geoid,place,holder,persons\n"
    "town,01,Ash,Own,3\ntown,01,Ash,Leaseholder,5\n"
    "zcta,06001,06001,Own,2\nzcta,06001,06001,Leaseholder,1\n"
)


class Office:
    """A tiny state's profile folder, its file, and the command over them."""

    def __init__(self, root: Path) -> None:
        self.root = root
        files = {
            "profile/state.yml": STATE,
            "profile/places.yml": PLACES,
            "profile/layers/homes.yml": HOMES,
            "profile/indicators/people-by-tenure.yml": PEOPLE,
            "data/homes.csv": OLD,
        }
        for name, text in files.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text, encoding="utf-8")

    def edit(self, name: str, old: str, new: str) -> None:
        file = self.root / "profile" / name
        text = file.read_text(encoding="utf-8")
        assert text.count(old) == 1
        file.write_text(text.replace(old, new), encoding="utf-8")

    def __call__(self, *arguments: str, code: int = 0) -> str:
        options = [
            part
            for name, folder in (("profile", "profile"), ("store", "s"), ("private", "p"), ("mirror", "data"))
            for part in (f"--{name}", str(self.root / folder))
        ]
        ended = CliRunner().invoke(app, [*options, *arguments], env={"COLUMNS": "200"})
        assert ended.exit_code == code, ended.output
        return " ".join(ended.output.split())


@pytest.fixture
def office(tmp_path: Path) -> Office:
    office = Office(tmp_path)
    office("ingest", "homes")
    office("derive")
    assert "Renter occupied 4" in office("profile", "Ash")
    (tmp_path / "data/homes.csv").write_text(NEW, encoding="utf-8")
    return office


def test_each_change_is_stopped_and_what_the_message_names_is_enough(office):
    renamed = office("ingest", "homes", code=1)
    assert "no column for 'people'" in renamed and "known: persons" in renamed
    assert "add the new one to the manifest: `source: [people, NEW NAME]`" in renamed
    office.edit("layers/homes.yml", "source: people", "source: [people, persons]")

    level = office("ingest", "homes", code=1)
    assert (
        "column level" in level and "'zcta'" in level and "add a new value to the column's `allowed`" in level
    )
    office.edit("layers/homes.yml", "allowed: [town]", "allowed: [town, zcta]")

    category = office("ingest", "homes", code=1)
    assert "column holder" in category and "add to catalog/vocabularies/tenure.yml" in category
    assert "`fixes: {'Leaseholder': <code>}`" in category
    assert "Renter occupied 4" in office("profile", "Ash"), "the old numbers stand until all is declared"
    office.edit("layers/homes.yml", "vocabulary: tenure", "vocabulary: tenure, recode: {Leaseholder: renter}")
    office("ingest", "homes")

    unnamed = office("derive", code=1)
    assert "places of a level that the indicator 'people-by-tenure' does not name: zcta" in unnamed
    assert "add the place type to `places`" in unnamed
    office.edit("indicators/people-by-tenure.yml", "places: [town]", "places: [town, zcta]")
    office("derive")
    assert "Renter occupied 5" in office("profile", "Ash")
