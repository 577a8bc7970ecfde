"""Sorting more rows than fit into memory: sorted runs on disk, then one merge."""

from collections.abc import Iterator, Sequence
from functools import reduce
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from catalog.store.files import disk_errors

RUN_BYTES = 96 << 20
PIECE_BYTES = 2 << 20
POSITION = "position of arrival"
_WEIGHT = "bytes of the row"


class ExternalSort:
    """Rows in the order of their sort keys, with memory for one run and the keys.

    Rows are kept until they fill a run; a run is sorted and written to disk. The sort keys of all rows stay
    in memory, so the final order is known before the merge, and every run is read once from front to back.
    """

    def __init__(self, folder: Path, order: Sequence[str], run_bytes: int = RUN_BYTES) -> None:
        """An empty sort.

        Args:
            folder: where the runs are written.
            order: names of the sort keys, the first one first; all ascending, no two rows equal in all.
            run_bytes: size of a run.

        """
        self._folder, self._order, self._run_bytes = folder, order, run_bytes
        self._waiting: list[tuple[pa.RecordBatch, pa.Table]] = []
        self._runs: list[_Run] = []
        self._keys: list[pa.Table] = []
        self.rows = 0

    def add(self, batch: pa.RecordBatch, keys: pa.Table) -> None:
        """Take rows and, of the same length, their sort keys."""
        if not batch.num_rows:
            return
        positions = pa.array(np.arange(self.rows, self.rows + batch.num_rows))
        keys = keys.append_column(POSITION, positions).append_column(_WEIGHT, _weights(batch))
        self._waiting.append((batch, keys))
        self.rows += batch.num_rows
        if sum(waiting.nbytes for waiting, _ in self._waiting) >= self._run_bytes:
            self._write_run()

    def keys(self) -> pa.Table:
        """The sort keys of all rows and the position in which each arrived, in the order of the runs."""
        self._write_run()
        empty = pa.table({name: pa.array([], pa.int64()) for name in (*self._order, POSITION, _WEIGHT)})
        return pa.concat_tables(self._keys) if self._keys else empty

    def merged(self, rows: int, size: int) -> Iterator[pa.RecordBatch]:
        """All rows in order, in batches of at most so many rows and about so many bytes; can be read once."""
        keys = self.keys()
        order = self._sorted(keys)
        weights = keys[_WEIGHT].to_numpy()[order]
        run_of = np.repeat(np.arange(len(self._runs)), [run.rows for run in self._runs])
        next_row = np.cumsum([0, *(run.rows for run in self._runs)])[:-1]
        for start, end in _parts(weights, rows, size):
            wanted = order[start:end]
            counts = np.bincount(run_of[wanted], minlength=len(self._runs))
            taken = [
                batch for run, count in zip(self._runs, counts, strict=True) for batch in run.take(int(count))
            ]
            shift = np.cumsum(counts) - counts - next_row
            yield pa.concat_batches(taken).take(pa.array(wanted + shift[run_of[wanted]]))
            next_row += counts

    def _sorted(self, keys: pa.Table) -> NDArray[np.int64]:
        indices = pc.sort_indices(keys, sort_keys=[(name, "ascending") for name in self._order])
        order: NDArray[np.int64] = indices.to_numpy().astype(np.int64)
        return order

    def _write_run(self) -> None:
        if not self._waiting:
            return
        batches, keys = zip(*self._waiting, strict=True)
        self._waiting.clear()
        table = pa.concat_tables(keys).combine_chunks()
        order = self._sorted(table)
        rows = pa.concat_batches(batches)
        self._keys.append(table.take(order))
        self._runs.append(_Run(self._folder / f"run-{len(self._runs)}.arrows", rows, order))


class _Run:
    """Sorted rows on disk, read once from front to back."""

    def __init__(self, path: Path, rows: pa.RecordBatch, order: NDArray[np.int64]) -> None:
        self._path, self.rows = path, rows.num_rows
        self._batches: Iterator[pa.RecordBatch] | None = None
        self._rest: pa.RecordBatch | None = None
        piece = max(1, min(8192, PIECE_BYTES * rows.num_rows // max(1, rows.nbytes)))
        with disk_errors(path), pa.ipc.new_stream(pa.OSFile(str(path), "wb"), rows.schema) as stream:
            for start in range(0, len(order), piece):
                stream.write_batch(rows.take(pa.array(order[start : start + piece])))

    def take(self, count: int) -> Iterator[pa.RecordBatch]:
        """The next rows."""
        if self._batches is None:
            self._batches = iter(pa.ipc.open_stream(pa.OSFile(str(self._path))))
        while count:
            if not self._rest:
                self._rest = next(self._batches)
            yield self._rest.slice(0, count)
            given = min(count, self._rest.num_rows)
            self._rest, count = self._rest.slice(given), count - given


def _weights(batch: pa.RecordBatch) -> pa.Array:
    """The bytes of each row's texts and geometries: a property of the row, however the rows are batched."""
    lengths = [
        pc.fill_null(pc.binary_length(column), 0).cast(pa.int64())
        for column in batch.columns
        if pa.types.is_binary(column.type) or pa.types.is_string(column.type)
    ]
    return reduce(pc.add, lengths, pa.array(np.zeros(batch.num_rows, np.int64)))


def _parts(weights: NDArray[np.int64], rows: int, size: int) -> Iterator[tuple[int, int]]:
    """Consecutive ranges of at most so many rows and, unless one row alone is heavier, so much weight."""
    total = np.concatenate([[0], np.cumsum(weights)])
    start = 0
    while start < len(weights):
        fits = int(np.searchsorted(total, total[start] + size, side="right")) - 1
        end = min(start + rows, max(start + 1, fits), len(weights))
        yield start, end
        start = end
