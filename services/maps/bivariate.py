"""A map of two indicators at once: nine classes of three by three, with a square legend and its corners in words."""

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from catalog.indicators import Indicator
from catalog.maps import Bivariate, Classes, Variable
from services.maps import figure_marks as marks
from services.maps import palette
from services.maps.classes import class_numbers, estimate_breaks
from services.maps.errors import NothingToShow
from services.maps.figure import sheet, under_title
from services.maps.figure_ground import draw_places, frame, ground_of
from services.maps.model import STATUSES, CodeArray, FloatArray, MapContent, Topic
from services.maps.painting import PLAIN_KINDS, Entry, kinds_of, signs
from services.maps.views import (
    View,
    level_of_type,
    measured,
    position_of_group,
    position_of_period,
    topic_of,
    unit_of,
    view_title,
    wording,
)

_THIRDS = Classes(method="quantiles", number=3)
_SPREAD = {1: (1,), 2: (0, 2), 3: (0, 1, 2)}
"""Rows or columns of the palette by the number of classes: ties can leave fewer than three."""

_WORST_FIRST = ("suppressed", "missing", "none")
_WIDE = 1.7  # width by height from which the legend stands under the map


@dataclass(frozen=True, eq=False)
class Side:
    """One of the two indicators: its values and status by place, its limits and the class of each place."""

    topic: Topic
    view: View
    values: FloatArray
    status: CodeArray
    limits: list[float]
    numbers: np.ndarray

    @property
    def spread(self) -> tuple[int, ...]:
        """The rows or columns of the palette that its classes have."""
        return _SPREAD[len(self.limits) + 1]

    def title(self, language: str) -> str:
        """Indicator, group and period in words."""
        return view_title(self.topic, self.view, language)

    def name(self, language: str) -> str:
        """The indicator's title alone."""
        indicator: Indicator = self.topic.indicator
        return indicator.title_es if language == "es" else indicator.title

    def told_limits(self, language: str) -> str:
        """The limits of its classes in words."""
        told = [measured(self.topic, "estimate", limit, language) for limit in self.limits]
        return marks.said("both limits", language).join(told) or marks.said("no limits", language)

    def told_class(self, number: int, language: str) -> str:
        """A class in words that stay in a line."""
        return wording(self.topic, "estimate", self.limits, number, language).replace(" ", "\u00a0")


@dataclass(frozen=True, eq=False)
class Pair:
    """Both sides and what each place shows: its kind, the status that says why, and whether a value is unreliable."""

    across: Side
    up: Side
    kinds: np.ndarray
    status: CodeArray
    unreliable: np.ndarray

    @property
    def colours(self) -> list[str]:
        """The colour of each place."""
        rows, columns = self.up.spread, self.across.spread
        return [
            palette.BIVARIATE[rows[row]][columns[column]] if kind == "value" else PLAIN_KINDS[kind]
            for kind, row, column in zip(self.kinds, self.up.numbers, self.across.numbers, strict=True)
        ]

    def count(self, row: int, column: int) -> int:
        """The number of places in a class."""
        return int(
            ((self.up.numbers == row) & (self.across.numbers == column) & (self.kinds == "value")).sum()
        )


def pair_of(content: MapContent, wanted: Bivariate) -> Pair:
    """Both indicators in thirds of the places that have both values.

    Raises:
        UnknownChoice: an indicator, group, period or place type that the map does not have.
        NothingToShow: no place has both values, or the two are drawn on different boundaries.

    """
    across, up = (_view(content, side, wanted.places) for side in (wanted.across, wanted.up))
    if across.level != up.level:
        raise NothingToShow(
            f"bivariate {wanted.id!r}: {across.indicator} is drawn on {across.level}, {up.indicator} on {up.level}"
        )
    found = [_cells(content, view) for view in (across, up)]
    kinds, status = found[0][2].astype(object), found[0][1].copy()
    for kind in reversed(_WORST_FIRST):
        for _, own_status, own in found:
            kinds[own == kind] = kind
            status[own == kind] = own_status[own == kind]
    both = kinds == "value"
    if not both.any():
        raise NothingToShow(f"bivariate {wanted.id!r}: no place has both values")
    sides = [
        _side(topic_of(content, view.indicator), view, values, own, both)
        for view, (values, own, _) in zip((across, up), found, strict=True)
    ]
    unreliable = STATUSES.index("unreliable")
    flags = (sides[0].status == unreliable) | (sides[1].status == unreliable)
    return Pair(sides[0], sides[1], kinds, status, flags & both)


