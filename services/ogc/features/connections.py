"""Connections to serving indexes: one for each thread and file, kept open.

A serving index never changes, so that SQLite needs neither locks nor checks for changes (`immutable=1`).
"""

import sqlite3
import threading
import time
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from math import inf
from pathlib import Path

from services.errors import TooMuch
from services.ogc.cql2 import functions

MOST_PER_THREAD = 64
VERSIONS_KEPT = 2  # of one layer: the current one, and the one that pages under way hold on to
_PRAGMAS = "PRAGMA query_only = ON; PRAGMA mmap_size = 1073741824; PRAGMA cache_size = -16384;"
_STEPS_BETWEEN_LOOKS = 200_000  # of SQLite's machine: some milliseconds


class _OfThread(threading.local):
    def __init__(self) -> None:
        self.connections: OrderedDict[Path, sqlite3.Connection] = OrderedDict()
        self.deadline = inf


_OF_THREAD = _OfThread()


def connection(index: Path) -> sqlite3.Connection:
    """The thread's connection to a serving index; of too many, the one unused for longest is closed."""
    known = _OF_THREAD.connections
    if index in known:
        known.move_to_end(index)
        return known[index]
    opened = sqlite3.connect(f"{index.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
    opened.executescript(_PRAGMAS)
    opened.set_progress_handler(lambda: time.monotonic() > _OF_THREAD.deadline, _STEPS_BETWEEN_LOOKS)
    functions.register(opened)
    known[index] = opened
    for path in _superfluous(known, index):
        known.pop(path).close()
    return opened


def _superfluous(known: OrderedDict[Path, sqlite3.Connection], newest: Path) -> list[Path]:
    """The indexes to close: too many versions of the newest one's layer, or too many at all; unused longest first."""
    layer = newest.parent.parent
    versions = [path for path in known if path.parent.parent == layer]
    return versions[:-VERSIONS_KEPT] or list(known)[: max(0, len(known) - MOST_PER_THREAD)]


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Let the thread's statements run no longer than this.

    Raises:
        TooMuch: they did.

    """
    _OF_THREAD.deadline = time.monotonic() + seconds
    try:
        yield
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode == sqlite3.SQLITE_INTERRUPT:
            raise TooMuch(
                f"the query takes longer than {seconds:g} seconds: narrow it with bbox or filter,"
                " or take the whole file"
            ) from error
        raise
    finally:
        _OF_THREAD.deadline = inf
