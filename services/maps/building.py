"""Maps written to files: a page that needs nothing else, and pictures of what it opens with."""

from dataclasses import dataclass
from pathlib import Path

from catalog.indicators import Indicator
from catalog.maps import MapManifest, Opening
from catalog.store.files import write_whole
from services.maps.errors import NothingToShow, UnknownChoice
from services.maps.figure import save_figure
from services.maps.model import MapContent
from services.maps.page import page, parts
from services.maps.views import View, opening_view


@dataclass(frozen=True)
class MapFiles:
    """The files of one map, and the view that page and pictures open with."""

    page: Path
    pictures: tuple[Path, ...]
    view: View


def write_map(
    content: MapContent, folder: Path, pictures: tuple[str, ...] = ("png",), language: str = "en"
) -> MapFiles:
    """Write the page and pictures of a map below a folder, named after the map; each file is replaced whole."""
    folder.mkdir(parents=True, exist_ok=True)
    name = content.manifest.id
    target = folder / f"{name}.html"
    write_whole(target, page(content).encode())
    view = opening_view(content)
    drawn = []
    for suffix in pictures:
        picture = folder / f"{name}.{suffix}"
        unfinished = picture.with_name(f".{name}.unfinished.{suffix}")
        try:
            save_figure(content, view, unfinished, language)
            unfinished.replace(picture)
        finally:
            unfinished.unlink(missing_ok=True)
        drawn.append(picture)
    return MapFiles(target, tuple(drawn), view)


def write_parts(content: MapContent, folder: Path) -> Path:
    """Write the page of a map in cacheable parts below a folder; the result is the HTML file."""
    assets = folder / "assets"
    assets.mkdir(parents=True, exist_ok=True)
    html, files = parts(content, "assets/")
    for file in files:
        write_whole(assets / file.name, file.content)
    target = folder / f"{content.manifest.id}.html"
    write_whole(target, html.encode())
    return target


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
    )


_FINEST_FIRST = ("tract", "town", "county", "planning_region")