def draw_bivariate(content: MapContent, wanted: Bivariate, language: str = "en") -> Figure:
    """The map as a matplotlib figure.

    Raises:
        UnknownChoice: an indicator, group, period or place type that the map does not have.
        NothingToShow: no place has both values.

    """
    pair = pair_of(content, wanted)
    level = content.levels[pair.across.view.level]
    ground = ground_of(level, content.state.projected_crs)
    beside = ground.proportion < _WIDE
    figure = sheet()
    axes = figure.add_axes((0.02, 0.2, 0.66, 0.68) if beside else (0.02, 0.43, 0.96, 0.45))
    draw_places(axes, ground, pair.colours, pair.unreliable, pair.kinds == "missing")
    frame(axes, ground)
    marks.scale_bar(axes, ground.crs)
    marks.north(axes)
    names = {"across": pair.across.name(language), "up": pair.up.name(language)}
    marks.headings(figure, marks.said("pair", language, **names), under_title(content, level, language))
    _square(
        figure.add_axes((0.755, 0.6, 0.19, 0.2318) if beside else (0.09, 0.175, 0.17, 0.2073)), pair, language
    )
    width, corner = (34, (0.70, 0.53)) if beside else (80, (0.31, 0.42))
    entries = [*_corners(pair, width, language), *signs(pair.kinds, pair.status, pair.unreliable, language)]
    marks.legend(figure, entries, marks.said("corners", language), corner=corner, columns=1)
    note = marks.said(
        "thirds",
        language,
        across=pair.across.title(language),
        across_limits=pair.across.told_limits(language),
        up=pair.up.title(language),
        up_limits=pair.up.told_limits(language),
    )
    marks.sources(figure, [pair.across.topic.record, pair.up.topic.record, level.record], language, [note])
    return figure


def _view(content: MapContent, side: Variable, places: str) -> View:
    topic = topic_of(content, side.indicator)
    group, period = position_of_group(topic, side.group), position_of_period(topic, side.period)
    return View(side.indicator, group, period, level_of_type(content, topic, places), "estimate")


def _cells(content: MapContent, view: View) -> tuple[FloatArray, CodeArray, np.ndarray]:
    """Values, status and kind of each place; a value that is not there although its status has one is missing."""
    block = topic_of(content, view.indicator).blocks[view.level]
    values, status = block.estimate[view.period, view.group], block.status[view.period, view.group]
    kinds = kinds_of(status)
    kinds[(kinds == "value") & ~np.isfinite(values)] = "missing"
    return values, status, kinds


def _side(topic: Topic, view: View, values: FloatArray, status: CodeArray, both: np.ndarray) -> Side:
    shown = np.where(both, values, np.nan)
    limits = estimate_breaks(shown, _THIRDS, topic.indicator.decimals)
    return Side(topic, view, values, status, limits, class_numbers(shown, limits))


def _square(axes: Axes, pair: Pair, language: str) -> None:
    """The square legend: colours with the number of places, limits between them, indicators along the sides."""
    rows, columns = pair.up.spread, pair.across.spread
    for row, shade in enumerate(rows):
        for column, hue in enumerate(columns):
            colour = palette.BIVARIATE[shade][hue]
            axes.add_patch(Rectangle((column, row), 1, 1, facecolor=colour, edgecolor="white", linewidth=1))
            ink = "white" if palette.is_dark(colour) else "black"
            count = f"{pair.count(row, column):,}"
            axes.text(column + 0.5, row + 0.5, count, ha="center", va="center", fontsize=8, color=ink)
    axes.set_xlim(0, len(columns))
    axes.set_ylim(0, len(rows))
    axes.set_xticks(range(1, len(columns)), _ticks(pair.across, language), fontsize=7.5)
    axes.set_yticks(range(1, len(rows)), _ticks(pair.up, language), fontsize=7.5)
    axes.tick_params(length=3, pad=2)
    for spine in axes.spines.values():
        spine.set_visible(False)
    for side, draw in ((pair.across, axes.set_xlabel), (pair.up, axes.set_ylabel)):
        text = marks.said("unit of", language, title=side.name(language), unit=unit_of(side.topic, language))
        draw(f"{marks.folded(text, 30)} \u2192", fontsize=8)


def _ticks(side: Side, language: str) -> list[str]:
    return [measured(side.topic, "estimate", limit, language) for limit in side.limits]


def _corners(pair: Pair, width: int, language: str) -> list[Entry]:
    """The corner classes in words, in lines of so many letters; the one where both are highest first."""
    last_row, last_column = len(pair.up.limits), len(pair.across.limits)
    corners = dict.fromkeys([(last_row, last_column), (last_row, 0), (0, last_column), (0, 0)])
    return [
        Entry(
            palette.BIVARIATE[pair.up.spread[row]][pair.across.spread[column]],
            "\n".join(
                marks.folded(f"{side.name(language)}: {side.told_class(number, language)}", width)
                for side, number in ((pair.across, column), (pair.up, row))
            ),
            pair.count(row, column),
        )
        for row, column in corners
    ]
