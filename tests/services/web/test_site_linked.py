"""schema.org in the pages, and Spanish where the profile has it."""

import hashlib
import json
import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from services.web.sayings import Part, said
from services.web.words import texts

BLOCK = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)
URL = "https://gis.example.gov"


def linked(site: FlaskClient, path: str) -> dict[str, Any]:
    """The one block of the page."""
    (text,) = BLOCK.findall(site.get(path).text)
    found: dict[str, Any] = json.loads(text)
    return found


def test_a_layer_is_a_dataset_with_what_portals_ask_for(site: FlaskClient) -> None:
    found = linked(site, "/layers/towns")

    assert found["@type"] == "Dataset"
    assert found["@context"][0] == "https://schema.org"
    assert found["@id"] == found["url"] == f"{URL}/layers/towns"
    assert found["temporalCoverage"] == "2020/2022-06"
    assert found["spatialCoverage"]["geo"]["box"] == "41.00000 -73.00000 41.30000 -72.60000"
    assert found["license"] == "https://creativecommons.org/licenses/by/4.0/"
    assert found["dct:accrualPeriodicity"] == "R/P1Y"
    assert found["publisher"]["name"] == "Office of Tests"
    assert found["isBasedOn"] == ["https://agency.example.gov/towns"]
    assert found["includedInDataCatalog"]["@id"] == f"{URL}/catalog"
    assert {one["name"] for one in found["variableMeasured"]} >= {"people", "share"}
    assert not [value for value in found.values() if value in (None, [], {}, "")]


def test_every_address_of_a_dataset_answers(site: FlaskClient) -> None:
    found = linked(site, "/layers/towns")
    addresses = [one["contentUrl"] for one in found["distribution"]]
    addresses += [found["url"], found["includedInDataCatalog"]["url"]]

    for address in addresses:
        assert address.startswith(f"{URL}/")
        with site.get(address.removeprefix(URL)) as answer:
            assert answer.status_code == 200


def test_the_size_and_hash_are_those_of_the_file(site: FlaskClient) -> None:
    file = linked(site, "/layers/towns")["distribution"][0]

    with site.get(file["contentUrl"].removeprefix(URL)) as answer:
        assert file["contentSize"] == f"{len(answer.data)} B"
        assert file["sha256"] == hashlib.sha256(answer.data).hexdigest()


def test_a_derived_layer_names_what_it_is_based_on(site: FlaskClient) -> None:
    assert linked(site, "/layers/poverty-town")["isBasedOn"] == [f"{URL}/layers/towns"]


def test_the_catalog_lists_every_layer_and_no_restricted_one(site: FlaskClient) -> None:
    found = linked(site, "/catalog")

    assert found["@type"] == "DataCatalog"
    names = {one["@id"].rsplit("/", 1)[1] for one in found["dataset"]}
    assert {"towns", "hospitals", "land-cover", "poverty-town"} <= names
    assert "secret" not in names


def test_no_text_ends_the_block(site: FlaskClient) -> None:
    page = site.get("/layers/poverty-town").text
    (block,) = BLOCK.findall(page)

    assert "<b>" not in block
    assert "<b>bold</b>" in json.loads(block)["keywords"]


def test_definitions_and_sentences_of_ours_are_told_in_spanish() -> None:
    latest = texts("en")["said.comparison"]
    known = {"People who are poor.": "Personas pobres."}

    parts = said(f"People who are poor. A word of the agency. {latest}", "es", known)
    both = said(f"People who are poor. {latest}", "es", known)

    assert parts == [Part("Personas pobres.", "es"), Part(f"A word of the agency. {latest}", "en")]
    assert both == [Part("Personas pobres.", "es"), Part(texts("es")["said.comparison"], "es")]
    assert said("People who are poor.", "en", known) == [Part("People who are poor.", "en")]


@pytest.mark.parametrize("text", ["People who are poorly off.", "Poor people who are poor.", ""])
def test_what_only_looks_like_a_known_sentence_stays_english(text: str) -> None:
    parts = said(text, "es", {"People who are poor": "Personas pobres", "": "nada"})

    assert parts == ([Part(text, "en")] if text else [])


def test_english_passages_of_a_spanish_page_say_so(site: FlaskClient) -> None:
    page = site.get("/es/layers/towns").text

    assert '<span lang="en">A layer made for the tests of the services.</span>' in page
    assert '<span lang="en">Counts below &lt;10 are hidden.</span>' in page
