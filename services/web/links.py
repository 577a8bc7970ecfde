"""Addresses inside the site: of the served site, and of the same pages in a folder.

A page is named by its path without suffix: "" is home, then `catalog`, `layers/towns`, `methods/statuses`.
"""

import hashlib
import posixpath
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Protocol, Self
from urllib.parse import quote, urlencode, urljoin, urlsplit

from services.maps import assets
from services.maps.layout import DOWNLOAD

STATIC = Path(__file__).parent / "static"
DEFAULT = "en"


class Links(Protocol):
    """What a template needs to link; `ogc` is the address of the OGC API, None where there is none."""

    @property
    def language(self) -> str:
        """The language of the page that links."""

    @property
    def ogc(self) -> str | None:
        """The full address of the OGC API, for people to copy."""

    @property
    def searches(self) -> bool:
        """Whether a server answers searches; else a script on the page does."""

    def page(self, path: str, language: str | None = None) -> str:
        """A page of the site."""

    def static(self, name: str) -> str:
        """A style or script."""

    def file(self, layer: str, version: int, name: str) -> str:
        """A file of a version."""

    def full_file(self, layer: str, version: int, name: str) -> str:
        """The address of a file as people copy it into a program."""

    def map(self, name: str) -> str:
        """A built map page."""

    def map_file(self, name: str) -> str:
        """A link to a built map page as one file to take away."""

    def picture(self, name: str) -> str:
        """The picture of a built map."""

    def qgis(self, name: str) -> str | None:
        """A file for QGIS."""

    def api(self, path: str, **query: str) -> str | None:
        """A resource of the OGC API."""

    def whole(self, address: str) -> str:
        """A link with the address of the site before it, where the site has one."""

    def here(self, path: str) -> Self:
        """The same links as seen from another page."""


@cache
def static_bytes(name: str) -> bytes:
    """The content of a style or script: ours, or Leaflet's from its installed package.

    Raises:
        FileNotFoundError: there is none of that name.

    """
    leaflet = {"leaflet.js": assets.leaflet_script, "leaflet.css": assets.leaflet_style}
    if name in leaflet:
        return leaflet[name]().encode()
    return (STATIC / name).read_bytes()


def static_names() -> list[str]:
    """All styles, scripts and pictures of the site."""
    return sorted([*(path.name for path in STATIC.iterdir() if path.is_file()), "leaflet.js", "leaflet.css"])


@cache
def _stamp(name: str) -> str:
    return hashlib.sha256(static_bytes(name)).hexdigest()[:12]


@dataclass(frozen=True)
class ServedLinks:
    """Links of the served site; `url` is its public address."""

    url: str
    language: str = DEFAULT
    searches: bool = True

    @property
    def root(self) -> str:
        """The path of the public address, without a slash at its end."""
        return urlsplit(self.url).path.rstrip("/")

    @property
    def ogc(self) -> str | None:
        """The full address of the OGC API."""
        return f"{self.url}/ogc"

    def page(self, path: str, language: str | None = None) -> str:
        """The path of a page from the host on."""
        chosen = language or self.language
        prefix = "" if chosen == DEFAULT else f"/{chosen}"
        return f"{self.root}{prefix}/{quote(path)}"

    def static(self, name: str) -> str:
        """The address of a style or script; it changes with the content, so that it can be kept for ever."""
        return f"{self.root}/static/{name}?v={_stamp(name)}"

    def file(self, layer: str, version: int, name: str) -> str:
        """The path of a file of a version."""
        return f"{self.root}/files/{layer}/v{version}/{quote(name)}"

    def full_file(self, layer: str, version: int, name: str) -> str:
        """The full address of the current version's file."""
        return f"{self.url}/files/{layer}/current/{quote(name)}"

    def map(self, name: str) -> str:
        """The path of a built map page, which speaks the language of this one."""
        return f"{self.root}/maps/{name}{_spoken(self.language)}"

    def map_file(self, name: str) -> str:
        """The path of a built map page as one file to take away."""
        return f"{self.root}/maps/{DOWNLOAD}/{name}.html"

    def picture(self, name: str) -> str:
        """The path of the picture of a built map."""
        return f"{self.root}/maps/{name}.png"

    def qgis(self, name: str) -> str | None:
        """The path of a file for QGIS."""
        return f"{self.root}/qgis/{name}"

    def api(self, path: str, **query: str) -> str | None:
        """The path of a resource of the OGC API, in the page's language where that is not the default."""
        if query.get("f") == "html" and self.language != DEFAULT:
            query["lang"] = self.language
        return f"{self.root}/ogc{path}" + _query(query)

    def whole(self, address: str) -> str:
        """A link of a page with scheme and host."""
        return urljoin(f"{self.url}/", address)

    def here(self, path: str) -> Self:
        """The same links: they do not depend on the page."""
        return self


@dataclass(frozen=True)
class FolderLinks:
    """Links between files of a folder, as seen from the page `path`; `service` is a served site, if any."""

    language: str
    path: str = ""
    service: str | None = None
    searches: bool = False

    @property
    def ogc(self) -> str | None:
        """The full address of the OGC API of the served site."""
        return f"{self.service}/ogc" if self.service else None

    def page(self, path: str, language: str | None = None) -> str:
        """The way from this page to another."""
        return self._way(page_file(path, language or self.language))

    def static(self, name: str) -> str:
        """The way to a style or script."""
        return self._way(f"static/{name}")

    def file(self, layer: str, version: int, name: str) -> str:
        """The way to a file of a version."""
        return self._way(file_path(layer, version, name))

    def full_file(self, layer: str, version: int, name: str) -> str:
        """The file as people name it in a program that they start inside the folder."""
        return self._address("files", layer, "current", name) or file_path(layer, version, name)

    def map(self, name: str) -> str:
        """The way to a built map page, which speaks the language of this one."""
        return self._way(f"maps/{name}.html") + _spoken(self.language)

    def map_file(self, name: str) -> str:
        """The way to a built map page as one file to take away."""
        return self._way(f"maps/{DOWNLOAD}/{name}.html")

    def picture(self, name: str) -> str:
        """The way to the picture of a built map."""
        return self._way(f"maps/{name}.png")

    def qgis(self, name: str) -> str | None:
        """The way to a file for QGIS, which needs the OGC API."""
        return self._way(f"qgis/{name}") if self.service else None

    def api(self, path: str, **query: str) -> str | None:
        """The full address of a resource of the OGC API."""
        return f"{self.service}/ogc{path}" + _query(query) if self.service else None

    def whole(self, address: str) -> str:
        """The link as it is: nobody knows where the folder will lie."""
        return address

    def here(self, path: str) -> Self:
        """The same links as seen from another page."""
        return replace(self, path=path)

    def _address(self, *parts: str) -> str | None:
        return "/".join((self.service, *parts)) if self.service else None

    def _way(self, target: str) -> str:
        folder = posixpath.dirname(page_file(self.path, self.language)) or "."
        return quote(posixpath.relpath(target, folder))


def page_file(path: str, language: str) -> str:
    """The file of a page inside a folder of pages."""
    name = path or "index"
    return f"{name}.html" if language == DEFAULT else f"{language}/{name}.html"


def file_path(layer: str, version: int, name: str) -> str:
    """The file of a version inside a folder of pages."""
    return f"files/{layer}/v{version}/{name}"


def _spoken(language: str) -> str:
    """The part of a map page's address that chooses a language other than that of the reader's browser."""
    return f"#lang={language}"


def _query(query: Mapping[str, str]) -> str:
    return f"?{urlencode(query)}" if query else ""
