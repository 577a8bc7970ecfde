"""Releases of a register: what is hidden stays hidden, across tables, levels, releases and files."""

import sqlite3
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from catalog.configuration import State
from catalog.manifests import LayerManifest, Profile
from catalog.places import PlacesConfiguration
from catalog.registers import Register
from catalog.store import Store
from layers.derive.releases import derive_release
from layers.ingest import Run, ingest_layer

STATE = State(id="testland", name="Testland", fips="09", bounds=(-74, 40, -71, 43), projected_crs="EPSG:2234")
PLACES = PlacesConfiguration.model_validate(
    {
        "state": {"geoid": "09", "name": "Testland"},
        "boundaries": {},
        "nesting": [
            {"child": "tract", "parent": "town", "vintage": "2020", "layer": "tract-to-town"}
            | {"child_column": "tract", "parent_column": "town"}
        ],
        "rosters": [
            {
                "type": "tract",
                "vintage": "2020",
                "layer": "tract-to-town",
                "id_column": "tract",
                "name_column": "tract",
            }
        ],
    }
)
RACES, SEXES = ("a", "b", "c"), ("f", "m")
TRACTS = {f"0900100{number:04d}": f"090010000{number // 3}" for number in range(9)}


def manifest(layer: str, columns: list[str], key: str, access: str) -> LayerManifest:
    declared = [{"name": name, "type": "string", "title": name, "description": name} for name in columns]
    return LayerManifest.model_validate(
        {
            "id": layer,
            "kind": "table",
            "title": layer,
            "description": f"The layer {layer} of the tests.",
            "agency": "Office of Tests",
            "theme": "health",
            "licence": "none-stated",
            "cadence": "annually",
            "access": access,
            "sources": [{"mirror": f"{layer}.parquet"}],
            "columns": declared,
            "key": [key],
            "checks": {"max_change": 10},
        }
    )


def people(seed: int = 1) -> pa.Table:
    generator = np.random.default_rng(seed)
    size = 9000
    tract = generator.choice(list(TRACTS), size, p=np.array([30, 25, 15, 10, 8, 5, 4, 2, 1]) / 100)
    race = generator.choice(RACES, size, p=[0.8, 0.17, 0.03])
    return pa.table(
        {
            "person": [f"SECRET-{number:05d}" for number in range(size)],
            "race": race,
            "sex": generator.choice(SEXES, size),
            "tract": tract,
        }
    )


def register(*releases: dict[str, list[str]], when_revealing: str = "suppress") -> Register:
    tables = [
        {
            "id": f"release-{number}",
            "title": f"Release {number}",
            "title_es": f"Publicación {number}",
            "description": "People by race, sex and place.",
            "theme": "health",
            "tables": [{"name": f"table_{one}", "by": by} for one, by in enumerate(release)],
        }
        for number, release in enumerate(releases, start=1)
    ]
    dimensions = [
        {"name": "race", "column": "race", "title": "Race", "title_es": "Raza", "codes": RACES},
        {"name": "sex", "column": "sex", "title": "Sex", "title_es": "Sexo", "codes": SEXES},
        {"name": "place", "column": "tract", "title": "Place", "title_es": "Lugar"}
        | {"places": {"type": "tract", "vintage": "2020", "within": ["town"]}},
    ]
    return Register.model_validate(
        {
            "id": "people",
            "layer": "person-register",
            "policy": "wa-doh",
            "when_revealing": when_revealing,
            "dimensions": dimensions,
            "releases": tables,
        }
    )


BY_RACE = [{"race": ["race"], "place": ["place", "town"]}]
BY_SEX = [{"sex": ["sex"], "place": ["place", "town"]}]
BY_BOTH = [{"race": ["race"], "sex": ["sex"], "place": ["place", "town"]}]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    mirror = tmp_path / "mirror"
    mirror.mkdir()
    pq.write_table(people(), mirror / "person-register.parquet")
    nested = pa.table({"tract": list(TRACTS), "town": list(TRACTS.values())})
    pq.write_table(nested, mirror / "tract-to-town.parquet")
    run = Run(Profile(tmp_path, STATE, {}), Store(tmp_path / "store"), Store(tmp_path / "private"), (mirror,))
    for one in (
        manifest("person-register", ["person", "race", "sex", "tract"], "person", "restricted"),
        manifest("tract-to-town", ["tract", "town"], "tract", "public"),
    ):
        outcome = ingest_layer(run, one)
        assert outcome.receipt.error is None
    return run


def truth(**where: str) -> int:
    rows = people().to_pandas()
    rows["town"] = rows["tract"].map(TRACTS)
    for name, value in where.items():
        rows = rows[rows[name] == value]
    return len(rows)


