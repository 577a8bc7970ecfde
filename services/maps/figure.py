"""Static maps by matplotlib: title, classes, hatching, scale bar, north arrow, sources and date on one sheet."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure

from catalog.vocabulary import vocabulary
from services.maps import figure_marks as marks
from services.maps.errors import UnknownChoice
from services.maps.figure_ground import draw_places, frame, ground_of
from services.maps.model import Level, MapContent
from services.maps.painting import paint
from services.maps.views import View, measure_title, topic_of, view_title

FORMATS = {".png": "png", ".svg": "svg", ".pdf": "pdf"}
_DPI = 150
_SETTINGS: Any = {
    "font.family": "DejaVu Sans",
    "svg.hashsalt": "townline",
    "svg.fonttype": "none",
    "pdf.fonttype": 42,
    "hatch.linewidth": 0.8,
}
_DATELESS: dict[str, dict[str, Any]] = {
    "png": {"Software": None},
    "svg": {"Date": None},
    "pdf": {"CreationDate": None},
}


def save_figure(content: MapContent, view: View, path: Path, language: str = "en") -> None:
    """Write a static map of a view; the suffix says the format: PNG, SVG or PDF. Equal input, equal bytes.

    Raises:
        UnknownChoice: another suffix.

    """
    save(lambda: draw_figure(content, view, language), path)


def save(draw: Callable[[], Figure], path: Path) -> None:
    """Draw a figure with the fonts and hatching of all our figures and write it in the format of the suffix.

    Raises:
        UnknownChoice: the suffix is of no format that figures have.

    """
    kind = FORMATS.get(path.suffix.lower())
    if kind is None:
        raise UnknownChoice("picture format", path.suffix, list(FORMATS))
    with mpl.rc_context(_SETTINGS):
        draw().savefig(path, format=kind, dpi=_DPI, metadata=_DATELESS[kind])


def draw_figure(content: MapContent, view: View, language: str = "en") -> Figure:
    """A static map of a view as a matplotlib figure."""
    topic = topic_of(content, view.indicator)
    level = content.levels[view.level]
    painting = paint(content, topic, view, language)
    ground = ground_of(level, content.state.projected_crs)
    figure = sheet()
    axes = figure.add_axes((0.02, 0.25, 0.96, 0.62))
    draw_places(axes, ground, painting.colours, painting.hatched, painting.dotted)
    frame(axes, ground)
    marks.headings(figure, view_title(topic, view, language), under_title(content, level, language))
    marks.legend(
        figure, painting.entries, measure_title(content, topic, view, language), corner=(0.03, 0.235)
    )
    marks.scale_bar(axes, ground.crs)
    marks.north(axes)
    marks.sources(figure, [topic.record, level.record], language)
    return figure


def sheet() -> Figure:
    """An empty sheet."""
    return Figure(figsize=marks.INCHES, facecolor="white", layout=None)


def under_title(content: MapContent, level: Level, language: str) -> str:
    """The title of the map that a sheet belongs to, and the places that it shows."""
    kind = vocabulary("place-types").term(level.type).attributes
    places = marks.lowered(str(kind["plural_es" if language == "es" else "plural"]))
    title = content.manifest.title if language == "en" else content.manifest.title_es
    return marks.said("of places", language, title=title, places=places)
