"""Disclosure control of a bare table: columns of codes and one column of counts, from any source.

Each row is a finest cell; coarser codes stand in further columns of the same row. Rows whose code is the word for a
total are margins: they are checked against their cells and never trusted. Nothing here says a count: what is wrong
with a table is told by the lines of its file, of which the first holds the names.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from catalog.errors import DataError
from layers.measures.suppression import (
    TOTAL,
    Audit,
    Cells,
    Dimension,
    Pattern,
    Structure,
    SuppressionError,
    SuppressionPolicy,
    Table,
    audit,
    primary_rows,
    protect,
    public_column,
)

type Mask = NDArray[np.bool_]

_LINES = 10
_NAME = "table"


@dataclass(frozen=True)
class Layout:
    """What the columns of a table are: dimensions, the coarser columns of each, and the column of counts.

    total: the code of a margin. zeros: combinations without a row are cells with a count of 0; otherwise they are
    impossible, and readers know it.
    """

    by: tuple[str, ...]
    count: str
    within: Mapping[str, Sequence[str]]
    total: str = TOTAL
    zeros: bool = False


@dataclass(frozen=True)
class PlainTable:
    """A table read for disclosure control; row: per row of the file its row of the structure."""

    structure: Structure
    row: NDArray[np.int64]

    def protected(self, policy: SuppressionPolicy) -> Pattern:
        """What to show and hide of the table with all its margins and coarser levels.

        Raises:
            DataError: the table cannot be protected under the policy.

        """
        counts = self.structure.counts
        none = np.full(len(counts), np.nan)
        try:
            primary = primary_rows(policy, counts, denominators=none, populations=none)
            return protect(self.structure, policy, primary, exact=len(counts) <= _EXACT_ROWS)
        except SuppressionError as error:
            raise DataError(str(error)) from error

    def audited(self, hidden: Mask, policy: SuppressionPolicy) -> Audit:
        """The interval of each hidden row of the file when its other rows, and nothing else, are published.

        hidden: one flag per row of the file. Rows that name the same people are hidden together.
        """
        unknown = np.ones(len(self.structure), dtype=bool)
        unknown[self.row[~hidden]] = False
        found = audit(
            self.structure, unknown, smallest_hidden=policy.smallest_hidden, rounding=policy.rounding
        )
        counts = self.structure.counts.astype(np.float64)
        lower, upper = counts.copy(), counts.copy()
        lower[found.rows], upper[found.rows] = found.lower, found.upper
        asked = self.row[hidden]
        return Audit(np.flatnonzero(hidden), lower[asked], upper[asked])

    def shown(self, pattern: Pattern) -> pd.DataFrame:
        """Every cell of the table and its margins: codes and levels, the count or the symbol, and the status."""
        frame = self.structure.frame(_NAME)
        row = frame.pop("row").to_numpy()
        hidden = pattern.hidden[row]
        frame["count"] = public_column(self.structure.counts[row], hidden, pattern.policy, counts=True)
        frame["status"] = np.where(hidden, "suppressed", "published")
        return frame


_EXACT_ROWS = 20_000


def plain_table(rows: pd.DataFrame, layout: Layout) -> PlainTable:
    """The table over its finest cells, all margins and coarser levels laid out.

    rows: one text per cell of the file, as `pandas.read_csv(..., dtype=str)` gives them.

    Raises:
        DataError: columns are missing; a code is missing; a count is missing, negative or not whole; a cell is there
            twice; a code lies in two coarser ones; a margin is not the sum of its cells.

    """
    dimensions = list(layout.by)
    coarser = [name for names in layout.within.values() for name in names]
    _columns_are_there(rows, [*dimensions, *coarser, layout.count], layout)
    counts = _counts(rows[layout.count])
    margin = (rows[dimensions] == layout.total).any(axis=1)
    for name in [*dimensions, *coarser]:
        needed = rows[name].isna() & (True if name in dimensions else ~margin)
        _refuse(needed, f"have no {name}")
    _refuse(rows.duplicated(dimensions, keep=False), f"repeat a combination of {', '.join(dimensions)}")
    finest = rows[~margin]
    if not len(finest):
        raise DataError(f"the table has no finest cell: every row has {layout.total!r} in {dimensions}")
    made = [Dimension(name, _roll_ups(finest, name, layout.within.get(name, ()))) for name in dimensions]
    cells = _cells(finest, counts[~margin.to_numpy()], layout)
    by = {name: [name, *layout.within.get(name, ())] for name in dimensions}
    structure = Structure.build(cells, [Table(_NAME, by)], made)
    row = _places(structure, rows, layout)
    untrue = (row >= 0) & (structure.counts[row] != counts)
    _refuse(pd.Series(untrue), "are margins that are not the sum of their cells")
    return PlainTable(structure, row)


def _columns_are_there(rows: pd.DataFrame, names: list[str], layout: Layout) -> None:
    missing = [name for name in names if name not in rows.columns]
    if missing:
        raise DataError(f"the table has no column {', '.join(missing)}; it has {', '.join(rows.columns)}")
    strangers = sorted(set(layout.within) - set(layout.by))
    if strangers:
        raise DataError(f"{', '.join(strangers)} is no dimension; there are {', '.join(layout.by)}")
    if len(set(names)) < len(names):
        raise DataError(f"a column is named twice among {', '.join(names)}")


def _refuse(wrong: "pd.Series[bool]", what: str) -> None:
    """Refuse the rows by the lines of their file, whose first line has the names."""
    lines = np.flatnonzero(wrong.to_numpy()) + 2
    if len(lines):
        named = ", ".join(str(line) for line in lines[:_LINES])
        more = f" and {len(lines) - _LINES} more" if len(lines) > _LINES else ""
        raise DataError(f"lines {named}{more} {what}")


def _counts(column: "pd.Series[str]") -> NDArray[np.int64]:
    values = pd.to_numeric(column, errors="coerce").to_numpy(dtype=np.float64)
    whole = np.isfinite(values) & (values >= 0) & (values == np.floor(values)) & (values < 2**53)
    _refuse(pd.Series(~whole), "have a count that is missing, negative or not whole; allowed: 0, 1, 2, …")
    return values.astype(np.int64)


def _roll_ups(finest: pd.DataFrame, name: str, levels: Sequence[str]) -> dict[str, dict[str, str]]:
    found = {}
    for level in levels:
        several = finest.groupby(name)[level].transform("nunique") > 1
        wrong = pd.Series(False, index=range(int(finest.index.max()) + 1))
        wrong[several.index] = several
        _refuse(wrong, f"put a code of {name} into several of {level}")
        found[level] = dict(zip(finest[name], finest[level], strict=True))
    return found


def _cells(finest: pd.DataFrame, counts: NDArray[np.int64], layout: Layout) -> Cells:
    names = list(layout.by)
    if layout.zeros:
        every = pd.DataFrame(list(product(*(finest[name].unique() for name in names))), columns=names)
        known = finest[names].assign(count=counts)
        whole = every.merge(known, on=names, how="left")
        finest, counts = whole, whole["count"].fillna(0).to_numpy(dtype=np.int64)
    return Cells({name: finest[name].to_numpy() for name in names}, counts)


def _places(structure: Structure, rows: pd.DataFrame, layout: Layout) -> NDArray[np.int64]:
    """Return the row of the structure of every row of the file.

    Raises:
        DataError: a margin is of no cell.

    """
    names = list(layout.by)
    frame = structure.frame(_NAME)
    for name in names:
        frame = frame[frame[f"{name}_level"].isin([name, TOTAL])]
    asked = rows[names].replace(layout.total, TOTAL)
    found = asked.merge(frame[[*names, "row"]], on=names, how="left")["row"]
    _refuse(found.isna(), "are margins of codes that no cell has")
    return found.to_numpy(dtype=np.int64)