def test_shown_counts_are_true_and_small_ones_are_hidden(run):
    declared = register(BY_RACE)
    outcome = derive_release(run, declared, declared.releases[0], PLACES)
    assert outcome.receipt.error is None
    rows = pq.read_table(run.store.current("release-1").data).to_pandas()
    columns = {"place": "tract", "town": "town"}
    for row in rows.itertuples():
        where = {} if row.race == "total" else {"race": row.race}
        where |= {} if row.place == "total" else {columns[row.place_level]: row.place}
        if row.count_status == "published":
            assert row.count == truth(**where)
            assert row.count == 0 or row.count >= 10
        else:
            assert np.isnan(row.count)
    hidden = rows[rows.count_status == "suppressed"]
    small = [truth(race=race, tract=tract) for race in RACES for tract in TRACTS]
    assert len(hidden) > sum(0 < count < 10 for count in small)
    certificate = [note.message for note in outcome.receipt.steps if note.step == "disclosure control"]
    assert any(message.startswith("narrowest: ") for message in certificate)
    assert any(message.startswith("pattern: ") for message in certificate)


def test_a_later_release_is_safe_beside_the_earlier_ones_or_refused(run):
    declared = register(BY_RACE, BY_SEX, BY_BOTH)
    assert not derive_release(run, declared, declared.releases[0], PLACES).failed
    assert not derive_release(run, declared, declared.releases[1], PLACES).failed
    alone = pq.read_table(run.store.current("release-2").data)["count"].null_count
    together = derive_release(run, declared, declared.releases[2], PLACES)
    assert together.receipt.error is None
    assert pq.read_table(run.store.current("release-3").data)["count"].null_count > alone


def test_a_release_that_would_reveal_a_cell_is_refused_or_hides_more(run):
    """Race c has 3 people in the first tract; the other two of its town are large, so they are not hidden with it."""
    counts = {(race, tract): 50 for race in RACES for tract in TRACTS}
    counts |= {(race, tract): 400 for race in RACES for tract in list(TRACTS)[1:3]}
    counts |= {("c", next(iter(TRACTS))): 3}
    rows = [(race, "f", tract) for (race, tract), count in counts.items() for _ in range(count)]
    columns = dict(zip(("race", "sex", "tract"), zip(*rows, strict=True), strict=True))
    table = pa.table({"person": [str(number) for number in range(len(rows))], **columns})
    pq.write_table(table, run.mirrors[0] / "person-register.parquet")
    one = manifest("person-register", ["person", "race", "sex", "tract"], "person", "restricted")
    assert ingest_layer(run, one).receipt.error is None
    first, second = [{"race": ["race"], "place": ["place"]}], [{"race": ["race"], "place": ["town"]}]
    strict = register(first, second, when_revealing="refuse")
    assert not derive_release(run, strict, strict.releases[0], PLACES).failed
    refused = derive_release(run, strict, strict.releases[1], PLACES)
    assert "narrows" in refused.receipt.error
    assert run.store.layers() == ["release-1", "tract-to-town"]
    mild = register(first, second, when_revealing="suppress")
    assert not derive_release(run, mild, mild.releases[1], PLACES).failed
    shown = pq.read_table(run.store.current("release-2").data).to_pandas()
    town = TRACTS[next(iter(TRACTS))]
    cell = shown[(shown.race == "c") & (shown.place == town)]
    assert cell.count_status.tolist() == ["suppressed"]


def test_deriving_again_changes_nothing(run):
    declared = register(BY_RACE)
    assert derive_release(run, declared, declared.releases[0], PLACES).receipt.version == 1
    assert derive_release(run, declared, declared.releases[0], PLACES).receipt.outcome == "unchanged"
    assert (
        derive_release(run, register(BY_RACE, BY_SEX), declared.releases[0], PLACES).receipt.outcome
        == "unchanged"
    )


def test_releases_under_policies_that_treat_zeros_otherwise_are_not_made_beside_each_other(run):
    """Readers of the first know that what it hides is no zero; an audit under the second would not count on that."""
    declared = register(BY_RACE, BY_SEX)
    assert not derive_release(run, declared, declared.releases[0], PLACES).failed
    other = declared.model_copy(update={"policy": "cdc-wonder"})
    assert "shows zeros" in derive_release(run, other, other.releases[1], PLACES).receipt.error
    assert "release-2" not in run.store.layers()


def test_nothing_of_a_person_and_no_hidden_count_reaches_the_public_store(run):
    declared = register(BY_RACE, BY_BOTH)
    for release in declared.releases:
        assert not derive_release(run, declared, release, PLACES).failed
    for path in run.store.root.rglob("*"):
        if path.is_file():
            assert b"SECRET-" not in path.read_bytes(), path
            assert b"primary" not in path.read_bytes() or path.suffix == ".json", path
    with sqlite3.connect(run.store.current("release-2").index) as database:
        texts = [row[0] for row in database.execute("SELECT head FROM texts")]
    assert texts
    assert all(('"count":null' in text) == ('"suppressed"' in text) for text in texts)
    assert run.store.layers() == ["release-1", "release-2", "tract-to-town"]


def test_a_missing_register_and_an_unknown_code_are_named(run):
    declared = register(BY_RACE).model_copy(update={"layer": "nobody"})
    assert "nobody" in derive_release(run, declared, declared.releases[0], PLACES).receipt.error
    narrow = register(BY_RACE).model_dump()
    narrow["dimensions"][0]["codes"] = ("a", "b")
    wrong = Register.model_validate(narrow)
    error = derive_release(run, wrong, wrong.releases[0], PLACES).receipt.error
    assert "race" in error
    assert "outside its domain" in error
