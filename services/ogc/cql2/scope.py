"""What an expression may speak of, and what its condition gathers."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from math import isfinite

from catalog.errors import nearest
from services.ogc.cql2.condition import SpatialTest, SqlValue
from services.ogc.cql2.errors import BadExpression
from services.ogc.cql2.tree import Property

_LARGEST = 2**63 - 1


class Kind(Enum):
    """What a part of an expression is; the value is how messages call it."""

    TEXT = "a text"
    NUMBER = "a number"
    BOOLEAN = "true or false"
    DATE = "a date"
    TIMESTAMP = "a date and time"
    GEOMETRY = "a geometry"


KINDS = {
    "string": Kind.TEXT,
    "integer": Kind.NUMBER,
    "number": Kind.NUMBER,
    "boolean": Kind.BOOLEAN,
    "date": Kind.DATE,
    "datetime": Kind.TIMESTAMP,
}


@dataclass(frozen=True)
class Queryable:
    """A property that can be asked for: its name, what it is, and the SQL that gives it.

    The SQL of a geometry gives null where there is none and anything else where there is one.
    """

    name: str
    kind: Kind
    sql: str


@dataclass(frozen=True)
class Term:
    """A part of an expression in SQL, and what it is."""

    sql: str
    kind: Kind


class Scope:
    """The queryables and the filter's coordinate reference system; the values and tests found so far."""

    def __init__(self, queryables: Iterable[Queryable], crs_uri: str) -> None:
        self.crs_uri = crs_uri
        self.values: dict[str, SqlValue] = {}
        self.tests: dict[str, SpatialTest] = {}
        self._queryables = {queryable.name: queryable for queryable in queryables}

    def look_up(self, node: Property) -> Queryable:
        """The queryable of a name.

        Raises:
            BadExpression: there is none; the nearest are named.

        """
        found = self._queryables.get(node.name)
        if found is None:
            raise BadExpression(
                f"there is no property {node.name!r}; {nearest(node.name, list(self._queryables))}"
            )
        return found

    def bind(self, value: SqlValue) -> str:
        """The name, in SQL, of a value.

        Raises:
            BadExpression: a number is not finite.

        """
        if isinstance(value, float) and not isfinite(value):
            raise BadExpression("numbers must be finite")
        name = f"v{len(self.values)}"
        self.values[name] = float(value) if isinstance(value, int) and abs(value) > _LARGEST else value
        return f":{name}"

    def test(self, test: SpatialTest) -> str:
        """The place, in SQL, of a spatial test's answer."""
        name = f"t{len(self.tests)}"
        self.tests[name] = test
        return f"{{{name}}}"
