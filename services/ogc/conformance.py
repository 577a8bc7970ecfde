"""The conformance classes that hold for what is served, made from the kinds of collections that there are."""

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any

from pygeoapi.api import API, APIRequest

from services.ogc.crs import CRS84
from services.ogc.documents import to_json

_COMMON = "http://www.opengis.net/spec/ogcapi-common"
_FEATURES = "http://www.opengis.net/spec/ogcapi-features"
_RECORDS = "http://www.opengis.net/spec/ogcapi-records-1/1.0/conf"
_PROCESSES = "http://www.opengis.net/spec/ogcapi-processes-1/1.0/conf"
_TILES = "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf"
_TILE_MATRIX_SETS = "http://www.opengis.net/spec/tms/2.0/conf"
_COVERAGES = "http://www.opengis.net/spec/ogcapi-coverages-1/1.0/conf"
_CQL2 = "http://www.opengis.net/spec/cql2/1.0/conf"

COMMON = [
    f"{_COMMON}-1/1.0/conf/core",
    f"{_COMMON}-1/1.0/conf/landing-page",
    f"{_COMMON}-1/1.0/conf/json",
    f"{_COMMON}-1/1.0/conf/html",
    f"{_COMMON}-1/1.0/conf/oas30",
    f"{_COMMON}-2/1.0/conf/collections",
]
CQL2 = [
    f"{_FEATURES}-3/1.0/conf/queryables",
    f"{_FEATURES}-3/1.0/conf/queryables-query-parameters",
    f"{_FEATURES}-3/1.0/conf/filter",
    f"{_FEATURES}-3/1.0/conf/features-filter",
    f"{_CQL2}/cql2-text",
    f"{_CQL2}/cql2-json",
    f"{_CQL2}/basic-cql2",
    f"{_CQL2}/advanced-comparison-operators",
    f"{_CQL2}/case-insensitive-comparison",
    f"{_CQL2}/accent-insensitive-comparison",
    f"{_CQL2}/temporal-functions",
    f"{_CQL2}/property-property",
    f"{_CQL2}/arithmetic",
]
"""No array functions: no property is one. No functions of our own: there is no list of functions."""
SPATIAL_CQL2 = [
    f"{_CQL2}/basic-spatial-functions",
    f"{_CQL2}/basic-spatial-functions-plus",
    f"{_CQL2}/spatial-functions",
    f"{_CQL2}/basic-spatial-operators",
]
"""For what has a geometry; the last is a draft's name of the first, under which QGIS looks."""
FEATURES = [
    *CQL2,
    f"{_FEATURES}-1/1.0/conf/core",
    f"{_FEATURES}-1/1.0/conf/oas30",
    f"{_FEATURES}-1/1.0/conf/html",
    f"{_FEATURES}-1/1.0/conf/geojson",
    f"{_FEATURES}-5/1.0/conf/schemas",
    f"{_FEATURES}-5/1.0/conf/core-roles-features",
    f"{_FEATURES}-5/1.0/conf/queryables",
    f"{_FEATURES}-5/1.0/conf/sortables",
]
PLACED_FEATURES = [f"{_FEATURES}-2/1.0/conf/crs", *SPATIAL_CQL2]
"""For features with a geometry."""
RECORDS = [*CQL2, *SPATIAL_CQL2] + [
    f"{_RECORDS}/{name}"
    for name in (
        "record-core",
        "record-collection",
        "record-core-query-parameters",
        "record-api",
        "records-api",
        "searchable-catalog",
        "searchable-catalog-filtering",
        "searchable-catalog-sorting",
        "filtering",
        "sorting",
        "autodiscovery",
        "json",
        "html",
        "oas30",
    )
]
"""The standard spells the class of the API both ways."""
PROCESSES = [f"{_PROCESSES}/{name}" for name in ("core", "ogc-process-description", "json", "html", "oas30")]
TILES = [
    f"{_TILES}/{name}" for name in ("core", "tileset", "tilesets-list", "geodata-tilesets", "mvt", "oas30")
] + [
    f"{_TILE_MATRIX_SETS}/{name}"
    for name in (
        "tilematrixset",
        "json-tilematrixset",
        "tilematrixsetlimits",
        "json-tilematrixsetlimits",
        "tilesetmetadata",
        "json-tilesetmetadata",
    )
]
COVERAGES = [
    f"{_COVERAGES}/core",
    f"{_COVERAGES}/oas30",
    f"{_COVERAGES}/geodata-coverage",
    f"{_COVERAGES}/coverage-rangesubset",
    f"{_COVERAGES}/coverage-bbox",
    f"{_COVERAGES}/coverage-subset",
    f"{_COVERAGES}/scaling",
]


def conformance(api: API, request: APIRequest) -> tuple[dict[str, str], int, bytes]:
    """The answer that lists the classes."""
    headers = request.get_response_headers(**api.api_headers)
    return headers, HTTPStatus.OK, to_json({"conformsTo": classes(api.config["resources"])})


def classes(resources: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """The classes that hold for pygeoapi's `resources`."""
    return sorted({*COMMON, *(name for resource in resources.values() for name in _of(resource))})


def _of(resource: Mapping[str, Any]) -> Iterator[str]:
    if resource["type"] == "process":
        yield from PROCESSES
        return
    for provider in resource["providers"]:
        yield from _OF_PROVIDERS[provider["type"]]
        if provider["type"] == "feature" and provider["crs"] != [CRS84]:
            yield from PLACED_FEATURES


_OF_PROVIDERS = {"feature": FEATURES, "record": RECORDS, "coverage": COVERAGES, "tile": TILES}
