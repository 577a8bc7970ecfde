"""The rows of a data file that lie near a tile, read a few row groups at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import shapely
from numpy.typing import NDArray

from layers.publish.geoparquet import BBOX, GEOMETRY
from layers.publish.tiles.attributes import Attributes, attributes
from layers.publish.tiles.projection import projected, projected_envelopes

_ROW_GROUPS_KEPT = 8
_BATCH = 65_536


@dataclass(frozen=True)
class Near:
    """The rows near a tile: their geometries in the unit square, numbers (from 1) and attributes."""

    shapes: NDArray[np.object_]
    numbers: NDArray[np.int64]
    attributes: Attributes


class Source:
    """A data file whose rows are asked for by place.

    Rows without a geometry are left aside. Memory: an envelope for every row, some row groups.
    """

    def __init__(self, file: pq.ParquetFile, columns: Sequence[str]) -> None:
        self._file, self._columns = file, list(columns)
        sizes = [file.metadata.row_group(group).num_rows for group in range(file.num_row_groups)]
        self._starts = np.concatenate([[0], np.cumsum(sizes)])
        self._rows, self.envelopes, self.weights = self._measured()
        self._group = lru_cache(_ROW_GROUPS_KEPT)(self._read_group)
        self.near = lru_cache(1)(self._near)

    @classmethod
    def opened(cls, path: Path, columns: Sequence[str]) -> Self:
        """The source of a data file."""
        return cls(pq.ParquetFile(path, pre_buffer=False), columns)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def _near(self, window: tuple[float, float, float, float]) -> Near:
        """The rows whose envelope touches a window: west, north, east, south in the unit square."""
        west, north, east, south = window
        found = self._rows[
            (self.envelopes[:, 0] <= east)
            & (self.envelopes[:, 2] >= west)
            & (self.envelopes[:, 1] <= south)
            & (self.envelopes[:, 3] >= north)
        ]
        group_of = np.searchsorted(self._starts, found, side="right") - 1
        tables = [
            self._group(int(group)).take(found[group_of == group] - self._starts[group])
            for group in np.unique(group_of)
        ]
        table = pa.concat_tables(tables) if tables else self._file.schema_arrow.empty_table()
        shapes = shapely.from_wkb(table.column(GEOMETRY).to_numpy())
        return Near(shapely.transform(shapes, projected), found + 1, attributes(table.select(self._columns)))

    def _measured(self) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.int64]]:
        """Row, envelope in the unit square and bytes of every geometry that is not null or empty."""
        boxes, weights = [np.empty((0, 4))], [np.empty(0, np.int64)]
        for batch in self._file.iter_batches(_BATCH, columns=[BBOX, GEOMETRY]):
            corners = batch.column(BBOX).flatten()
            boxes.append(np.column_stack([corner.to_numpy(zero_copy_only=False) for corner in corners]))
            weights.append(pc.fill_null(pc.binary_length(batch.column(GEOMETRY)), 0).to_numpy())
        envelopes, sizes = np.concatenate(boxes), np.concatenate(weights)
        rows = np.flatnonzero(~np.isnan(envelopes[:, 0]))
        return rows, projected_envelopes(envelopes[rows]), sizes[rows]

    def _read_group(self, group: int) -> pa.Table:
        return self._file.read_row_group(group, columns=[*self._columns, GEOMETRY])
