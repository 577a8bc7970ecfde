"""The catalog: search, facets, results and a map of where they lie."""

from collections import defaultdict
from datetime import datetime
from typing import Any

import orjson

from catalog.freshness import changed_at
from catalog.records import Bounds, Record
from catalog.vocabulary import UnknownCode
from services.web.facets import FACETS, Choice, facet_values, find
from services.web.linked import data_catalog
from services.web.render import Frame, render
from services.web.shelf import Shelf
from services.web.words import Words

_GRID = 1  # extents that are equal to a tenth of a degree are one rectangle


def catalog(shelf: Shelf, frame: Frame, now: datetime, choice: Choice) -> str:
    """The page for a choice."""
    found = find(shelf, choice, now)
    return render(
        "catalog.html",
        frame,
        choice=choice,
        found=found,
        total=len(shelf.records),
        themes=sorted({record.theme for record in shelf.records}) if not found.records else [],
        facets=FACETS,
        values={record.id: facet_values(record, now) for record in found.records},
        label=lambda name, code: facet_label(frame.words, name, code),
        changed_at=changed_at,
        described={record.id: shelf.described(record, frame.words.language) for record in found.records},
        linked=data_catalog(shelf, frame),
        extents=_extents(shelf, found.records, frame.words),
    )


def facet_label(words: Words, name: str, code: str) -> str:
    """A value of a facet as people read it; a code that is none is shown as it is."""
    if name == "kind":
        return words(f"kind.{code}") if words.has(f"kind.{code}") else code
    vocabulary = {"theme": "themes", "freshness": "freshness-classes"}.get(name)
    if vocabulary is None:
        return code
    try:
        return words.term(vocabulary, code)
    except UnknownCode:
        return code


def _extents(shelf: Shelf, records: tuple[Record, ...], words: Words) -> dict[str, Any]:
    """The document for the map: one rectangle for all layers of nearly the same extent, the largest first."""
    groups: dict[Bounds, list[Record]] = defaultdict(list)
    for record in records:
        if record.bounds:
            west, south, east, north = (round(side, _GRID) for side in record.bounds)
            groups[west, south, east, north].append(record)
    west, south, east, north = shelf.declared.profile.state.bounds
    return {
        "bounds": [[south, west], [north, east]],
        "base": orjson.loads(shelf.base),
        "extents": [
            _rectangle(members, words)
            for _, members in sorted(groups.items(), key=lambda pair: -_area(pair[0]))
        ],
        "texts": {key: words(f"map.{key}") for key in ("zoom_in", "zoom_out", "extents_label")},
    }


def _rectangle(members: list[Record], words: Words) -> dict[str, Any]:
    sides = [record.bounds for record in members if record.bounds]
    return {
        "layers": [record.id for record in members],
        "label": words.plural("catalog.here", len(members)),
        "bounds": [
            [min(side[1] for side in sides), min(side[0] for side in sides)],
            [max(side[3] for side in sides), max(side[2] for side in sides)],
        ],
    }


def _area(bounds: Bounds) -> float:
    west, south, east, north = bounds
    return (east - west) * (north - south)
