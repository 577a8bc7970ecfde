"""A register of people from its file to the audit of its releases, and where its secrets are not."""

import re
import sqlite3
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from catalog.manifests import load_profile
from catalog.places import Places, load_places
from catalog.registers import load_registers
from catalog.store import Store
from layers.derive import releases as derivation
from layers.derive.protection import Protection
from layers.ingest import Run
from services.cli import app

TRACTS = {f"0900100{number:04d}": f"090010000{number // 3}" for number in range(6)}
SMALL = "09001000000"
"""The tract where race c has 3 people; cells of the other town are smaller than its neighbours, so they go with it."""
COUNTS = {
    (race, tract): 1009 + 389 * (6 - place) + 97 * number
    for place, tract in enumerate(TRACTS)
    for number, race in enumerate("abc")
} | {("c", SMALL): 3}

STATE = """
id: testland
name: Testland
fips: "09"
bounds: [-74, 40, -71, 43]
projected_crs: EPSG:2234
"""
PLACES = """
state: {geoid: "09", name: Testland}
boundaries: {}
nesting:
  - {child: tract, parent: town, vintage: "2020", layer: tract-to-town, child_column: tract, parent_column: town}
rosters:
  - {type: tract, vintage: "2020", layer: tract-to-town, id_column: tract, name_column: tract}
"""
LAYER = """
id: %s
kind: table
title: A layer
description: A layer made for the tests of disclosure control.
agency: Office of Tests
theme: health
licence: none-stated
cadence: annually
access: %s
sources: [{mirror: %s}]
columns:
%s
key: [%s]
"""
COLUMN = "  - {name: %s, type: string, title: A column, description: A column.}"
REGISTER = """
id: people
layer: person-register
policy: wa-doh
when_revealing: %s
dimensions:
  - {name: race, column: race, title: Race, title_es: Raza, codes: [a, b, c]}
  - {name: place, column: tract, title: Place, title_es: Lugar, places: {type: tract, vintage: "2020", within: [town]}}
releases:
  - id: by-tract
    title: By tract
    title_es: Por sector
    description: People by race and tract.
    theme: health
    tables: [{name: people, by: {race: [race], place: [place]}}]
  - id: by-town
    title: By town
    title_es: Por municipio
    description: People by race and town.
    theme: health
    tables: [{name: people, by: {race: [race], place: [town]}}]
"""


class Command:
    """The command over a profile of its own; keeps all that it ever printed."""

    def __init__(self, root: Path) -> None:
        self.root, self.said = root, ""
        self.options: list[str] = []
        for name in ("profile", "store", "private", "mirror"):
            self.options += [f"--{name}", str(root / name)]

    def __call__(self, *arguments: str, code: int = 0) -> str:
        ended = CliRunner().invoke(app, [*self.options, *arguments], env={"COLUMNS": "250"})
        self.said += ended.output
        assert ended.exit_code == code, ended.output
        return ended.output

    @property
    def run(self) -> Run:
        return Run(
            load_profile(self.root / "profile"), Store(self.root / "store"), Store(self.root / "private")
        )


def write_profile(root: Path, when_revealing: str) -> None:
    for folder in ("profile/layers", "profile/registers", "mirror"):
        (root / folder).mkdir(parents=True, exist_ok=True)
    (root / "profile/state.yml").write_text(STATE)
    (root / "profile/places.yml").write_text(PLACES)
    (root / "profile/registers/people.yml").write_text(REGISTER % when_revealing)
    for layer, access, columns in (
        ("person-register", "restricted", ("person", "race", "tract")),
        ("tract-to-town", "public", ("tract", "town")),
    ):
        declared = "\n".join(COLUMN % name for name in columns)
        text = LAYER % (layer, access, f"{layer}.parquet", declared, columns[0])
        (root / f"profile/layers/{layer}.yml").write_text(text)
    write_register(root, COUNTS)
    nested = pa.table({"tract": list(TRACTS), "town": list(TRACTS.values())})
    pq.write_table(nested, root / "mirror/tract-to-town.parquet")


def write_register(root: Path, counts: dict[tuple[str, str], int]) -> None:
    rows = [key for key, count in counts.items() for _ in range(count)]
    people = {
        "person": [f"SECRET-{number:06d}" for number in range(len(rows))],
        "race": [race for race, _ in rows],
        "tract": [tract for _, tract in rows],
    }
    pq.write_table(pa.table(people), root / "mirror/person-register.parquet")


@pytest.fixture
def townline(tmp_path: Path) -> Command:
    write_profile(tmp_path, "suppress")
    command = Command(tmp_path)
    command("ingest")
    command("derive")
    return command


def hidden_counts(townline: Command) -> set[int]:
    """The counts that the first release hides only so that others stay hidden: numbers that one can search for."""
    table = pq.read_table(townline.run.store.current("by-tract").data).to_pandas()
    hidden = table[table["count_status"] == "suppressed"]
    cells = {(row.race, row.place): COUNTS.get((row.race, row.place)) for row in hidden.itertuples()}
    return {count for count in cells.values() if count is not None and count > 1000}


