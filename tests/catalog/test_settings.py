"""Settings from the environment."""

import os
from pathlib import Path

import pytest

from catalog.settings import Settings


@pytest.mark.parametrize(
    ("text", "folders"),
    [("", ()), ("a", (Path("a"),)), (os.pathsep.join(["a", "b/c"]), (Path("a"), Path("b/c")))],
)
def test_mirror_folders_are_joined_as_in_path(monkeypatch, text, folders):
    monkeypatch.setenv("TOWNLINE_MIRROR", text)
    assert Settings().mirror == folders


def test_one_folder_or_several_can_be_given():
    assert Settings(mirror=Path("a")).mirror == (Path("a"),)
    assert Settings(mirror=(Path("a"), Path("b"))).mirror == (Path("a"), Path("b"))
