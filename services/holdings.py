"""What may be shown: the public layers of the store, and no other.

Every face of the services (collections, pages, downloads) reads the store through here, so that one place
keeps restricted layers and withdrawn versions out.
"""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from pydantic import ValidationError

from catalog.errors import StoreError, UnknownLayer, UnknownVersion
from catalog.records import Record
from catalog.store import HistoryEntry, Store, Version

LOGGER = logging.getLogger(__name__)


@dataclass(frozen=True)
class Holdings:
    """The public layers at one moment: their current versions by id, and how many could not be read."""

    layers: dict[str, Version]
    unreadable: int = 0

    def current(self, layer: str) -> Version:
        """The current version of a public layer.

        Raises:
            UnknownLayer: no public layer has that name; only public ones are suggested.

        """
        if layer not in self.layers:
            raise UnknownLayer(layer, list(self.layers))
        return self.layers[layer]

    def records(self) -> Iterator[Record]:
        """The records of all public layers, by title."""
        return iter(sorted((version.record for version in self.layers.values()), key=lambda r: r.title))


def read_holdings(store: Store) -> Holdings:
    """The public layers of a store; a layer whose record cannot be read is left out and counted."""
    layers: dict[str, Version] = {}
    unreadable = 0
    for layer in store.layers():
        try:
            version = stored_version(store.root, layer, store.current(layer).number)
            if version.record.access == "public":
                layers[layer] = version
        except (StoreError, OSError, ValidationError):
            LOGGER.exception("a layer of the store cannot be read and is not served")
            unreadable += 1
    return Holdings(layers, unreadable)


def public_version(store: Store, holdings: Holdings, layer: str, number: int) -> Version:
    """One version of a public layer.

    Raises:
        UnknownLayer: no public layer has that name.
        UnknownVersion: there is no such version, it was withdrawn, or it was not public.

    """
    current = holdings.current(layer)
    if number == current.number:
        return current
    served = [known for known in standing(store.history(layer)) if _is_public(store, layer, known)]
    if number not in served:
        known = ", ".join(str(version) for version in served)
        raise UnknownVersion(f"layer {layer!r} has no version {number}; versions: {known}")
    return store.version(layer, number)


def standing(history: Sequence[HistoryEntry]) -> tuple[int, ...]:
    """The versions that stand: a rollback withdraws all versions after the one it goes back to."""
    versions: set[int] = set()
    for entry in history:
        if entry.event == "rolled back":
            versions = {version for version in versions if version <= entry.version}
        versions.add(entry.version)
    return tuple(sorted(versions))


@lru_cache(maxsize=1024)
def stored_version(root: Path, layer: str, number: int) -> Version:
    """A version by its place; versions never change, so that their records are read once."""
    return Store(root).version(layer, number)


def _is_public(store: Store, layer: str, number: int) -> bool:
    return stored_version(store.root, layer, number).record.access == "public"
