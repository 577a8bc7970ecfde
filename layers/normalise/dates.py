"""Dates and times out of cells, by ISO 8601 or by the declared formats; never a guess."""

import re
from typing import Literal

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from catalog.manifests import Column
from layers.errors import UnreadableValue
from layers.normalise.annotations import Annotated, status_of_blanks, take_texts
from layers.normalise.cells import Cells, Mask, blanked, mask, nulls
from layers.normalise.schema import ARROW_TYPES
from layers.normalise.texts import read_text

_DAY = "[1-9][0-9]{3}-[0-9]{2}-[0-9]{2}"
_CLOCK = r"[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?"
_MIDNIGHT = r"[T ]00:00(?::00(?:\.0+)?)?"
_ZONE = " ?(?:Z|[+-][0-9]{2}:?[0-9]{2})"
_ISO_DATE = rf"\A{_DAY}(?:{_MIDNIGHT}(?:{_ZONE})?)?\z"
_ISO_TIME = rf"\A{_DAY}(?:{_CLOCK}(?:{_ZONE})?)?\z"
_ZONED = rf"{_CLOCK}{_ZONE}\z"
_NUMBER = r"\A[0-9]{1,15}(?:\.[0-9]*)?\z"
COUNTED: dict[str, tuple[Literal["D", "s", "ms"], str]] = {
    "excel_days": ("D", "1899-12-30"),
    "epoch_seconds": ("s", "1970-01-01"),
    "epoch_milliseconds": ("ms", "1970-01-01"),
}
"""Formats of numbers: their unit and the moment that they are counted from."""
_FIRST_EXCEL_DAY = 61
"""Days before 1 March 1900 are off by one: spreadsheets count a 29 February 1900."""
_USUAL = (
    *("%m/%d/%Y", "%d/%m/%Y", "%m/%d/%y", "%Y/%m/%d", "%Y%m%d"),
    *("%d-%b-%Y", "%d-%b-%y", "%B %d, %Y", "%b %d, %Y"),
    *("%m/%d/%Y %H:%M", "%m/%d/%Y %H:%M:%S", "%m/%d/%Y %I:%M:%S %p", "%Y/%m/%d %H:%M:%S"),
)
_LIKELY_COUNTS = (
    ("excel_days", r"[2-6][0-9]{4}(\.[0-9]+)?"),
    ("epoch_seconds", "1[0-9]{9}"),
    ("epoch_milliseconds", "1[0-9]{12}"),
)
MIDNIGHT_ONLY = "not a day: it has a time of day"


def read_dates(array: pa.Array, column: Column, cells: Cells) -> Annotated:
    """Dates (date32) or times (microseconds, UTC) of a column, with the statuses found.

    Without declared formats a cell is ISO 8601, from the day on (a lone year is no date). With several
    formats a cell that reads differently in two of them is refused. A date may be written as its midnight.
    A time without an offset is taken as UTC, and noted. Numbers are read where a format says what they count:
    `excel_days`, `epoch_seconds` or `epoch_milliseconds`.

    Raises:
        UnreadableValue: no such day, another notation, a date with a time of day, or an ambiguous one.

    """
    if pa.types.is_date(array.type) or pa.types.is_timestamp(array.type):
        return _typed(array, column, cells)
    taken = take_texts(read_text(array, column, cells), column)
    text = taken.values
    times = _by_formats(text, column, cells) if column.formats else _by_iso(text, column, cells)
    return Annotated(_published(times, column, cells), taken.status)


def _by_iso(text: pa.Array, column: Column, cells: Cells) -> pa.Array:
    wanted = _ISO_DATE if column.type == "date" else _ISO_TIME
    well_formed = mask(pc.match_substring_regex(text, wanted))
    written = blanked(text, ~well_formed)
    if column.type == "date":
        written = pc.utf8_slice_codeunits(written, 0, 10)
    else:
        naive = well_formed & ~mask(pc.match_substring_regex(text, _ZONED))
        cells.note("dates", "times without an offset taken as UTC", naive)
    times = _parse(written, "ISO8601")
    bad = nulls(times) & ~nulls(text)
    cells.refuse(bad, UnreadableValue, f"not a {column.type} in ISO 8601", values=text, hint=_declare_formats)
    return times


