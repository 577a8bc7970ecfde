"""Instants and intervals compared: the T_… functions of CQL2 (Allen's relations).

Everything is an interval with both ends included. An instant is an interval with equal ends; next to a date and
time, a date is its whole day in UTC. An open end is a text before or after every date.
"""

from dataclasses import dataclass

from services.ogc.cql2.errors import BadExpression
from services.ogc.cql2.scope import Kind, Scope
from services.ogc.cql2.tree import Instant, Interval, Node, Property

_BEFORE_ALL, _AFTER_ALL = "", "~"
_DAY_BEGINS, _DAY_ENDS = "T00:00:00.000000Z", "T23:59:59.999999Z"

_RELATIONS = {
    "t_after": "{a.start} > {b.end}",
    "t_before": "{a.end} < {b.start}",
    "t_contains": "{a.start} < {b.start} AND {a.end} > {b.end}",
    "t_disjoint": "({a.end} < {b.start} OR {a.start} > {b.end})",
    "t_during": "{a.start} > {b.start} AND {a.end} < {b.end}",
    "t_equals": "{a.start} = {b.start} AND {a.end} = {b.end}",
    "t_finishedby": "{a.start} < {b.start} AND {a.end} = {b.end}",
    "t_finishes": "{a.start} > {b.start} AND {a.end} = {b.end}",
    "t_intersects": "{a.start} <= {b.end} AND {a.end} >= {b.start}",
    "t_meets": "{a.end} = {b.start}",
    "t_metby": "{a.start} = {b.end}",
    "t_overlappedby": "{a.start} > {b.start} AND {a.start} < {b.end} AND {a.end} > {b.end}",
    "t_overlaps": "{a.start} < {b.start} AND {a.end} > {b.start} AND {a.end} < {b.end}",
    "t_startedby": "{a.start} = {b.start} AND {a.end} > {b.end}",
    "t_starts": "{a.start} = {b.start} AND {a.end} < {b.end}",
}
NAMES = frozenset(_RELATIONS)


@dataclass(frozen=True)
class _Span:
    """The two ends in SQL."""

    start: str
    end: str


def temporal_sql(op: str, args: tuple[Node, ...], scope: Scope) -> str:
    """The SQL of a temporal function.

    Raises:
        BadExpression: it has not two arguments that are dates, times or intervals.

    """
    if len(args) != 2:
        raise BadExpression(f"{op.upper()} takes two arguments; given: {len(args)}")
    kinds = {kind for node in args for kind in _kinds(op, node, scope)}
    mixed = len(kinds) > 1
    first, second = (_span(node, scope, mixed=mixed) for node in args)
    return f"({_RELATIONS[op].format(a=first, b=second)})"


def _kinds(op: str, node: Node, scope: Scope) -> set[Kind]:
    """Whether dates or times are compared; an open end is neither."""
    if isinstance(node, Interval):
        return {kind for end in (node.start, node.end) if end is not None for kind in _kinds(op, end, scope)}
    if isinstance(node, Instant):
        return {Kind.DATE if node.is_date else Kind.TIMESTAMP}
    if isinstance(node, Property):
        kind = scope.look_up(node).kind
        if kind in (Kind.DATE, Kind.TIMESTAMP):
            return {kind}
        raise BadExpression(f"{op.upper()} compares dates and times; {node.name!r} is {kind.value}")
    raise BadExpression(
        f"{op.upper()} takes DATE('…'), TIMESTAMP('…'), INTERVAL('…','…') or a property of dates"
    )


def _span(node: Node, scope: Scope, *, mixed: bool) -> _Span:
    if isinstance(node, Interval):
        start = scope.bind(_BEFORE_ALL) if node.start is None else _instant(node.start, scope, mixed).start
        end = scope.bind(_AFTER_ALL) if node.end is None else _instant(node.end, scope, mixed).end
        return _Span(start, end)
    return _instant(node, scope, mixed)


def _instant(node: Node, scope: Scope, mixed: bool) -> _Span:
    """An instant; next to a time, a date is the whole of its day."""
    if isinstance(node, Property):
        found = scope.look_up(node)
        sql, is_date = found.sql, found.kind is Kind.DATE
    elif isinstance(node, Instant):
        sql, is_date = scope.bind(node.text), node.is_date
    else:
        raise BadExpression("an end of an interval is a date, a time, '..' or a property")
    if not (is_date and mixed):
        return _Span(sql, sql)
    return _Span(f"({sql} || {scope.bind(_DAY_BEGINS)})", f"({sql} || {scope.bind(_DAY_ENDS)})")
