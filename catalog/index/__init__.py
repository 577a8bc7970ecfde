"""The search index over all records: full text, place, time and facets, in one rebuildable SQLite file.

query   what is looked for, as SQL
tables  the tables, and a record as rows of them
search  the index, made in memory or read from its file, and the file made anew
"""

from catalog.index.query import SORTABLE, Query, match_expression
from catalog.index.search import Found, Index, rebuild, search

__all__ = ["SORTABLE", "Found", "Index", "Query", "match_expression", "rebuild", "search"]