def test_what_is_released_is_certified_without_a_count(townline):
    told = townline("disclosure", "audit")
    assert "by-tract" in told and "by-town" in told and "wa-doh" in told
    assert told.count("safe") == 2
    assert "unsafe" not in told
    assert "by-town" not in townline("disclosure", "audit", "by-tract")
    assert "did you mean by-town" in townline("disclosure", "audit", "by-two", code=2)


def test_a_pattern_of_primary_cells_alone_is_reported(townline):
    """The negative control: the totals of rows and columns give the one small cell away."""
    run = townline.run
    register = load_registers(run.profile)["people"]
    release, places = register.releases[0], load_places(run.profile.folder)
    protection = Protection(run, register, Places(places, run.store))
    safe = derivation._protected(protection, release)
    bare = replace(safe, hidden=safe.primary)
    for home, layer, product in (
        (run.private, "pattern-by-tract", derivation._pattern_product(protection, release, bare)),
        (run.store, "by-tract", derivation._counts_product(protection, release, bare)),
    ):
        declared = derivation._declared(layer, release, "primary only")
        derivation.publish_derived(run, home, declared, lambda notes, product=product: product)
    told = townline("disclosure", "audit", code=1)
    assert re.search(r"unsafe by-tract: \d hidden cells can be computed to less than 8 persons", told)
    assert "no pattern was kept of this version" in told, "its receipt names none"


def test_a_file_that_shows_what_its_pattern_hides_is_reported(townline):
    path = townline.run.store.current("by-tract").data
    table = pq.read_table(path)
    path.chmod(0o644)
    pq.write_table(
        table.set_column(table.column_names.index("count"), "count", table["count"].fill_null(5)), path
    )
    assert re.search(
        r"version 1: the published file shows \d+ cells that the pattern hides",
        townline("disclosure", "audit", code=1),
    )


def test_a_file_that_differs_from_the_register_is_reported(townline):
    path = townline.run.store.current("by-town").data
    table = pq.read_table(path)
    path.chmod(0o644)
    more = pa.array(
        [None if count is None else count + 1 for count in table["count"].to_pylist()], pa.int64()
    )
    pq.write_table(table.set_column(table.column_names.index("count"), "count", more), path)
    assert "are not those of the register" in townline("disclosure", "audit", "by-town", code=1)


ELSEWHERE = "09001000001"
CORRECTED = COUNTS | {("c", SMALL): 1201, ("a", ELSEWHERE): 4, ("b", ELSEWHERE): 4211}
"""The small cell turned out to be large, and another one, shown before, is small."""


def correct(townline: Command, declared: str = "") -> None:
    """Another state of the same register arrives, beside a changed declaration."""
    write_register(townline.root, CORRECTED)
    path = townline.root / "profile/registers/people.yml"
    path.write_text(path.read_text() + declared)
    townline("ingest")


def statuses(townline: Command, layer: str, version: int) -> dict[tuple[str, str], str]:
    table = pq.read_table(townline.run.store.version(layer, version).data).to_pandas()
    return {(row.race, row.place): row.count_status for row in table.itertuples()}


def test_a_corrected_register_of_the_same_period_is_not_released_again(townline):
    correct(townline)
    told = townline("derive", code=1)
    assert "changed since by-town version 1, by-tract version 1" in " ".join(told.split())
    assert townline.run.store.current("by-tract").number == 1
    assert townline("disclosure", "audit").count("unsafe") == 0


def test_a_register_of_another_period_is_another_population(townline):
    correct(townline, "period: '2025'\n")
    townline("derive")
    assert statuses(townline, "by-tract", 2)["c", SMALL] == "published"
    assert townline("disclosure", "audit").count("unsafe") == 0


def test_an_accepted_correction_hides_what_was_hidden_and_what_is_small_now(townline):
    correct(townline, "corrections: accepted\n")
    townline("derive")
    before, now = statuses(townline, "by-tract", 1), statuses(townline, "by-tract", 2)
    hidden_before = {cell for cell, status in before.items() if status == "suppressed"}
    assert before["a", ELSEWHERE] == "published"
    assert {("a", ELSEWHERE), *hidden_before} < {
        cell for cell, status in now.items() if status == "suppressed"
    }
    notes = [step.message for step in townline.run.store.current("by-tract").receipt.steps]
    assert [note for note in notes if note.startswith("corrections: accepted")] == [
        "corrections: accepted; readers can subtract what is shown here from "
        "by-town version 1, by-tract version 1"
    ]
    assert townline("disclosure", "audit").count("unsafe") == 0
    assert "unchanged" in townline("derive")


def test_a_correction_protected_for_itself_alone_gives_away_what_was_hidden(townline, monkeypatch):
    """The negative control: other complementary cells beside the old ones; the audit finds it."""
    correct(townline, "corrections: accepted\n")
    with monkeypatch.context() as patch:
        patch.setattr(Protection, "former", lambda self: ())
        townline("derive")
    told = townline("disclosure", "audit", code=1)
    assert re.search(r"unsafe by-tract: \d+ hidden cells can be computed to less than 8 persons", told)


