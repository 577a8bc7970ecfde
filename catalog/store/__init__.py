"""The store: immutable versions of layers, named by a pointer that is swapped in one step."""

from catalog.store.drafts import Draft
from catalog.store.layout import SERVING_INDEX, TILES
from catalog.store.objects import StoredObject
from catalog.store.store import Store
from catalog.store.verification import Fault
from catalog.store.versions import HistoryEntry, Version, VersionManifest

__all__ = [
    "SERVING_INDEX",
    "TILES",
    "Draft",
    "Fault",
    "HistoryEntry",
    "Store",
    "StoredObject",
    "Version",
    "VersionManifest",
]
