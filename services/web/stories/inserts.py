"""Inserts of stories: each reads the published layers and becomes HTML, or says what is wrong with it.

{{ number indicator=poverty place=Hartford }}          one estimate with its margin of error
{{ number indicator=poverty place=Hartford show=estimate age=age_00_17 period=2018-2022 type=town }}
{{ table indicator=poverty-by-age place=Hartford by=age }}
{{ rows layer=hospitals }}   {{ changed layer=hospitals }}
{{ map layer=poverty-town }}
"""

import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from markupsafe import Markup

from catalog.errors import TownlineError, nearest
from catalog.freshness import changed_at
from catalog.store import Version
from services.web.preview import legend, preview
from services.web.render import Frame, render
from services.web.sayings import said
from services.web.shelf import Shelf
from services.web.stories.numbers import Cell, cells, one_cell


class BadInsert(TownlineError):
    """An insert that names something unknown or has no value; the message says what is allowed."""


@dataclass(frozen=True)
class Insert:
    """An insert as written: its name and its arguments."""

    name: str
    arguments: Mapping[str, str]

    def needed(self, name: str) -> str:
        """An argument that must be there."""
        if name not in self.arguments:
            raise BadInsert(f"{self.name} needs {name}=…")
        return self.arguments[name]

    def others(self, *known: str) -> dict[str, str]:
        """The arguments with other names."""
        return {name: value for name, value in self.arguments.items() if name not in known}


def parsed(text: str) -> Insert:
    """The insert that a text between two braces says.

    Raises:
        BadInsert: no such insert, or arguments that are not written as name=value.

    """
    try:
        name, *rest = shlex.split(text)
    except ValueError as error:
        raise BadInsert(f"cannot be read: {error}") from error
    if name not in _INSERTS:
        raise BadInsert(f"there is no insert {name!r}; {nearest(name, list(_INSERTS))}")
    pairs = [part.partition("=") for part in rest]
    if wrong := [key for key, sign, _ in pairs if not sign]:
        raise BadInsert(f"arguments are written name=value; given: {', '.join(wrong)}")
    return Insert(name, {key: value for key, _, value in pairs})


def filled(insert: Insert, shelf: Shelf, frame: Frame, number: int) -> Markup:
    """The HTML of an insert; `number` makes its ids different from those of other inserts.

    Raises:
        BadInsert: it names something unknown, or there is no value.

    """
    return _INSERTS[insert.name](insert, shelf, frame, number)


def _number(insert: Insert, shelf: Shelf, frame: Frame, _: int) -> Markup:
    found = one_cell(shelf, _arguments(insert))
    show = insert.arguments.get("show", "both")
    if show not in ("both", "estimate", "moe", "numerator", "denominator"):
        raise BadInsert(f"show={show!r}: must be both, estimate, moe, numerator or denominator")
    return Markup(render("inserts/number.html", frame, cell=found, show=show))


def _table(insert: Insert, shelf: Shelf, frame: Frame, number: int) -> Markup:
    found = cells(shelf, _arguments(insert), insert.needed("by"))
    largest = max((cell.upper or cell.estimate or 0 for cell in found), default=0) or 1
    source = found[0].layer
    credit = said(source.attribution or source.agency, frame.words.language, {})
    values = {"cells": found, "largest": largest, "number": number, "credit": credit}
    return Markup(render("inserts/table.html", frame, **values))


def _map(insert: Insert, shelf: Shelf, frame: Frame, number: int) -> Markup:
    _only(insert, "layer")
    version = _layer(insert, shelf)
    drawn = preview(version)
    if drawn is None:
        raise BadInsert(f"layer {version.layer!r} has nothing to draw")
    document = drawn.document(frame.words, shelf.base)
    values = {"record": version.record, "preview": document, "number": number}
    keys = legend(drawn, frame.words)
    return Markup(render("inserts/map.html", frame, legend=keys, drawn=drawn, **values))


def _rows(insert: Insert, shelf: Shelf, frame: Frame, _: int) -> Markup:
    _only(insert, "layer")
    record = _layer(insert, shelf).record
    if record.rows is None:
        raise BadInsert(f"layer {record.id!r} has no rows")
    return Markup("<data value='{}'>{}</data>").format(record.rows, frame.words.number(record.rows))


def _changed(insert: Insert, shelf: Shelf, frame: Frame, _: int) -> Markup:
    _only(insert, "layer")
    moment = changed_at(_layer(insert, shelf).record)
    return Markup("<time datetime='{}'>{}</time>").format(moment.date().isoformat(), frame.words.date(moment))


def _arguments(insert: Insert) -> Mapping[str, str]:
    for name in ("indicator", "place"):
        insert.needed(name)
    return insert.others("show", "by")


def _layer(insert: Insert, shelf: Shelf) -> Version:
    name = insert.needed("layer")
    if name not in shelf.holdings.layers:
        raise BadInsert(f"there is no layer {name!r}; {nearest(name, list(shelf.holdings.layers))}")
    return shelf.holdings.layers[name]


def _only(insert: Insert, *known: str) -> None:
    if unknown := insert.others(*known):
        raise BadInsert(f"{insert.name} does not know {', '.join(unknown)}; known: {', '.join(known)}")


_INSERTS: dict[str, Callable[[Insert, Shelf, Frame, int], Markup]] = {
    "number": _number,
    "table": _table,
    "map": _map,
    "rows": _rows,
    "changed": _changed,
}

__all__ = ["BadInsert", "Cell", "Insert", "filled", "parsed"]
