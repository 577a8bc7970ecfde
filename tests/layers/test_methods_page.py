"""The page of methods is made from the registries and is current."""

import re

import yaml

from catalog.indexes import CompositeIndex
from catalog.vocabulary import vocabulary
from layers.measures.disparity import MEASURES, STATUS_LABELS
from layers.measures.reliability import POLICIES as RELIABILITY
from layers.measures.suppression import POLICIES as SUPPRESSION
from layers.methods_page import PAGE, methods_page
from services.cli.main import app


def test_the_page_is_current():
    assert PAGE.read_text(encoding="utf-8") == methods_page(), "run `python -m layers.methods_page`"


def test_every_measure_is_explained():
    page = methods_page()
    for name, one in MEASURES.items():
        assert f"(`{name}`)" in page
        assert one.sentence in page
        assert one.source
        assert one.avoid


def test_every_other_method_is_explained_with_when_not_to_use_it_and_its_source():
    page = methods_page()
    for title in ("Individual survey data", "Change over time", "Spatial pattern", "Composite indexes"):
        section = page.split(f"## {title}\n")[1].split("\n## ")[0].replace("\n", " ")
        assert "When not to use it:" in section, title
        assert "Source:" in section, title
    assert "When not to use it:" in page.split("## Disparity layers\n")[1].split("\n## ")[0]


def test_all_codes_stand_in_the_tables():
    page = methods_page()
    for name in ("verdicts", "statuses", "spatial-patterns"):
        for term in vocabulary(name).terms:
            assert f"| `{term.code}` | {term.label} |" in page
    for label in STATUS_LABELS.values():
        assert f"| {label} |" in page
    for policy in (*RELIABILITY, *SUPPRESSION):
        assert f"| `{policy}` |" in page


def test_commands_in_the_page_exist():
    commands = {command.name for command in app.registered_commands}
    told = set(re.findall(r"`townline ([a-z]+)", methods_page()))
    assert {"measures", "survey", "change", "disparity", "spatial"} <= told <= commands


def test_the_example_of_an_index_is_one():
    (example,) = re.findall(r"```yaml\n(.*?)```", methods_page(), flags=re.DOTALL)
    index = CompositeIndex.model_validate(yaml.safe_load(example))
    assert [variable.layer for variable in index.variables] == ["svi-inputs", "svi-inputs"]
    assert index.population.layer == "svi-inputs"
