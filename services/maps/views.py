"""Views of a map's content: which indicator, group, period, places and measure; and their words."""

from dataclasses import dataclass

from catalog.maps import Measure
from catalog.periods import period_label
from catalog.vocabulary import TOTAL
from services.maps.assets import texts, word
from services.maps.comparisons import Compared
from services.maps.errors import NothingToShow, UnknownChoice
from services.maps.model import MapContent, Topic
from services.numbers import number

ENOUGH = 0.5
"""The share of places with a reliable value below which a level is too thin to open with."""


@dataclass(frozen=True)
class View:
    """What one map shows: positions of group and period in the topic, key of the level."""

    indicator: str
    group: int
    period: int
    level: str
    measure: Measure


def topic_of(content: MapContent, indicator: str) -> Topic:
    """The topic of an indicator.

    Raises:
        UnknownChoice: the map does not show it; the nearest that it shows are named.

    """
    known = {topic.indicator.id: topic for topic in content.topics}
    if indicator not in known:
        raise UnknownChoice("indicator", indicator, list(known))
    return known[indicator]


def opening_view(content: MapContent) -> View:
    """What the map's page opens with, as the manifest says; a level too thin gives way to a coarser one.

    Raises:
        UnknownChoice: the manifest names a group, period or place type that the values do not have.
        NothingToShow: no place with a polygon has a value.

    """
    opening = content.manifest.opening
    topic = topic_of(content, opening.indicator or content.topics[0].indicator.id)
    group = position_of_group(topic, opening.group)
    period = position_of_period(topic, opening.period)
    levels = [level.key for level in content.drawn if level.key in topic.blocks]
    if not levels:
        raise NothingToShow(f"indicator {topic.indicator.id!r}: no place with a polygon has a value")
    if opening.places is not None:
        named = [key for key in levels if content.levels[key].type == opening.places]
        if not named:
            raise UnknownChoice("place type", opening.places, [content.levels[key].type for key in levels])
        levels = levels[levels.index(named[0]) :]
    level = next((key for key in levels if reliable(topic, key, group, period) >= ENOUGH), levels[0])
    compared = Compared(topic, topic.blocks[level], topic.blocks.get(content.whole or ""))
    measure: Measure = opening.measure if compared.has(opening.measure) else "estimate"
    return View(topic.indicator.id, group, period, level, measure)


def reliable(topic: Topic, level: str, group: int, period: int) -> float:
    """The share of the places with people whose value can be relied on."""
    block = topic.blocks[level]
    with_people = ~block.is_status("no_population")[period, group]
    good = block.is_status("published", "top_coded", "bottom_coded", "controlled")[period, group]
    return float(good[with_people].mean()) if with_people.any() else 0.0


def view_title(topic: Topic, view: View, language: str) -> str:
    """Indicator, group and period in words."""
    indicator = topic.indicator
    title = indicator.title_es if language == "es" else indicator.title
    group = f": {group_label(topic, view.group, language)}" if topic.dimensions else ""
    return f"{title}{group}, {period_label(topic.periods[view.period], language)}"


def group_label(topic: Topic, group: int, language: str) -> str:
    """A group in words: the total, or the labels of its codes."""
    labels = [
        topic.indicator.dimension(name).label(code, language)
        for name, code in zip(topic.dimensions, topic.groups[group], strict=True)
        if code != TOTAL
    ]
    return " · ".join(labels) or word("total", language)


def measure_title(content: MapContent, topic: Topic, view: View, language: str) -> str:
    """The measure with what it is compared with, and the unit."""
    reference = "" if topic.reference is None else group_label(topic, topic.reference, language)
    title = word(f"measure {view.measure}", language, reference=reference, state=content.state.name)
    plain = view.measure == "ratio_state" or view.measure.startswith("verdict")
    return title if plain else f"{title} ({unit_of(topic, language)})"


def wording(topic: Topic, measure: Measure, limits: list[float], number: int, language: str) -> str:
    """The limits of a class in words."""
    if not limits:
        return word("all values", language)
    if number == 0 and limits[0] == 0 and measure == "estimate" and topic.indicator.kind in _NEVER_BELOW_ZERO:
        return measured(topic, measure, limits[0], language)
    if number == 0:
        return word("up to", language, value=measured(topic, measure, limits[0], language))
    low = measured(topic, measure, limits[number - 1], language)
    if number == len(limits):
        return word("over", language, value=low)
    return word("between", language, low=low, high=measured(topic, measure, limits[number], language))


def measured(topic: Topic, measure: Measure, value: float, language: str) -> str:
    """A value of a measure, short."""
    if measure == "ratio_state":
        return f"{number(value, 2)}\u00a0×"
    text = number(value, topic.indicator.decimals, signed=measure != "estimate")
    if topic.indicator.unit == "percent":
        if measure != "estimate":
            return f"{text}\u00a0{word('points', language)}"
        return f"{text}%"
    if topic.indicator.unit in _DOLLARS:
        return text.replace(text.lstrip("+-"), f"${text.lstrip('+-')}")
    return text


_NEVER_BELOW_ZERO = ("count", "share", "rate")
_DOLLARS = ("dollars", "US dollars")


def unit_of(topic: Topic, language: str) -> str:
    """The unit in words."""
    indicator = topic.indicator
    declared = (indicator.unit_es if language == "es" else None) or indicator.unit
    return texts()[language].get(f"unit {indicator.unit}", declared)


def level_of_type(content: MapContent, topic: Topic, kind: str) -> str:
    """The key of the level of a place type for which a topic has values, of the newest boundaries.

    Raises:
        UnknownChoice: there is none; the types there are are named.

    """
    drawn = [level for level in content.drawn if level.key in topic.blocks]
    found = next((level.key for level in drawn if level.type == kind), None)
    if found is None:
        raise UnknownChoice("place type", kind, [level.type for level in drawn])
    return found


def position_of_group(topic: Topic, codes: dict[str, str]) -> int:
    """The position of a group by its codes, the total where none is given.

    Raises:
        UnknownChoice: the topic has no such group.

    """
    wanted = tuple(codes.get(name, TOTAL) for name in topic.dimensions)
    if wanted not in topic.groups:
        raise UnknownChoice("group", ".".join(wanted), [".".join(group) for group in topic.groups])
    return topic.groups.index(wanted)


def position_of_period(topic: Topic, period: str | None) -> int:
    """The position of a period, the last where none is given.

    Raises:
        UnknownChoice: the topic has no such period.

    """
    if period is None:
        return len(topic.periods) - 1
    if period not in topic.periods:
        raise UnknownChoice("period", period, topic.periods)
    return topic.periods.index(period)
