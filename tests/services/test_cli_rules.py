"""`--rule`: make understands the rule, whatever the files are called."""

import os
import subprocess
from pathlib import Path

import pytest
from rich.console import Console

from catalog.settings import Settings
from services.cli.rules import write_rule
from services.cli.run import Townline

MAKEFILE = """
rules := $(wildcard made/*.d)
ifdef rules
include $(rules)
$(rules): ;
endif
made/thing: ; @echo made anew; touch made/thing
"""
ODD = ["plain.yml", "with space.yml", "hash#tag.yml", "50% more.yml", "cost$each.yml", "a:b.yml", "ñandú.yml"]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "Makefile").write_text(MAKEFILE)
    for name in ("profile/state.yml", "product.html", *ODD):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (1_000, 1_000))
    return tmp_path


def write(folder: Path, *files: str) -> None:
    settings = Settings(profile=Path("profile"), store=Path("store"), private=Path("private"))
    run = Townline(settings, Console(), Console(), started=2_000)
    run.store.find("towns")
    write_rule(run, Path("made/thing"), [folder / "product.html"], files=[folder / name for name in files])


def is_made_anew(folder: Path) -> bool:
    done = subprocess.run(["make", "made/thing"], cwd=folder, text=True, capture_output=True, check=True)
    os.utime(folder / "made" / "thing", (2_000, 2_000))
    return "made anew" in done.stdout


@pytest.mark.parametrize("name", ODD)
def test_a_newer_file_and_a_lost_one_are_changes(folder: Path, name: str) -> None:
    write(folder, *ODD)

    assert not is_made_anew(folder)
    os.utime(folder / name, (3_000, 3_000))
    assert is_made_anew(folder)
    os.utime(folder / name, (1_000, 1_000))
    assert not is_made_anew(folder)
    (folder / name).unlink()
    assert is_made_anew(folder)


def test_a_layer_that_was_asked_for_in_vain_is_a_change_once_it_is_there(folder: Path) -> None:
    write(folder)
    pointer = folder / "store" / "layers" / "towns" / "current.json"

    assert not is_made_anew(folder)
    pointer.parent.mkdir(parents=True)
    pointer.touch()
    assert is_made_anew(folder)


def test_a_product_counts_only_when_it_is_gone(folder: Path) -> None:
    write(folder)

    os.utime(folder / "product.html", (3_000, 3_000))
    assert not is_made_anew(folder)
    (folder / "product.html").unlink()
    assert is_made_anew(folder)


def test_the_target_lists_what_was_made_as_of_the_beginning(folder: Path) -> None:
    write(folder)

    assert (folder / "made" / "thing").read_text() == "product.html\n"
    assert (folder / "made" / "thing").stat().st_mtime == 2_000


def test_without_a_target_nothing_is_written(folder: Path) -> None:
    settings = Settings(profile=Path("profile"), store=Path("store"), private=Path("private"))

    write_rule(Townline(settings, Console(), Console()), None, [folder / "product.html"])

    assert not (folder / "made").exists()
