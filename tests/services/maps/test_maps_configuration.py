import json
from pathlib import Path

import pytest
from pydantic import ValidationError
from typer.testing import CliRunner

from catalog.errors import ConfigurationError
from catalog.indicators import load_indicators
from catalog.manifests import load_profile
from catalog.maps import MapManifest, load_maps
from services.cli.main import app

ROOT = Path(__file__).resolve().parents[3]
GOOD = {
    "id": "poverty-map",
    "title": "Poverty",
    "title_es": "Pobreza",
    "description": "Poverty by town and region.",
    "description_es": "Pobreza por municipio y región.",
    "indicators": ["poverty", "cars"],
    "places": ["town", "planning_region"],
}


@pytest.mark.parametrize("state", ["connecticut", "north-carolina"])
def test_the_maps_of_the_profiles_are_sound(state: str) -> None:
    profile = load_profile(ROOT / "config" / state)
    assert load_maps(profile, load_indicators(profile))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"colour": "red"}, "Extra inputs are not permitted"),
        ({"indicators": []}, "at least 1 item"),
        ({"indicators": ["poverty", "poverty"]}, "indicators named twice: poverty"),
        ({"places": ["city"]}, "city"),
        ({"opening": {"indicator": "povety"}}, "opening.indicator is 'povety'.*did you mean poverty"),
        ({"opening": {"places": "county"}}, "opening.places is 'county'"),
        ({"opening": {"measure": "difference"}}, "measure"),
        ({"classes": {"number": 9}}, "less than or equal to 7"),
        ({"title_es": None}, "title_es"),
    ],
)
def test_a_mistake_is_refused_and_named(change: dict[str, object], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        MapManifest.model_validate(GOOD | change)


def test_mistakes_of_all_files_are_told_together_with_the_nearest_names(tmp_path: Path) -> None:
    profile = load_profile(ROOT / "config" / "north-carolina")
    for name, change in (
        ("one", {"indicators": ["births-by-rase"]}),
        ("two", {"indicators": ["births-by-race"], "by": ["rase"], "context": [{"layer": "countys"}]}),
    ):
        (tmp_path / "maps").mkdir(exist_ok=True)
        (tmp_path / "maps" / f"{name}.yml").write_text(
            json.dumps(GOOD | {"id": name} | change), encoding="utf-8"
        )
    changed = type(profile)(tmp_path, profile.state, profile.layers)
    with pytest.raises(ConfigurationError) as caught:
        load_maps(changed, load_indicators(profile))
    text = str(caught.value)
    assert "no indicator 'births-by-rase'; did you mean births-by-race" in text
    assert "no indicator has the dimension 'rase'; did you mean race" in text
    assert "no layer 'countys'; did you mean counties" in text


def test_every_map_of_the_sample_state_is_drawn(carolina: list[str], tmp_path: Path) -> None:
    result = CliRunner().invoke(app, [*carolina, "map", "--all", "--out", str(tmp_path), "--json"])
    assert result.exit_code == 0, result.output
    (drawn,) = json.loads(result.stdout)
    assert drawn["map"] == "births-and-infant-deaths"
    assert Path(drawn["page"]).stat().st_size > 200_000
    names = ["births-and-infant-deaths.png", "births-and-infant-deaths-by-race.png"]
    assert [Path(path).name for path in drawn["pictures"]] == names


def test_a_map_of_one_indicator_by_one_dimension(carolina: list[str], tmp_path: Path) -> None:
    asked = [
        "--indicator",
        "births-by-race",
        "--by",
        "race",
        "--places",
        "county",
        "--period",
        "1974-07/1978-06",
    ]
    result = CliRunner().invoke(app, [*carolina, "map", *asked, "--out", str(tmp_path), "--picture", "svg"])
    assert result.exit_code == 0, result.output
    names = {path.name.removeprefix("births-by-race-by-race-of-county") for path in tmp_path.iterdir()}
    assert names == {
        "-in-1974-07-1978-06.html",
        "-in-1974-07-1978-06.svg",
        "-in-1974-07-1978-06-each-race.svg",
    }


@pytest.mark.parametrize(
    ("asked", "code", "message"),
    [
        (["birth-and-infant-deaths"], 2, "did you mean births-and-infant-deaths"),
        (["--indicator", "births"], 2, "did you mean births-by-race"),
        (["--indicator", "births-by-race", "--places", "countie"], 2, "did you mean county"),
        (["--indicator", "births-by-race", "--period", "1974"], 1, "1974-07/1978-06"),
        ([], 2, "births-and-infant-deaths"),
        (["--picture", "gif"], 2, "png"),
        (["births-and-infant-deaths", "--all"], 2, "one of the three"),
        (["--all", "--by", "race"], 2, "go with --indicator"),
    ],
)
def test_what_is_asked_for_wrongly_ends_with_a_message(
    carolina: list[str], tmp_path: Path, asked: list[str], code: int, message: str
) -> None:
    result = CliRunner().invoke(
        app, [*carolina, "map", *asked, "--out", str(tmp_path)], env={"COLUMNS": "200"}
    )
    assert result.exit_code == code
    assert message in result.output


def test_a_map_that_fails_does_not_stop_the_others(tmp_path: Path) -> None:
    options = ["--profile", str(ROOT / "config" / "north-carolina"), "--store", str(tmp_path / "store")]
    result = CliRunner().invoke(app, [*options, "map", "--all", "--out", str(tmp_path / "out"), "--json"])
    assert result.exit_code == 1
    assert "there is no layer" in json.loads(result.stdout)[0]["error"]
