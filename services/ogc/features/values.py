"""Values of property filters as they stand in the serving index."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from math import isfinite

from catalog.records import PublishedColumn
from catalog.serving import DATETIME_FORMAT

SqlValue = str | int | float

_INTEGER = re.compile(r"^[+-]?[0-9]{1,19}$")
_SMALLEST, _LARGEST = -(2**63), 2**63 - 1
_BOOLEANS = {"true": 1, "false": 0}


class WrongType(ValueError):
    """A value that its column cannot hold."""

    def __init__(self, column: PublishedColumn, given: str) -> None:
        self.column = column
        super().__init__(f"{column.name!r} is {_NAMES[column.type]}; given: {given!r}")


def sql_value(column: PublishedColumn, text: str) -> SqlValue:
    """A text of a query as the value that the serving index holds.

    Raises:
        WrongType: the column's type has no such value.

    """
    try:
        return _READERS[column.type](text.strip() if column.type != "string" else text)
    except ValueError as error:
        raise WrongType(column, text) from error


def _integer(text: str) -> int:
    value = int(text) if _INTEGER.match(text) else None
    if value is None or not _SMALLEST <= value <= _LARGEST:
        raise ValueError(text)
    return value


def _number(text: str) -> float:
    value = float(text)
    if not isfinite(value) or "_" in text:
        raise ValueError(text)
    return value


def _boolean(text: str) -> int:
    value = _BOOLEANS.get(text.lower())
    if value is None:
        raise ValueError(text)
    return value


def _date(text: str) -> str:
    return date.fromisoformat(text).isoformat()


def _datetime(text: str) -> str:
    moment = datetime.fromisoformat(text)
    in_utc = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return in_utc.strftime(DATETIME_FORMAT)


_READERS: dict[str, Callable[[str], SqlValue]] = {
    "string": str,
    "integer": _integer,
    "number": _number,
    "boolean": _boolean,
    "date": _date,
    "datetime": _datetime,
}
_NAMES = {
    "string": "a text",
    "integer": "a whole number of at most 64 bits",
    "number": "a number",
    "boolean": "true or false",
    "date": "a date such as 2024-07-01",
    "datetime": "a date and time such as 2024-07-01T12:00:00Z",
}
