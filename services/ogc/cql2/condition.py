"""A condition: SQL with named values, and the spatial tests that are answered outside SQL.

Where a spatial test stands, the statement names it in braces; whoever runs it puts in its place how the
test's answer, a set of features, is asked for.
"""

from dataclasses import dataclass

from shapely.geometry.base import BaseGeometry

SqlValue = str | int | float


@dataclass(frozen=True)
class SpatialTest:
    """That a feature's geometry stands in a relation (a function of shapely) to a geometry in OGC:CRS84."""

    relation: str
    other: BaseGeometry


@dataclass(frozen=True)
class Condition:
    """A truth value in SQL, its values by name, and its spatial tests by the name in braces."""

    sql: str
    values: tuple[tuple[str, SqlValue], ...] = ()
    tests: tuple[tuple[str, SpatialTest], ...] = ()

    @property
    def lone_test(self) -> SpatialTest | None:
        """The spatial test that is the whole condition, when it is one."""
        return self.tests[0][1] if len(self.tests) == 1 and self.sql == f"{{{self.tests[0][0]}}}" else None
