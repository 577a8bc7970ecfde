"""Cells as clean text: blanks trimmed, nothing is null."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from catalog.manifests import Column
from layers.errors import UnreadableValue
from layers.normalise.cells import Cells, blanked, mask, nulls

BLANKS = (
    " \t\r\n\v\f\u00a0\u202f\u205f\u3000"
    "\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2060\ufeff"
)
_INNER_BLANKS = "[\u00a0\u2000-\u200a\u202f\u205f\u3000]"
_EXCEL_TEXT = r'^="(.*)"$'
EXACT_FLOATS = 2.0**53


def is_text(array: pa.Array) -> bool:
    """Whether the array holds texts, in whichever of Arrow's layouts."""
    kind = array.type.value_type if pa.types.is_dictionary(array.type) else array.type
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def read_text(array: pa.Array, column: Column, cells: Cells) -> pa.Array:
    """The cells of a column as clean texts, whatever their type."""
    if is_text(array):
        return clean_text(array, cells, excel_text="excel_text" in column.notation)
    return as_text(array, cells)


def clean_text(array: pa.Array, cells: Cells, *, excel_text: bool) -> pa.Array:
    """Texts without blanks around them, with plain spaces inside; empty texts are null.

    With `excel_text`, `="2850013"` is 2850013. A cell so written is refused where that is not declared.
    """
    text = pc.cast(array, pa.string())
    clean = pc.utf8_trim(text, characters=BLANKS)
    if mask(pc.match_substring_regex(clean, _INNER_BLANKS)).any():
        clean = pc.replace_substring_regex(clean, _INNER_BLANKS, " ")
    cells.note(
        "trim", "blanks taken off or made plain spaces", mask(pc.not_equal(text, clean)), examples=False
    )
    clean = _without_excel_quotes(clean, cells, declared=excel_text)
    return blanked(clean, mask(pc.equal(clean, "")))


def as_text(array: pa.Array, cells: Cells) -> pa.Array:
    """Typed values as text: whole floats without fraction, dates and times in ISO 8601.

    Raises:
        UnreadableValue: infinite floats, whole floats too large to be exact, or a type without a text.

    """
    if pa.types.is_null(array.type):
        return pa.nulls(len(array), pa.string())
    if pa.types.is_floating(array.type):
        return _float_text(array, cells)
    kinds = (
        pa.types.is_integer,
        pa.types.is_boolean,
        pa.types.is_decimal,
        pa.types.is_date,
        pa.types.is_timestamp,
        pa.types.is_time,
    )
    if any(kind(array.type) for kind in kinds):
        return pc.cast(array, pa.string())
    cells.refuse(~nulls(array), UnreadableValue, f"a cell of type {array.type} is not a text")
    return pa.nulls(len(array), pa.string())


def _float_text(array: pa.Array, cells: Cells) -> pa.Array:
    values = pc.cast(array, pa.float64()).to_numpy(zero_copy_only=False)
    finite = np.isfinite(values)
    whole = finite & (values == np.trunc(values))
    cells.refuse(np.isinf(values), UnreadableValue, "an infinite number")
    exact = np.abs(np.where(whole, values, 0)) < EXACT_FLOATS
    cells.refuse(~exact, UnreadableValue, "a number too large to know its last digits")
    digits = pc.cast(pa.array(np.where(whole & exact, values, 0).astype(np.int64)), pa.string())
    fractions = pc.cast(pa.array(np.where(finite, values, 0)), pa.string())
    return blanked(pc.if_else(pa.array(whole & exact), digits, fractions), ~finite)


def _without_excel_quotes(text: pa.Array, cells: Cells, *, declared: bool) -> pa.Array:
    quoted = mask(pc.starts_with(text, '="')) & mask(pc.ends_with(text, '"'))
    if not quoted.any():
        return text
    if not declared:
        cells.refuse(
            quoted,
            UnreadableValue,
            "a formula in place of a text",
            values=text,
            hint=lambda shown: "to read the text inside, declare `notation: [excel_text]` for the column",
        )
        return text
    cells.note("excel_text", 'texts taken out of ="…"', quoted)
    return pc.utf8_trim(pc.replace_substring_regex(text, _EXCEL_TEXT, r"\1"), characters=BLANKS)
