"""A sheet of small maps, one for each group, with the same classes, one legend and one scale."""

from dataclasses import dataclass
from math import ceil
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from catalog.maps import Multiples
from catalog.periods import period_label
from catalog.vocabulary import TOTAL
from services.maps import figure_marks as marks
from services.maps.errors import NothingToShow, UnknownChoice
from services.maps.figure import sheet, under_title
from services.maps.figure_ground import Ground, draw_places, frame, ground_of
from services.maps.model import MapContent, Topic
from services.maps.painting import Entry, Painting, paint
from services.maps.views import (
    View,
    group_label,
    level_of_type,
    measure_title,
    measured,
    opening_view,
    position_of_period,
    topic_of,
)

MOST = 20
_LEFT, _BOTTOM, _WIDTH, _HEIGHT = 0.02, 0.26, 0.96, 0.63  # of the sheet
_SIZE = 9.0  # points of the titles
_UNDER = 0.18  # inches of the line under a title
_ARROW = 0.3  # inches beside each map for the north arrow


@dataclass(frozen=True, eq=False)
class Panel:
    """One map of the sheet: its title with a line under it, and how it is painted."""

    title: str
    under: str
    painting: Painting


def draw_multiples(content: MapContent, wanted: Multiples, language: str = "en") -> Figure:
    """The sheet as a matplotlib figure.

    Raises:
        UnknownChoice: an indicator, group, period or place type that the map does not have.
        NothingToShow: no group has a value, or there are more than fit on a sheet.

    """
    topic = topic_of(content, wanted.indicator)
    level = _level(content, topic, wanted)
    period = position_of_period(topic, wanted.period)
    groups = _groups(topic, wanted)
    views = [View(wanted.indicator, group, period, level, wanted.measure) for group in groups]
    empty = [view for view in views if not _has_values(topic, view)]
    shown = [view for view in views if view not in empty and not _is_whole(topic, view)]
    if not shown:
        raise NothingToShow(f"indicator {wanted.indicator!r} by {wanted.by}: no group has a value")
    panels = [_panel(content, topic, view, language) for view in shown]
    ground = ground_of(content.levels[level], content.state.projected_crs)
    figure = sheet()
    _draw(figure, panels, ground)
    title = topic.indicator.title_es if language == "es" else topic.indicator.title
    under = under_title(content, content.levels[level], language)
    marks.headings(figure, f"{title}, {period_label(topic.periods[period], language)}", under)
    measure = measure_title(content, topic, shown[0], language)
    marks.legend(figure, _entries(panels), measure, corner=(0.03, 0.245), columns=4, counts=False)
    left_out = "; ".join(group_label(topic, view.group, language) for view in empty)
    notes = [
        _classes_told(content, wanted, language),
        *([marks.said("left out", language, groups=left_out)] if left_out else []),
    ]
    marks.sources(figure, [topic.record, content.levels[level].record], language, notes)
    return figure


def _level(content: MapContent, topic: Topic, wanted: Multiples) -> str:
    """The level of the wanted places; where none is named that with which the page opens, if it has values."""
    if wanted.places is not None:
        return level_of_type(content, topic, wanted.places)
    opened = opening_view(content).level
    known = [level.key for level in content.drawn if level.key in topic.blocks]
    return opened if opened in known else known[0]


def _groups(topic: Topic, wanted: Multiples) -> list[int]:
    """The positions of the groups that the dimension alone splits, the total first unless codes are named."""
    if wanted.by not in topic.dimensions:
        raise UnknownChoice(f"dimension of {wanted.indicator}", wanted.by, topic.dimensions)
    own = topic.dimensions.index(wanted.by)
    known = {
        codes[own]: position
        for position, codes in enumerate(topic.groups)
        if all(code == TOTAL for number, code in enumerate(codes) if number != own)
    }
    for code in wanted.groups:
        if code not in known:
            raise UnknownChoice(f"group by {wanted.by}", code, list(known))
    found = [known[code] for code in wanted.groups or known]
    if len(found) > MOST:
        raise NothingToShow(
            f"{wanted.by} has {len(found)} groups, {MOST} fit on a sheet: name some of {', '.join(known)}"
        )
    return found


