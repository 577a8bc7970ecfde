"""What is looked for, as SQL over the search index; every value is bound."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from catalog.index.tables import WEIGHTS, moment_text
from catalog.records import Bounds

SORTABLE = {
    "title": "title COLLATE NOCASE",
    "agency": "agency",
    "theme": "theme",
    "kind": "kind",
    "updated": "updated",
    "dataChangedAt": "changed",
}
"""What records can be ordered by, and the column behind it."""

_WORD = re.compile(r"\w+")
_FRESHNESS = (
    "coalesce(records.undated_class, CASE WHEN records.late_after < :now THEN 'late' ELSE 'up-to-date' END)"
)
_EXTERNAL = (
    "records.rowid IN (SELECT record FROM external_ids, json_each(:external) AS one WHERE"
    " one.value IN (external_ids.value, scheme || ':' || external_ids.value, scheme || ':'))"
)
_COLUMNS = {"ids": "id", "kinds": "kind", "themes": "theme", "agencies": "agency", "access": "access"}

_SIDES = ("west", "south", "east", "north")

Values = dict[str, object]


@dataclass(frozen=True)
class Query:
    """What is looked for; all that is given must hold, and of a list one member.

    text         words; see `match_expression`
    boxes        places: the extent touches one of them; west above east crosses the antimeridian
    start, end   the time covered overlaps this span; a record without a period always does
    external_ids `value`, `scheme:value` or `scheme:`
    freshness    classes as of `now`, which is then needed
    order        columns of SORTABLE, each with whether it falls; default: best match, else by id
    """

    text: str | None = None
    boxes: tuple[Bounds, ...] | None = None
    start: datetime | None = None
    end: datetime | None = None
    ids: tuple[str, ...] | None = None
    external_ids: tuple[str, ...] | None = None
    kinds: tuple[str, ...] | None = None
    themes: tuple[str, ...] | None = None
    agencies: tuple[str, ...] | None = None
    access: tuple[str, ...] | None = None
    freshness: tuple[str, ...] | None = None
    now: datetime | None = None
    order: tuple[tuple[str, bool], ...] = field(default=())

    def __post_init__(self) -> None:
        if self.freshness is not None and self.now is None:
            raise ValueError("freshness is judged at a moment: now is needed")


def match_expression(text: str) -> str | None:
    """A text as a full-text query.

    Commas mean or, words stand next to each other in that order, `*` at the end makes the last one a prefix.
    Any input is safe: only letters and digits are kept. None when nothing is left.
    """
    phrases = []
    for part in text.split(","):
        words = _WORD.findall(part)
        if words:
            prefix = "*" if part.rstrip().endswith("*") else ""
            phrases.append('"' + " ".join(words) + '"' + prefix)
    return " OR ".join(phrases) or None


def statement(query: Query) -> tuple[str, str, Values]:
    """What follows FROM, what follows ORDER BY, and the values of both."""
    tables, values = ["records"], Values()
    conditions = list(_conditions(query, values))
    order = [f"records.{SORTABLE[name]}{' DESC' if falling else ''}" for name, falling in query.order]
    if query.text is not None:
        expression = match_expression(query.text)
        tables.append("words ON words.rowid = records.rowid")
        conditions.append("words MATCH :words" if expression else "0")
        values["words"] = expression
        order = order or ([f"bm25(words, {WEIGHTS})"] if expression else [])
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    return " JOIN ".join(tables) + where, ", ".join([*order, "records.id"]), values


def _conditions(query: Query, values: Values) -> Iterator[str]:
    for name, column in _COLUMNS.items():
        if (wanted := getattr(query, name)) is not None:
            yield f"records.{column} IN {_members(name, wanted, values)}"
    if query.freshness is not None and query.now is not None:
        values["now"] = moment_text(query.now)
        yield f"{_FRESHNESS} IN {_members('freshness', query.freshness, values)}"
    if query.external_ids is not None:
        values["external"] = json.dumps(query.external_ids)
        yield _EXTERNAL
    if query.boxes is not None:
        boxes = [half for box in query.boxes for half in _halves(box)]
        parts = [_touches(number, box, values) for number, box in enumerate(boxes)]
        yield f"records.rowid IN (SELECT rowid FROM extents WHERE {' OR '.join(parts) or '0'})"  # noqa: S608 - constants
    if query.start is not None:
        values["start"] = moment_text(query.start)
        yield "coalesce(records.ends >= :start, 1)"
    if query.end is not None:
        values["end"] = moment_text(query.end)
        yield "coalesce(records.begins <= :end, 1)"


def _members(name: str, wanted: tuple[str, ...], values: Values) -> str:
    values[name] = json.dumps(wanted)
    return f"(SELECT value FROM json_each(:{name}))"  # noqa: S608 - names of our own


def _halves(box: Bounds) -> tuple[Bounds, ...]:
    """A box, or its two parts where it crosses the antimeridian."""
    west, south, east, north = box
    if west <= east:
        return (box,)
    return (west, south, 180.0, north), (-180.0, south, east, north)


def _touches(number: int, box: Bounds, values: Values) -> str:
    """That an extent touches a box: the tree narrows down, the exact bounds decide."""
    sides = {f"{side}{number}": value for side, value in zip(_SIDES, box, strict=True)}
    values |= sides
    west, south, east, north = (f":{name}" for name in sides)
    return " AND ".join(
        f"({exact}west <= {east} AND {exact}east >= {west} AND {exact}south <= {north} AND {exact}north >= {south})"
        for exact in ("", "exact_")
    )
