"""The search index over all records: full text, place, theme and agency, in one rebuildable SQLite file.

It is written whole and replaced in one step, so that readers never see a part of it.
"""

import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from catalog.errors import StoreError
from catalog.records import Bounds, Record
from catalog.store import Store

_SCHEMA = """
CREATE TABLE records(
    rowid INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, version INTEGER NOT NULL, kind TEXT NOT NULL,
    theme TEXT NOT NULL, agency TEXT NOT NULL, access TEXT NOT NULL, published_at TEXT NOT NULL,
    record TEXT NOT NULL);
CREATE INDEX by_theme ON records(theme);
CREATE INDEX by_agency ON records(agency);
CREATE VIRTUAL TABLE words USING fts5(
    title, keywords, description, columns, agency, tokenize = "unicode61 remove_diacritics 2");
CREATE VIRTUAL TABLE extents USING rtree(rowid, west, east, south, north);
"""
_WEIGHTS = "10.0, 5.0, 2.0, 1.0, 1.0"
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Query:
    """What is looked for; all that is given must hold."""

    text: str | None = None
    bounds: Bounds | None = None
    theme: str | None = None
    agency: str | None = None
    kind: str | None = None


def rebuild(store: Store) -> int:
    """The number of records in the index made anew from the store's records."""
    records = [store.current(layer).record for layer in store.layers()]
    target = store.catalog_index
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f".unfinished-{target.name}")
    temporary.unlink(missing_ok=True)
    with closing(sqlite3.connect(temporary)) as database:
        database.executescript("PRAGMA journal_mode = OFF;" + _SCHEMA)
        for number, record in enumerate(records, start=1):
            _insert(database, number, record)
        database.commit()
    temporary.replace(target)
    return len(records)


def search(path: Path, query: Query) -> list[Record]:
    """The records that fit a query: best match first for a text, else by title.

    Raises:
        StoreError: there is no index yet.

    """
    if not path.is_file():
        raise StoreError(f"there is no search index at {path}; make it with `townline reindex`")
    sql, values = _statement(query)
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as database:
        return [Record.model_validate_json(row[0]) for row in database.execute(sql, values)]


def match_expression(text: str) -> str | None:
    """A text as a full-text query.

    Commas mean or, words stand next to each other in that order, `*` at the end makes the last one a prefix.
    Any input is safe: only letters and digits are kept. None when nothing is left.
    """
    phrases = []
    for part in text.split(","):
        words = _WORD.findall(part)
        if words:
            prefix = "*" if part.rstrip().endswith("*") else ""
            phrases.append('"' + " ".join(words) + '"' + prefix)
    return " OR ".join(phrases) or None


def _insert(database: sqlite3.Connection, number: int, record: Record) -> None:
    columns = " ".join(f"{column.name} {column.title} {column.description}" for column in record.columns)
    stored = record.model_dump_json(exclude_none=True)
    values = (number, record.id, record.version, record.kind, record.theme, record.agency, record.access)
    database.execute(
        "INSERT INTO records VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (*values, record.published_at.isoformat(), stored),
    )
    title = " ".join(text for text in (record.title, record.title_es, record.id.replace("-", " ")) if text)
    words = (number, title, " ".join(record.keywords), record.description, columns, record.agency)
    database.execute(
        "INSERT INTO words(rowid, title, keywords, description, columns, agency) VALUES (?,?,?,?,?,?)", words
    )
    if record.bounds:
        west, south, east, north = record.bounds
        database.execute("INSERT INTO extents VALUES (?, ?, ?, ?, ?)", (number, west, east, south, north))


def _statement(query: Query) -> tuple[str, Sequence[object]]:
    tables, order = ["records"], "records.id"
    conditions: list[str] = []
    values: list[object] = []
    if query.text is not None:
        expression = match_expression(query.text)
        if expression is None:
            conditions.append("0")
        else:
            tables.append("words ON words.rowid = records.rowid")
            conditions.append("words MATCH ?")
            values.append(expression)
            order = f"bm25(words, {_WEIGHTS}), records.id"
    if query.bounds is not None:
        west, south, east, north = query.bounds
        tables.append("extents ON extents.rowid = records.rowid")
        conditions.append("west <= ? AND east >= ? AND south <= ? AND north >= ?")
        values += [east, west, north, south]
    for column, value in _equalities(query):
        conditions.append(f"records.{column} = ?")
        values.append(value)
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    return f"SELECT record FROM {' JOIN '.join(tables)}{where} ORDER BY {order}", values  # noqa: S608 (only names of our own; values are bound)


def _equalities(query: Query) -> Iterator[tuple[str, str]]:
    for column in ("theme", "agency", "kind"):
        value = getattr(query, column)
        if value is not None:
            yield column, value
