"""A file opened for reading: what is in it and its rows in batches."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import pyarrow as pa

from catalog.manifests.sources import Format
from layers.sources.errors import located

BATCH_ROWS = 16_384
"""Larger batches are no faster and take more memory: 1.5 GB against 0.9 for 1.2 million polygons."""


@dataclass(frozen=True)
class OpenedPart:
    """One opened file of a layer, its rows as found, in batches of at most 16,384.

    Cells of delimited and spreadsheet files are strings as written, empty cells are "". Other formats keep
    their types; strings and binaries are always of the plain Arrow types, never large, view or dictionary
    ones. Headers are as in the file.
    """

    name: str
    format: Format
    schema: pa.Schema
    geometry: str | None
    """Name of the column with well-known binary, None without geometry."""
    crs: str | None
    """EPSG:n or OGC:CRS84 where it can be identified, else well-known text; None: the file says nothing."""
    first_row: int
    """Number, in the file as a person sees it, of the first record."""
    batches: Callable[[], Iterator[pa.RecordBatch]]

    def named(self, name: str, layer: str) -> "OpenedPart":
        """The same part, whose errors name the file and the layer."""
        inner = self.batches

        def batches() -> Iterator[pa.RecordBatch]:
            with located(name, layer):
                yield from inner()

        return replace(self, name=name, batches=batches)