def _has_values(topic: Topic, view: View) -> bool:
    """Whether the group has values, or places where they are suppressed."""
    block, cells = topic.blocks[view.level], (view.period, view.group)
    return bool(np.isfinite(block.estimate[cells]).any() or block.is_status("suppressed")[cells].any())


def _is_whole(topic: Topic, view: View) -> bool:
    """Whether the group is the whole by definition: the same share everywhere."""
    values = topic.blocks[view.level].estimate[view.period, view.group]
    known = values[np.isfinite(values)]
    return topic.indicator.kind == "share" and bool(len(known)) and bool(np.all(known == topic.indicator.per))


def _panel(content: MapContent, topic: Topic, view: View, language: str) -> Panel:
    whole = topic.blocks.get(content.whole or "")
    under = ""
    if whole is not None and view.measure == "estimate":
        value = float(whole.estimate[view.period, view.group, 0])
        if np.isfinite(value):
            told = measured(topic, "estimate", value, language)
            under = marks.said("whole value", language, state=content.state.name, value=told)
    return Panel(group_label(topic, view.group, language), under, paint(content, topic, view, language))


def _entries(panels: list[Panel]) -> list[Entry]:
    """The classes, which all panels share, and every sign that any of them has."""
    return list(
        {(entry.text, entry.colour): entry for panel in panels for entry in panel.painting.entries}.values()
    )


def _draw(figure: Figure, panels: list[Panel], ground: Ground) -> None:
    columns = _columns(len(panels), ground.proportion)
    rows = ceil(len(panels) / columns)
    width, height = _WIDTH / columns, _HEIGHT / rows
    letters = int(width * marks.INCHES[0] * 72 / (_SIZE * 0.68))
    titles = [marks.folded(panel.title, letters) for panel in panels]
    room = _room(titles) / marks.INCHES[1]
    for number, (panel, title) in enumerate(zip(panels, titles, strict=True)):
        row, column = divmod(number, columns)
        left, top = _LEFT + column * width, _BOTTOM + (rows - row) * height
        axes = figure.add_axes((left + 0.005, top - height + 0.012, width - 0.01, height - room - 0.012))
        painting = panel.painting
        draw_places(axes, ground, painting.colours, painting.hatched, painting.dotted)
        frame(axes, ground, _ARROW / (width * marks.INCHES[0]))
        middle, under = left + width / 2, top - room + _UNDER / marks.INCHES[1]
        centred: Any = {"ha": "center", "va": "bottom", "linespacing": 1.15}
        figure.text(middle, under, title, fontsize=_SIZE, fontweight="bold", **centred)
        figure.text(middle, top - room + 0.003, panel.under, fontsize=8, color=marks.QUIET, **centred)
    marks.scale_bar(axes, ground.crs, share=0.35)
    marks.north(axes)


def _room(titles: list[str]) -> float:
    """The inches that titles and the lines under them take over each map."""
    return _UNDER + 0.05 + max(1 + title.count("\n") for title in titles) * _SIZE * 1.25 / 72


def _columns(panels: int, proportion: float) -> int:
    """How many columns let the maps be largest."""

    def height(columns: int) -> float:
        rows = ceil(panels / columns)
        room = _HEIGHT * marks.INCHES[1] / rows - 2 * _UNDER
        return min(_WIDTH * marks.INCHES[0] / columns / proportion, room)

    return max(range(1, panels + 1), key=height)


def _classes_told(content: MapContent, wanted: Multiples, language: str) -> str:
    if wanted.measure.startswith("verdict"):
        return marks.said("steps verdict", language)
    plain = wanted.measure == "estimate"
    return marks.said(f"steps {content.manifest.classes.method if plain else 'gap'}", language)
