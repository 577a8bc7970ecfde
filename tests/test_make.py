"""`make` for the sample state in a folder of its own: what did not change is left, what changed is made anew."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
MAP = "births-and-infant-deaths"
OTHER = "births"
OTHER_MAP = """
id: births
title: Births
title_es: Nacimientos
description: A second map of the sample state, for these tests.
description_es: Un segundo mapa del estado de muestra, para estas pruebas.
indicators: [births-by-race]
places: [county]
"""
STATE = "config/north-carolina"

Make = Callable[..., subprocess.CompletedProcess[str]]


def copied(folder: Path) -> Path:
    """The folder with all that make needs, older than whatever will be made; the environment is that of the tests."""
    for name in ("Makefile", "constraints.txt", "pyproject.toml"):
        shutil.copyfile(ROOT / name, folder / name)
    for name in (STATE, "scripts", "catalog/vocabularies"):
        shutil.copytree(ROOT / name, folder / name)
    for name in ("docs/methods.md", "config/pygeoapi-config.yml"):
        (folder / name).parent.mkdir(exist_ok=True)
        shutil.copyfile(ROOT / name, folder / name)
    (folder / STATE / "maps" / f"{OTHER}.yml").write_text(OTHER_MAP)
    (folder / ".venv").mkdir()
    (folder / ".venv" / "installed").touch()
    return folder


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Make]:
    """The folder after the first `make build`, and how to run make in it."""
    folder = copied(tmp_path_factory.mktemp("a folder with spaces"))
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}

    def make(*words: str, fails: bool = False) -> subprocess.CompletedProcess[str]:
        given = [f"BIN={Path(sys.prefix) / 'bin'}", "STATE=north-carolina", "STATE_DATA_DIR=no data"]
        done = subprocess.run(
            ["make", *given, *words], cwd=folder, env=environment, text=True, capture_output=True, check=False
        )
        assert (done.returncode != 0) == fails, done.stdout + done.stderr
        return done

    make("build")
    return folder, make


def later(path: Path) -> None:
    """Date a file after everything that has been made."""
    path.touch()


def moments(folder: Path) -> dict[str, int]:
    """When each pointer and each map was written."""
    build = folder / "build" / "north-carolina"
    found = [*build.glob("store/layers/*/current.json"), *build.glob("maps/*.*")]
    return {str(path.relative_to(build)): path.stat().st_mtime_ns for path in found}


def changed(before: dict[str, int], after: dict[str, int]) -> set[str]:
    return {name for name in before | after if before.get(name) != after.get(name)}


def test_a_second_run_does_nothing(built: tuple[Path, Make]) -> None:
    folder, make = built
    before = moments(folder)
    assert {f"maps/{MAP}.html", f"maps/{OTHER}.png"} < set(before)

    said = make("build")

    assert "townline" not in said.stdout
    assert said.stdout.count("is up to date") == 4
    assert moments(folder) == before


def test_a_file_of_an_unrelated_layer_makes_nothing_anew(built: tuple[Path, Make]) -> None:
    folder, make = built
    before = moments(folder)
    later(folder / STATE / "layers" / "land-cover.yml")

    said = make("build").stdout

    assert " ingest " in said
    assert " derive " not in said
    assert " map " not in said
    assert moments(folder) == before


def test_another_map_declaration_draws_that_map_only(built: tuple[Path, Make]) -> None:
    folder, make = built
    before = moments(folder)
    path = folder / STATE / "maps" / f"{OTHER}.yml"
    path.write_text(path.read_text().replace("title: Births", "title: Babies"))

    said = make("maps").stdout

    assert " ingest " not in said and " derive " not in said
    assert changed(before, moments(folder)) == {f"maps/{OTHER}.html", f"maps/{OTHER}.png"}
    assert "Babies" in (folder / f"build/north-carolina/maps/{OTHER}.html").read_text()


def test_another_indicator_declaration_draws_the_maps_that_show_it(built: tuple[Path, Make]) -> None:
    folder, make = built
    before = moments(folder)
    path = folder / STATE / "indicators" / "sudden-infant-deaths.yml"
    title = next(line for line in path.read_text().splitlines() if line.startswith("title:"))
    path.write_text(path.read_text().replace(title, "title: Deaths of infants"))

    make("build")

    moved = changed(before, moments(folder))
    assert f"maps/{MAP}.html" in moved
    assert f"maps/{OTHER}.html" not in moved
    assert "store/layers/indicator-births-by-race/current.json" not in moved
    assert "store/layers/indicator-sudden-infant-deaths/current.json" in moved


def test_a_product_that_is_gone_is_made_again(built: tuple[Path, Make]) -> None:
    folder, make = built
    page = folder / f"build/north-carolina/maps/{OTHER}.html"
    page.unlink()

    assert make("maps").stdout.count(" map ") == 1
    assert page.is_file()


def test_a_mistake_leaves_what_is_there_and_is_told_again(built: tuple[Path, Make]) -> None:
    folder, make = built
    page = folder / f"build/north-carolina/maps/{OTHER}.html"
    before = page.read_bytes()
    path = folder / STATE / "maps" / f"{OTHER}.yml"
    right = path.read_text()
    path.write_text(right.replace("indicators: [births-by-race]", "indicators: [birth-by-race]"))

    for _ in range(2):
        assert "did you mean births-by-race" in make("maps", fails=True).stderr
    assert page.read_bytes() == before
    path.write_text(right)
    make("maps")


def test_a_map_that_is_declared_no_more_is_no_reason_to_stop(built: tuple[Path, Make]) -> None:
    folder, make = built
    path = folder / STATE / "maps" / f"{OTHER}.yml"
    text = path.read_text()
    path.unlink()

    assert "townline" not in make("maps").stdout
    path.write_text(text)
    assert make("maps").stdout.count(" map ") == 1


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("map", "INDICATOR=birhts-by-race"), "did you mean births-by-race?"),
        (("map",), "give INDICATOR="),
        (("disparity", "INDICATOR=births-by-race"), "give BY="),
        (("map", "INDICATOR=births-by-race", "IN=fr"), "it can be: en es"),
        (("map", "INDICATOR=births-by-race", "PLACES=conty"), "did you mean county"),
        (("change", "INDICATOR=births-by-race", "PLACES=conty"), "did you mean county"),
        (("profile", "TOWN=Alamnce"), "did you mean Alamance"),
        (("profile",), "give TOWN="),
        (("maps", "STATE=north-carolna"), "STATE can be: north-carolina"),
    ],
)
def test_a_wrong_name_lists_the_nearest(
    built: tuple[Path, Make], words: tuple[str, ...], message: str
) -> None:
    _, make = built

    assert message in make(*words, fails=True).stderr


def test_what_somebody_asks_for_is_made_once_and_opens_each_time(built: tuple[Path, Make]) -> None:
    folder, make = built
    asked = ("map", "INDICATOR=births-by-race", "PERIOD=1974-07/1978-06", "OPEN=1", "BROWSER=echo")

    first, second = (make(*asked).stdout for _ in range(2))

    (page,) = (folder / "build/north-carolina/maps").glob("births-by-race-in-1974*.html")
    assert " map " in first and " map " not in second
    assert page.as_uri() in first and page.as_uri() in second
    site = folder / "build/north-carolina/maps/site"
    assert {path.stem for path in site.glob("*.html")} == {MAP, OTHER}  # the maps that the site shows


def test_what_is_compared_is_written_once_and_again_when_a_file_is_gone(built: tuple[Path, Make]) -> None:
    folder, make = built
    asked = ("change", "INDICATOR=sudden-infant-deaths", "PLACES=county")

    first, second = (make(*asked).stdout for _ in range(2))

    made = folder / "build/north-carolina/change/sudden-infant-deaths-county"
    files = {"change.csv", "series.csv", "series.parquet", "series-dictionary.csv"}
    assert " change " in first and " change " not in second
    assert {path.name for path in made.iterdir()} == files
    (made / "series.csv").unlink()
    assert " change " in make(*asked).stdout
    later(folder / STATE / "indicators" / "sudden-infant-deaths.yml")
    assert " change " in make(*asked).stdout


def test_a_name_with_a_space_has_its_profile(built: tuple[Path, Make]) -> None:
    folder, make = built

    first, second = (make("profile", "TOWN=New Hanover").stdout for _ in range(2))

    assert (folder / "build/north-carolina/reports/county-new-hanover.en.pdf").is_file()
    assert " report " in first and " report " not in second


def test_the_site_follows_its_stories_and_its_address(built: tuple[Path, Make]) -> None:
    folder, make = built
    index = folder / "build/north-carolina/site/index.html"

    assert " site " in make("site").stdout
    later(folder / "Makefile")  # no input of anything
    assert "townline" not in make("site").stdout
    later(folder / STATE / "stories" / "sudden-infant-deaths.md")
    assert " site " in make("site").stdout
    assert " site " in make("site", "URL=https://gis.example.gov").stdout
    assert "https://gis.example.gov/ogc" in index.read_text()
    assert " site " in make("site", "--dry-run").stdout  # the folder is now that of another address


def test_help_tells_of_every_target() -> None:
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = [line.split(":")[1].strip() for line in text.splitlines() if line.startswith(".PHONY:")]
    said = subprocess.run(["make", "help"], cwd=ROOT, text=True, capture_output=True, check=True).stdout

    for target in targets:
        assert f"\n  {target} " in said, f"{target} has no line of help"
    assert len(targets) == len(set(targets))
