"""What the features of a collection can be asked for: their columns, and their geometry when they have one."""

from catalog.records import PublishedColumn, Record
from catalog.serving import sql_column
from services.ogc.cql2 import KINDS, Kind, Queryable

GEOMETRY = "geometry"


def queryables(record: Record) -> list[Queryable]:
    """The queryables of a layer or table."""
    columns = [Queryable(c.name, KINDS[c.type], f"f.{sql_column(c.name)}") for c in record.columns]
    geometry = [Queryable(GEOMETRY, Kind.GEOMETRY, "f.west")] if record.kind == "features" else []
    return geometry + columns


def sortables(record: Record) -> tuple[PublishedColumn, ...]:
    """The columns to sort by: those with a B-tree, so that sorting costs no more than reading."""
    return tuple(column for column in record.columns if column.filterable)
