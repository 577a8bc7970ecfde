"""What a request for features asks for, read once from its checked parameters."""

from dataclasses import dataclass

from catalog.periods import first_moment, last_moment
from catalog.records import Record
from services.errors import BadParameter
from services.ogc import crs
from services.ogc.conditions import Parameters, condition_of, window_of
from services.ogc.cql2 import BadExpression, Condition, instants
from services.ogc.cql2.tree import Call, Interval, Node, Property
from services.ogc.features.order import Order
from services.ogc.features.output import Form
from services.ogc.features.queryables import queryables
from services.ogc.features.selection import Selection
from services.ogc.features.values import literal
from services.ogc.parameters import RESERVED

_OPEN = frozenset({"", ".."})


@dataclass(frozen=True)
class Query:
    """Which features, in which order, and how they are given out."""

    selection: Selection
    order: Order
    form: Form


def read_query(record: Record, parameters: Parameters) -> Query:
    """The query that the parameters of a request are.

    Raises:
        BadParameter: one of them cannot be met; it says what is allowed.

    """
    properties = tuple(parameters["properties"].split(",")) if "properties" in parameters else ()
    target = parameters.get("crs", crs.CRS84)
    form = Form(properties, parameters.get("skipGeometry") == "true", None if target == crs.CRS84 else target)
    return Query(
        Selection(_condition(record, parameters), window_of(parameters)),
        _order(parameters.get("sortby")),
        form,
    )


def _order(text: str | None) -> Order:
    rules = text.split(",") if text else []
    return tuple((rule.lstrip("+-"), rule.startswith("-")) for rule in rules)


def _condition(record: Record, parameters: Parameters) -> Condition | None:
    """What the parameters filter and datetime and those of single columns demand."""
    columns = {column.name: column for column in record.columns if column.name not in RESERVED}
    trees: list[Node] = [
        Call("=", (Property(name), literal(name, columns[name].type, text)))
        for name, text in parameters.items()
        if name in columns
    ]
    if "datetime" in parameters:
        trees += _at_time(record, parameters["datetime"])
    return condition_of(parameters, queryables(record), trees)


def _at_time(record: Record, text: str) -> list[Node]:
    """That a feature's time, or else the period of the whole layer, meets a moment or interval."""
    begin, *rest = text.split("/")
    try:
        start = None if begin in _OPEN else instants.instant(begin)
        end = start if not rest else None if rest[0] in _OPEN else instants.instant(rest[0])
    except BadExpression as error:
        raise BadParameter("datetime", str(error)) from error
    asked = Interval(start, end)
    if record.time is not None:
        return [Call("t_intersects", (Property(record.time), asked))]
    period = record.period
    first = instants.moment(first_moment(period.start).isoformat()) if period.start else None
    last = instants.moment(last_moment(period.end).isoformat()) if period.end else None
    return [Call("t_intersects", (Interval(first, last), asked))] if first or last else []
