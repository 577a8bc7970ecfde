"""Layers with one row per place and variable."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from catalog.errors import nearest
from catalog.indicators import Indicator, LongCells
from catalog.places import Places
from catalog.store import Version
from layers.indicators.cells import Cells
from layers.indicators.errors import MissingCells, RepeatedCells
from layers.indicators.grouped import grouped
from layers.indicators.placing import Placed
from layers.indicators.rows import Rows, read_rows
from layers.indicators.statuses import RANK
from layers.indicators.sums import Matrix

type Index = NDArray[np.intp]


def read_long(indicator: Indicator, cells: LongCells, version: Version, places: Places) -> Cells:
    """The cells of all groups of a layer in long form.

    Raises:
        MissingCells: the layer has no row of a variable.
        RepeatedCells: a place has two rows of a variable.

    """
    names = list(dict.fromkeys(name for group in indicator.groups for name in group.cells))
    numbers = tuple(name for name in (cells.estimate, cells.moe) if name)
    only = pc.field(cells.variable).isin(pa.array(names))
    rows = read_rows(indicator, version, places, (cells.variable, *numbers), only=only)
    variables = rows.texts(cells.variable)
    absent = sorted(set(names) - set(variables))
    if absent:
        raise MissingCells(
            f"the indicator {indicator.id!r} names variables that no row has: {', '.join(absent[:10])}; "
            f"{nearest(absent[0], _known(version, cells.variable))}",
            layer=version.layer,
            column=cells.variable,
        )
    return _cells(indicator, cells, rows, names)


def _cells(indicator: Indicator, cells: LongCells, rows: Rows, names: list[str]) -> Cells:
    place, first = _numbered(rows)
    variable = np.asarray(
        pc.index_in(pa.array(rows.texts(cells.variable)), value_set=pa.array(names)).to_numpy(), dtype=np.intp
    )
    shape = (first.size, len(names))
    _refuse_repeated(place * len(names) + variable, rows, names, cells)
    estimate, moe = np.full(shape, np.nan), np.full(shape, np.nan)
    status = np.full(shape, RANK["missing"], dtype=np.int8)
    estimate[place, variable] = rows.numbers(cells.estimate)
    status[place, variable] = rows.statuses(cells.estimate)
    if cells.moe:
        moe[place, variable] = rows.margins(cells.moe)
    matrix = Matrix.of(estimate, moe, status, names, indicator.policy, top=cells.top)
    placed = Placed(rows.placed.place_type[first], rows.placed.geoid[first], rows.placed.name[first])
    return grouped(indicator, indicator.groups, matrix, placed, rows.period[first])


def _numbered(rows: Rows) -> tuple[Index, Index]:
    """A number per distinct place and period, and the position of the first row of each number."""
    parts = (rows.placed.place_type, rows.placed.geoid, rows.period)
    keys = pc.binary_join_element_wise(*(pa.array(part, pa.string()) for part in parts), "\x1f")
    _, first, number = np.unique(
        keys.to_numpy(zero_copy_only=False).astype(str), return_index=True, return_inverse=True
    )
    return number.astype(np.intp), first.astype(np.intp)


def _refuse_repeated(cell: Index, rows: Rows, names: list[str], cells: LongCells) -> None:
    distinct, counts = np.unique(cell, return_counts=True)
    if distinct.size == cell.size:
        return
    position = int(np.flatnonzero(cell == distinct[counts > 1][0])[0])
    raise RepeatedCells(
        f"{int((counts > 1).sum())} numbers stand twice, for example {names[int(cell[position]) % len(names)]} "
        f"of {rows.placed.geoid[position]} in {rows.period[position]}; narrow the rows with source.where",
        column=cells.estimate,
    )


def _known(version: Version, column: str) -> list[str]:
    return sorted(pc.unique(pq.read_table(version.data, columns=[column])[column]).to_pylist())
