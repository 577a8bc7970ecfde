"""The request that a provider is answering, and the links from its page to the neighbouring ones.

pygeoapi hands a provider neither the request nor its address; they travel in a context variable instead.
Paging stays on the version it began with (`data-version`), and goes on after the last feature of the page
before (`page-after`), whatever the order, so that a deep page costs what the first one costs. Column names
hold no hyphen: none can collide.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from urllib.parse import urlencode

from services.ogc.features.page import Link

VERSION = "data-version"
AFTER = "page-after"
_MOVING = frozenset({VERSION, AFTER, "offset"})
_TYPE = "application/geo+json"
_PAGE = frozenset({AFTER, "offset", "limit"})


@dataclass(frozen=True)
class Asked:
    """The address of a request without its query, and its checked query parameters."""

    url: str
    parameters: Mapping[str, str]

    @property
    def version(self) -> int | None:
        """The version that the request asks for."""
        return int(self.parameters[VERSION]) if VERSION in self.parameters else None

    @property
    def after(self) -> int | None:
        """The number of the last feature of the page before."""
        return int(self.parameters[AFTER]) if AFTER in self.parameters else None

    def link(self, rel: str, title: str, **moved: int) -> Link:
        """A link to the same query at another place."""
        moving = {name.replace("_", "-"): str(value) for name, value in moved.items()}
        return self._link(rel, _TYPE, title, _MOVING, moving)

    def in_format(self, rel: str, media_type: str, title: str, name: str, *, whole: bool = False) -> Link:
        """A link to the same query in another format; `whole` takes all that it selects and not one page."""
        return self._link(rel, media_type, title, _PAGE if whole else frozenset(), {"f": name})

    def _link(
        self, rel: str, media_type: str, title: str, gone: frozenset[str], changed: Mapping[str, str]
    ) -> Link:
        kept = {name: value for name, value in self.parameters.items() if name not in gone}
        query = urlencode({**kept, **changed}, safe=",:/")
        return {"rel": rel, "type": media_type, "title": title, "href": f"{self.url}?{query}"}


_ASKED: ContextVar[Asked | None] = ContextVar("asked", default=None)


@contextmanager
def asking(asked: Asked) -> Iterator[None]:
    """Make a request known to the providers that answer it."""
    token = _ASKED.set(asked)
    try:
        yield
    finally:
        _ASKED.reset(token)


def asked() -> Asked:
    """The request being answered; an empty one outside of any."""
    return _ASKED.get() or Asked("", {})
