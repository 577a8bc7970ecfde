"""Steps of a walk from a number to its inputs: rows of a table, cells of its source, versions, bytes and origin."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from catalog.indicators import Indicator
from catalog.store import Store, Version
from layers.derive.explain_cells import source_cells

_TIDY = ("estimate", "moe", "numerator", "numerator_moe", "denominator", "denominator_moe", "lower", "upper")
_SAYS = ("status", "reliability", "moe_source", "method", "split_share")


@dataclass(frozen=True)
class Step:
    """One step of the walk: how deep it is, what it is about, and its facts in the order to be shown."""

    depth: int
    about: str
    facts: Mapping[str, object]


def from_table(
    store: Store, indicator: Indicator, table: Version, cells: list[dict[str, str]]
) -> Iterator[Step]:
    """The rows of an indicator's table, the cells of the source behind them, and the bytes of all inputs."""
    source = input_of(store, table, indicator.source.layer)
    tidy = pq.read_table(table.data)
    for one in cells:
        yield from _tidy_rows(indicator, table, tidy, source, one)
    if source is None:
        yield withheld(indicator.source.layer, 2)
    else:
        yield from origin_of(source, 2)
    for taken in table.record.inputs:
        other = None if taken.layer == indicator.source.layer else input_of(store, table, taken.layer)
        if other is not None:
            yield from origin_of(other, 2)


def _tidy_rows(
    indicator: Indicator, table: Version, tidy: pa.Table, source: Version | None, cell: Mapping[str, str]
) -> Iterator[Step]:
    fits = pa.scalar(True)
    for name, value in cell.items():
        fits = pc.and_(fits, pc.equal(tidy[name], value))
    codes = {one.name: cell[one.name] for one in indicator.dimensions if one.name in cell}
    group = ", ".join(f"{name} {code}" for name, code in codes.items()) or "everyone"
    for found in tidy.filter(fits).to_pylist():
        facts = {name: found[name] for name in (*_TIDY, *_SAYS)}
        about = f"tidy row of {table.layer} version {table.number}: {found['geoid']}, {group}"
        yield Step(2, about, known_facts({"period": found["period"]} | facts))
        if source is not None:
            for name, values in source_cells(indicator, source, found):
                yield Step(3, f"{source.layer} version {source.number}: {name}", values)


def all_inputs(store: Store, version: Version, depth: int) -> Iterator[Step]:
    """The inputs of any layer, down to those that were ingested."""
    if not version.record.inputs:
        yield from origin_of(version, depth)
    for one in version.record.inputs:
        found = input_of(store, version, one.layer)
        if found is None:
            yield withheld(one.layer, depth)
            continue
        yield Step(depth, f"made from {one.layer} version {one.version}", {"data sha256": one.sha256})
        yield from all_inputs(store, found, depth + 1)


def input_of(store: Store, version: Version, layer: str) -> Version | None:
    """The exact version that a layer was made from; None where it is not public."""
    found = next((one for one in version.record.inputs if one.layer == layer), None)
    if found is None or store.find(layer) is None:
        return None
    taken = store.version(layer, found.version)
    return None if taken.record.access == "restricted" else taken


def withheld(layer: str, depth: int) -> Step:
    """The end of a walk at a layer that is not public."""
    return Step(depth, f"layer {layer}", {"access": "not public; nothing of it is shown"})


def origin_of(version: Version, depth: int) -> Iterator[Step]:
    """An ingested version: agency, licence, and the bytes that were received."""
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


def known_facts(facts: Mapping[str, object]) -> dict[str, object]:
    """The facts that there are."""
    return {name: value for name, value in facts.items() if value not in (None, "")}
