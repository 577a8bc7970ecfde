"""The profiles of all places of a type: which places, under which names, and the book of them."""

from collections import Counter
from collections.abc import Iterable, Sequence

from catalog.errors import nearest
from catalog.places import Place, Places
from catalog.places.gazetteer import normal
from services.reports.errors import NothingToReport
from services.reports.material import Material
from services.reports.model import Book, Sheet
from services.reports.sheet import sheet_of
from services.reports.sources import dated
from services.reports.words import Words

_USUAL = ("town", "county")


def usual_type(places: Places) -> str:
    """The place type of an atlas when none is asked for: towns, else counties, else the first that is drawn."""
    drawn = list(places.configuration.boundaries)
    return next((kind for kind in _USUAL if kind in drawn), drawn[0] if drawn else "state")


def places_of_type(places: Places, kind: str) -> list[Place]:
    """All places of a type in the newest vintage, by name.

    Raises:
        NothingToReport: there are none; the types there are are named.

    """
    found = [place for place in places.named if place.key.type == kind]
    if not found:
        known = sorted({place.key.type for place in places.named})
        raise NothingToReport(f"there are no places of type {kind!r}; {nearest(kind, known)}")
    newest = max(place.key.vintage for place in found)
    return sorted(
        (place for place in found if place.key.vintage == newest), key=lambda place: (place.name, place.key)
    )


def file_names(places: Sequence[Place], language: str) -> list[str]:
    """A file name for every place; places of equal name have their id in it."""
    plain = [normal(place.name).replace(" ", "-") for place in places]
    times = Counter(plain)
    names = [
        name if name and times[name] == 1 else f"{name}-{place.key.geoid}".strip("-")
        for name, place in zip(plain, places, strict=True)
    ]
    return [f"{place.key.type}-{name}.{language}.pdf" for name, place in zip(names, places, strict=True)]


def sheets_of(places: Iterable[Place], material: Material, language: str) -> list[Sheet]:
    """The sheets of some places in their order."""
    return [sheet_of(material.profile(place), material, language) for place in places]


def book_of(sheets: Sequence[Sheet], kind: str, material: Material, language: str) -> Book:
    """The book of all sheets with its table of contents."""
    words = Words(language)
    return Book(
        title=words("atlas title", state=material.state_name, count=len(sheets)),
        subtitle=words("atlas"),
        about=words("atlas about", kind=words.kind(kind).lower()),
        dated=dated(material.indicators, material, words),
        sheets=tuple(sheets),
    )
