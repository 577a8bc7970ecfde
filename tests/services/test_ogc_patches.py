"""Patches hold on to the release that they were written for and fail when a symbol moves."""

import json
from typing import Any

import pygeoapi
import pytest
from pygeoapi import api
from pygeoapi.api import itemtypes

from services.errors import PatchMismatch
from services.ogc import patches
from services.ogc.documents import to_json


def test_patching_twice_changes_nothing() -> None:
    patches.apply()
    patches.apply()

    assert api.to_json is to_json
    assert itemtypes.to_json is to_json


def test_another_release_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pygeoapi, "__version__", "0.25.0")

    with pytest.raises(PatchMismatch, match=r"installed: 0\.25\.0"):
        patches.apply()


@pytest.mark.parametrize(
    "patch", patches.FUNCTIONS, ids=lambda patch: f"{patch.module.__name__}.{patch.name}"
)
def test_a_moved_symbol_is_refused(monkeypatch: pytest.MonkeyPatch, patch: patches.Patch) -> None:
    monkeypatch.delattr(patch.module, patch.name)

    with pytest.raises(PatchMismatch, match=patch.name):
        patches.apply()


@pytest.mark.parametrize(
    "patch", patches.FUNCTIONS, ids=lambda patch: f"{patch.module.__name__}.{patch.name}"
)
def test_a_symbol_with_other_arguments_is_refused(
    monkeypatch: pytest.MonkeyPatch, patch: patches.Patch
) -> None:
    def changed(something_else: Any) -> None: ...

    monkeypatch.setattr(patch.module, patch.name, changed)

    with pytest.raises(PatchMismatch, match=patch.name):
        patches.apply()


def test_json_keeps_texts_and_has_no_bare_nan() -> None:
    text = to_json({"n": "<10", "x": float("nan"), "y": [float("inf")]})

    assert json.loads(text) == {"n": "<10", "x": None, "y": [None]}
    assert b"<10" in text


def test_what_has_no_form_in_json_is_a_fault() -> None:
    with pytest.raises(TypeError, match="set"):
        to_json({"x": {1, 2}})
