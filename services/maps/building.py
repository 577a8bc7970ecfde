"""Maps written to files: a page that needs nothing else, the same page in parts, and pictures of how it opens."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from matplotlib.figure import Figure

from catalog.indicators import Indicator
from catalog.maps import MapManifest, Multiples, Opening
from catalog.store.files import write_whole
from services.maps.bivariate import draw_bivariate
from services.maps.errors import NothingToShow, UnknownChoice
from services.maps.figure import draw_figure, save
from services.maps.layout import DOWNLOAD, PARTS, SITE, parts_of
from services.maps.model import MapContent
from services.maps.multiples import MOST, draw_multiples
from services.maps.page import DisparityMap
from services.maps.views import View, opening_view

_OLD = timedelta(days=1)


@dataclass(frozen=True)
class MapFiles:
    """The files of one map, and the view that page and pictures open with."""

    page: Path
    pictures: tuple[Path, ...]
    view: View


def write_map(
    content: MapContent,
    folder: Path,
    pictures: tuple[str, ...] = ("png",),
    language: str = "en",
    *,
    in_parts: bool = True,
) -> MapFiles:
    """Write the pages and pictures of a map below a folder, named after the map; each file is replaced whole.

    in_parts: whether the page is written in parts, too, as the site hands out the maps that the profile declares.
    """
    folder.mkdir(parents=True, exist_ok=True)
    name = content.manifest.id
    view = opening_view(content)
    drawn = DisparityMap(content)
    target = folder / f"{name}.html"
    write_whole(target, drawn.page.encode())
    if in_parts:
        write_parts(drawn, folder / SITE)
    written = tuple(
        _picture(draw, folder / f"{named}.{suffix}")
        for named, draw in _sheets(content, view, language).items()
        for suffix in pictures
    )
    return MapFiles(target, written, view)


def _sheets(content: MapContent, view: View, language: str) -> dict[str, Callable[[], Figure]]:
    """What is printed of a map by the name of its file: the opening view, small multiples, bivariate maps."""
    manifest = content.manifest
    sheets: dict[str, Callable[[], Figure]] = {manifest.id: partial(draw_figure, content, view, language)}
    for many in manifest.multiples:
        sheets[f"{manifest.id}-{many.id}"] = partial(draw_multiples, content, many, language)
    for pair in manifest.bivariate:
        sheets[f"{manifest.id}-{pair.id}"] = partial(draw_bivariate, content, pair, language)
    return sheets


def _picture(draw: Callable[[], Figure], path: Path) -> Path:
    unfinished = path.with_name(f".{path.stem}.unfinished{path.suffix}")
    try:
        save(draw, unfinished)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return path


def write_parts(drawn: DisparityMap, folder: Path) -> Path:
    """Write the page of a map in cacheable parts below a folder; the result is the HTML file.

    Parts that are there already are left as they are. Those of former pages stay for a day, for browsers that
    are about to ask for them.
    """
    name = drawn.content.manifest.id
    html, files = drawn.parts(f"{PARTS}/", f"{DOWNLOAD}/{name}.html")
    for file in files:
        path = folder / PARTS / file.name
        if not path.is_file():
            write_whole(path, file.content)
    target = folder / f"{name}.html"
    write_whole(target, html.encode())
    _sweep(folder, datetime.now(UTC) - _OLD)
    return target


def _sweep(folder: Path, before: datetime) -> None:
    """Remove the parts that no page of the folder links and that are older than a moment."""
    linked = {name for page in folder.glob("*.html") for name in parts_of(page)}
    for path in (folder / PARTS).iterdir():
        if path.name not in linked and datetime.fromtimestamp(path.stat().st_mtime, UTC) < before:
            path.unlink(missing_ok=True)


def chosen_map(
    indicators: dict[str, Indicator],
    indicator: str,
    *,
    by: tuple[str, ...] = (),
    places: tuple[str, ...] = (),
    periods: tuple[str, ...] = (),
) -> MapManifest:
    """The manifest of a map that somebody asks for by its indicator; all that is not given is everything.

    Raises:
        UnknownChoice: no such indicator, dimension or place type; the nearest are named.
        NothingToShow: its place types are none that are usually drawn, and none is given.

    """
    if indicator not in indicators:
        raise UnknownChoice("indicator", indicator, list(indicators))
    shown = indicators[indicator]
    dimensions = [dimension.name for dimension in shown.dimensions]
    kinds = list(dict.fromkeys((*shown.places, *(derived.type for derived in shown.derived))))
    for what, given, known in (("dimension", by, dimensions), ("place type", places, kinds)):
        for name in given:
            if name not in known:
                raise UnknownChoice(f"{what} of {indicator}", name, known)
    drawn = places or tuple(kind for kind in _FINEST_FIRST if kind in kinds)
    if not drawn:
        raise NothingToShow(
            f"indicator {indicator!r} has values for {', '.join(kinds)}: name the places to draw"
        )
    words = [indicator, *(("by", *by) if by else ()), *(("of", *places) if places else ())]
    words += [_OTHER.sub("-", period.lower()) for period in (("in", *periods) if periods else ())]
    return MapManifest(
        id="-".join(words).replace("_", "-"),
        title=shown.title,
        title_es=shown.title_es,
        description=shown.definition,
        description_es=shown.definition_es,
        indicators=(indicator,),
        by=by or None,
        places=drawn,
        periods=periods,
        opening=Opening(),
        multiples=tuple(_multiples(shown, by)),
    )


def _multiples(indicator: Indicator, by: tuple[str, ...]) -> Iterator[Multiples]:
    """A sheet of small maps for each dimension that has no more groups than fit."""
    for name in by:
        if len(indicator.dimension(name).allowed) <= MOST:
            yield Multiples(id=f"each-{name.replace('_', '-')}", indicator=indicator.id, by=name)


_OTHER = re.compile(r"[^a-z0-9]+")
_FINEST_FIRST = ("tract", "town", "county", "planning_region")
