"""A published number walked back: record → indicator → tidy row → source version → source cells → bytes and origin.

Only the public store is opened. Where an input is not in it, the walk ends and says so.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from catalog.errors import DataError, UnknownColumn, nearest
from catalog.indexes import CompositeIndex, Variable
from catalog.indicators import Indicator
from catalog.store import Store, Version
from layers.derive.explain_steps import Step, all_inputs, from_table, input_of, known_facts, withheld
from layers.derive.layer_ids import table_id
from layers.derive.wide import group_names


@dataclass(frozen=True)
class Question:
    """Which number is asked for; `where` narrows the rows of tables with several per place."""

    layer: str
    column: str
    place: str
    where: Mapping[str, str]


def explain(
    store: Store,
    indicators: Mapping[str, Indicator],
    question: Question,
    indexes: Mapping[str, CompositeIndex] | None = None,
) -> list[Step]:
    """The steps from a published number back to the bytes that it was made of.

    Raises:
        UnknownLayer: nothing of that name is published.
        DataError: no such column or place, or several rows fit.

    """
    version = store.current(question.layer)
    row = _row(version, question)
    column = version.record.column(question.column)
    facts = {
        "value": row[question.column],
        "column": f"{column.title}. {column.description}" if column else question.column,
        "unit": column.unit if column else None,
        "place": f"{row.get('name') or question.place} ({row.get('geoid') or question.place})",
        "period": row.get("period"),
        "published": version.record.published_at.isoformat(timespec="seconds"),
        "data sha256": version.manifest.data_sha256,
    }
    steps = [Step(0, f"layer {version.layer} version {version.number}", known_facts(facts))]
    known = {table_id(one): one for one in indicators.values()}
    index = (indexes or {}).get(version.layer)
    if index is not None:
        return [*steps, *_from_index(store, version, index, known, question.column, row)]
    tables = [version.layer] if version.layer in known else []
    tables = tables or [one.layer for one in version.record.inputs if one.layer in known]
    if not tables:
        return [*steps, *all_inputs(store, version, 1)]
    return [
        *steps,
        *(
            step
            for name in tables
            for step in _from_indicator(store, version, known[name], question.column, row)
        ),
    ]


def _row(version: Version, question: Question) -> dict[str, object]:
    schema = pq.read_schema(version.data)
    if question.column not in schema.names:
        known = [column.name for column in version.record.columns]
        raise UnknownColumn(
            f"there is no column {question.column!r}; {nearest(question.column, known)}", layer=version.layer
        )
    reference = version.record.places
    ids = [reference.id, reference.name] if reference else ["geoid", "name"]
    wanted = [one for one in schema.names if one not in ("geometry", "bbox")]
    table = pq.read_table(version.data, columns=wanted)
    found = [one for one in ids if one in wanted]
    fits = pa.array([False] * table.num_rows) if not found else None
    for name in found:
        same = pc.fill_null(pc.equal(table[name].cast(pa.string()), question.place), False)
        fits = same if fits is None else pc.or_(fits, same)
    rows = table.filter(fits)
    for name, value in question.where.items():
        if name not in wanted:
            raise UnknownColumn(f"there is no column {name!r}; {nearest(name, wanted)}", layer=version.layer)
        rows = rows.filter(pc.fill_null(pc.equal(rows[name].cast(pa.string()), value), False))
    if rows.num_rows != 1:
        said = (
            f"of the key {', '.join(version.record.key)} name more"
            if rows.num_rows
            else "give its id or name"
        )
        raise DataError(
            f"{rows.num_rows} rows are of the place {question.place!r}; {said}", layer=version.layer
        )
    return dict(rows.to_pylist()[0])


def _from_indicator(
    store: Store, version: Version, indicator: Indicator, column: str, row: Mapping[str, object]
) -> Iterator[Step]:
    yield Step(
        1,
        f"indicator {indicator.id}",
        known_facts(
            {
                "definition": indicator.definition,
                "kind": f"{indicator.kind}, per {indicator.per}",
                "direction": indicator.direction,
                "reference": ", ".join(f"{name} {code}" for name, code in indicator.reference.items()),
            }
        ),
    )
    table = version if version.layer == table_id(indicator) else input_of(store, version, table_id(indicator))
    if table is None:
        yield withheld(table_id(indicator), 1)
        return
    cells = [
        place | codes
        for codes in _groups(indicator, version, column, row)
        for place in (*_places(version, row), *_state(version, column, row))
    ]
    yield from from_table(store, indicator, table, cells)


def _places(version: Version, row: Mapping[str, object]) -> list[dict[str, str]]:
    """Which rows of a tidy table a row was made of: id and period, two of them for a change."""
    if "start_id" in row:
        pairs = [(row["start_id"], row["start"]), (row["end_id"], row["end"])]
    else:
        pairs = [(row.get("source_id") or row["geoid"], row.get("period"))]
    kind = row.get("place_type") or (version.record.places.type if version.record.places else None)
    found = [{"geoid": geoid, "period": period, "place_type": kind} for geoid, period in pairs]
    return [{name: str(value) for name, value in one.items() if value is not None} for one in found]


def _state(version: Version, column: str, row: Mapping[str, object]) -> list[dict[str, str]]:
    """The state's row, where a column of a layer of features compares the place with it."""
    compares = column.removesuffix("_moe").endswith(("_difference", "_ratio"))
    if not compares or version.layer.startswith("disparity-") or "period" not in row:
        return []
    return [{"place_type": "state", "period": str(row["period"])}]


