"""How each place of a view is drawn on a static map, and the legend that says so."""

from dataclasses import dataclass

import numpy as np

from catalog.vocabulary import vocabulary
from services.maps import palette
from services.maps.assets import word
from services.maps.classes import class_numbers
from services.maps.comparisons import Compared
from services.maps.model import STATUSES, WITH_VALUE, CodeArray, MapContent, Topic
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
    status = compared.status(view.measure)[view.period, view.group]
    kinds = kinds_of(status)
    if view.measure.startswith("verdict"):
        return _verdicts(topic, values.astype(int), status, language)
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
    return Painting(
        colours, hatched, kinds == "missing", [*entries, *signs(kinds, status, hatched, language)]
    )


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
    return "value" if STATUSES.index(status) in WITH_VALUE else "missing"


def _verdicts(topic: Topic, codes: np.ndarray, status: CodeArray, language: str) -> Painting:
    kinds = kinds_of(status)
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
        [*entries, *signs(found, status, hatched, language)],
    )


def signs(kinds: np.ndarray, status: CodeArray, hatched: np.ndarray, language: str) -> list[Entry]:
    """Legend entries for what is not a class, where there is any of it; each reason of a missing value is named."""
    reasons = np.where(np.isin(status, WITH_VALUE), STATUSES.index("missing"), status)[kinds == "missing"]
    entries = [
        _sign("unreliable", word("legend unreliable", language), hatched, "////"),
        _sign("suppressed", word("legend suppressed", language), kinds == "suppressed"),
        *(_sign("missing", _reason(code, language), reasons == code, "...") for code in np.unique(reasons)),
        _sign("none", word("legend none", language), kinds == "none"),
    ]
    return [entry for entry in entries if entry.count]


def _sign(kind: str, text: str, places: np.ndarray, hatch: str = "") -> Entry:
    return Entry(PLAIN_KINDS[kind], text, int(places.sum()), hatch)


def _reason(code: int, language: str) -> str:
    """Why values are missing, in the words of the page."""
    if STATUSES[code] == "missing":
        return word("legend missing", language)
    term = vocabulary("statuses").term(STATUSES[code])
    return term.label_es if language == "es" else term.label
