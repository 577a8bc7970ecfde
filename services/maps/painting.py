"""How each place of a view is drawn on a static map, and the legend that says so."""

from dataclasses import dataclass

import numpy as np

from services.maps import palette
from services.maps.assets import word
from services.maps.classes import class_numbers
from services.maps.comparisons import Compared
from services.maps.model import STATUSES, CodeArray, MapContent, Topic
from services.maps.views import View, wording


@dataclass(frozen=True)
class Entry:
    """A line of the legend: colour, whether hatched, words and number of places."""

    colour: str
    text: str
    count: int
    hatch: str = ""


@dataclass(frozen=True, eq=False)
class Painting:
    """The colour of each place, which are hatched, and the legend."""

    colours: list[str]
    hatched: np.ndarray
    dotted: np.ndarray
    entries: list[Entry]


def paint(content: MapContent, topic: Topic, view: View, language: str) -> Painting:
    """How each place of a view is drawn, with the legend that says so."""
    block = topic.blocks[view.level]
    compared = Compared(topic, block, topic.blocks.get(content.whole or ""))
    values = compared.values(view.measure)[view.period, view.group]
    status = block.status[view.period, view.group]
    kinds = kinds_of(status)
    if view.measure.startswith("verdict"):
        return _verdicts(topic, values.astype(int), kinds, language)
    limits = compared.limits(view.measure, content.manifest.classes)
    numbers = class_numbers(np.where(kinds == "value", values, np.nan), limits)
    kinds[(kinds == "value") & (numbers < 0)] = "missing"
    high_is_good = topic.indicator.direction != "lower_is_better"
    ramp = palette.ramp(view.measure, len(limits) + 1, high_is_good=high_is_good)
    hatched = (status == STATUSES.index("unreliable")) & (numbers >= 0)
    entries = [
        Entry(colour, wording(topic, view.measure, limits, number, language), int((numbers == number).sum()))
        for number, colour in enumerate(ramp)
    ]
    colours = [
        ramp[number] if number >= 0 else PLAIN_KINDS[kind]
        for number, kind in zip(numbers, kinds, strict=True)
    ]
    return Painting(colours, hatched, kinds == "missing", [*entries, *signs(kinds, hatched, language)])


PLAIN_KINDS = {
    "suppressed": palette.SUPPRESSED,
    "missing": palette.MISSING,
    "none": palette.NO_POPULATION,
    "unreliable": palette.UNRELIABLE,
}
_VERDICTS = ("same", "better", "worse", "unreliable", "suppressed", "none")


def kinds_of(status: CodeArray) -> np.ndarray:
    """For each place `value`, `suppressed`, `missing` or `none`, by its status."""
    return np.array([_kind(STATUSES[code]) for code in status])


def _kind(status: str) -> str:
    if status == "suppressed":
        return "suppressed"
    if status == "no_population":
        return "none"
    has_value = ("published", "unreliable", "top_coded", "bottom_coded", "controlled")
    return "value" if status in has_value else "missing"


def _verdicts(topic: Topic, codes: np.ndarray, kinds: np.ndarray, language: str) -> Painting:
    colours = {"same": palette.NO_DIFFERENCE, "better": palette.BETTER, "worse": palette.WORSE} | PLAIN_KINDS
    found = np.array([_VERDICTS[code] for code in codes])
    found = np.where((found == "unreliable") & (kinds != "value"), kinds, found)
    words = {"worse": "verdict worse", "same": "verdict same", "better": "verdict better"}
    if topic.indicator.direction == "neutral":
        words |= {"worse": "verdict below", "better": "verdict above"}
    entries = [
        Entry(colours[kind], word(words[kind], language), int((found == kind).sum()))
        for kind in ("worse", "same", "better")
    ]
    hatched = found == "unreliable"
    return Painting(
        [colours[kind] for kind in found],
        hatched,
        found == "missing",
        [*entries, *signs(found, hatched, language)],
    )


def signs(kinds: np.ndarray, hatched: np.ndarray, language: str) -> list[Entry]:
    """Legend entries for what is not a class, where there is any of it."""
    counts = {"unreliable": int(hatched.sum())} | {
        kind: int((kinds == kind).sum()) for kind in ("suppressed", "missing", "none")
    }
    hatches = {"unreliable": "////", "missing": "..."}
    return [
        Entry(PLAIN_KINDS[kind], word(f"legend {kind}", language), count, hatches.get(kind, ""))
        for kind, count in counts.items()
        if count
    ]
