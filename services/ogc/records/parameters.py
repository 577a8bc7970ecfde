"""The lists among the parameters of records, and the query that all of them make."""

from collections.abc import Mapping
from datetime import UTC, datetime, time
from typing import get_args

from catalog.exchange.ogc_record import TYPE
from catalog.index import Query
from catalog.manifests.layer import Access, Kind
from catalog.vocabulary import vocabulary
from services.errors import BadParameter
from services.ogc.crs import Window

FACETS: Mapping[str, tuple[str, ...]] = {
    "theme": vocabulary("themes").codes,
    "kind": get_args(Kind),
    "freshness": vocabulary("freshness-classes").codes,
    "access": get_args(Access),
}
"""Facets with all values that they can have."""

LISTS = ("type", "ids", "externalIds", "externalId", "agency", *FACETS)
"""Parameters that are lists of values joined by commas, one of which must fit.

`externalId` is what drafts of the standard called `externalIds`.
"""

_OPEN = ("", "..")
_BY_TITLE = (("title", False),)


def record_query(
    text: str | None,
    window: Window | None,
    moments: str | None,
    lists: Mapping[str, str],
    order: tuple[tuple[str, bool], ...],
    only: tuple[str, ...] | None = None,
) -> Query:
    """The query of checked parameters; `only` are the ids of records that may be found, None being all.

    Raises:
        BadParameter: a facet has no such value; the ones it has are named.

    """
    start, end = _span(moments)
    values = {name: _members(name, value) for name, value in lists.items()}
    kinds = values.get("kind")
    if "type" in values and TYPE not in values["type"]:
        kinds = ()
    ids = values.get("ids")
    if only is not None:
        ids = only if ids is None else tuple(set(ids) & set(only))
    external = values.get("externalIds", ()) + values.get("externalId", ())
    return Query(
        text=text,
        boxes=None if window is None else window.envelopes,
        start=start,
        end=end,
        ids=ids,
        external_ids=external if {"externalIds", "externalId"} & set(values) else None,
        kinds=kinds,
        themes=values.get("theme"),
        agencies=_with_commas(lists.get("agency")),
        access=values.get("access"),
        freshness=values.get("freshness"),
        now=datetime.now(UTC),
        order=order or (() if text else _BY_TITLE),
    )


def _members(name: str, text: str) -> tuple[str, ...]:
    members = tuple(part.strip() for part in text.split(",") if part.strip())
    for member in members:
        if name in FACETS and member not in FACETS[name]:
            raise BadParameter(name, f"{member!r} is not one of {', '.join(FACETS[name])}")
    return members


def _with_commas(text: str | None) -> tuple[str, ...] | None:
    """The names of agencies in a list; some have a comma in them, so that the whole may be one, too."""
    return None if text is None else (*_members("agency", text), text.strip())


def _span(moments: str | None) -> tuple[datetime | None, datetime | None]:
    if moments is None:
        return None, None
    first, _, last = moments.partition("/")
    start, end = first, last if "/" in moments else first
    return _moment(start, time.min), _moment(end, time.max)


def _moment(text: str, of_day: time) -> datetime | None:
    """A moment in UTC; a date is its first or its last."""
    if text in _OPEN:
        return None
    found = datetime.fromisoformat(text)
    if len(text) <= len("2024-07-01"):
        found = datetime.combine(found.date(), of_day)
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
