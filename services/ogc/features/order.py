"""The order of a page's features, and how to go on after the last one of the page before.

Equal values are ordered by number (`fid`). The features after a given one are those that agree with it in
the first columns and lie beyond it in the next: one stretch for each column, taken one after the other, so
that a B-tree leads straight to where each begins. Missing values come first, as SQLite sorts them.
"""

from collections.abc import Iterator
from pathlib import Path

from catalog.serving import sql_column
from services.ogc.features.connections import connection

Order = tuple[tuple[str, bool], ...]
"""Columns, and whether each falls."""
Values = dict[str, str | int | float | None]


def ordering(order: Order) -> str:
    """The terms of ORDER BY."""
    terms = [*order, ("", order[-1][1] if order else False)]
    return ", ".join(f"{_sql(name)}{' DESC' if falling else ''}" for name, falling in terms)


def stretches(index: Path, order: Order, after: int | None) -> Iterator[tuple[str, Values]]:
    """Conditions with their values, in order, that together hold for every feature after a given one."""
    if after is None:
        yield "1", {}
        return
    last = _values_of(index, order, after)
    falls = order[-1][1] if order else False
    values: Values = {f"last{number}": value for number, value in enumerate(last)} | {"last": after}
    agree = [f"{_sql(name)} IS :last{number}" for number, (name, _) in enumerate(order)]
    yield " AND ".join([*agree, f"f.fid {'<' if falls else '>'} :last"]), values
    for number in reversed(range(len(order))):
        name, falling = order[number]
        for beyond in _beyond(_sql(name), f":last{number}", falling=falling, missing=last[number] is None):
            yield " AND ".join([*agree[:number], beyond]), values


def _beyond(column: str, value: str, *, falling: bool, missing: bool) -> list[str]:
    if missing:
        return [] if falling else [f"{column} IS NOT NULL"]
    return [f"{column} < {value}", f"{column} IS NULL"] if falling else [f"{column} > {value}"]


def _values_of(index: Path, order: Order, fid: int) -> tuple[str | int | float | None, ...]:
    """What the columns hold for a feature; for one that does not exist, nothing comes after it."""
    if not order:
        return ()
    columns = ", ".join(_sql(name) for name, _ in order)
    sql = f"SELECT {columns} FROM features f WHERE f.fid = ?"  # noqa: S608 - columns of the record
    found: tuple[str | int | float | None, ...] | None = connection(index).execute(sql, [fid]).fetchone()
    return found if found is not None else (None,) * len(order)


def _sql(name: str) -> str:
    return f"f.{sql_column(name)}" if name else "f.fid"
