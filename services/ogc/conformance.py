"""The conformance classes that hold for what is served."""

_COMMON = "http://www.opengis.net/spec/ogcapi-common"
_FEATURES = "http://www.opengis.net/spec/ogcapi-features"
_RECORDS = "http://www.opengis.net/spec/ogcapi-records-1/1.0/conf"
_PROCESSES = "http://www.opengis.net/spec/ogcapi-processes-1/1.0/conf"
_COVERAGES = "http://www.opengis.net/spec/ogcapi-coverages-1/1.0/conf"

COMMON = [
    f"{_COMMON}-1/1.0/conf/core",
    f"{_COMMON}-1/1.0/conf/landing-page",
    f"{_COMMON}-1/1.0/conf/json",
    f"{_COMMON}-1/1.0/conf/html",
    f"{_COMMON}-1/1.0/conf/oas30",
    f"{_COMMON}-2/1.0/conf/collections",
]
FEATURES = [
    f"{_FEATURES}-1/1.0/conf/core",
    f"{_FEATURES}-1/1.0/conf/oas30",
    f"{_FEATURES}-1/1.0/conf/html",
    f"{_FEATURES}-1/1.0/conf/geojson",
    f"{_FEATURES}-2/1.0/conf/crs",
    f"{_FEATURES}-3/1.0/conf/queryables",
    f"{_FEATURES}-3/1.0/conf/queryables-query-parameters",
    f"{_COMMON}-3/1.0/conf/schemas",
]
RECORDS = [
    f"{_RECORDS}/{name}"
    for name in (
        "record-core",
        "record-collection",
        "record-core-query-parameters",
        "record-api",
        "records-api",
        "searchable-catalog",
        "searchable-catalog-sorting",
        "sorting",
        "autodiscovery",
        "json",
        "html",
        "oas30",
    )
]
"""The standard spells the class of the API both ways."""
PROCESSES = [f"{_PROCESSES}/{name}" for name in ("core", "ogc-process-description", "json", "html", "oas30")]
COVERAGES = [
    f"{_COVERAGES}/core",
    f"{_COVERAGES}/oas30",
    f"{_COVERAGES}/geodata-coverage",
    f"{_COVERAGES}/coverage-rangesubset",
    f"{_COVERAGES}/coverage-bbox",
]
