"""The profiles of all places of a type: single files, and one book with a table of contents."""

import multiprocessing
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from catalog.errors import nearest
from catalog.places import Place, Places
from catalog.places.gazetteer import normal
from services.reports.errors import NothingToReport
from services.reports.material import Material
from services.reports.model import Book, Sheet
from services.reports.pdf import typeset
from services.reports.sheet import sheet_of
from services.reports.sources import dated
from services.reports.words import Words

_USUAL = ("town", "county")


@dataclass(frozen=True)
class Order:
    """What every process makes for a place: its sheet in a language and, when a folder is given, its file."""

    material: Material
    language: str
    folder: Path | None


@dataclass(frozen=True)
class Page:
    """The sheet of a place and the file that it was written to."""

    place: Place
    sheet: Sheet
    path: Path | None


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


def pages_of(places: Sequence[Place], order: Order, processes: int = 1) -> Iterator[Page]:
    """The pages of some places in their order, made one by one in as many processes."""
    tasks = list(zip(places, file_names(places, order.language), strict=True))
    if processes == 1 or len(tasks) < 2 * processes:
        yield from (_page(order, place, name) for place, name in tasks)
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, context, initializer=_begin, initargs=(order,)) as pool:
        yield from pool.map(_page_of_process, tasks, chunksize=4)


def book(pages: Sequence[Page], kind: str, material: Material, language: str) -> bytes:
    """The PDF with all pages and their table of contents."""
    words = Words(language)
    document = Book(
        title=words("atlas title", state=material.state_name, count=len(pages)),
        subtitle=words("atlas"),
        about=words("atlas about", kind=words.kind(kind).lower()),
        dated=dated(material.indicators, material, words),
        sheets=tuple(page.sheet for page in pages),
    )
    return typeset("book", document, language)


def _page(order: Order, place: Place, name: str) -> Page:
    sheet = sheet_of(order.material.profile(place), order.material, order.language)
    if order.folder is None:
        return Page(place, sheet, None)
    path = order.folder / name
    path.write_bytes(typeset("profile", sheet, order.language))
    return Page(place, sheet, path)


_orders: list[Order] = []  # of this process, filled once by `_begin`


def _begin(order: Order) -> None:
    pa.set_cpu_count(1)  # the processes share the machine's processors
    _orders.append(order)


def _page_of_process(task: tuple[Place, str]) -> Page:
    return _page(_orders[-1], *task)
