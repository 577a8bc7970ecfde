"""Dates and times out of cells, by ISO 8601 or by the declared formats; never a guess."""

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
MIDNIGHT_ONLY = "not a day: it has a time of day"


def read_dates(array: pa.Array, column: Column, cells: Cells) -> Annotated:
    """Dates (date32) or times (microseconds, UTC) of a column, with the statuses found.

    Without declared formats a cell is ISO 8601, from the day on (a lone year is no date). With several
    formats a cell that reads differently in two of them is refused. A date may be written as its midnight.
    A time without an offset is taken as UTC, and noted.

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
    if column.type == "date":
        text = pc.utf8_slice_codeunits(text, 0, 10)
    else:
        naive = well_formed & ~mask(pc.match_substring_regex(text, _ZONED))
        cells.note("dates", "times without an offset taken as UTC", naive)
    times = _parse(blanked(text, ~well_formed), "ISO8601")
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
    cells.refuse(bad, UnreadableValue, f"not in the format {listed}", values=text)
    if column.type == "datetime" and not all("%z" in form for form in column.formats):
        cells.note("dates", "times without an offset taken as UTC", ~nulls(first))
    return first


def _parse(text: pa.Array, form: str) -> pa.Array:
    """Times in UTC; null where the text is not of the format or there is no such day."""
    series = pd.Series(text.to_numpy(zero_copy_only=False), dtype="str")
    times = pd.to_datetime(series, format=form, errors="coerce", utc=True)
    naive = times.dt.tz_localize(None).to_numpy().astype("datetime64[us]")
    return pa.array(naive, pa.timestamp("us"), from_pandas=True)


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
    return "other notations are declared, such as `formats: ['%m/%d/%Y']`"
