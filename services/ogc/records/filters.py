"""The records for which a condition on their properties holds: CQL2, and single values as parameters.

The properties are those that clients see. They are laid out anew for each request that filters: that takes some
milliseconds for hundreds of records, freshness is of the moment, and nothing is kept that could grow old.
"""

import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from typing import Any

import numpy as np
import shapely

from services.ogc.conditions import condition_of
from services.ogc.cql2 import KINDS, Condition, Kind, Queryable, SpatialTest, functions, instants
from services.ogc.cql2.tree import Call, Node, Property
from services.ogc.features.queryables import GEOMETRY
from services.ogc.features.values import literal
from services.ogc.records.resource import SINGLE
from services.ogc.records.schemas import PROPERTIES

Json = dict[str, Any]

_TYPES = {name: "datetime" if "format" in schema else schema["type"] for name, schema in PROPERTIES.items()}
_COLUMNS = ", ".join(f'"{name}"' for name in PROPERTIES)
_TABLE = f"CREATE TABLE records(number INTEGER PRIMARY KEY, {_COLUMNS})"
_ROW = f"INSERT INTO records VALUES ({', '.join('?' * (1 + len(PROPERTIES)))})"  # noqa: S608 - constants
_QUERYABLES = [
    Queryable(GEOMETRY, Kind.GEOMETRY, "number"),
    *(Queryable(name, KINDS[type_], f'"{name}"') for name, type_ in _TYPES.items()),
]


def condition(parameters: Mapping[str, str]) -> Condition | None:
    """What checked parameters demand of the properties of records; None when nothing.

    Raises:
        BadParameter: it cannot be met; it says what is allowed.

    """
    single: list[Node] = [
        Call("=", (Property(name), literal(name, _TYPES[name], text)))
        for name, text in parameters.items()
        if name in SINGLE
    ]
    return condition_of(parameters, _QUERYABLES, single)


def selected(records: Sequence[Json], wanted: Condition) -> tuple[str, ...]:
    """The ids of the records (GeoJSON features) for which a condition is true."""
    answers = {name: _passing(records, test) for name, test in wanted.tests}
    where = wanted.sql.format(**answers)
    with closing(sqlite3.connect(":memory:")) as database:
        functions.register(database)
        database.execute(_TABLE)
        database.executemany(_ROW, [(number, *_values(one)) for number, one in enumerate(records)])
        sql = f"SELECT number FROM records WHERE {where}"  # noqa: S608 - see cql2: every value is bound
        found = database.execute(sql, dict(wanted.values)).fetchall()
    return tuple(records[number]["id"] for (number,) in found)


def _values(record: Json) -> list[str | int | None]:
    """The values of a record's properties, moments in the form of instants."""
    given = record["properties"]
    return [
        instants.moment(given[name]).text if type_ == "datetime" and name in given else given.get(name)
        for name, type_ in _TYPES.items()
    ]


def _passing(records: Sequence[Json], test: SpatialTest) -> str:
    """The condition that a record's place passes a spatial test."""
    places = np.array([shapely.geometry.shape(one["geometry"]) for one in records], dtype=object)
    found = np.flatnonzero(getattr(shapely, test.relation)(places, test.other))
    return f"number IN ({', '.join(map(str, found.tolist()))})"
