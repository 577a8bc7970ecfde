"""A published number walked back: record → indicator → tidy row → source version → source cells → bytes and origin.

Only the public store is opened. Where an input is not in it, the walk ends and says so.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from catalog.errors import DataError, nearest
from catalog.indicators import Indicator
from catalog.store import Store, Version
from layers.derive.explain_cells import source_cells
from layers.derive.indicators import table_id
from layers.derive.wide import group_names

_TIDY = ("estimate", "moe", "numerator", "numerator_moe", "denominator", "denominator_moe", "lower", "upper")
_SAYS = ("status", "reliability", "moe_source", "method", "split_share")


@dataclass(frozen=True)
class Step:
    """One step of the walk: how deep it is, what it is about, and its facts in the order to be shown."""

    depth: int
    about: str
    facts: Mapping[str, object]


@dataclass(frozen=True)
class Question:
    """Which number is asked for; `where` narrows the rows of tables with several per place."""

    layer: str
    column: str
    place: str
    where: Mapping[str, str]


def explain(store: Store, indicators: Mapping[str, Indicator], question: Question) -> list[Step]:
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
    steps = [Step(0, f"layer {version.layer} version {version.number}", _known(facts))]
    made_of = _indicator_of(version, indicators)
    if made_of is None:
        return [*steps, *_inputs(store, version, 1)]
    return [*steps, *_from_indicator(store, version, made_of, question, row)]


def _row(version: Version, question: Question) -> dict[str, object]:
    schema = pq.read_schema(version.data)
    if question.column not in schema.names:
        known = [column.name for column in version.record.columns]
        raise DataError(
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
            raise DataError(f"there is no column {name!r}; {nearest(name, wanted)}", layer=version.layer)
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


def _indicator_of(version: Version, indicators: Mapping[str, Indicator]) -> Indicator | None:
    names = {table_id(one): one for one in indicators.values()}
    if version.layer in names:
        return names[version.layer]
    return next((names[one.layer] for one in version.record.inputs if one.layer in names), None)


def _from_indicator(
    store: Store, version: Version, indicator: Indicator, question: Question, row: Mapping[str, object]
) -> Iterator[Step]:
    yield Step(
        1,
        f"indicator {indicator.id}",
        _known(
            {
                "definition": indicator.definition,
                "kind": f"{indicator.kind}, per {indicator.per}",
                "direction": indicator.direction,
                "reference": ", ".join(f"{name} {code}" for name, code in indicator.reference.items()),
            }
        ),
    )
    table = version if version.layer == table_id(indicator) else _input(store, version, table_id(indicator))
    if table is None:
        yield _withheld(table_id(indicator), 1)
        return
    source = _input(store, table, indicator.source.layer)
    tidy = pq.read_table(table.data)
    for codes in _groups(indicator, version, question.column, row):
        yield from _tidy_rows(indicator, table, tidy, source, codes, row)
    if source is None:
        yield _withheld(indicator.source.layer, 2)
    else:
        yield from _bytes(source, 2)
    for one in table.record.inputs:
        other = None if one.layer == indicator.source.layer else _input(store, table, one.layer)
        if other is not None:
            yield from _bytes(other, 2)


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


def _tidy_rows(
    indicator: Indicator,
    table: Version,
    tidy: pa.Table,
    source: Version | None,
    codes: Mapping[str, str],
    row: Mapping[str, object],
) -> Iterator[Step]:
    geoid = str(row.get("source_id") or row["geoid"])
    fits = pc.equal(tidy["geoid"], geoid)
    for name, value in {"period": str(row["period"]), **codes}.items():
        fits = pc.and_(fits, pc.equal(tidy[name], value))
    group = ", ".join(f"{name} {code}" for name, code in codes.items()) or "everyone"
    for found in tidy.filter(fits).to_pylist():
        facts = {name: found[name] for name in (*_TIDY, *_SAYS)}
        yield Step(2, f"tidy row of {table.layer} version {table.number}: {geoid}, {group}", _known(facts))
        if source is not None:
            for name, values in source_cells(indicator, source, found):
                yield Step(3, f"{source.layer} version {source.number}: {name}", values)


def _inputs(store: Store, version: Version, depth: int) -> Iterator[Step]:
    """The inputs of any layer, down to those that were ingested."""
    if not version.record.inputs:
        yield from _bytes(version, depth)
    for one in version.record.inputs:
        found = _input(store, version, one.layer)
        if found is None:
            yield _withheld(one.layer, depth)
            continue
        yield Step(depth, f"made from {one.layer} version {one.version}", {"data sha256": one.sha256})
        yield from _inputs(store, found, depth + 1)


def _input(store: Store, version: Version, layer: str) -> Version | None:
    """The exact version that a layer was made from; None where it is not public."""
    found = next((one for one in version.record.inputs if one.layer == layer), None)
    if found is None or store.find(layer) is None:
        return None
    taken = store.version(layer, found.version)
    return None if taken.record.access == "restricted" else taken


def _withheld(layer: str, depth: int) -> Step:
    return Step(depth, f"layer {layer}", {"access": "not public; nothing of it is shown"})


def _bytes(version: Version, depth: int) -> Iterator[Step]:
    facts = {
        "agency": version.record.agency,
        "licence": version.record.licence,
        "data sha256": version.manifest.data_sha256,
    }
    yield Step(depth, f"source layer {version.layer} version {version.number}", facts)
    for one in version.receipt.fetched:
        fetched = one.fetched_at.isoformat(timespec="seconds")
        yield Step(
            depth + 1,
            f"received {one.origin}",
            {"sha256": one.sha256, "bytes": one.bytes, "fetched": fetched},
        )


def _known(facts: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in facts.items() if value not in (None, "")}
