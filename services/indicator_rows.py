"""The values of places in published indicator tables; of each table one read serves all places."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from catalog.indicators import Indicator
from catalog.places import PlaceKey
from catalog.store import Store

type Group = tuple[str, ...]
"""A code per dimension of an indicator, in the order of its dimensions."""

_SHOWN = ("estimate", "moe", "lower", "upper", "status", "reliability", "denominator")
_KEPT = 512


@dataclass(frozen=True)
class Value:
    """One published value with its margin of error at 90 % and its limits at the indicator's confidence.

    denominator: how many the value is about, where it has a denominator.
    """

    estimate: float | None
    moe: float | None
    lower: float | None
    upper: float | None
    status: str
    reliability: str | None
    denominator: float | None


class _Table:
    """The rows of one place type of a table, found by the id of their place."""

    def __init__(self, rows: pa.Table) -> None:
        self._rows = rows.combine_chunks()
        ids = pa.array(rows["geoid"].combine_chunks()).dictionary_encode()
        codes = np.asarray(ids.indices)
        self._order = np.argsort(codes, kind="stable")
        ends = np.cumsum(np.bincount(codes, minlength=len(ids.dictionary)))
        self._spans = dict(zip(ids.dictionary.to_pylist(), zip((0, *ends), ends, strict=False), strict=True))

    def of(self, geoid: str) -> pa.Table:
        """The rows of an id, in every vintage that has it."""
        start, end = self._spans.get(geoid, (0, 0))
        return self._rows.take(pa.array(self._order[start:end]))


class IndicatorRows:
    """The current versions of indicator tables as they were when first asked for; threads may share it."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._tables: dict[tuple[str, str], _Table | None] = {}
        self._found: dict[tuple[str, tuple[PlaceKey, ...], str], dict[Group, Value]] = {}

    def latest(self, indicator: Indicator, keys: Sequence[PlaceKey]) -> str | None:
        """The last period that a place, given by its ids of one type, has; None where it has no row."""
        period: str | None = pc.max(self._rows(indicator, keys)["period"]).as_py() if keys else None
        return period

    def values(self, indicator: Indicator, keys: Sequence[PlaceKey], period: str) -> dict[Group, Value]:
        """The values of a place in a period by group, in the order of the dimensions' codes."""
        known = (indicator.id, tuple(keys), period)
        found = self._found.get(known)
        if found is None:
            if len(self._found) >= _KEPT:
                self._found.clear()
            found = self._found[known] = self._values(indicator, keys, period)
        return found

    def _values(self, indicator: Indicator, keys: Sequence[PlaceKey], period: str) -> dict[Group, Value]:
        names = [dimension.name for dimension in indicator.dimensions]
        orders = [dimension.allowed for dimension in indicator.dimensions]
        rows = self._rows(indicator, keys)
        found = {
            tuple(row[name] for name in names): Value(**{name: row[name] for name in _SHOWN})
            for row in rows.filter(pc.equal(rows["period"], period)).to_pylist()
        }
        return dict(
            sorted(
                found.items(),
                key=lambda item: [
                    _place_in(order, code) for order, code in zip(orders, item[0], strict=True)
                ],
            )
        )

    def _rows(self, indicator: Indicator, keys: Sequence[PlaceKey]) -> pa.Table:
        """The rows of some ids of one place; an id without a vintage is that of every vintage."""
        table = self._table(indicator, keys[0].type)
        if table is None:
            return _EMPTY
        parts = []
        for key in keys:
            rows = table.of(key.geoid)
            parts.append(rows.filter(pc.equal(rows["vintage"], key.vintage)) if key.vintage else rows)
        return pa.concat_tables(parts)

    def _table(self, indicator: Indicator, kind: str) -> _Table | None:
        if (indicator.id, kind) not in self._tables:
            self._tables[indicator.id, kind] = self._read(indicator, kind)
        return self._tables[indicator.id, kind]

    def _read(self, indicator: Indicator, kind: str) -> _Table | None:
        version = self._store.find(f"indicator-{indicator.id}")
        if version is None:
            return None
        names = ["vintage", "geoid", "period", *(item.name for item in indicator.dimensions), *_SHOWN]
        rows = pq.read_table(version.data, columns=names, filters=pc.field("place_type") == kind)
        return _Table(rows)


_EMPTY = pa.table({"period": pa.array([], pa.string())})


def _place_in(order: tuple[str, ...], code: str) -> int:
    """Where a code stands; one that is declared no more, in a table not yet derived again, comes last."""
    return order.index(code) if code in order else len(order)
