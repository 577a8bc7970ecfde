"""`serve.sqlite`: the serving index of a version, made from its data file and record."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pyarrow.parquet as pq

from catalog.errors import StoreError
from catalog.records import Record
from catalog.serving import BLOCK, indexes, tables
from catalog.store.files import sha256_of
from layers.publish.features import EncodedRows
from layers.publish.finished import finished_file

BATCH_ROWS = 16_384
_ONE_SHOT = """
PRAGMA page_size = 16384;
PRAGMA journal_mode = off;
PRAGMA synchronous = off;
PRAGMA locking_mode = exclusive;
PRAGMA cache_size = -65536;
PRAGMA temp_store = file;
PRAGMA threads = 2;
"""
# no error can leave a half-written index behind: it is written under a temporary name
_FILL_BLOCKS = f"""
INSERT INTO blocks
SELECT min(fid), max(fid), count(west), min(west), min(south), max(east), max(north)
  FROM features GROUP BY (fid - 1) / {BLOCK} HAVING count(west) > 0
"""  # noqa: S608 - a constant


def build_serving_index(
    data: Path, record: Record, out: Path, *, progress: Callable[[int], None] = lambda rows: None
) -> None:
    """Write the serving index of a data file, in the layout of `catalog.serving`.

    Args:
        data: the version's `data.parquet`.
        record: the version's record; its columns and key are used.
        out: the file to write; an old one stays until the new one is finished.
        progress: told of the rows done so far.

    Raises:
        StoreError: the disk is full or read-only, or SQLite cannot write.

    """
    with finished_file(out) as temporary:
        try:
            with closing(sqlite3.connect(temporary, isolation_level=None)) as database:
                database.executescript(_ONE_SHOT + tables(record.columns))
                database.execute("BEGIN")
                rows = _insert_rows(database, data, record, progress)
                _describe(database, data, record, rows)
                database.execute(_FILL_BLOCKS)
                database.execute("COMMIT")
                database.executescript(indexes(record.columns))
                database.executescript("PRAGMA analysis_limit = 1000; ANALYZE;")
        except sqlite3.Error as error:
            raise StoreError(f"could not write {out}: {error}") from error


def _insert_rows(
    database: sqlite3.Connection, data: Path, record: Record, progress: Callable[[int], None]
) -> int:
    places = ", ".join("?" for _ in range(6 + len(record.columns)))
    insert_feature = f"INSERT INTO features VALUES ({places})"  # noqa: S608 - question marks only
    done = 0
    with pq.ParquetFile(data, pre_buffer=False) as file:
        for batch in file.iter_batches(BATCH_ROWS):
            rows = EncodedRows(batch, record.columns, record.key)
            numbers = range(done + 1, done + batch.num_rows + 1)
            database.executemany(
                insert_feature, ((fid, *row) for fid, row in zip(numbers, rows.features(), strict=True))
            )
            database.executemany(
                "INSERT INTO texts VALUES (?, ?, ?)",
                ((fid, *text) for fid, text in zip(numbers, rows.texts(), strict=True)),
            )
            done += batch.num_rows
            progress(done)
    return done


def _describe(database: sqlite3.Connection, data: Path, record: Record, rows: int) -> None:
    facts = {
        "layer": record.id,
        "version": str(record.version),
        "rows": str(rows),
        "data_sha256": sha256_of(data),
    }
    database.executemany("INSERT INTO meta VALUES (?, ?)", facts.items())
