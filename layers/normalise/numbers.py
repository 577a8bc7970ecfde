"""Numbers out of cells, strictly: what is not plainly a number in the declared notation is refused.

A number is an optional sign, digits and an optional fraction. A column of numbers also takes an exponent
(`1e-05`), because R and Python write one unasked; a column of integers refuses it, because a spreadsheet
that writes `9.01E+08` has dropped digits. `NaN`, `inf` and the like are refused. Declared notations add to
that:

- `currency`: a dollar sign, and brackets for a negative amount;
- `thousands`: commas between groups of three digits;
- `percent_sign`: a percent sign; the number stays what it says (`5%` is 5);
- `plus_minus`: `+/-3,100` and `±3,100`, as margins of error are written, are 3100;
- `open_ended`: `250,001+` is 250001 and top-coded, `2,500-` is 2500 and bottom-coded.
"""

import re
from dataclasses import dataclass
from typing import get_args

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from catalog.manifests import Column
from catalog.manifests.columns import Notation
from layers.errors import UnreadableValue
from layers.measures.acs.published import CONTROLLED, NOT_AVAILABLE
from layers.normalise.annotations import Annotated, take_numbers, take_texts, with_plain_minus
from layers.normalise.cells import Cells, blanked, mask, nulls
from layers.normalise.texts import read_text

_CENSUS_CODES = (CONTROLLED, *NOT_AVAILABLE)
MOST_DIGITS = 18
LARGEST_FLOAT_INTEGER = 2.0**53
_DECIMAL_COMMA = re.compile(r"[-+]?(?:[0-9]{1,3}(?:[. ][0-9]{3})+|[0-9]+),(?:[0-9]{1,2}|[0-9]{4,}) ?%?")
"""Not `1,234`, in which the comma may as well stand between thousands."""
ALL_NOTATIONS: tuple[Notation, ...] = get_args(Notation)


@dataclass(frozen=True)
class Grammar:
    """The regular expression (RE2) of the numbers of a column."""

    notation: tuple[Notation, ...]
    whole: bool = False

    @property
    def pattern(self) -> str:
        """The expression that a whole cell must match."""
        digits = r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)" if "thousands" in self.notation else "[0-9]+"
        body = rf"(?:{digits}(?:\.[0-9]*)?|\.[0-9]+)" if not self.whole else rf"{digits}(?:\.0*)?"
        exponent = "" if self.whole else "(?:[eE][-+]?[0-9]+)?"
        dollar = r"\$?" if "currency" in self.notation else ""
        percent = " ?%?" if "percent_sign" in self.notation else ""
        end = "[-+]?" if "open_ended" in self.notation else ""
        plain = rf"(?:[-+]?{dollar}|{dollar}[-+]){body}{exponent}{percent}{end}"
        brackets = rf"|\({dollar}{body}\)" if "currency" in self.notation else ""
        margin = rf"|(?:\+/-|±) ?{dollar}{body}{percent}" if "plus_minus" in self.notation else ""
        return rf"\A(?:{plain}{brackets}{margin})\z"


def read_numbers(array: pa.Array, column: Column, cells: Cells) -> Annotated:
    """Numbers of a column of type integer (int64) or number (float64), with the statuses found.

    Raises:
        UnreadableValue: a text that is no number, not a finite number, a fraction or too large for an
        integer.

    """
    if not _is_number(array.type):
        taken = take_texts(read_text(array, column, cells), column)
        parsed = _parsed(taken.values, column, cells)
        numbers = take_numbers(parsed.values, column)
        _refuse_codes(numbers.values, cells)
        return Annotated(numbers.values, pc.coalesce(taken.status, numbers.status, parsed.status))
    taken = take_numbers(_without_nan(array, cells), column)
    _refuse_codes(taken.values, cells)
    return Annotated(_typed(taken.values, column, cells), taken.status)


def parse_plain(text: pa.Array, cells: Cells) -> pa.Array:
    """Texts without any notation as float64, for coordinates.

    Raises:
        UnreadableValue: a text that is not a finite number.

    """
    text = with_plain_minus(text)
    readable = mask(pc.match_substring_regex(text, Grammar(()).pattern)) | nulls(text)
    cells.refuse(~readable, UnreadableValue, "not a number", values=text)
    return _to_float(blanked(text, ~readable), cells)


def _refuse_codes(values: pa.Array, cells: Cells) -> None:
    """Refuse the Census Bureau's codes of absent values where no annotation says what they stand for."""
    numbers = pc.cast(values, pa.float64(), safe=False)
    codes = mask(pc.is_in(numbers, value_set=pa.array(_CENSUS_CODES, pa.float64())))
    cells.refuse(
        codes,
        UnreadableValue,
        "a code of the Census Bureau that stands for no number",
        values=pc.cast(numbers, pa.int64(), safe=False),
        hint=lambda shown: f"add to the column: `annotations: {{'{shown or '<code>'}': <status>}}`",
    )


