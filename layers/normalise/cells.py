"""The cells of one column in one batch: where they are, how they are refused and noted."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from catalog.errors import DataError
from layers.normalise.notes import MOST_EXAMPLES, Notes

Mask = NDArray[np.bool_]
Rows = NDArray[np.int64]

LONGEST_SHOWN = 40


@dataclass(frozen=True)
class Place:
    """Which file of which layer is read, and whether messages may show what is in it."""

    layer: str
    file: str
    restricted: bool = False


@dataclass
class Cells:
    """One column of a batch: `rows` are the numbers of its rows in the file.

    Without notes the cells are only tried: what would be refused is marked in `faulty`, and nothing is noted.
    Rows that a filter is going to drop are tried so.
    """

    place: Place
    column: str | None
    rows: Rows
    notes: Notes | None
    faulty: Mask = field(init=False)

    def __post_init__(self) -> None:
        self.faulty = np.zeros(len(self.rows), dtype=bool)

    def refuse(
        self,
        bad: Mask,
        error: type[DataError],
        what: str,
        *,
        values: pa.Array | None = None,
        hint: Callable[[str | None], str] = lambda shown: "",
    ) -> None:
        """Raise the error when any cell is bad, with the rows and, where allowed, the first bad value.

        The hint is given that value (None where it is long, or the layer restricted) and says what to do.
        """
        if not bad.any():
            return
        self.faulty |= bad
        if self.notes is None:
            return
        shown = self._shown(bad, values)
        parts = [what if shown is None else f"{what}: {shown!r}", f"({row_numbers(self.rows[bad])})"]
        advice = hint(shown)
        raise error(
            " ".join(parts) + (f"; {advice}" if advice else ""),
            file=self.place.file,
            layer=self.place.layer,
            column=self.column,
            row=int(self.rows[bad][0]),
        )

    def note(
        self, step: str, message: str, done: Mask, *, examples: bool = True, largest: float | None = None
    ) -> None:
        """Note in how many rows a step did something, with the numbers of the first ones."""
        count = int(np.count_nonzero(done))
        if count and self.notes is not None:
            first = [f"row {row}" for row in self.rows[done][:MOST_EXAMPLES]] if examples else []
            self.notes.add(step, message, rows=count, column=self.column, examples=first, largest=largest)

    def _shown(self, bad: Mask, values: pa.Array | None) -> str | None:
        if values is None or self.place.restricted:
            return None
        text = str(values[int(np.flatnonzero(bad)[0])].as_py())
        return text if len(text) <= LONGEST_SHOWN else None


def mask(condition: pa.Array) -> Mask:
    """An Arrow condition as a mask; unknown is false."""
    result: Mask = pc.fill_null(condition, False).to_numpy(zero_copy_only=False)
    return result


def nulls(array: pa.Array) -> Mask:
    """Where an array has no value."""
    result: Mask = array.is_null().to_numpy(zero_copy_only=False)
    return result


def blanked(array: pa.Array, where: Mask) -> pa.Array:
    """The array with null where the mask holds."""
    if not where.any():
        return array
    return pc.if_else(pa.array(where), pa.scalar(None, array.type), array)


def row_numbers(rows: Rows) -> str:
    """A phrase with the first few row numbers and how many there are."""
    if len(rows) == 1:
        return f"row {rows[0]}"
    first = ", ".join(str(row) for row in rows[:MOST_EXAMPLES])
    more = f" and {len(rows) - MOST_EXAMPLES} more nearby" if len(rows) > MOST_EXAMPLES else ""
    return f"rows {first}{more}"
