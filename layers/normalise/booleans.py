"""Truth values out of cells: true and false, yes and no, y and n, t and f, 1 and 0, in any case."""

import pyarrow as pa
import pyarrow.compute as pc

from catalog.manifests import Column
from layers.errors import UnreadableValue
from layers.normalise.annotations import Annotated, take_texts
from layers.normalise.cells import Cells, mask, nulls
from layers.normalise.texts import read_text

TRUE = ("true", "yes", "y", "t", "1")
FALSE = ("false", "no", "n", "f", "0")


def read_booleans(array: pa.Array, column: Column, cells: Cells) -> Annotated:
    """Truth values of a column, with the statuses found.

    Raises:
        UnreadableValue: any other word or number.

    """
    taken = take_texts(read_text(array, column, cells), column)
    words = pc.utf8_lower(taken.values)
    true, false = (mask(pc.is_in(words, value_set=pa.array(known))) for known in (TRUE, FALSE))
    cells.refuse(
        ~true & ~false & ~nulls(words),
        UnreadableValue,
        "not a truth value",
        values=taken.values,
        hint=lambda shown: f"known are {', '.join((*TRUE, *FALSE))}",
    )
    return Annotated(pa.array(true, pa.bool_(), mask=~true & ~false), taken.status)
