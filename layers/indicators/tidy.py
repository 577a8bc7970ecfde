"""Layers with one row per place, period and group."""

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from catalog.encoder import encode
from catalog.errors import DataError
from catalog.indicators import Indicator, TidyCells
from catalog.places import Places
from catalog.store import Version
from catalog.vocabulary import TOTAL
from layers.indicators.cells import NOTHING, Cells, Texts, empty_numbers
from layers.indicators.errors import UnusableNumbers
from layers.indicators.rows import Rows, read_rows
from layers.indicators.statuses import HAS_VALUE, PUBLISHED
from layers.measures.acs import BlankMargin, published_margins
from layers.normalise import Notes


def read_tidy(
    indicator: Indicator, cells: TidyCells, version: Version, places: Places, notes: Notes
) -> Cells:
    """The cells of a layer in tidy form; spellings mended are noted.

    Raises:
        UnseenValue: a category that the dimension's vocabulary does not know, with the line to add.
        UnusableNumbers: a category that the dimension's tabulation does not show.

    """
    numbers = tuple(
        dict.fromkeys(
            name for name in (cells.value, cells.moe, cells.numerator, cells.denominator) if name is not None
        )
    )
    rows = read_rows(indicator, version, places, (*cells.codes.values(), *numbers), only=None)
    size = int(rows.placed.geoid.size)
    codes = {
        dimension.name: _codes(indicator, cells, dimension.name, rows, version.layer, notes)
        for dimension in indicator.dimensions
    }
    found = empty_numbers(size) | _numbers(indicator, cells, rows)
    return Cells(
        place_type=rows.placed.place_type,
        vintage=np.full(size, indicator.source.place.vintage, dtype=object),
        geoid=rows.placed.geoid,
        name=rows.placed.name,
        period=rows.period,
        codes=codes,
        **found,  # type: ignore[arg-type]
    )


def _numbers(indicator: Indicator, cells: TidyCells, rows: Rows) -> dict[str, NDArray[np.generic]]:
    """The numbers that a layer has: a finished value with its margin, a numerator, a denominator."""
    found: dict[str, NDArray[np.generic]] = {}
    status = np.full(rows.placed.geoid.size, PUBLISHED, dtype=np.int8)
    for part, column in (
        ("value", cells.value),
        ("numerator", cells.numerator),
        ("denominator", cells.denominator),
    ):
        if column is None:
            continue
        said = rows.statuses(column)
        found[part] = np.where(HAS_VALUE[said], rows.numbers(column), np.nan)
        if part == "value" or cells.value is None:
            status = np.maximum(status, said)
    if cells.moe:
        part = "value" if cells.value else "numerator"
        margins = published_margins(
            found[part], rows.margins(cells.moe), blank=BlankMargin(indicator.policy.blank_margins)
        )
        found |= {f"{part}_moe": margins, "published": np.ones(margins.size, dtype=np.bool_)}
    if indicator.kind == "count" and cells.value and not cells.numerator:
        found |= {"numerator": found["value"]}
        if "value_moe" in found:
            found |= {"numerator_moe": found["value_moe"]}
    return found | {"status": status.astype(np.int8)}


def _codes(indicator: Indicator, cells: TidyCells, name: str, rows: Rows, layer: str, notes: Notes) -> Texts:
    dimension, column = indicator.dimension(name), cells.codes.get(name)
    if column is None:
        return np.full(rows.placed.geoid.size, TOTAL, dtype=object)
    found = rows.texts(column)
    everyone = np.isin(found.astype(str), list(cells.totals.get(name, ())))
    try:
        encoded = encode(pa.array(np.where(everyone, NOTHING, found), pa.string()), dimension.values)
    except DataError as error:
        error.column = column
        raise error.located(layer=layer) from error
    for fix in encoded.fixes:
        notes.add("encode", f"{fix.found!r} is the code {fix.code}", rows=fix.rows, column=column)
    codes = np.asarray(encoded.codes.to_numpy(zero_copy_only=False), dtype=object)
    codes[everyone] = TOTAL
    outside = sorted({str(code) for code in codes} - set(dimension.allowed))
    if outside:
        raise UnusableNumbers(
            f"codes that the dimension {name!r} of the indicator {indicator.id!r} does not show: "
            f"{', '.join(outside)}; take another tabulation of {dimension.vocabulary}, or leave them out with "
            "source.where",
            layer=layer,
            column=column,
        )
    return codes
