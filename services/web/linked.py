"""Layers as search engines and data portals read them: schema.org, with the terms that DCAT-US has and it lacks."""

from collections.abc import Iterator
from typing import Any

from catalog.freshness import changed_at
from catalog.records import PublishedFile, Record
from catalog.vocabulary import vocabulary
from services.web.render import Frame
from services.web.shelf import Shelf

Json = dict[str, Any]

CONTEXT = ("https://schema.org", {"dcat": "http://www.w3.org/ns/dcat#", "dct": "http://purl.org/dc/terms/"})
GEOPARQUET = "application/vnd.apache.parquet"


def dataset(record: Record, frame: Frame, description: str) -> Json:
    """A layer as a `Dataset`, described in the language of the page.

    Addresses are whole where the site has an address, else as seen from the page, which JSON-LD allows.
    """
    licence = vocabulary("licences").term(record.licence)
    links = frame.links
    known: Json = {
        "@context": CONTEXT,
        "@type": "Dataset",
        "@id": links.whole(links.page(f"layers/{record.id}")),
        "url": links.whole(links.page(f"layers/{record.id}")),
        "identifier": record.id,
        "name": frame.words.title(record),
        "description": description,
        "inLanguage": "en",
        "keywords": list(record.keywords),
        "dcat:theme": frame.words.term("themes", record.theme),
        "license": licence.attributes.get("url"),
        "creditText": record.attribution,
        "isAccessibleForFree": True,
        "version": str(record.version),
        "datePublished": record.published_at.date().isoformat(),
        "dateModified": changed_at(record).date().isoformat(),
        "temporalCoverage": _time(record),
        "spatialCoverage": _space(record),
        "publisher": {"@type": "GovernmentOrganization", "name": record.agency},
        "isBasedOn": list(_sources(record, frame)),
        "variableMeasured": list(_variables(record, frame)),
        "distribution": [_file(record, file, frame) for file in record.files] + _service(record, frame),
        "includedInDataCatalog": _catalog(frame),
        "dct:accrualPeriodicity": _cadence(record),
        "dct:accessRights": record.access,
        "dcat:contactPoint": _contact(record),
    }
    return _given(known)


def data_catalog(shelf: Shelf, frame: Frame) -> Json:
    """The catalog as a `DataCatalog` with the name and page of every layer."""
    links = frame.links
    known: Json = {
        "@context": CONTEXT[0],
        **_catalog(frame),
        "description": frame.words("home.lead", state=frame.identity.state),
        "inLanguage": frame.words.language,
        "publisher": {
            "@type": "GovernmentOrganization",
            "name": frame.identity.contact,
            "email": frame.identity.email,
        },
        "dataset": [
            {
                "@type": "Dataset",
                "@id": links.whole(links.page(f"layers/{record.id}")),
                "name": frame.words.title(record),
                "description": record.description,
            }
            for record in shelf.records
        ],
    }
    return _given(known)


def _given(values: Json) -> Json:
    """The values that there are, also of the objects inside."""
    kept = {name: _given(value) if isinstance(value, dict) else value for name, value in values.items()}
    return {name: value for name, value in kept.items() if value not in (None, [], {})}


def _catalog(frame: Frame) -> Json:
    links = frame.links
    address = links.whole(links.page("catalog"))
    name = frame.words("site.name", state=frame.identity.state)
    return {"@type": "DataCatalog", "@id": address, "url": address, "name": name}


def _time(record: Record) -> str | None:
    """An interval of ISO 8601 with open ends as `..`, or the one moment."""
    start, end = record.period.start, record.period.end
    if not (start or end):
        return None
    return start if start == end else f"{start or '..'}/{end or '..'}"


def _space(record: Record) -> Json | None:
    """The box of a layer: schema.org has latitudes before longitudes, south-west before north-east."""
    if record.bounds is None:
        return None
    west, south, east, north = record.bounds
    box = {"@type": "GeoShape", "box": f"{south:.5f} {west:.5f} {north:.5f} {east:.5f}"}
    return {"@type": "Place", "geo": box}


def _sources(record: Record, frame: Frame) -> Iterator[str]:
    """What a layer was made from: our layers, or the publisher's page."""
    if record.source_url and not record.inputs:
        yield record.source_url
    for used in record.inputs:
        yield frame.links.whole(frame.links.page(f"layers/{used.layer}"))


def _variables(record: Record, frame: Frame) -> Iterator[Json]:
    for column in record.columns:
        yield _given(
            {
                "@type": "PropertyValue",
                "name": column.name,
                "alternateName": frame.words.title(column),
                "description": column.description,
                "unitText": column.unit,
            }
        )


def _file(record: Record, file: PublishedFile, frame: Frame) -> Json:
    return {
        "@type": "DataDownload",
        "name": file.title,
        "encodingFormat": file.media_type.split(";")[0],
        "contentUrl": frame.links.whole(frame.links.file(record.id, record.version, file.name)),
        "contentSize": f"{file.bytes} B",
        "sha256": file.sha256,
    }


def _service(record: Record, frame: Frame) -> list[Json]:
    """The collection of the OGC API, where there is one."""
    address = frame.links.api(f"/collections/{record.id}")
    if address is None:
        return []
    found = {
        "name": "OGC API",
        "encodingFormat": "application/json",
        "contentUrl": frame.links.whole(address),
    }
    return [{"@type": "DataDownload", **found}]


def _cadence(record: Record) -> str | None:
    given = vocabulary("update-frequencies").term(record.cadence).attributes.get("dcat")
    return str(given) if given else None


def _contact(record: Record) -> Json | None:
    found = record.contact
    if found is None:
        return None
    return {"@type": "ContactPoint", "name": found.name, "email": found.email, "url": found.url}
