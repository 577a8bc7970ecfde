"""The search index: made in memory, or read from its file, which is made anew and replaced in one step."""

import sqlite3
import tempfile
import threading
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from catalog.errors import StoreError
from catalog.index.query import Query, statement
from catalog.index.tables import fill
from catalog.records import Record
from catalog.store import Store


@dataclass(frozen=True)
class Found:
    """How many records fit, and the ids of those on the page."""

    matched: int
    ids: tuple[str, ...]


class Index:
    """A search index that is open; several threads may ask it."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        self._lock = threading.Lock()

    def __del__(self) -> None:
        self.close()

    @classmethod
    def over(cls, records: Iterable[Record]) -> "Index":
        """An index in memory over some records."""
        database = sqlite3.connect(":memory:", check_same_thread=False)
        fill(database, records)
        return cls(database)

    @classmethod
    def of(cls, path: Path) -> "Index":
        """The index in a file.

        Raises:
            StoreError: there is none yet.

        """
        if not path.is_file():
            raise StoreError(f"there is no search index at {path}; make it with `townline reindex`")
        uri = f"{path.resolve().as_uri()}?mode=ro"
        return cls(sqlite3.connect(uri, uri=True, check_same_thread=False))

    def find(self, query: Query, limit: int, offset: int = 0) -> Found:
        """The records that fit a query: exactly counted, one page of them in order."""
        source, order, values = statement(query)
        with self._lock:
            matched = self._database.execute(f"SELECT count(*) FROM {source}", values).fetchone()[0]  # noqa: S608 (only names of our own; values are bound)
            sql = f"SELECT records.id FROM {source} ORDER BY {order} LIMIT :limit OFFSET :offset"  # noqa: S608 - as above
            rows = self._database.execute(sql, values | {"limit": limit, "offset": offset}).fetchall()
        return Found(matched, tuple(row[0] for row in rows))

    def records(self, query: Query) -> list[Record]:
        """All records that fit a query, in order."""
        source, order, values = statement(query)
        with self._lock:
            rows = self._database.execute(f"SELECT record FROM {source} ORDER BY {order}", values).fetchall()  # noqa: S608 - as above
        return [Record.model_validate_json(row[0]) for row in rows]

    def close(self) -> None:
        """Close the database."""
        self._database.close()


def rebuild(store: Store) -> int:
    """The number of records in the index file made anew from the store's records."""
    records = [store.current(layer).record for layer in store.layers()]
    target = store.catalog_index
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".unfinished-", dir=target.parent) as folder:
        made = Path(folder) / target.name
        with closing(sqlite3.connect(made)) as database:
            database.execute("PRAGMA journal_mode = OFF")
            count = fill(database, records)
        made.replace(target)
    return count


def search(path: Path, query: Query) -> list[Record]:
    """The records of an index file that fit a query: best match first for a text, else by id.

    Raises:
        StoreError: there is no index yet.

    """
    with closing(Index.of(path)) as index:
        return index.records(query)
