"""The commands over indicators, run on North Carolina's sample as a person would."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from services.cli import app

ROOT = Path(__file__).resolve().parents[2]


class Command:
    def __init__(self, root: Path) -> None:
        profile = str(ROOT / "config/north-carolina")
        self.options = [
            "--profile",
            profile,
            "--store",
            str(root / "store"),
            "--private",
            str(root / "private"),
        ]

    def __call__(self, *arguments: str, code: int = 0, columns: int = 200) -> str:
        ended = CliRunner().invoke(app, [*self.options, *arguments], env={"COLUMNS": str(columns)})
        assert ended.exit_code == code, ended.output
        return ended.stdout if code == 0 else ended.output

    def json(self, *arguments: str) -> object:
        return json.loads(self(*arguments, "--json"))


@pytest.fixture(scope="module")
def townline(tmp_path_factory: pytest.TempPathFactory) -> Command:
    command = Command(tmp_path_factory.mktemp("north-carolina"))
    command("ingest", "counties", "infant-deaths")
    told = command("derive")
    assert "indicator-births-by-race" in told and "sudden-infant-deaths-county" in told
    return command


def test_deriving_again_changes_nothing_and_prints_receipts(townline):
    lines = townline("derive", "births-by-race", "--json").splitlines()
    receipts = [json.loads(line) for line in lines]
    assert [receipt["layer"] for receipt in receipts] == ["indicator-births-by-race", "births-by-race-county"]
    assert {receipt["outcome"] for receipt in receipts} == {"unchanged"}


def test_derived_layers_are_in_the_catalog_like_any_other(townline):
    records = {record["id"]: record for record in townline.json("list", "--search", "births")}
    assert {"indicator-births-by-race", "births-by-race-county"} <= set(records)
    assert "everything is as it was published" in townline("verify")


def test_an_unknown_indicator_brings_the_nearest(townline):
    assert "there is no indicator, index or release 'births'; did you mean births-by-race" in townline(
        "derive", "births", code=2
    )


def test_an_indicator_without_its_layer_fails_and_the_exit_code_says_so(tmp_path):
    assert "there is no layer 'infant-deaths'" in Command(tmp_path)("derive", code=1)


def test_indicators_are_listed(townline):
    told = townline("indicators")
    assert "Sudden infant death rate" in told and "per 1000 live births" in told
    found = {item["id"]: item for item in townline.json("indicators")}
    assert found["births-by-race"]["cells"]["groups"][2]["numerator"] == [
        "births_1974_1978",
        "-nonwhite_births_1974_1978",
    ]


def test_the_list_keeps_whole_ids_in_a_window_of_eighty_columns(townline):
    told = townline("indicators", columns=80)
    assert all(len(line.rstrip()) <= 80 for line in told.splitlines())
    for item in townline.json("indicators"):
        assert item["id"] in told
    assert "race-ethnicity-2024" in townline("vocab", columns=80)


def test_titles_and_labels_come_in_spanish(townline):
    told = townline("indicators", "--language", "es")
    assert "Tasa de muerte súbita infantil" in told and "más bajo es mejor" in told
    told = townline("profile", "Anson", "--language", "es", "--indicator", "births-by-race")
    assert "Nacimientos por raza de la madre (por ciento" in told and "No blanca" in told
    assert "Frente al estado" in told and "mayor" in told
    assert "margen de error con una confianza del 90" in told
    assert "Invalid value" in townline("profile", "Anson", "--language", "fr", code=2)


def test_signs_are_explained_below_the_profile(townline):
    told = townline("profile", "Anson")
    assert told.count("±: margin of error at 90") == 1
    assert ("†: Unreliable" in told) == ("†" in told.split("±: margin")[0])


def test_the_profile_of_a_place_has_errors_and_the_state_beside_it(townline):
    told = townline("profile", "anson")
    assert "Anson: county; id 37007 (1990)" in told
    assert "State" in told and "Region" not in told  # counties lie in none
    found = townline.json("profile", "37007", "--indicator", "births-by-race")
    lines = {line["label"]: line for line in found["lines"]}
    nonwhite = lines["Non-white"]
    assert nonwhite["period"] == "1979-07/1984-06" and nonwhite["against_state"] == "higher"
    assert nonwhite["place"]["moe"] > 0 and nonwhite["state"]["estimate"] == pytest.approx(32.027358)
    assert list(lines) == ["Total", "White", "Non-white"]


def test_a_place_that_nobody_knows_brings_the_nearest(townline):
    assert "did you mean Anson" in townline("profile", "Ansn", code=2)


def test_vocabularies_are_shown(townline):
    assert "race-vital-records" in townline("vocab")
    told = townline("vocab", "race-vital-records")
    assert "No blanca" in told and "tabulation recorded: white, nonwhite" in told
    assert townline.json("vocab", "sex")[0]["id"] == "sex"
    assert "did you mean sex" in townline("vocab", "sexx", code=2)


def test_a_crosswalk_tells_what_matched_and_what_did_not(townline):
    assert "100 matched" in townline("crosswalk", "county:1990", "county:1990")
    found = townline.json("crosswalk", "county:1990", "state:1990")
    assert found["matched"] == 100 and set(found["pairs"].values()) == {"37"}
    assert "no crosswalk for county 1990–2020" in townline("crosswalk", "county:1990", "county:2020", code=2)
    assert "is not a place type and a vintage" in townline("crosswalk", "counties", "county:1990", code=2)
