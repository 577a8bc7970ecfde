"""The OpenAPI document: everything that is served, with nothing left to look up elsewhere."""

from collections.abc import Iterable
from importlib.metadata import version
from typing import Any

from catalog.grammar import CATALOG
from catalog.records import Record
from services.ogc.operations.coverages import coverage_paths
from services.ogc.operations.features import feature_paths
from services.ogc.operations.parameters import shared_parameters
from services.ogc.operations.schemas import COMPONENTS, feature_schemas
from services.ogc.operations.service import TAG, service_paths
from services.ogc.processes import openapi as processes
from services.ogc.processes.offer import processes_of
from services.ogc.processes.openapi import process_paths
from services.ogc.records.openapi import SCHEMAS as RECORD_SCHEMAS
from services.ogc.records.openapi import record_paths
from services.ogc.tiles import openapi as tiles
from services.ogc.tiles.openapi import tile_paths

Document = dict[str, Any]
_OTHER_TAGS = {
    CATALOG: "Search the catalog: one record for every layer",
    tiles.TAG: "Vector tiles",
    processes.TAG: "Processes, executed at once",
}


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
        paths |= record_paths()
        schemas |= RECORD_SCHEMAS
    paths |= tile_paths(_tiled(resources))
    paths |= process_paths(processes_of(resources))
    return {
        "openapi": "3.0.3",
        "info": _info(config["metadata"]),
        "servers": [{"url": config["server"]["url"]}],
        "tags": _tags(layers, paths),
        "paths": paths,
        "components": {
            "parameters": shared_parameters(limits["default_items"], limits["max_items"]),
            "schemas": schemas,
        },
    }


def _paths(record: Record, systems: tuple[str, ...]) -> Document:
    make = coverage_paths if record.kind == "raster" else feature_paths
    return make(record, systems)


def _tiled(resources: Document) -> list[str]:
    """The collections that have tiles."""
    return [
        name
        for name, one in resources.items()
        if any(provider["type"] == "tile" for provider in one.get("providers", ()))
    ]


def _tags(layers: Iterable[Record], paths: Document) -> list[Document]:
    """The groups of operations, those that no operation is in left out."""
    used = {tag for methods in paths.values() for operation in methods.values() for tag in operation["tags"]}
    named = {TAG: "The service as a whole"} | {record.id: record.title for record in layers} | _OTHER_TAGS
    return [{"name": name, "description": about} for name, about in named.items() if name in used]


def _info(metadata: Document) -> Document:
    about, contact, licence = metadata["identification"], metadata["contact"], metadata["license"]
    return {
        "title": about["title"],
        "description": about["description"],
        "version": version("townline"),
        "contact": {key: contact[key] for key in ("name", "url", "email") if key in contact},
        "license": {key: licence[key] for key in ("name", "url") if key in licence},
    }
