"""A file opened for reading: what is in it and its rows in batches."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pyarrow as pa

from catalog.manifests.sources import Format


@dataclass(frozen=True)
class OpenedPart:
    """One opened file of a layer.

    CSV and spreadsheet cells are texts exactly as written, empty ones ""; typed formats are typed. Headers are as in
    the file. `first_row` is the number, as a person sees it in the file, of the first record.
    """

    name: str
    format: Format
    schema: pa.Schema
    geometry: str | None
    crs: str | None
    first_row: int
    batches: Callable[[], Iterator[pa.RecordBatch]]
