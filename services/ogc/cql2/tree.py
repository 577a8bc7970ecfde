"""The parsed expression. Both encodings become this tree, whose operators are named as in the JSON encoding."""

from collections.abc import Iterator
from dataclasses import dataclass

from shapely.geometry.base import BaseGeometry

from services.ogc.cql2.errors import BadExpression

DEEPEST = 64
MOST_NODES = 4_000
LONGEST = 65_536


@dataclass(frozen=True)
class Literal:
    """A text, number or truth value."""

    value: str | int | float | bool


@dataclass(frozen=True)
class Property:
    """A property by its name."""

    name: str


@dataclass(frozen=True)
class Instant:
    """A day (`2024-07-01`) or a moment in UTC (in the form of the serving index)."""

    text: str
    is_date: bool


@dataclass(frozen=True)
class Interval:
    """From an instant to another, both included; None leaves an end open."""

    start: "Instant | Property | None"
    end: "Instant | Property | None"


@dataclass(frozen=True)
class Shape:
    """A geometry, in the axis order of the filter's coordinate reference system."""

    geometry: BaseGeometry


@dataclass(frozen=True)
class Box:
    """A box of 4 or 6 numbers, in the axis order of the filter's coordinate reference system."""

    corners: tuple[float, ...]


@dataclass(frozen=True)
class Call:
    """An operator or function with its arguments; those of `in` are the value and then the list."""

    op: str
    args: "tuple[Node, ...]"


Node = Literal | Property | Instant | Interval | Shape | Box | Call


def nodes(tree: Node) -> Iterator[Node]:
    """Every node of a tree."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        if isinstance(node, Call):
            waiting.extend(node.args)


def within_limits(tree: Node) -> Node:
    """The tree itself.

    Raises:
        BadExpression: it has too many parts.

    """
    number = sum(1 for _ in nodes(tree))
    if number > MOST_NODES:
        raise BadExpression(f"the expression has {number} parts; allowed are {MOST_NODES}")
    return tree


def check_length(text: str) -> None:
    """Refuse an expression that is too long.

    Raises:
        BadExpression: it is.

    """
    if len(text) > LONGEST:
        raise BadExpression(f"the expression has {len(text)} characters; allowed are {LONGEST}")


def check_depth(depth: int) -> None:
    """Refuse an expression that is nested too deeply.

    Raises:
        BadExpression: it is.

    """
    if depth > DEEPEST:
        raise BadExpression(f"the expression is nested more than {DEEPEST} levels deep")
