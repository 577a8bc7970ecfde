"""The tables of the search index, and a record as rows of them."""

import sqlite3
from collections.abc import Iterable
from datetime import UTC, datetime

from catalog.external_ids import external_ids
from catalog.freshness import changed_at, late_after, undated_class
from catalog.periods import first_moment, last_moment
from catalog.records import Record

SCHEMA = """
CREATE TABLE records(
    rowid INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, title TEXT NOT NULL, kind TEXT NOT NULL,
    theme TEXT NOT NULL, agency TEXT NOT NULL COLLATE NOCASE, access TEXT NOT NULL, updated TEXT NOT NULL,
    changed TEXT NOT NULL, begins TEXT, ends TEXT, late_after TEXT, undated_class TEXT, record TEXT NOT NULL);
CREATE TABLE external_ids(record INTEGER NOT NULL, scheme TEXT, value TEXT NOT NULL);
CREATE VIRTUAL TABLE words USING fts5(
    title, keywords, description, columns, agency, tokenize = "porter unicode61 remove_diacritics 2");
CREATE VIRTUAL TABLE extents USING rtree(
    rowid, west, east, south, north, +exact_west REAL, +exact_east REAL, +exact_south REAL, +exact_north REAL);
"""
"""The R*Tree rounds outwards to 32 bits; the exact bounds beside it decide."""

WEIGHTS = "10.0, 5.0, 2.0, 1.0, 1.0"
"""How much a word counts in each column of `words`."""


def fill(database: sqlite3.Connection, records: Iterable[Record]) -> int:
    """The number of records put into an empty database, with its tables."""
    database.executescript(SCHEMA)
    count = 0
    for count, record in enumerate(records, start=1):
        _insert(database, count, record)
    database.commit()
    return count


def moment_text(moment: datetime) -> str:
    """A moment as the index holds it: UTC to the second, so that texts sort as times do."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _insert(database: sqlite3.Connection, number: int, record: Record) -> None:
    period, deadline = record.period, late_after(record)
    values = (
        number,
        record.id,
        record.title,
        record.kind,
        record.theme,
        record.agency,
        record.access,
        moment_text(record.published_at),
        moment_text(changed_at(record)),
        moment_text(first_moment(period.start)) if period.start else None,
        moment_text(last_moment(period.end)) if period.end else None,
        moment_text(deadline) if deadline else None,
        undated_class(record),
        record.model_dump_json(exclude_none=True),
    )
    database.execute("INSERT INTO records VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", values)
    database.execute("INSERT INTO words(rowid, title, keywords, description, columns, agency) "
                     "VALUES (?, ?, ?, ?, ?, ?)", (number, *_words(record)))  # fmt: skip
    database.executemany(
        "INSERT INTO external_ids VALUES (?, ?, ?)",
        [(number, found.scheme, found.value) for found in external_ids(record)],
    )
    if record.bounds:
        west, south, east, north = record.bounds
        box = (west, east, south, north)
        database.execute("INSERT INTO extents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", (number, *box, *box))


def _words(record: Record) -> tuple[str, ...]:
    title = " ".join(text for text in (record.title, record.title_es, record.id.replace("-", " ")) if text)
    columns = " ".join(f"{column.name} {column.title} {column.description}" for column in record.columns)
    return title, " ".join(record.keywords), record.description, columns, record.agency
