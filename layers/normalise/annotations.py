"""Cells that stand for a status and not for a value, and the status column that comes of them."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from catalog.manifests import Column
from layers.normalise.cells import Cells, Mask, blanked, nulls
from layers.normalise.codes import looked_up

PUBLISHED = "published"
MISSING = "missing"
MINUS = "\u2212"


@dataclass(frozen=True)
class Annotated:
    """Values without their annotations, and the status that each annotation stands for (null elsewhere)."""

    values: pa.Array
    status: pa.Array


def take_texts(text: pa.Array, column: Column) -> Annotated:
    """Annotations recognised as texts; a typographic minus is a minus, and the key "" stands for blanks."""
    if not column.annotations:
        return Annotated(text, pa.nulls(len(text), pa.string()))
    keys = {plain_minus(key): status for key, status in column.annotations.items()}
    status, hit = looked_up(with_plain_minus(text), keys)
    return Annotated(blanked(text, hit), pc.coalesce(status, status_of_blanks(text, column)))


def status_of_blanks(values: pa.Array, column: Column) -> pa.Array:
    """The status that the key "" declares, where there is no value; null elsewhere."""
    if "" not in column.annotations:
        return pa.nulls(len(values), pa.string())
    status = pa.scalar(column.annotations[""])
    return pc.if_else(pa.array(nulls(values)), status, pa.scalar(None, pa.string()))


def take_numbers(values: pa.Array, column: Column) -> Annotated:
    """Annotations recognised as numbers, so that `-9999` is found in −9999.0 and in -9,999 as well."""
    if not pa.types.is_integer(values.type) and not pa.types.is_floating(values.type):
        values = pc.cast(values, pa.float64(), safe=False)
    found = np.full(len(values), -1)
    codes = _numeric(column)
    for place, number in enumerate(codes):
        same = pc.equal(pc.cast(values, pa.float64(), safe=False), number)
        found[pc.fill_null(same, False).to_numpy(zero_copy_only=False)] = place
    hit: Mask = found >= 0
    status = pc.take(pa.array(list(codes.values()), pa.string()), pa.array(found, mask=~hit))
    return Annotated(blanked(values, hit), pc.coalesce(status, status_of_blanks(values, column)))


def complete_status(values: pa.Array, status: pa.Array, cells: Cells) -> pa.Array:
    """The whole status column: what is known, else `published` at a value and `missing` at none."""
    plain = pc.if_else(pa.array(nulls(values)), pa.scalar(MISSING), pa.scalar(PUBLISHED))
    whole = pc.coalesce(status, plain)
    for code in pc.unique(whole).to_pylist():
        if code != PUBLISHED:
            cells.note("status", code, pc.equal(whole, code).to_numpy(zero_copy_only=False), examples=False)
    return whole


def with_plain_minus(text: pa.Array) -> pa.Array:
    """Texts with the typographic minus (U+2212) replaced by a hyphen-minus."""
    return pc.replace_substring(text, MINUS, "-")


def plain_minus(text: str) -> str:
    """The same for one text."""
    return text.strip().replace(MINUS, "-")


def _numeric(column: Column) -> dict[float, str]:
    codes = {}
    for key, status in column.annotations.items():
        try:
            number = float(plain_minus(key))
        except ValueError:
            continue
        if np.isfinite(number):
            codes[number] = status
    return codes
