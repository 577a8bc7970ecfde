"""Static maps by matplotlib: title, classes, hatching, scale bar, north arrow, sources and date on one sheet."""

from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
import shapely
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle
from matplotlib.path import Path as Outline
from pyproj import Geod, Transformer

from services.maps import palette
from services.maps.assets import word
from services.maps.errors import UnknownChoice
from services.maps.model import Level, MapContent, Topic
from services.maps.painting import Painting, paint
from services.maps.views import View, measure_title, topic_of, view_title

FORMATS = {".png": "png", ".svg": "svg", ".pdf": "pdf"}
_INCHES = (10.0, 8.2)
_DPI = 150
_ARROW = 0.06  # of the map's width, kept free on its right
_PLAIN: dict[str, Any] = {
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
    suffix = path.suffix.lower()
    if suffix not in FORMATS:
        raise UnknownChoice("picture format", suffix, list(FORMATS))
    settings: Any = _PLAIN | {"font.family": "DejaVu Sans"}
    with mpl.rc_context(settings):
        figure = draw_figure(content, view, language)
        kind = FORMATS[suffix]
        figure.savefig(path, format=kind, dpi=_DPI, metadata=_DATELESS[kind])


def draw_figure(content: MapContent, view: View, language: str = "en") -> Figure:
    """A static map of a view as a matplotlib figure."""
    topic = topic_of(content, view.indicator)
    level = content.levels[view.level]
    painting = paint(content, topic, view, language)
    figure = Figure(figsize=_INCHES, facecolor="white", layout=None)
    axes = figure.add_axes((0.02, 0.25, 0.96, 0.62))
    _places(axes, level, painting, content.state.projected_crs)
    _headings(figure, content, topic, view, language)
    _legend(figure, painting, measure_title(content, topic, view, language))
    _scale_bar(axes, content.state.projected_crs)
    _north(axes)
    _sources(figure, content, topic, level, language)
    return figure


def _outline(shape: shapely.Geometry) -> Outline:
    rings = [ring for part in shapely.get_parts(shape) for ring in (part.exterior, *part.interiors)]
    return Outline.make_compound_path(
        *(Outline(np.asarray(ring.coords)[:, :2], closed=True) for ring in rings)
    )


def _places(axes: Axes, level: Level, painting: Painting, crs: str) -> None:
    if level.shapes is None:
        raise ValueError(f"level {level.key} has no polygons")
    forward = Transformer.from_crs("OGC:CRS84", crs, always_xy=True)
    drawn = [at for at, shape in enumerate(level.shapes) if shape is not None and not shape.is_empty]
    projected = shapely.transform(
        level.shapes[drawn], lambda xy: np.column_stack(forward.transform(xy[:, 0], xy[:, 1]))
    )
    outlines = [_outline(shape) for shape in projected]
    width = 0.5 if len(drawn) < 300 else 0.25
    style: dict[str, Any] = {"edgecolor": palette.OUTLINE, "linewidth": width}
    axes.add_collection(PathCollection(outlines, facecolor=[painting.colours[at] for at in drawn], **style))
    dark = np.array([palette.is_dark(colour) for colour in painting.colours])
    for hatch, colour, flags in (
        ("/////", "#303030", painting.hatched & ~dark),
        ("/////", "#ffffff", painting.hatched & dark),
        ("....", "#6b6b6b", painting.dotted),
    ):
        some = [outline for outline, at in zip(outlines, drawn, strict=True) if flags[at]]
        if some:
            lines: dict[str, Any] = {"facecolor": "none", "edgecolor": colour, "linewidth": 0.0}
            axes.add_collection(PathCollection(some, hatch=hatch, **lines))
    west, south, east, north = shapely.total_bounds(projected)
    axes.set_xlim(west, east + (east - west) * _ARROW)
    axes.set_ylim(south, north)
    axes.set_aspect("equal", anchor="C")
    axes.axis("off")


def _headings(figure: Figure, content: MapContent, topic: Topic, view: View, language: str) -> None:
    figure.text(0.03, 0.955, view_title(topic, view, language), fontsize=15, fontweight="bold", va="center")
    title = content.manifest.title if language == "en" else content.manifest.title_es
    figure.text(0.03, 0.915, title, fontsize=11, va="center", color="#333333")


def _legend(figure: Figure, painting: Painting, title: str) -> None:
    handles = [
        Patch(facecolor=entry.colour, edgecolor="#303030", linewidth=0.6, hatch=entry.hatch)
        for entry in painting.entries
    ]
    labels = [f"{entry.text}  ({entry.count:,})" for entry in painting.entries]
    legend = figure.legend(
        handles,
        labels,
        title=title,
        loc="upper left",
        bbox_to_anchor=(0.02, 0.235),
        ncols=3,
        fontsize=9,
        title_fontproperties={"weight": "bold", "size": 9.5},
        frameon=False,
        handlelength=2.2,
        handleheight=1.3,
        columnspacing=2.5,
    )
    legend.set_alignment("left")


def _scale_bar(axes: Axes, crs: str) -> None:
    """A bar of a round number of kilometres, true at the middle of the map."""
    back = Transformer.from_crs(crs, "OGC:CRS84", always_xy=True)
    (west, east), (south, north) = axes.get_xlim(), axes.get_ylim()
    longitudes, latitudes = back.transform([west, east], [(south + north) / 2] * 2)
    metres = Geod(ellps="GRS80").inv(longitudes[0], latitudes[0], longitudes[1], latitudes[1])[2]
    lengths = [size * 10.0**power for power in range(-3, 5) for size in (1, 2, 5)]
    length = max(size for size in lengths if size <= max(metres / 5000, lengths[0]))
    half, height = length * 500 / metres * (east - west), (north - south) * 0.008
    left = east - 2 * half - (east - west) * 0.01
    style: dict[str, Any] = {"edgecolor": "black", "linewidth": 0.6}
    for start, colour in ((left, "black"), (left + half, "white")):
        axes.add_patch(Rectangle((start, south), half, height, facecolor=colour, **style))
    axes.text(left + half, south + height * 2, f"{length:g} km", ha="center", va="bottom", fontsize=9)


def _north(axes: Axes) -> None:
    arrow = {"facecolor": "black", "width": 3, "headwidth": 9, "headlength": 9}
    axes.annotate("", xy=(0.975, 1.0), xytext=(0.975, 0.915), xycoords="axes fraction", arrowprops=arrow)
    axes.text(
        0.975, 0.905, "N", transform=axes.transAxes, ha="center", va="top", fontsize=11, fontweight="bold"
    )


def _sources(figure: Figure, content: MapContent, topic: Topic, level: Level, language: str) -> None:
    records = [topic.record, *([level.record] if level.record else [])]
    texts = [
        word(
            "source",
            language,
            title=(record.title_es or record.title) if language == "es" else record.title,
            agency=record.attribution or record.agency,
            version=record.version,
            published=record.published_at.date().isoformat(),
            licence=record.licence,
        )
        for record in records
    ]
    lines = [word("margin note", language), *texts]
    figure.text(
        0.03, 0.018, "\n".join(lines), fontsize=7.5, va="bottom", color="#333333", wrap=True, linespacing=1.4
    )