def _parsed(text: pa.Array, column: Column, cells: Cells) -> Annotated:
    text = with_plain_minus(text)
    whole = column.type == "integer"
    readable = mask(pc.match_substring_regex(text, Grammar(column.notation, whole).pattern)) | nulls(text)
    what = "not a whole number" if whole else "not a number"
    cells.refuse(
        ~readable, UnreadableValue, what, values=text, hint=lambda shown: _line_to_add(shown, column)
    )
    text, status = _bounds_taken(blanked(text, ~readable), column)
    plain = _without_notation(text, column)
    values = _to_integer(plain, cells) if whole else _to_float(plain, cells)
    noted = mask(pc.not_equal(plain, text))
    cells.note(
        "notation", f"numbers read as written with {', '.join(column.notation)}", noted, examples=False
    )
    return Annotated(values, status)


def _bounds_taken(text: pa.Array, column: Column) -> tuple[pa.Array, pa.Array]:
    if "open_ended" not in column.notation:
        return text, pa.nulls(len(text), pa.string())
    top, bottom = pc.ends_with(text, "+"), pc.ends_with(text, "-")
    status = pc.if_else(
        pc.fill_null(top, False),
        pa.scalar("top_coded"),
        pc.if_else(pc.fill_null(bottom, False), pa.scalar("bottom_coded"), pa.scalar(None, pa.string())),
    )
    return pc.replace_substring_regex(text, "[-+]$", ""), status


def _without_notation(text: pa.Array, column: Column) -> pa.Array:
    if "plus_minus" in column.notation:
        text = pc.replace_substring_regex(text, r"^(?:\+/-|±) ?", "")
    if {"currency", "thousands", "percent_sign"} & set(column.notation):
        text = pc.replace_substring_regex(text, "[$,% )]", "")
        text = pc.replace_substring_regex(text, r"^\(", "-")
    return pc.replace_substring_regex(text, r"^\+", "")


def _to_integer(text: pa.Array, cells: Cells) -> pa.Array:
    text = pc.replace_substring_regex(text, r"\.0*$", "")
    digits = pc.utf8_length(pc.replace_substring_regex(text, "^-?0*", ""))
    long = mask(pc.greater(digits, MOST_DIGITS))
    cells.refuse(long, UnreadableValue, f"an integer of more than {MOST_DIGITS} digits", values=text)
    return pc.cast(blanked(text, long), pa.int64())


def _to_float(text: pa.Array, cells: Cells) -> pa.Array:
    values = pc.cast(text, pa.float64())
    infinite = mask(pc.is_inf(values))
    cells.refuse(infinite, UnreadableValue, "a number too large to be kept", values=text)
    return blanked(values, infinite)


def _is_number(kind: pa.DataType) -> bool:
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind))


def _without_nan(array: pa.Array, cells: Cells) -> pa.Array:
    if not pa.types.is_floating(array.type):
        return array
    values = pc.cast(array, pa.float64())
    found = mask(pc.is_nan(values))
    cells.note("numbers", "blanks stored as NaN", found)
    infinite = mask(pc.is_inf(values))
    cells.refuse(infinite, UnreadableValue, "an infinite number")
    return blanked(values, found | infinite)


def _typed(values: pa.Array, column: Column, cells: Cells) -> pa.Array:
    if column.type == "number":
        return pc.cast(values, pa.float64(), safe=False)
    if pa.types.is_floating(values.type):
        floats = pc.fill_null(values, 0.0).to_numpy(zero_copy_only=False)
        unfit = (floats != np.trunc(floats)) | (np.abs(floats) > LARGEST_FLOAT_INTEGER)
        cells.refuse(unfit, UnreadableValue, "not a whole number", values=values)
        return pc.cast(blanked(values, unfit), pa.int64())
    if pa.types.is_uint64(values.type):
        unfit = mask(pc.greater(values, pa.scalar(np.iinfo(np.int64).max, pa.uint64())))
        cells.refuse(unfit, UnreadableValue, "an integer too large to be kept", values=values)
        values = blanked(values, unfit)
    return pc.cast(values, pa.int64())


def _line_to_add(shown: str | None, column: Column) -> str:
    if shown is None:
        return "if it stands for a status, add the text to the column's `annotations`"
    whole = column.type == "integer"
    if whole and not _fits(shown, ALL_NOTATIONS, whole=True) and _fits(shown, ALL_NOTATIONS, whole=False):
        return "the column is of type integer; `type: number` takes fractions and exponents"
    if _DECIMAL_COMMA.fullmatch(shown):
        return "a comma stands for the decimal point: have the table written with points, this is not guessed"
    lacking = _lacking(shown, column)
    if lacking:
        return f"if it is one, declare `notation: [{', '.join((*column.notation, *lacking))}]`"
    return f"if it stands for a status, add to the column: `annotations: {{{shown!r}: <status>}}`"


def _lacking(shown: str, column: Column) -> tuple[Notation, ...]:
    """The fewest notations, tried in order, without which the text is no number of the column."""
    whole = column.type == "integer"
    if not _fits(shown, ALL_NOTATIONS, whole=whole):
        return ()
    needed = list(ALL_NOTATIONS)
    for notation in ALL_NOTATIONS:
        fewer = tuple(other for other in needed if other != notation)
        if _fits(shown, fewer, whole=whole):
            needed.remove(notation)
    return tuple(notation for notation in needed if notation not in column.notation)


def _fits(shown: str, notation: tuple[Notation, ...], *, whole: bool) -> bool:
    return bool(mask(pc.match_substring_regex(pa.array([shown]), Grammar(notation, whole).pattern))[0])
