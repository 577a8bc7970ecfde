"""Values of property filters: texts of a query as literals of their column's type."""

import re
from collections.abc import Callable

from services.errors import BadParameter
from services.ogc.cql2 import instants
from services.ogc.cql2.tree import Literal, Node

_INTEGER = re.compile(r"^[+-]?[0-9]{1,19}$")
_NUMBER = re.compile(r"^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,3})?$")
_SMALLEST, _LARGEST = -(2**63), 2**63 - 1
_BOOLEANS = {"true": True, "false": False}


def literal(name: str, type_: str, text: str) -> Node:
    """The text of a parameter as a literal that a property of a type (of published columns) is compared with.

    Raises:
        BadParameter: the type has no such value.

    """
    try:
        return _READERS[type_](text.strip() if type_ != "string" else text)
    except ValueError as error:
        raise BadParameter(name, f"must be {_NAMES[type_]}; given: {text!r}") from error


def _integer(text: str) -> Node:
    value = int(text) if _INTEGER.match(text) else None
    if value is None or not _SMALLEST <= value <= _LARGEST:
        raise ValueError(text)
    return Literal(value)


def _number(text: str) -> Node:
    if not _NUMBER.match(text) or abs(float(text)) == float("inf"):
        raise ValueError(text)
    return Literal(float(text))


def _boolean(text: str) -> Node:
    value = _BOOLEANS.get(text.lower())
    if value is None:
        raise ValueError(text)
    return Literal(value)


def _datetime(text: str) -> Node:
    found = instants.instant(text)
    return instants.moment(f"{found.text}T00:00:00Z") if found.is_date else found


_READERS: dict[str, Callable[[str], Node]] = {
    "string": Literal,
    "integer": _integer,
    "number": _number,
    "boolean": _boolean,
    "date": instants.day,
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
