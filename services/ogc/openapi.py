"""The OpenAPI document: pygeoapi's, without what is not served and with what clients look for."""

import warnings
from typing import Any

from pydantic import PydanticDeprecatedSince20
from pygeoapi.openapi import get_oas

from catalog.grammar import CATALOG
from services.ogc.paging import AFTER, VERSION
from services.ogc.parameters import RESERVED
from services.ogc.processes.offer import processes_of
from services.ogc.processes.openapi import process_paths
from services.ogc.records.openapi import replace_record_paths

with warnings.catch_warnings():
    # pygeoapi declares models in pydantic's old way in modules that get_oas imports
    warnings.simplefilter("ignore", PydanticDeprecatedSince20)
    import pygeoapi.api.tiles  # noqa: F401

Document = dict[str, Any]

_NOT_TAKEN = frozenset({"#/components/parameters/lang", "#/components/parameters/vendorSpecificParameters"})
_NOT_KNOWN = frozenset({"profile", "subset", "ui"})


def openapi(config: Document) -> Document:
    """The document for a configuration with its collections."""
    document: Document = get_oas(config)
    limits = config["server"]["limits"]
    document["components"]["parameters"] |= _paging(limits["default_items"], limits["max_items"])
    document["paths"] = {
        path: {"get": _operation(path, methods["get"])}
        for path, methods in document["paths"].items()
        if "get" in methods and not path.startswith(("/TileMatrixSets", "/jobs", "/processes"))
    }
    if CATALOG in config["resources"]:
        replace_record_paths(document["paths"])
    document["paths"] |= process_paths(processes_of(config["resources"]))
    _add_language(document)
    return document


def _add_language(document: Document) -> None:
    """Add the language to every operation that answers with pages."""
    known = document["components"]["parameters"]
    known["lang"] = _parameter(
        "lang", "The language of a page (f=html).", {"type": "string", "enum": ["en", "es"], "default": "en"}
    )
    for methods in document["paths"].values():
        parameters = methods.get("get", {}).get("parameters", [])
        named = [known.get(one["$ref"].split("/")[-1], {}) if "$ref" in one else one for one in parameters]
        if any(one.get("name") == "f" and "html" in one["schema"].get("enum", ()) for one in named):
            parameters.append({"$ref": "#/components/parameters/lang"})


def _operation(path: str, operation: Document) -> Document:
    """A GET operation with the parameters that it takes and no others."""
    taken = [parameter for parameter in operation.get("parameters", []) if _is_taken(path, parameter)]
    if path.endswith("/items"):
        taken = [parameter for parameter in taken if parameter.get("name") != "limit"]
        names = ("limit", "resulttype", "datetime", VERSION, AFTER)
        taken += [{"$ref": f"#/components/parameters/{name}"} for name in names]
    return operation | {"parameters": _once(taken)}


def _is_taken(path: str, parameter: Document) -> bool:
    reference = parameter.get("$ref", "")
    if reference in _NOT_TAKEN or reference.endswith(("/parameters/subset", "/parameters/datetime")):
        return False
    if path.endswith("/queryables") and parameter.get("name") == "properties":
        return False
    is_column = parameter.get("name") in RESERVED and parameter["name"] not in ("f", "limit", "properties")
    return parameter.get("name") not in _NOT_KNOWN and not is_column


def _once(parameters: list[Document]) -> list[Document]:
    """Parameters without repetitions of a name: the first one counts."""
    named = {parameter.get("name") or parameter["$ref"]: parameter for parameter in reversed(parameters)}
    return list(reversed(named.values()))


def _paging(default: int, largest: int) -> Document:
    """Parameters of paging; QGIS takes its page size from `limit` here."""
    return {
        "limit": _parameter(
            "limit",
            "How many features one page holds at most.",
            {"type": "integer", "minimum": 1, "maximum": largest, "default": default},
        ),
        "resulttype": _parameter(
            "resulttype",
            "With hits, only the number of features is given.",
            {"type": "string", "enum": ["results", "hits"], "default": "results"},
        ),
        "datetime": _parameter(
            "datetime",
            "A moment, or two joined by / (.. leaves an end open); it is held against the layer's period.",
            {"type": "string"},
        ),
        VERSION: _parameter(
            VERSION,
            "The version of the data; next links hold on to the one that the paging began with.",
            {"type": "integer", "minimum": 1},
        ),
        AFTER: _parameter(
            AFTER,
            "Where the page before ended; taken from its next link.",
            {"type": "integer", "minimum": 0},
        ),
    }


def _parameter(name: str, description: str, schema: Document) -> Document:
    return {
        "name": name,
        "in": "query",
        "description": description,
        "required": False,
        "schema": schema,
        "style": "form",
        "explode": False,
    }
