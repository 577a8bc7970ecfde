"""The one module that knows where things lie in the store.

objects/ab/cdef…                 bytes as received, named by their sha256
layers/<id>/v000007/             one immutable version
layers/<id>/.draft-v000008-…/    a version being written; an orphan when nobody holds the lock
layers/<id>/current.json         the pointer and the history
layers/<id>/checked.json         receipt of the last run that changed nothing
layers/<id>/quarantine/*.json    receipts of runs whose data were refused
layers/<id>/.lock                held by the one writer
catalog.sqlite                   search index over all records; rebuildable
"""

import re
from pathlib import Path

RECORD = "record.json"
RECEIPT = "receipt.json"
MANIFEST = "manifest.json"
REBUILDABLE = "rebuildable.json"
SERVING_INDEX = "serve.sqlite"
TILES = "tiles.pmtiles"
DATA = "data.parquet"
GRID = "data.tif"
DRAFT_PREFIX = ".draft-"
UNFINISHED_PREFIX = ".unfinished-"

_VERSION = re.compile(r"^v(\d{6})$")


def version_name(number: int) -> str:
    """The folder name of a version number."""
    return f"v{number:06d}"


def version_number(folder: Path) -> int | None:
    """The number of a version folder, or None when the folder is something else."""
    match = _VERSION.match(folder.name)
    return int(match[1]) if match else None


class Layout:
    """Paths below one store root."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.layers = root / "layers"
        self.objects = root / "objects"
        self.catalog_index = root / "catalog.sqlite"

    def layer(self, layer: str) -> Path:
        """The folder of a layer."""
        return self.layers / layer

    def pointer(self, layer: str) -> Path:
        """The pointer of a layer."""
        return self.layer(layer) / "current.json"

    def checked(self, layer: str) -> Path:
        """The receipt of the last run that changed nothing."""
        return self.layer(layer) / "checked.json"

    def quarantine(self, layer: str) -> Path:
        """The folder with receipts of refused runs."""
        return self.layer(layer) / "quarantine"

    def lock(self, layer: str) -> Path:
        """The lock file of a layer."""
        return self.layer(layer) / ".lock"

    def version(self, layer: str, number: int) -> Path:
        """The folder of a version."""
        return self.layer(layer) / version_name(number)

    def object(self, sha256: str) -> Path:
        """The file of an object."""
        return self.objects / sha256[:2] / sha256[2:]
