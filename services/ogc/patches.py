"""The places where pygeoapi itself is changed. All of them; each for one reason.

to_json                 pygeoapi escapes `<` in every string, writes bare NaN, and would encode every feature anew
get_dataset_formatters  pygeoapi links to CSV of every collection, however large; files of a query are ours
setup_logger            pygeoapi sets up the logging of the whole process; ours the level of its own messages

Written for one release: another one is refused, so that a moved symbol cannot be patched past.
"""

import inspect
import logging
from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import pygeoapi
from pygeoapi import api
from pygeoapi.api import collection, coverages, itemtypes, processes

from services.errors import PatchMismatch
from services.ogc.documents import to_json

RELEASE = "0.24.0"


def _no_formatters(dataset: dict[str, Any]) -> dict[str, Any]:
    """The formats that pygeoapi would write itself: none."""
    return {}


def _setup_logger(logging_config: dict[str, Any]) -> None:
    """Set the level of pygeoapi's own messages."""
    logging.getLogger("pygeoapi").setLevel(logging_config["level"])


@dataclass(frozen=True)
class Patch:
    """A function of a module of pygeoapi, the arguments that it must have, and what stands in its place."""

    module: ModuleType
    name: str
    arguments: tuple[str, ...]
    ours: Callable[..., Any]


_JSON = ("dict_", "pretty")
_DATASET = ("dataset",)
FUNCTIONS = (
    Patch(api, "to_json", _JSON, to_json),
    Patch(itemtypes, "to_json", _JSON, to_json),
    Patch(coverages, "to_json", _JSON, to_json),
    Patch(processes, "to_json", _JSON, to_json),
    Patch(collection, "get_dataset_formatters", _DATASET, _no_formatters),
    Patch(itemtypes, "get_dataset_formatters", _DATASET, _no_formatters),
    Patch(api, "setup_logger", ("logging_config",), _setup_logger),
)


def apply() -> None:
    """Patch pygeoapi; a second time changes nothing.

    Raises:
        PatchMismatch: pygeoapi is another release, or a symbol is gone or takes other arguments.

    """
    if pygeoapi.__version__ != RELEASE:
        raise PatchMismatch(f"the patches are for pygeoapi {RELEASE}; installed: {pygeoapi.__version__}")
    for patch in FUNCTIONS:
        theirs = getattr(patch.module, patch.name, None)
        if theirs is patch.ours:
            continue
        if theirs is None or tuple(inspect.signature(theirs).parameters) != patch.arguments:
            raise PatchMismatch(f"{patch.module.__name__}.{patch.name} is not what its patch was written for")
        setattr(patch.module, patch.name, patch.ours)