def _from_index(
    store: Store,
    version: Version,
    index: CompositeIndex,
    known: Mapping[str, Indicator],
    column: str,
    row: Mapping[str, object],
) -> Iterator[Step]:
    """The variables behind a column of an index, each with its value, and where that came from."""
    facts = {"definition": index.definition, "method": index.method, "source": index.source}
    yield Step(1, f"index {index.id}", facts)
    geoid = str(row.get("source_id") or row["geoid"])
    for variable in _variables(index, column):
        numbers = {name: value for name, value in row.items() if name.startswith(variable.id)}
        where = ", ".join(f"{name} {value}" for name, value in variable.where.items())
        told = numbers | {"column": variable.column, "where": where}
        yield Step(1, f"variable {variable.id} from {variable.layer}", known_facts(told))
        table = input_of(store, version, variable.layer)
        if table is None:
            yield withheld(variable.layer, 2)
        elif variable.layer in known:
            yield from from_table(
                store, known[variable.layer], table, [{variable.place: geoid, **variable.where}]
            )
        else:
            yield from all_inputs(store, table, 2)


def _variables(index: CompositeIndex, column: str) -> tuple[Variable, ...]:
    """The variable that a column is about, those of its theme, or all."""
    named = [one for one in index.variables if column == one.id or column.startswith(f"{one.id}_")]
    if named:
        return (max(named, key=lambda one: len(one.id)),)
    themes = [one for one in index.themes if column.startswith(f"{one.id}_")]
    return max(themes, key=lambda one: len(one.id)).variables if themes else index.variables


def _groups(
    indicator: Indicator, version: Version, column: str, row: Mapping[str, object]
) -> list[dict[str, str]]:
    """The groups behind a column: its own, the reference with it, or all groups for a measure over all."""
    if version.layer == table_id(indicator):
        return [{one.name: str(row[one.name]) for one in indicator.dimensions}]
    named = [one for one in group_names(indicator) if column.startswith(f"{one.prefix}_")]
    if named:
        found = max(named, key=lambda one: len(one.prefix)).codes
        split = [name for name, code in found.items() if code != "total"]
        beside = version.layer.startswith("disparity-") and column.split("_")[-1] not in (
            "estimate",
            "status",
        )
        others = [found | {name: indicator.reference[name]} for name in split if name in indicator.reference]
        return [found, *(others if beside else [])]
    by = next(
        (one for one in indicator.dimensions if f"-{one.name}-".replace("_", "-") in f"{version.layer}-"),
        None,
    )
    if by is None:
        return []
    return [indicator.full({by.name: code}) for code in by.codes]
