"""The rows to keep, by the manifest's `where`."""

from collections.abc import Callable, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from catalog.manifests import Column, RowFilter
from layers.normalise.annotations import Annotated, complete_status
from layers.normalise.cells import Cells, Mask, Place, Rows, nulls
from layers.normalise.codes import matches
from layers.normalise.column import read_column
from layers.normalise.notes import Notes


def keep_rows(
    filters: Sequence[RowFilter],
    columns: dict[str, Column],
    cells_of: Callable[[Column], pa.Array],
    place: Place,
    rows: Rows,
    notes: Notes,
) -> Mask:
    """Where all filters hold, by the published values; rows that do not count as losses, one reason a filter.

    The columns are only tried here: a cell that would be refused in a row that is dropped anyway does no
    harm. One that cannot be read at all is kept, so that it is refused with its row and not dropped unseen.
    """
    keep = np.ones(len(rows), dtype=bool)
    for rule in filters:
        column = columns[rule.column]
        trial = Cells(place, column.name, rows, None)
        found = read_column(cells_of(column), column, trial)
        holds = matches(_text(found, column, rule, trial), rule.pattern) | (
            trial.faulty & nulls(found.values)
        )
        notes.lose(
            f"filtered: {rule.column} does not match `{rule.pattern}`", int(np.count_nonzero(keep & ~holds))
        )
        keep &= holds
    return keep


def _text(found: Annotated, column: Column, rule: RowFilter, trial: Cells) -> pa.Array:
    if rule.column == column.status_name:
        return complete_status(found.values, found.status, trial)
    return pc.cast(found.values, pa.string())
