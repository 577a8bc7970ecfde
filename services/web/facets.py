"""Search in the catalog: words, a box, and facets that say how many layers each choice would leave."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from catalog.freshness import freshness
from catalog.index import Query
from catalog.records import Bounds, Record
from services.errors import BadParameter
from services.web.shelf import Shelf

FACETS = ("theme", "kind", "freshness", "agency")
_WORD = re.compile(r"\w+")
_LONGEST = 200


@dataclass(frozen=True)
class Choice:
    """What was asked for; of one facet any of the values, of several facets all."""

    text: str = ""
    bounds: Bounds | None = None
    facets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was asked for."""
        return not (self.text or self.bounds or any(self.facets.values()))


@dataclass(frozen=True)
class Value:
    """A value of a facet, how many layers it leaves, and whether it is chosen."""

    code: str
    count: int
    chosen: bool


@dataclass(frozen=True)
class Found:
    """The layers that fit, and the facets with their values, most frequent first."""

    records: tuple[Record, ...]
    facets: Mapping[str, tuple[Value, ...]]


def choice_of(given: Sequence[tuple[str, str]]) -> Choice:
    """The choice that query parameters say.

    Raises:
        BadParameter: an unknown parameter, or a box that is none.

    """
    text, bounds, facets = "", None, dict[str, tuple[str, ...]]()
    for name, value in given:
        if name == "q":
            text = value.strip()[:_LONGEST]
        elif name == "bbox":
            bounds = _bounds(value) if value else None
        elif name in FACETS:
            facets[name] = (*facets.get(name, ()), value) if value else facets.get(name, ())
        else:
            raise BadParameter(name, f"not known here; known: {', '.join(('q', 'bbox', *FACETS))}")
    return Choice(text, bounds, facets)


def find(shelf: Shelf, choice: Choice, now: datetime) -> Found:
    """The layers that fit a choice; words are beginnings of words, and all of them must be there."""
    candidates = _candidates(shelf, choice)
    values = {record.id: facet_values(record, now) for record in candidates}
    fitting = [record for record in candidates if _fits(values[record.id], choice)]
    facets = {name: _counted(name, [values[record.id] for record in candidates], choice) for name in FACETS}
    return Found(tuple(fitting), facets)


def facet_values(record: Record, now: datetime) -> dict[str, str]:
    """The value of a record in each facet."""
    return {
        "theme": record.theme,
        "kind": record.kind,
        "freshness": freshness(record, now).code,
        "agency": record.agency,
    }


def _candidates(shelf: Shelf, choice: Choice) -> list[Record]:
    boxes = (choice.bounds,) if choice.bounds else None
    by_id = {record.id: record for record in shelf.records}
    words = _WORD.findall(choice.text)
    if choice.text and not words:
        return []
    queries = [Query(text=f"{word}*", boxes=boxes) for word in words] or [Query(boxes=boxes)]
    ranked = [shelf.index.find(query, len(by_id) or 1).ids for query in queries]
    everywhere = set.intersection(*(set(ids) for ids in ranked))
    if not words:
        return [record for record in shelf.records if record.id in everywhere]
    rank = {layer: sum(ids.index(layer) for ids in ranked) for layer in everywhere}
    return [by_id[layer] for layer in sorted(everywhere, key=lambda layer: (rank[layer], layer))]


def _fits(values: Mapping[str, str], choice: Choice, but: str | None = None) -> bool:
    return all(values[name] in chosen for name, chosen in choice.facets.items() if chosen and name != but)


def _counted(name: str, found: Sequence[Mapping[str, str]], choice: Choice) -> tuple[Value, ...]:
    """The values of a facet among what the other facets leave; a chosen one stays even when it leaves none."""
    chosen = choice.facets.get(name, ())
    counts = Counter(values[name] for values in found if _fits(values, choice, but=name))
    counts.update(dict.fromkeys(chosen, 0))
    return tuple(_values(counts, chosen))


def _values(counts: Counter[str], chosen: Sequence[str]) -> Iterator[Value]:
    for code, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])):
        yield Value(code, count, code in chosen)


def _bounds(text: str) -> Bounds:
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError:
        raise BadParameter("bbox", f"must be 4 numbers joined by commas; given: {text!r}") from None
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise BadParameter("bbox", f"must be west, south, east, north in degrees; given: {text!r}")
    return west, south, east, north
