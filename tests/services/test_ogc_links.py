"""Every link of every document and page, followed from the two first pages: each leads to what it says."""

import re
from collections import deque
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest
import werkzeug

pytestmark = pytest.mark.server

SITE = "https://gis.example.gov"
EXECUTE = "http://www.opengis.net/def/rel/ogc/1.0/execute"
BARE = re.compile(rb"(?<![\"\w])(NaN|-?Infinity)(?![\"\w])")
Link = tuple[str, str | None, str]
"""Address, media type that it is said to have, and the document that it stands in."""


class _Addresses(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attrs if name in ("href", "src", "action") and value]


def _in_json(document: Any) -> Iterator[tuple[str, str | None]]:
    """The links of a document, without templates and without what is only to be posted to."""
    if isinstance(document, dict):
        address = document.get("href")
        if isinstance(address, str) and "{" not in address and document.get("rel") != EXECUTE:
            assert address.startswith(("http://", "https://")), document
            yield address, document.get("type")
        for value in document.values():
            yield from _in_json(value)
    elif isinstance(document, list):
        for value in document:
            yield from _in_json(value)


def _links(answer: werkzeug.Response, address: str) -> Iterator[Link]:
    if answer.status_code in (301, 302, 303, 307, 308):
        yield urljoin(address, answer.headers["Location"]), None, address
    elif "json" in (answer.mimetype or ""):
        assert not BARE.search(answer.data), address
        for found, kind in _in_json(answer.get_json()):
            yield found, kind, address
    elif answer.mimetype == "text/html":
        page = _Addresses()
        page.feed(answer.get_data(as_text=True))
        for found in page.found:
            yield urljoin(address, found), None, address


def _misled(answer: werkzeug.Response, kind: str | None) -> bool:
    """Whether the answer is none, or of another type than the link says."""
    if answer.status_code in (204, 301, 302, 303):
        return False
    return answer.status_code != 200 or (kind is not None and answer.mimetype != kind.split(";")[0])


def _asked_for(kind: str | None) -> dict[str, str]:
    return {"Accept": kind} if kind else {"Accept": "text/html"}


def test_every_link_leads_to_what_it_says(live: Any) -> None:
    waiting: deque[Link] = deque([(f"{SITE}/", None, ""), (f"{SITE}/ogc/", "application/json", "")])
    seen: set[tuple[str, str | None]] = set()
    wrong: list[str] = []
    while waiting:
        address, kind, source = waiting.popleft()
        address = urldefrag(address).url
        if not address.startswith(f"{SITE}/") or (address, kind) in seen:
            continue
        seen.add((address, kind))
        parts = urlsplit(address)
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        answer = live.get(path, headers=_asked_for(kind))
        if _misled(answer, kind):
            wrong.append(f"{answer.status_code} {answer.mimetype} {address} ({kind}) in {source}")
        assert b"Classified" not in answer.data, address
        waiting.extend(_links(answer, address))
    paths = {urlsplit(address).path for address, _ in seen}

    assert not wrong
    assert len(seen) > 300
    for part in (
        "towns/items/a5",
        "towns/tiles/WebMercatorQuad",
        "land-cover/coverage",
        "catalog/items/towns",
    ):
        assert f"/ogc/collections/{part}" in paths
    assert not [path for path in paths if "secret" in path]
