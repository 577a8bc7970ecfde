"""Configuration: values by YAML 1.2, line numbers, and all mistakes at once."""

from pathlib import Path

import pytest

from catalog.configuration import load_folder, load_model
from catalog.configuration.yaml_nodes import parse
from catalog.errors import ConfigurationError
from catalog.manifests import LayerManifest, load_profile

GOOD = """\
id: towns
kind: features
title: Towns
description: The towns of the state, for the tests.
agency: Office of Tests
theme: boundaries
licence: CC0-1.0
cadence: annually
sources:
  - mirror: towns.geojson
columns:
  - {name: geoid, type: string, title: Id, description: Id of the town., id: {digits: 10}}
  - {name: name, type: string, title: Name, description: Name of the town.}
key: [geoid]
geometry: {type: polygon}
"""


def write(folder: Path, text: str, name: str = "towns.yml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def mistakes(path: Path) -> list[str]:
    with pytest.raises(ConfigurationError) as caught:
        load_model(path, LayerManifest)
    return [f"{problem.line} {problem.where}: {problem.message}" for problem in caught.value.problems]


def test_codes_stay_texts():
    value, lines = parse("a: 0901\nb: no\nc: 2022-01-01\nd: 12\ne: 1.5\nf: true\ng:\nh: 1e3\n")
    assert value == {
        "a": "0901",
        "b": "no",
        "c": "2022-01-01",
        "d": 12,
        "e": 1.5,
        "f": True,
        "g": None,
        "h": 1000.0,
    }
    assert lines[("d",)] == 4


def test_a_good_manifest(tmp_path):
    manifest = load_model(write(tmp_path, GOOD), LayerManifest)
    assert manifest.columns[0].id.digits == (10,)
    assert manifest.checks.max_change == 0.2


def test_a_tab_is_a_delimiter(tmp_path):
    text = GOOD.replace("- mirror: towns.geojson", '- {mirror: towns.csv, delimiter: "\\t"}')
    assert load_model(write(tmp_path, text), LayerManifest).sources[0].delimiter == "\t"


def test_a_list_whose_items_have_mistakes_is_not_called_too_short(tmp_path):
    found = mistakes(
        write(tmp_path, GOOD.replace("- mirror: towns.geojson", "- {mirror: a.csv, delimiter: ab}"))
    )
    assert [line.split(":")[0] for line in found] == ["10 sources.0.delimiter"]
    empty = mistakes(write(tmp_path, GOOD.replace("sources:\n  - mirror: towns.geojson", "sources: []")))
    assert [line.split(":")[0] for line in empty] == ["9 sources"]


def test_all_mistakes_are_reported_with_their_lines(tmp_path):
    text = GOOD.replace("licence: CC0-1.0", "licence: CC-0").replace("cadence: annually", "cadence: biannual")
    found = mistakes(write(tmp_path, text.replace("agency:", "agencie:")))
    assert len(found) == 4
    assert any(line.startswith("5 agencie: unknown key") for line in found)
    assert any("agency: Field required" in line for line in found)
    assert any(line.startswith("7 licence") and "CC0-1.0" in line for line in found)
    assert any(line.startswith("8 cadence") and "twice a year" in line for line in found)


def test_mistakes_of_a_folder_come_together(tmp_path):
    write(tmp_path, GOOD)
    write(tmp_path, "id: [", "bad.yml")
    write(tmp_path, GOOD.replace("title: Towns", "title: 3\ntitle: 4"), "twice.yml")
    write(tmp_path, GOOD, "other.yml")
    with pytest.raises(ConfigurationError) as caught:
        load_folder(tmp_path, LayerManifest)
    text = str(caught.value)
    assert text.startswith("3 mistakes in the configuration")
    assert "bad.yml:1: not YAML" in text
    assert "twice.yml:4: not YAML: the key 'title' stands twice" in text
    assert "other.yml:1: id: is 'towns' but the file is named 'other.yml'" in text


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("key: [geoid]", "key: [geoidd]", "not among the columns: geoidd"),
        ("geometry: {type: polygon}", "", "geometry is needed"),
        ("kind: features", "kind: table", "geometry has no place here"),
        ("mirror: towns.geojson", "mirror: ../towns.geojson", "relative path without '..'"),
        ("mirror: towns.geojson", "encoding: latin-1", "one of live, mirror or package"),
        ("id: {digits: 10}", "id: {digits: 10, pattern: '['}", "not a regular expression"),
        ("name: geoid, type: string", "name: geoid, type: integer", "need type string"),
        ("name: name, type", "name: geoid, type", "declared twice: geoid"),
        ("name: name, type", "name: Name, type", "String should match pattern"),
        ("digits: 10}", "digits: 10}, annotations: {'*': hidden}", "'hidden' is not a code"),
    ],
)
def test_each_rule_names_its_mistake(tmp_path, old, new, message):
    assert any(message in line for line in mistakes(write(tmp_path, GOOD.replace(old, new))))


def test_missing_files_are_named(tmp_path):
    with pytest.raises(ConfigurationError, match="does not exist"):
        load_profile(tmp_path / "nowhere")


@pytest.mark.parametrize(
    "profile", sorted(Path("config").glob("*/state.yml")), ids=lambda path: path.parent.name
)
def test_profiles_of_the_repository_are_valid(profile):
    assert load_profile(profile.parent).layers
