"""Sources of layers: their bytes kept as received, unpacked safely, and opened as batches of one shape."""

from layers.sources.datasets import Dataset, find_dataset
from layers.sources.opened import BATCH_ROWS, OpenedPart
from layers.sources.opening import open_part
from layers.sources.settings import SourceSettings
from layers.sources.snapshots import Snapshot, local_files, snapshot
from layers.sources.systems import identified

__all__ = [
    "BATCH_ROWS",
    "Dataset",
    "OpenedPart",
    "Snapshot",
    "SourceSettings",
    "find_dataset",
    "identified",
    "local_files",
    "open_part",
    "snapshot",
]
