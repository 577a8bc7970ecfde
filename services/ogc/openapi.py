"""The OpenAPI document: everything that is served, with nothing left to look up elsewhere."""

from collections.abc import Iterable
from importlib.metadata import version
from typing import Any

from catalog.grammar import CATALOG
from catalog.records import Record
from services.ogc.operations.coverages import coverage_paths
from services.ogc.operations.features import feature_paths
from services.ogc.operations.parameters import LANGUAGE, shared_parameters
from services.ogc.operations.parts import PROBLEM, TEXT
from services.ogc.operations.schemas import COMPONENTS, feature_schemas
from services.ogc.operations.service import TAG, service_paths
from services.ogc.processes.offer import processes_of
from services.ogc.processes.openapi import process_paths
from services.ogc.records.openapi import replace_record_paths
from services.ogc.tiles.openapi import tile_paths

Document = dict[str, Any]


def openapi(config: Document, records: Iterable[Record]) -> Document:
    """The document for pygeoapi's configuration with its collections, whose layers have these records."""
    layers = sorted(records, key=lambda record: record.id)
    resources, limits = config["resources"], config["server"]["limits"]
    paths = service_paths()
    schemas = dict(COMPONENTS)
    for record in layers:
        paths |= _paths(record, tuple(resources[record.id]["providers"][0]["crs"]))
        schemas |= {} if record.kind == "raster" else feature_schemas(record)
    if CATALOG in resources:
        replace_record_paths(paths)
    paths |= tile_paths(resources)
    paths |= process_paths(processes_of(resources))
    _complete(paths)
    return {
        "openapi": "3.0.3",
        "info": _info(config["metadata"]),
        "servers": [{"url": config["server"]["url"]}],
        "tags": [{"name": TAG}, *({"name": record.id, "description": record.title} for record in layers)],
        "paths": paths,
        "components": {
            "parameters": shared_parameters(limits["default_items"], limits["max_items"]),
            "schemas": schemas,
        },
    }


def _paths(record: Record, systems: tuple[str, ...]) -> Document:
    make = coverage_paths if record.kind == "raster" else feature_paths
    return make(record, systems)


def _complete(paths: Document) -> None:
    """Add what operations share that others describe: the language of pages, and problems as pages."""
    for methods in paths.values():
        operation = methods.get("get", {"parameters": [], "responses": {}})
        parameters = operation["parameters"]
        formats = next((one["schema"]["enum"] for one in parameters if one.get("name") == "f"), ())
        if "html" in formats and LANGUAGE not in parameters:
            parameters.append(LANGUAGE)
        for response in operation["responses"].values():
            if "html" in formats and PROBLEM in response.get("content", {}):
                response["content"]["text/html"] = {"schema": TEXT}


def _info(metadata: Document) -> Document:
    about, contact, licence = metadata["identification"], metadata["contact"], metadata["license"]
    return {
        "title": about["title"],
        "description": about["description"],
        "version": version("townline"),
        "contact": {key: contact[key] for key in ("name", "url", "email") if key in contact},
        "license": {key: licence[key] for key in ("name", "url") if key in licence},
    }
