"""CQL2, the filter language of OGC API Features part 3, from text or JSON to a condition in SQL.

tree        the parsed expression: what both encodings become
tokens      the words of the text encoding
text        the text encoding, read
json_form   the JSON encoding, read
shapes      geometry literals, brought to OGC:CRS84
instants    dates and times as the serving index holds them
scope       what an expression may speak of
compiler    the tree as parameterised SQL, every type checked
spatial     the S_… functions
temporal    the T_… functions
patterns    LIKE
condition   SQL with its values and with the spatial tests that are answered outside SQL
functions   what SQLite lacks

Nothing that a client writes ever becomes part of a statement: names are looked up among the queryables,
operators in tables of our own, values are bound.
"""

from services.ogc.cql2.compiler import compiled
from services.ogc.cql2.condition import Condition, SpatialTest
from services.ogc.cql2.errors import BadExpression
from services.ogc.cql2.json_form import parse_json
from services.ogc.cql2.scope import KINDS, Kind, Queryable
from services.ogc.cql2.text import parse_text

__all__ = [
    "KINDS",
    "BadExpression",
    "Condition",
    "Kind",
    "Queryable",
    "SpatialTest",
    "compiled",
    "parse_json",
    "parse_text",
]