def _by_formats(text: pa.Array, column: Column, cells: Cells) -> pa.Array:
    first, *others = (_parse(text, form) for form in column.formats)
    ambiguous = np.zeros(len(text), dtype=bool)
    for other in others:
        ambiguous |= mask(pc.not_equal(first, other))
        first = pc.coalesce(first, other)
    listed = ", ".join(repr(form) for form in column.formats)
    cells.refuse(ambiguous, UnreadableValue, f"reads differently in the formats {listed}", values=text)
    bad = nulls(first) & ~nulls(text)
    cells.refuse(bad, UnreadableValue, f"not in the format {listed}", values=text, hint=_declare_formats)
    if column.type == "datetime" and not all("%z" in form for form in column.formats):
        cells.note("dates", "times without an offset taken as UTC", ~nulls(first))
    return first


def _parse(text: pa.Array, form: str) -> pa.Array:
    """Times in UTC; null where the text is not of the format or there is no such day."""
    if form in COUNTED:
        return _counted(text, form)
    series = pd.Series(text.to_numpy(zero_copy_only=False), dtype="str")
    times = pd.to_datetime(series, format=form, errors="coerce", utc=True)
    naive = times.dt.tz_localize(None).to_numpy().astype("datetime64[us]")
    return pa.array(naive, pa.timestamp("us"), from_pandas=True)


def _counted(text: pa.Array, form: str) -> pa.Array:
    """Times that are told as a number of units since a moment."""
    unit, origin = COUNTED[form]
    numeric = mask(pc.match_substring_regex(text, _NUMBER))
    counts = pd.Series(pc.cast(blanked(text, ~numeric), pa.float64()).to_numpy(zero_copy_only=False))
    if form == "excel_days":
        counts = counts.where(counts >= _FIRST_EXCEL_DAY)
    times = pd.to_datetime(counts, unit=unit, origin=origin, errors="coerce")
    return pa.array(times.to_numpy().astype("datetime64[us]"), pa.timestamp("us"), from_pandas=True)


def _typed(array: pa.Array, column: Column, cells: Cells) -> Annotated:
    if pa.types.is_timestamp(array.type) and array.type.tz is None and column.type == "datetime":
        cells.note("dates", "times without an offset taken as UTC", ~nulls(array))
    if pa.types.is_timestamp(array.type) and array.type.tz is not None:
        array = pc.cast(array, pa.timestamp(array.type.unit, tz="UTC"))
    times = pc.cast(
        pc.cast(array, pa.timestamp("us", tz=getattr(array.type, "tz", None)), safe=False), pa.int64()
    )
    status = status_of_blanks(array, column)
    return Annotated(_published(pc.cast(times, pa.timestamp("us")), column, cells), status)


def _published(times: pa.Array, column: Column, cells: Cells) -> pa.Array:
    if column.type == "datetime":
        return pc.cast(pc.cast(times, pa.int64()), ARROW_TYPES["datetime"])
    days = pc.floor_temporal(times, unit="day")
    timed: Mask = mask(pc.not_equal(days, times))
    cells.refuse(timed, UnreadableValue, MIDNIGHT_ONLY)
    return pc.cast(days, pa.date32())


def _declare_formats(shown: str | None) -> str:
    """The line to add, where the text reads in one of the usual notations."""
    fits = [form for form, likely in _LIKELY_COUNTS if shown and re.fullmatch(likely, shown)]
    fits += [form for form in _USUAL if shown and not nulls(_parse(pa.array([shown]), form))[0]]
    if not fits:
        return "other notations are declared, such as `formats: ['%m/%d/%Y']`"
    return "if it is what it looks like, declare " + " or ".join(f"`formats: ['{form}']`" for form in fits)
