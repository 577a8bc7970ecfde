"""What every printed map says beside its places: title, legend, scale, north, sources and date."""

import json
from collections.abc import Sequence
from functools import cache
from textwrap import wrap
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle
from pyproj import Geod, Transformer

from catalog.periods import in_words
from catalog.records import Record
from services.licences import licence_labels
from services.maps.assets import STATIC, word
from services.maps.painting import Entry
from services.speech import computed_from

QUIET = "#333333"
INCHES = (10.0, 8.2)
"""Width and height of a sheet."""

_BAR = 0.04  # inches that the scale bar is high
_MILE = 1609.344  # metres
_LINE = 158  # letters of a note that fit in a line
_LONG = 68  # letters of a title that fit in a line


@cache
def _texts(language: str) -> dict[str, str]:
    texts: dict[str, str] = json.loads((STATIC / "figures" / f"{language}.json").read_text(encoding="utf-8"))
    return texts


def said(key: str, language: str, **values: object) -> str:
    """A text that only printed sheets have, its {places} filled."""
    return _texts(language)[key].format(**values)


def headings(figure: Figure, title: str, under: str) -> None:
    """The title with a line under it."""
    size = 15 * min(1.0, _LONG / len(title))
    figure.text(0.03, 0.955, title, fontsize=size, fontweight="bold", va="center")
    figure.text(0.03, 0.915, under, fontsize=11, va="center", color=QUIET)


def legend(
    figure: Figure,
    entries: Sequence[Entry],
    title: str,
    *,
    corner: tuple[float, float],
    columns: int = 3,
    counts: bool = True,
) -> None:
    """The classes and signs with their words, and how many places each has; `corner` is the upper left one."""
    handles = [
        Patch(facecolor=entry.colour, edgecolor="#303030", linewidth=0.6, hatch=entry.hatch)
        for entry in entries
    ]
    labels = [f"{entry.text}  ({entry.count:,})" if counts else entry.text for entry in entries]
    drawn = figure.legend(
        handles,
        labels,
        title=title,
        loc="upper left",
        bbox_to_anchor=corner,
        ncols=columns,
        fontsize=9 if columns > 1 else 8,
        title_fontproperties={"weight": "bold", "size": 9.5},
        frameon=False,
        handlelength=2.2,
        handleheight=1.3,
        columnspacing=2.5,
        borderaxespad=0.0,
    )
    drawn.set_alignment("left")


def scale_bar(axes: Axes, crs: str, *, share: float = 0.2) -> None:
    """A bar of a round number of miles, at most a share of the map's width, true at the middle of the map."""
    back = Transformer.from_crs(crs, "OGC:CRS84", always_xy=True)
    (west, east), (south, north) = axes.get_xlim(), axes.get_ylim()
    longitudes, latitudes = back.transform([west, east], [(south + north) / 2] * 2)
    metres = Geod(ellps="GRS80").inv(longitudes[0], latitudes[0], longitudes[1], latitudes[1])[2]
    lengths = [size * 10.0**power for power in range(-3, 5) for size in (1, 2, 5)]
    length = max(size for size in lengths if size <= max(metres / _MILE * share, lengths[0]))
    inches = axes.get_position().height * INCHES[1]
    half, height = length * _MILE / 2 / metres * (east - west), (north - south) * _BAR / inches
    left = east - 2 * half - (east - west) * 0.01
    style: dict[str, Any] = {"edgecolor": "black", "linewidth": 0.6}
    for start, colour in ((left, "black"), (left + half, "white")):
        axes.add_patch(Rectangle((start, south), half, height, facecolor=colour, **style))
    axes.text(
        left + half,
        south + height * 2,
        f"{length:g} mi ({length * _MILE / 1000:.3g} km)",
        ha="center",
        va="bottom",
        fontsize=9,
    )


def north(axes: Axes) -> None:
    """An arrow to the north in the upper right."""
    axes.annotate(
        "N",
        xy=(0.975, 1.0),
        xycoords="axes fraction",
        xytext=(0, -30),
        textcoords="offset points",
        ha="center",
        va="top",
        fontsize=11,
        fontweight="bold",
        arrowprops={"facecolor": "black", "width": 3, "headwidth": 9, "headlength": 9, "shrink": 0},
    )


def lowered(text: str) -> str:
    """The text with a small letter at its beginning, unless it begins with an abbreviation."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def folded(text: str, width: int) -> str:
    """The text in lines of at most so many letters, as long as its words allow it."""
    return "\n".join(wrap(text, width, break_long_words=False))


def sources(
    figure: Figure, records: Sequence[Record | None], language: str, notes: Sequence[str] = ()
) -> None:
    """What the numbers and borders are from, with version and date, under notes on how to read them."""
    told = list(dict.fromkeys(_source(record, language) for record in records if record))
    figure.text(
        0.03,
        0.018,
        "\n".join(folded(text, _LINE) for text in (*notes, word("margin note", language), *told)),
        fontsize=7.5,
        va="bottom",
        color=QUIET,
        linespacing=1.4,
    )


def _source(record: Record, language: str) -> str:
    licence, licence_es = licence_labels(record.licence)
    credit = record.attribution or record.agency
    inputs = computed_from(credit)
    return word(
        "source",
        language,
        title=(record.title_es or record.title) if language == "es" else record.title,
        agency=word("computed", language, name=inputs) if inputs else credit,
        version=record.version,
        published=in_words(record.published_at, language),
        licence=licence_es if language == "es" else licence,
    )
