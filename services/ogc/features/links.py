"""The links of a page of features: itself, other formats, and the pages beside it."""

from catalog.records import Record
from services.ogc.features.blocks import Fids
from services.ogc.features.page import Link
from services.ogc.features.query import Query
from services.ogc.features.selection import Place
from services.ogc.formats import GEOJSON, HTML, Format, files_offered
from services.ogc.paging import Asked


def files_of(record: Record, query: Query, rows: int, most: int) -> tuple[Format, ...]:
    """The formats in which all that a query selects, so many rows, can be had as a file of at most `most` rows."""
    bare = query.form.skip_geometry
    return tuple(one for one in files_offered(record, rows, most) if not (bare and one.needs_geometry))


def page_links(
    request: Asked, record: Record, place: Place, found: Fids, files: tuple[Format, ...]
) -> tuple[Link, ...]:
    """All links of a page; `found` has one feature more than the page when there is a next one."""
    return (
        request.in_format("self", GEOJSON.media_type, "This page", "json"),
        request.in_format("alternate", HTML.media_type, "This page for people", "html"),
        *(
            request.in_format("alternate", one.media_type, f"All of it as {one.title}", one.name, whole=True)
            for one in files
        ),
        *_neighbours(request, record.version, place, found),
    )


def _neighbours(request: Asked, version: int, place: Place, found: Fids) -> list[Link]:
    links: list[Link] = []
    if len(found) > place.limit:
        last = int(found[place.limit - 1])
        links.append(request.link("next", "Next page", data_version=version, page_after=last))
    if place.offset > 0 and place.after is None:
        back = max(0, place.offset - place.limit)
        links.append(request.link("prev", "Previous page", data_version=version, offset=back))
    return links
