"""Ids of digits brought to their declared shape, without a guess.

A spreadsheet takes all leading zeros of an id and leaves digits that begin with another one. So digits that
begin with 0 have lost nothing, and other digits may be of their own length or of a longer allowed one.
Where several allowed lengths are possible, the declared pattern decides; where it leaves several, the id is
refused.
"""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from catalog.manifests import IdShape
from layers.errors import AmbiguousId, MalformedId
from layers.normalise.cells import Cells, mask, nulls
from layers.normalise.codes import matches


def restore_ids(text: pa.Array, shape: IdShape, cells: Cells) -> pa.Array:
    """The ids with the leading zeros that they lost; `901301080.0` from a spreadsheet is 901301080.

    Raises:
        MalformedId: not of digits, of no allowed length, or against the pattern.
        AmbiguousId: several allowed lengths are possible.

    """
    digits = pc.replace_substring_regex(text, r"^([0-9]+)\.0+$", r"\1")
    cells.note("ids", "fractions .0 taken off ids", mask(pc.not_equal(digits, text)))
    present = ~nulls(text)
    numeric = mask(pc.match_substring_regex(digits, r"\A[0-9]+\z"))
    cells.refuse(
        present & ~numeric,
        MalformedId,
        "an id that is not of digits",
        values=text,
        hint=lambda shown: _why(shown, cells.column),
    )
    ids, ways = _candidates(digits, shape)
    lengths = " or ".join(str(length) for length in shape.digits)
    wanted = f"{lengths} digits" + (f" matching `{shape.pattern}`" if shape.pattern else "")
    cells.refuse(numeric & (ways == 0), MalformedId, f"an id that is not of {wanted}", values=text)
    cells.refuse(
        numeric & (ways > 1),
        AmbiguousId,
        f"an id that could have lost its zeros in several ways (of {wanted})",
        values=text,
        hint=lambda shown: "a narrower `pattern` in the column's `id` can settle it",
    )
    good = numeric & (ways == 1)
    ids = pc.if_else(pa.array(good), ids, text)
    cells.note("ids", "leading zeros restored", good & mask(pc.not_equal(ids, digits)))
    return ids


def _candidates(
    digits: pa.Array, shape: IdShape
) -> tuple[pa.Array, np.ndarray[tuple[int], np.dtype[np.int64]]]:
    """The first allowed form of each id, and how many there are."""
    length = pc.fill_null(pc.utf8_length(digits), 0).to_numpy(zero_copy_only=False)
    complete = mask(pc.starts_with(digits, "0"))
    ids = pa.nulls(len(digits), pa.string())
    ways = np.zeros(len(digits), dtype=np.int64)
    for allowed in sorted(set(shape.digits)):
        possible = (length == allowed) | ((length < allowed) & ~complete)
        form = pc.utf8_lpad(digits, allowed, "0")
        if shape.pattern:
            possible &= matches(form, shape.pattern)
        ids = pc.if_else(pa.array(possible & (ways == 0)), form, ids)
        ways += possible
    return ids, ways


def _why(shown: str | None, column: str | None) -> str:
    if shown is not None and ("e" in shown.lower() and "+" in shown):
        return "a spreadsheet wrote it with an exponent and dropped digits: export the column as text"
    return (
        "if the row is a total or a note and no record, leave it out: "
        f"`where: [{{column: {column}, pattern: '[0-9]+'}}]`"
    )
