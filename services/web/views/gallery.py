"""The gallery of maps: those that the profile declares and that are built in the maps folder."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from catalog.maps import MapManifest
from catalog.vocabulary import vocabulary
from services.web.maps import page_in_parts
from services.web.render import Frame, render
from services.web.shelf import Shelf
from services.web.words import Words


@dataclass(frozen=True)
class Shown:
    """A map of the gallery: its declaration and, when they are built, its page and picture.

    in_parts: the page is served in parts, so that its one file is something else to take away.
    """

    manifest: MapManifest
    page: Path | None
    picture: Path | None
    indicators: tuple[tuple[str, str], ...]
    in_parts: bool = False

    @property
    def bytes(self) -> int:
        """The size of the page; 0 when it is not built."""
        return self.page.stat().st_size if self.page else 0

    def places(self, words: Words) -> list[str]:
        """The types of places that it shows, finest first."""
        key = words.either("plural", "plural_es")
        found = (vocabulary("place-types").term(kind) for kind in self.manifest.places)
        return [str(term.attributes.get(key, words.label(term))).lower() for term in found]

    @property
    def built_at(self) -> datetime | None:
        """When the page was built."""
        return datetime.fromtimestamp(self.page.stat().st_mtime, UTC) if self.page else None


def maps_of(shelf: Shelf) -> list[Shown]:
    """The maps of the profile in the order of their ids."""
    return [_shown(shelf, manifest) for manifest in shelf.declared.maps.values()]


def gallery(shelf: Shelf, frame: Frame) -> str:
    """The page."""
    return render("maps.html", frame, maps=maps_of(shelf))


def _shown(shelf: Shelf, manifest: MapManifest) -> Shown:
    known = shelf.declared.indicators
    titles = tuple((known[name].title, known[name].title_es) for name in manifest.indicators if name in known)
    page, picture = (_built(shelf.maps / f"{manifest.id}.{kind}") for kind in ("html", "png"))
    return Shown(manifest, page, picture, titles, page_in_parts(shelf.maps, manifest.id) is not None)


def _built(path: Path) -> Path | None:
    return path if path.is_file() else None
