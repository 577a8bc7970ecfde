"""Columns as the tags of vector tiles: every distinct value once, and numbers that point to it."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from layers.publish.keys import as_text
from layers.publish.tiles.encoding import field, packed, value

_ABSENT = -1


@dataclass(frozen=True)
class Attributes:
    """Columns of some rows: names, encoded distinct values, and for each row and column which one it has."""

    names: tuple[str, ...]
    values: list[bytes]
    codes: NDArray[np.int64]

    def layer_part(self, rows: NDArray[np.int64]) -> tuple[list[bytes], bytes]:
        """The tags of each row, and the fields of the layer that these point to: its keys and values."""
        codes = self.codes[rows]
        present = codes != _ABSENT
        used, local = np.unique(codes[present], return_inverse=True)
        tags = np.empty((len(local), 2), np.uint32)
        tags[:, 0] = np.nonzero(present)[1]
        tags[:, 1] = local
        keys = b"".join(field(0x1A, name.encode()) for name in self.names)
        values = b"".join(field(0x22, self.values[number]) for number in used.tolist())
        return packed(tags.ravel(), 2 * present.sum(axis=1)), keys + values


def attributes(columns: pa.Table) -> Attributes:
    """The attributes of rows; null and NaN become absent tags, dates and times texts of ISO 8601."""
    numbers: dict[bytes, int] = {}
    codes = np.full((columns.num_rows, columns.num_columns), _ABSENT, np.int64)
    for place, column in enumerate(columns.itercolumns()):
        merged = column.combine_chunks()
        texts = as_text(merged) if pa.types.is_temporal(merged.type) else merged
        distinct = texts.dictionary_encode()
        number_of = np.array(
            [_number(found, numbers) for found in distinct.dictionary.to_pylist()] + [_ABSENT], np.int64
        )
        indices = distinct.indices.fill_null(len(distinct.dictionary)).to_numpy(zero_copy_only=False)
        codes[:, place] = number_of[indices]
    return Attributes(tuple(columns.column_names), list(numbers), codes)


def _number(found: str | bool | int | float | None, numbers: dict[bytes, int]) -> int:
    if found is None or found != found:
        return _ABSENT
    return numbers.setdefault(value(found), len(numbers))
