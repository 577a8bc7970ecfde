"""JSON documents as they leave: finished features as they are, links only to what is served, NaN as null."""

from collections.abc import Mapping
from typing import Any

import orjson
from babel import Locale
from pygeoapi.l10n import locale2str

from services.ogc.features.page import Page, Stored
from services.ogc.records.members import MEMBERS

NOT_SERVED_TYPES = frozenset({"application/ld+json"})
NOT_SERVED_RELATIONS = ("/tiling-schemes", "/job-list")
_OPTIONS = orjson.OPT_NON_STR_KEYS | orjson.OPT_PASSTHROUGH_DATACLASS


def to_json(document: Mapping[str, Any], pretty: bool = False) -> bytes:
    """A document of pygeoapi as JSON, with truthful links; characters such as `<` stay as they are."""
    options = _OPTIONS | (orjson.OPT_INDENT_2 if pretty else 0)
    return orjson.dumps(with_true_links(document), default=_finished, option=options)


def with_true_links(document: Mapping[str, Any]) -> dict[str, Any]:
    """The document without links to what is not served, and with a page's own links to its neighbours."""
    changed = dict(document)
    if "links" in changed:
        changed["links"] = [_as_template(link) for link in changed["links"] if is_served(link, changed)]
    if changed.get("itemType") == "record":
        changed |= MEMBERS
    if isinstance(page := changed.get("features"), Page):
        whole = "self" in {link["rel"] for link in page.links}
        made_here = ("self", "alternate", "next", "prev") if whole else ("next", "prev")
        others = [link for link in changed.get("links", []) if link["rel"] not in made_here]
        changed["links"] = [*page.links, *others]
    if "collections" in changed and isinstance(changed["collections"], list):
        changed["collections"] = [with_true_links(one) for one in changed["collections"]]
    return changed


def is_served(link: Mapping[str, Any], document: Mapping[str, Any]) -> bool:
    """Whether a link that pygeoapi put into a document leads to something that this site answers."""
    of_coverage = "extent" in document and "itemType" not in document
    return not (
        link.get("type") in NOT_SERVED_TYPES
        or link["rel"].endswith(NOT_SERVED_RELATIONS)
        or link["href"].endswith(("/coverage?f=html", "/tiles?f=html"))
        or (of_coverage and link["rel"].endswith("/queryables"))
    )


def _as_template(link: Mapping[str, Any]) -> Mapping[str, Any]:
    """The link, marked when its address has places to fill in."""
    return {**link, "templated": True} if "{" in link["href"] else link


def _finished(value: object) -> object:
    if isinstance(value, Page):
        return orjson.Fragment(b"[" + value.json + b"]")
    if isinstance(value, Stored):
        return orjson.Fragment(value.json)
    if isinstance(value, Locale):
        return locale2str(value)
    raise TypeError(f"{type(value).__name__} has no form in JSON")
