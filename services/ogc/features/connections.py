"""Connections to serving indexes: one for each thread and file, kept open.

A serving index never changes, so that SQLite needs neither locks nor checks for changes (`immutable=1`).
"""

import sqlite3
import threading
from collections import OrderedDict
from pathlib import Path

MOST_PER_THREAD = 64
_PRAGMAS = "PRAGMA query_only = ON; PRAGMA mmap_size = 1073741824; PRAGMA cache_size = -16384;"


class _OfThread(threading.local):
    def __init__(self) -> None:
        self.connections: OrderedDict[Path, sqlite3.Connection] = OrderedDict()


_OF_THREAD = _OfThread()


def connection(index: Path) -> sqlite3.Connection:
    """The thread's connection to a serving index; of too many, the one unused for longest is closed."""
    known = _OF_THREAD.connections
    if index in known:
        known.move_to_end(index)
        return known[index]
    opened = sqlite3.connect(f"{index.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
    opened.executescript(_PRAGMAS)
    known[index] = opened
    if len(known) > MOST_PER_THREAD:
        known.popitem(last=False)[1].close()
    return opened
