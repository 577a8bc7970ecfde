"""A value that follows the store: made anew when a layer's pointer has moved, swapped in one step."""

import logging
import threading
import time
from collections.abc import Callable

from catalog.store import Store

LOGGER = logging.getLogger(__name__)


class Live[T]:
    """What `make` gives for the store as it is now.

    Every `refresh` seconds at most, one request looks whether a pointer has moved and makes the value anew,
    while the others go on with the old one; requests under way keep the value that they began with. When
    making fails the old value stays and the fault is logged.
    """

    def __init__(self, store: Store, make: Callable[[], T], refresh: float) -> None:
        self._store, self._make, self._refresh = store, make, refresh
        self._busy = threading.Lock()
        self._stamp = store.stamp()
        self._value = make()
        self._looked = time.monotonic()

    def now(self) -> T:
        """The value for the newest state that this process has seen."""
        if time.monotonic() - self._looked >= self._refresh and self._busy.acquire(blocking=False):
            try:
                self._look()
            finally:
                self._busy.release()
        return self._value

    def _look(self) -> None:
        try:
            stamp = self._store.stamp()
            if stamp != self._stamp:
                self._value = self._make()
                self._stamp = stamp
        except Exception:
            LOGGER.exception("the catalog has changed but cannot be read; the state before is still served")
        self._looked = time.monotonic()
