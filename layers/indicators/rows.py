"""The rows of a layer that an indicator reads: filtered, each with its place and period."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from catalog.errors import nearest
from catalog.indicators import Indicator
from catalog.places import Places
from catalog.store import Version
from layers.indicators.cells import Floats, Ranks, Texts
from layers.indicators.errors import MissingCells, UnusableNumbers
from layers.indicators.placing import Placed, placed
from layers.indicators.statuses import PUBLISHED, RANK, ranks
from layers.measures.acs.published import CONTROLLED, NOT_AVAILABLE
from layers.normalise.codes import matches


@dataclass(frozen=True, eq=False)
class Rows:
    """Rows about published places: the columns asked for, and per row its place and period."""

    table: pa.Table
    placed: Placed
    period: Texts

    def texts(self, column: str) -> Texts:
        """A column as texts, None where there is no value."""
        return np.asarray(self.table[column].cast(pa.string()).to_numpy(zero_copy_only=False), dtype=object)

    def numbers(self, column: str) -> Floats:
        """A column as numbers, NaN where there is no value.

        Raises:
            UnusableNumbers: the column holds texts.

        """
        held = self.table[column].type
        if not (pa.types.is_integer(held) or pa.types.is_floating(held)):
            raise UnusableNumbers(f"numbers are needed, not {held}", column=column)
        return np.asarray(
            self.table[column].cast(pa.float64()).to_numpy(zero_copy_only=False), dtype=np.float64
        )

    def margins(self, column: str) -> Floats:
        """A column of margins: 0 where its status is `controlled`, an annotation where it says that there is none.

        So a margin that the source withholds is not taken for one that it leaves blank.
        """
        numbers, name = self.numbers(column), f"{column}_status"
        if name not in self.table.column_names:
            return numbers
        said, empty = ranks(self.table[name]), np.isnan(numbers)
        withheld = empty & ~np.isin(said, (PUBLISHED, RANK["missing"], RANK["controlled"]))
        return np.select(
            [empty & (said == RANK["controlled"]), withheld],
            [float(CONTROLLED), float(NOT_AVAILABLE[0])],
            numbers,
        )

    def statuses(self, column: str) -> Ranks:
        """The ranks of a number's statuses: what its status column says, and missing where it has no value."""
        empty = np.isnan(self.numbers(column))
        name = f"{column}_status"
        said = ranks(self.table[name]) if name in self.table.column_names else np.zeros(empty.size, np.int8)
        return np.where(empty & (said == PUBLISHED), RANK["missing"], said).astype(np.int8)


def read_rows(
    indicator: Indicator,
    version: Version,
    places: Places,
    names: tuple[str, ...],
    *,
    only: pc.Expression | None,
) -> Rows:
    """The rows of a layer's version that an indicator is about.

    Args:
        indicator: whose source rule says which rows, places and periods.
        version: of the source layer.
        places: for names and ids.
        names: further columns; the status column of each comes along.
        only: rows to read, where that is known beforehand.

    Raises:
        MissingCells: the layer lacks a column.
        UnseenLevel, UnknownPlaces: see `placed`.

    """
    source = indicator.source
    period = (source.period.column,) if source.period.column else ()
    wanted = (*(rule.column for rule in source.where), *source.place.columns, *period, *names)
    held = set(pq.read_schema(version.data).names)
    for name in wanted:
        if name not in held:
            raise MissingCells(
                f"the indicator {indicator.id!r} reads a column that version {version.number} does not have; "
                f"{nearest(name, sorted(held))}",
                layer=version.layer,
                column=name,
            )
    columns = list(
        dict.fromkeys([*wanted, *(f"{name}_status" for name in names if f"{name}_status" in held)])
    )
    table = pq.read_table(version.data, columns=columns, filters=only)
    for rule in source.where:
        texts = table[rule.column].cast(pa.string())
        table = table.filter(pa.array(matches(texts.combine_chunks(), rule.pattern)))
    found, kept = placed(indicator, table, places, layer=version.layer)
    table = table.filter(pa.array(kept))
    return Rows(table, found, _periods(indicator, table))


def _periods(indicator: Indicator, table: pa.Table) -> Texts:
    rule = indicator.source.period
    if rule.column is None:
        return np.full(table.num_rows, rule.fixed, dtype=object)
    values = table[rule.column]
    if pa.types.is_timestamp(values.type):
        values = values.cast(pa.timestamp("s")).cast(pa.date32())
    return np.asarray(values.cast(pa.string()).to_numpy(zero_copy_only=False), dtype=object)
