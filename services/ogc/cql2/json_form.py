"""The JSON encoding of CQL2 (OGC 21-065r2, annex C)."""

from typing import Any

import orjson

from services.ogc.cql2 import instants, shapes
from services.ogc.cql2.errors import BadExpression
from services.ogc.cql2.tree import (
    Call,
    Instant,
    Interval,
    Literal,
    Node,
    Property,
    check_depth,
    check_length,
    within_limits,
)

_OPEN_END = ".."


def parse_json(text: str) -> Node:
    """The tree of an expression.

    Raises:
        BadExpression: it is not CQL2 JSON, is too long, too deep or has too many parts.

    """
    check_length(text)
    try:
        document = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise BadExpression(f"not JSON: {error}") from error
    return within_limits(_node(document, 1))


def _node(value: Any, depth: int) -> Node:
    check_depth(depth)
    if isinstance(value, str | int | float):
        return Literal(value)
    if not isinstance(value, dict):
        raise BadExpression(
            f'a value, or an object such as {{"property": "name"}}, is needed; given: {_shown(value)}'
        )
    if "op" in value:
        return _call(value, depth)
    if "property" in value:
        return Property(_text(value, "property"))
    if "date" in value:
        return instants.day(_text(value, "date"))
    if "timestamp" in value:
        return instants.moment(_text(value, "timestamp"))
    if "interval" in value:
        return _interval(value["interval"])
    if "bbox" in value and "type" not in value:
        return shapes.box_of(_numbers(value["bbox"]))
    if "type" in value:
        return shapes.shape_of_geojson(orjson.dumps(value).decode())
    raise BadExpression(f"neither an operator, a property nor a value: {_shown(value)}")


def _call(value: dict[str, Any], depth: int) -> Node:
    op, given = _text(value, "op"), value.get("args")
    if not isinstance(given, list):
        raise BadExpression(f"operator {op!r} needs a list of args; given: {_shown(given)}")
    if op == "in" and len(given) == 2:
        if not isinstance(given[1], list):
            raise BadExpression(f"'in' needs a value and a list; given: {_shown(given[1])}")
        given = [given[0], *given[1]]
    return Call(op, tuple(_node(one, depth + 1) for one in given))


def _interval(ends: Any) -> Interval:
    if not isinstance(ends, list) or len(ends) != 2:
        raise BadExpression(f"an interval has two ends; given: {_shown(ends)}")
    start, end = (_end(one) for one in ends)
    return Interval(start, end)


def _end(value: Any) -> Instant | Property | None:
    if value == _OPEN_END:
        return None
    if isinstance(value, str):
        return instants.instant(value)
    node = _node(value, 1) if isinstance(value, dict) else None
    if isinstance(node, Instant | Property):
        return node
    raise BadExpression(
        f"an end of an interval is a date, a time, '..' or a property; given: {_shown(value)}"
    )


def _text(value: dict[str, Any], key: str) -> str:
    if not isinstance(value[key], str):
        raise BadExpression(f"{key!r} must be a text; given: {_shown(value[key])}")
    return str(value[key])


def _numbers(value: Any) -> list[float]:
    is_numbers = isinstance(value, list) and all(
        isinstance(one, int | float) and not isinstance(one, bool) for one in value
    )
    if not is_numbers:
        raise BadExpression(f"bbox takes 4 or 6 numbers; given: {_shown(value)}")
    return [float(one) for one in value]


def _shown(value: Any) -> str:
    return orjson.dumps(value).decode()[:80]