def test_a_pattern_of_other_dimensions_is_not_read_by_its_rows(townline):
    path = townline.root / "profile/registers/people.yml"
    path.write_text(path.read_text().replace("codes: [a, b, c]", "codes: [c, b, a]"))
    assert "other dimensions" in townline("derive", code=1)


def test_nothing_hidden_can_be_found_in_any_published_file_log_or_error(tmp_path):
    """Every file under the served root, everything printed and every receipt of a refused run is searched."""
    write_profile(tmp_path, "refuse")
    townline = Command(tmp_path)
    townline("ingest")
    assert "narrows" in townline("derive", code=1), "the second release would give the small cell away"
    townline("disclosure", "audit")
    townline("list")
    townline("show", "by-tract")
    secrets = hidden_counts(townline)
    assert secrets, "a secret cell is planted"
    words = re.compile(r"SECRET-|(?<![0-9a-f.])(" + "|".join(map(str, sorted(secrets))) + r")(?![0-9a-f])")
    searched = {"what was printed": townline.said}
    refusals = list((tmp_path / "private").rglob("quarantine/**/*.json"))
    assert refusals
    for path in (*(tmp_path / "store").rglob("*"), *refusals):
        if path.is_file():
            searched |= {f"{path} {part}": text for part, text in texts_of(path)}
    assert any("serve.sqlite" in name for name in searched)
    assert [name for name, text in searched.items() if words.search(text)] == []
    assert words.search(" ".join(str(count) for count in COUNTS.values())), (
        "the search finds what it looks for"
    )


def texts_of(path: Path):
    """The texts in a file: rows of tables and databases as JSON-like text, anything else as it is."""
    if path.suffix == ".parquet":
        yield "rows", str(pq.read_table(path).to_pylist())
        yield "metadata", str(pq.read_metadata(path).metadata)
        statistics = pq.read_metadata(path)
        for group in range(statistics.num_row_groups):
            for column in range(statistics.num_columns):
                yield f"statistics {column}", str(statistics.row_group(group).column(column).statistics)
    elif path.suffix == ".sqlite":
        with sqlite3.connect(path) as database:
            names = [
                row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            ]
            for name in names:
                yield name, str(database.execute(f'SELECT * FROM "{name}"').fetchall())
    else:
        yield "text", path.read_bytes().decode("utf-8", "replace")


TABLE = """town,county,race,people
A,north,x,3
A,north,y,5087
B,north,x,4099
B,north,y,6091
C,south,x,3089
C,south,y,7013
"""
OPTIONS = ("--by", "town", "--by", "race", "--within", "town=county", "--count", "people")


def table_command(tmp_path: Path, text: str, *options: str, code: int = 0) -> str:
    (tmp_path / "table.csv").write_text(text)
    arguments = ["disclosure", "table", str(tmp_path / "table.csv"), *OPTIONS, *options]
    ended = CliRunner().invoke(app, arguments, env={"COLUMNS": "250"})
    assert ended.exit_code == code, ended.output
    return ended.output


def test_a_bare_table_is_protected_with_a_certificate(tmp_path):
    told = table_command(tmp_path, TABLE, "--policy", "wa-doh", "--out", str(tmp_path / "safe.csv"))
    assert "primary: 1\n" in told and "complementary: 3\n" in told
    safe = (tmp_path / "safe.csv").read_text()
    for hidden in ("5087", "4099", "6091"):
        assert hidden not in told + safe
    assert "A,town,x,race,*,suppressed" in safe
    assert "Total,Total,Total,Total,25382,published" in safe


def test_a_pattern_in_a_table_is_audited(tmp_path):
    margins = (
        "A,,Total,5090\nB,,Total,10190\nC,,Total,10102\nTotal,,x,7191\nTotal,,y,18191\nTotal,,Total,25382\n"
    )
    lines = (TABLE + margins).splitlines()
    for hidden, code, word in (((1,), 1, "recovered lines: [2]"), ((1, 2, 3, 4), 0, "recovered: 0")):
        flags = ["hidden", *("true" if k in hidden else "false" for k in range(1, len(lines)))]
        text = "\n".join(f"{line},{flag}" for line, flag in zip(lines, flags, strict=True))
        told = table_command(tmp_path, text, "--threshold", "6", "--hidden", "hidden", code=code)
        assert word in told
        assert "margins in the file: 6" in told


def test_a_bad_table_is_told_by_its_lines(tmp_path):
    told = table_command(tmp_path, TABLE + "D,south,x,-7919\n", "--policy", "wa-doh", code=1)
    assert "lines 8 have a count" in told
    assert "7919" not in told
    assert "either --policy or --threshold" in table_command(tmp_path, TABLE, code=2)
    assert "known: " in table_command(tmp_path, TABLE, "--policy", "nobody", code=2)
    assert "threshold is 0" in table_command(tmp_path, TABLE, "--threshold", "0", code=2)
    assert "--within is" in table_command(tmp_path, TABLE, "--policy", "cms", "--within", "town", code=2)
