"""The cells of a source layer behind one row of an indicator's table."""

from collections.abc import Iterator, Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from catalog.encoder import encode
from catalog.indicators import Group, Indicator, LevelColumn, LongCells, TidyCells, WideCells
from catalog.store import Version
from catalog.vocabulary import TOTAL

type _Cell = tuple[str, dict[str, object]]


def source_cells(indicator: Indicator, source: Version, row: Mapping[str, Any]) -> Iterator[_Cell]:
    """Name and numbers of every cell that a row's numerator and denominator are sums of.

    A place that the source lacks has none: what it was added up from is named instead.
    """
    rule = next((one for one in indicator.derived if one.type == row["place_type"]), None)
    if rule is not None and not str(row["method"]).startswith("direct"):
        parts = f"made of the {rule.sum_of or 'parts'} in it; explain one of these"
        yield f"{row['place_type']} {row['geoid']}", {"from": parts}
        return
    rows = _of_place(indicator, pq.read_table(source.data), row)
    match indicator.cells:
        case LongCells() as cells:
            yield from _long(cells, _group(indicator, row), rows)
        case WideCells() as cells:
            yield from _wide(cells, _group(indicator, row), rows)
        case TidyCells() as cells:
            yield from _tidy(indicator, cells, rows, row)


def _of_place(indicator: Indicator, table: pa.Table, row: Mapping[str, Any]) -> pa.Table:
    rule = indicator.source.place
    columns = [*rule.id, *([rule.name] if rule.name else [])]
    fits = pa.array([False] * table.num_rows)
    for name in columns:
        for wanted in (row["geoid"], row["name"]):
            fits = pc.or_(fits, pc.fill_null(pc.equal(table[name].cast(pa.string()), wanted), False))
    if isinstance(rule.type, LevelColumn):
        values = {value for value, kind in rule.type.values.items() if kind == row["place_type"]}
        if rule.type.otherwise is None:
            levels = table[rule.type.column].cast(pa.string())
            fits = pc.and_(fits, pc.is_in(levels, pa.array([*values, row["place_type"]])))
    if indicator.source.period.column:
        told = table[indicator.source.period.column].cast(pa.string())
        fits = pc.and_(fits, pc.starts_with(told, str(row["period"])))
    return table.filter(pc.fill_null(fits, False))


def _group(indicator: Indicator, row: Mapping[str, Any]) -> Group | None:
    codes = {one.name: row[one.name] for one in indicator.dimensions}
    periods = (None, row["period"])
    return next(
        (one for one in indicator.groups if indicator.full(one.codes) == codes and one.period in periods),
        None,
    )


def _long(cells: LongCells, group: Group | None, rows: pa.Table) -> Iterator[_Cell]:
    if group is None:
        return
    of = {one[cells.variable]: one for one in rows.to_pylist()}
    for part, terms in group.parts.items():
        for term in terms:
            found = of.get(term.name, {})
            yield f"{part} {term}", _numbers(found, cells.estimate, cells.moe)


def _wide(cells: WideCells, group: Group | None, rows: pa.Table) -> Iterator[_Cell]:
    if group is None:
        return
    for found in rows.to_pylist():
        for part, terms in group.parts.items():
            for term in terms:
                moe = cells.moe.format(term.name) if cells.moe else None
                yield f"{part} {term}", _numbers(found, term.name, moe)


def _tidy(indicator: Indicator, cells: TidyCells, rows: pa.Table, row: Mapping[str, Any]) -> Iterator[_Cell]:
    for found in rows.to_pylist():
        if all(_code(indicator, cells, name, found) == row[name] for name in cells.codes):
            group = ", ".join(f"{name}: {found[column]}" for name, column in cells.codes.items())
            for part in ("value", "moe", "numerator", "denominator"):
                column = getattr(cells, part)
                if column:
                    said = _numbers(found, column, None) | {"status": found.get(f"{column}_status")}
                    yield (
                        f"{column} of {group or row['geoid']}",
                        {name: value for name, value in said.items() if value is not None},
                    )


def _code(indicator: Indicator, cells: TidyCells, name: str, found: Mapping[str, Any]) -> str | None:
    value = found[cells.codes[name]]
    if str(value) in cells.totals.get(name, ()):
        return TOTAL
    encoded = encode(pa.array([value], pa.string()), indicator.dimension(name).values)
    return str(encoded.codes[0].as_py())


def _numbers(found: Mapping[str, Any], value: str, moe: str | None) -> dict[str, object]:
    return {"value": found.get(value)} | ({"margin of error": found.get(moe)} if moe else {})
