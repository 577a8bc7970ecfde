"""A record as OGC API Records (part 1, OGC 20-004r1) encodes it in GeoJSON.

Links depend on who serves the record: the server gives them. Members that the standard does not name
(agency, theme, kind, …) are the facets that records are searched by, under the names that queries use.
"""

from collections.abc import Sequence
from typing import Any

from catalog.external_ids import ExternalId, external_ids
from catalog.freshness import Freshness
from catalog.index.tables import moment_text
from catalog.manifests.layer import Contact, Period
from catalog.periods import first_moment, last_moment
from catalog.records import Bounds, Record
from catalog.vocabulary import vocabulary

Json = dict[str, Any]
Link = dict[str, Any]

TYPE = "dataset"
"""The type of every record."""

_RESOLUTIONS = ("P1Y", "P1M", "P1D")
_SERVED_AS = {
    "features": {"name": "GeoJSON", "mediaType": "application/geo+json"},
    "table": {"name": "GeoJSON", "mediaType": "application/geo+json"},
    "raster": {"name": "CoverageJSON", "mediaType": "application/prs.coverage+json"},
}


def ogc_record(record: Record, freshness: Freshness, bounds: Bounds, links: Sequence[Link]) -> Json:
    """The GeoJSON feature of a record.

    `bounds` is the place that a layer stands for, where it has no geometry of its own.
    """
    return {
        "type": "Feature",
        "id": record.id,
        "geometry": _geometry(record.bounds or bounds),
        "time": _time(record.period),
        "properties": _standard(record) | _facets(record, freshness),
        "links": list(links),
    }


def _standard(record: Record) -> Json:
    theme = vocabulary("themes").term(record.theme)
    properties: Json = {
        "type": TYPE,
        "title": record.title,
        "description": record.description,
        "updated": moment_text(record.published_at),
        "language": {"code": "en", "name": "English"},
        "keywords": list(record.keywords),
        "themes": [{"concepts": [{"id": theme.code, "title": theme.label}], "scheme": "themes"}],
        "contacts": _contacts(record.agency, record.contact),
        "formats": [
            _SERVED_AS[record.kind],
            *({"name": file.title, "mediaType": file.media_type} for file in record.files),
        ],
        "externalIds": [_external(found) for found in external_ids(record)],
    }
    if (licence := _licence(record.licence)) is not None:
        properties["license"] = licence
    if rights := _rights(record):
        properties["rights"] = rights
    return {name: value for name, value in properties.items() if value != []}


def _facets(record: Record, freshness: Freshness) -> Json:
    facets: Json = {
        "agency": record.agency,
        "theme": record.theme,
        "kind": record.kind,
        "access": record.access,
        "freshness": freshness.code,
        "updateFrequency": record.cadence,
        "dataChangedAt": moment_text(freshness.changed_at),
        "version": record.version,
    }
    if freshness.claimed_at is not None:
        facets["sourceClaimsAt"] = moment_text(freshness.claimed_at)
    if freshness.late_after is not None:
        facets["lateAfter"] = moment_text(freshness.late_after)
    if record.rows is not None:
        facets["rows"] = record.rows
    if record.caveats:
        facets["caveats"] = list(record.caveats)
    return facets


def _geometry(bounds: Bounds) -> Json:
    """The outline of a box, lower left corner first and upper right corner third, as clients expect it."""
    west, south, east, north = bounds
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def _time(period: Period) -> Json | None:
    """The interval of whole days that a period covers, and how finely it was given."""
    given = [text for text in (period.start, period.end) if text]
    if not given:
        return None
    start = first_moment(period.start).date().isoformat() if period.start else ".."
    end = last_moment(period.end).date().isoformat() if period.end else ".."
    finest = max(text.count("-") for text in given)
    return {"interval": [start, end], "resolution": _RESOLUTIONS[finest]}


def _contacts(agency: str, contact: Contact | None) -> list[Json]:
    publisher: Json = {"organization": agency, "roles": ["publisher"]}
    if contact is None:
        return [publisher]
    person: Json = {"name": contact.name, "organization": agency, "roles": ["pointOfContact"]}
    if contact.email:
        person["emails"] = [{"value": contact.email}]
    if contact.url:
        person["links"] = [{"rel": "about", "type": "text/html", "href": contact.url}]
    return [publisher, person]


def _licence(code: str) -> str | None:
    """The SPDX id; `other` where a link leads to the terms; None where the publisher states none."""
    attributes = vocabulary("licences").term(code).attributes
    if attributes.get("spdx"):
        return code
    return "other" if attributes.get("url") else None


def _rights(record: Record) -> str:
    """What the licence's id does not say: its name where it has no id, and whom to credit."""
    licence = vocabulary("licences").term(record.licence)
    unnamed = () if licence.attributes.get("spdx") else (f"{licence.label}. {licence.definition}",)
    return " ".join((*unnamed, *((record.attribution,) if record.attribution else ())))


def _external(found: ExternalId) -> Json:
    return {"value": found.value} | ({"scheme": found.scheme} if found.scheme else {})
