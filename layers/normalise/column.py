"""One declared column of one batch, from the cells as found to the values as published."""

from collections.abc import Callable
from dataclasses import dataclass

import pyarrow as pa

from catalog.manifests import Column
from layers.errors import MissingValue
from layers.normalise.annotations import Annotated, complete_status, take_texts
from layers.normalise.booleans import read_booleans
from layers.normalise.cells import Cells, nulls
from layers.normalise.codes import check_codes, extracted, recode
from layers.normalise.dates import read_dates
from layers.normalise.ids import restore_ids
from layers.normalise.numbers import read_numbers
from layers.normalise.texts import read_text


@dataclass(frozen=True)
class Values:
    """The published values of a column, and their statuses where the column has them."""

    values: pa.Array
    status: pa.Array | None

    @property
    def arrays(self) -> tuple[pa.Array, ...]:
        """The published columns in order."""
        return (self.values,) if self.status is None else (self.values, self.status)


def read_column(array: pa.Array, column: Column, cells: Cells) -> Annotated:
    """The values in the published type, and the statuses found; what is not allowed is not looked at yet."""
    return _READERS[column.type](array, column, cells)


def finish_column(found: Annotated, column: Column, cells: Cells, *, key: bool) -> Values:
    """The values after the checks of the column, with the whole status column.

    Raises:
        MissingValue: a required column or the key has an empty cell (a declared annotation is not empty).

    """
    if column.type == "string":
        check_codes(found.values, column, cells)
    empty = nulls(found.values) & (nulls(found.status) | key)
    if column.required or key:
        what = "an empty cell in the key" if key else "an empty cell in a required column"
        cells.refuse(empty, MissingValue, what)
    if column.status_name is None:
        return Values(found.values, None)
    return Values(found.values, complete_status(found.values, found.status, cells))


def _read_strings(array: pa.Array, column: Column, cells: Cells) -> Annotated:
    found = take_texts(read_text(array, column, cells), column)
    values = recode(extracted(found.values, column, cells), column, cells)
    if column.id is not None:
        values = restore_ids(values, column.id, cells)
    return Annotated(values, found.status)


_READERS: dict[str, Callable[[pa.Array, Column, Cells], Annotated]] = {
    "string": _read_strings,
    "integer": read_numbers,
    "number": read_numbers,
    "boolean": read_booleans,
    "date": read_dates,
    "datetime": read_dates,
}
