"""Releases of a register of people: tables of counts under disclosure control, published as layers.

The register and the patterns of what was hidden lie in the private store; only the protected counts, with one
symbol for all that is hidden, reach the public one. No message holds a count of the register.
"""

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from catalog.errors import DataError, UnknownLayer
from catalog.places import Places, PlacesConfiguration
from catalog.records import LayerInput, PublishedColumn
from catalog.registers import Register, RegisterRelease
from catalog.store import Version
from catalog.vocabulary import TOTAL as TOTAL_CODE
from layers.derive.publication import Declared, Product, publish_derived
from layers.ingest import Outcome, Run
from layers.measures.suppression import (
    TOTAL,
    Cells,
    Dimension,
    Pattern,
    Release,
    Structure,
    SuppressionError,
    Table,
    certify,
    named_policy,
    primary_rows,
    protect_release,
)
from layers.normalise import Notes

METHOD = "1"
"""Raised when the same declaration and register give something else: every release is then made again."""


@dataclass(frozen=True)
class Protection:
    """A register ready for its releases: its finest cells, its dimensions and where they come from."""

    run: Run
    register: Register
    places: Places

    @cached_property
    def version(self) -> Version:
        """The version of the register.

        Raises:
            UnknownLayer: the register is not in the private store.

        """
        found = self.run.private.find(self.register.layer)
        if found is None:
            raise UnknownLayer(self.register.layer, self.run.private.layers())
        return found

    @cached_property
    def cells(self) -> Cells:
        """People by all combinations of codes, combinations without a person included."""
        columns = [dimension.column for dimension in self.register.dimensions]
        rows = pq.read_table(self.version.data, columns=columns)
        domains = {dimension.name: self._domain(dimension.name) for dimension in self.register.dimensions}
        records = {
            dimension.name: rows[dimension.column].to_numpy() for dimension in self.register.dimensions
        }
        try:
            return Cells.tabulate(records, domains)
        except SuppressionError as error:
            raise DataError(str(error), layer=self.register.layer) from error

    @cached_property
    def dimensions(self) -> tuple[Dimension, ...]:
        """The dimensions with the places that they are summed to."""
        return tuple(
            Dimension(
                one.name,
                {
                    kind: self.places.parents(one.places.type, kind, one.places.vintage)
                    for kind in (one.places.within if one.places else ())
                }
                if one.places
                else None,
            )
            for one in self.register.dimensions
        )

    @property
    def inputs(self) -> tuple[LayerInput, ...]:
        """The exact versions behind the cells and their roll-ups."""
        version = self.version
        own = LayerInput(layer=version.layer, version=version.number, sha256=version.manifest.data_sha256)
        return (own, *(item for item in self.places.inputs if item.layer != own.layer))

    def structure(self, tables: list[dict[str, object]]) -> Structure:
        """The published cells of some tables, as `tables_of` writes them."""
        made = [Table(str(one["name"]), one["by"]) for one in tables]  # type: ignore[arg-type]
        return Structure.build(self.cells, made, self.dimensions)

    def earlier(self, of: str) -> tuple[Release, ...]:
        """All that was released of the register before a release, every version of every layer.

        Raises:
            DataError: a release was made with other roll-ups of places, so that both cannot be audited together.

        """
        found = []
        for layer in self.run.private.layers():
            if not layer.startswith(pattern_id("")) or layer == pattern_id(of):
                continue
            numbers = {
                entry.version for entry in self.run.private.history(layer) if entry.event == "published"
            }
            for number in sorted(numbers):
                found += self._kept(self.run.private.version(layer, number))
        own = self.run.private.find(pattern_id(of))
        before = range(1, own.number + 1) if own else range(0)
        for number in before:
            found += self._kept(self.run.private.version(pattern_id(of), number))
        return tuple(found)

    def _kept(self, pattern: Version) -> list[Release]:
        inputs = {item.layer: item.sha256 for item in pattern.record.inputs}
        now = {item.layer: item.sha256 for item in self.inputs}
        if inputs.get(self.version.layer) != now[self.version.layer]:
            return []
        if any(now.get(layer, sha256) != sha256 for layer, sha256 in inputs.items()):
            raise DataError(
                f"release {pattern.layer} was made with other roll-ups of places; both cannot be audited together",
                layer=self.version.layer,
            )
        rows = pq.read_table(pattern.data).to_pandas().sort_values("row")
        tables = json.loads(rows["tables"].iloc[0])
        name = f"{pattern.layer} version {pattern.number}"
        return [Release(name, self.structure(tables), rows["primary"].to_numpy(), rows["hidden"].to_numpy())]

    def _domain(self, name: str) -> list[str]:
        dimension = next(one for one in self.register.dimensions if one.name == name)
        if dimension.places is None:
            return list(dimension.codes)
        return [place.key.geoid for place in self.places.of(dimension.places.type, dimension.places.vintage)]


def derive_release(
    run: Run, register: Register, release: RegisterRelease, configuration: PlacesConfiguration
) -> Outcome:
    """The outcome of bringing one release up to date: its pattern in the private store, its counts in the public.

    Nothing is published when the release would give a cell away, cannot be protected, or the register is missing.
    """
    protection = Protection(run, register, Places(configuration, run.store))
    sha256 = _sha256(register, release, configuration)
    made: list[Pattern] = []

    def pattern(notes: Notes) -> Product:
        made.append(_protected(protection, release))
        return _pattern_product(protection, release, made[0])

    kept = publish_derived(run, run.private, _declared(pattern_id(release.id), release, sha256), pattern)
    if kept.failed:
        return Outcome(release.id, kept.receipt.model_copy(update={"layer": release.id}))

    def counts(notes: Notes) -> Product:
        found = made[0] if made else _kept_pattern(protection, release)
        for name, value in certify(found).to_dict().items():
            notes.add("disclosure control", f"{name}: {value}")
        return _counts_product(protection, release, found)

    return publish_derived(run, run.store, _declared(release.id, release, sha256), counts)


def tables_of(release: RegisterRelease) -> list[dict[str, object]]:
    """The tables of a release as they are kept with its pattern."""
    return [
        {"name": table.name, "by": {name: list(levels) for name, levels in table.by.items()}}
        for table in release.tables
    ]


def pattern_id(release: str) -> str:
    """The id of the private layer with a release's pattern."""
    return f"pattern-{release}"


def _protected(protection: Protection, release: RegisterRelease) -> Pattern:
    """What the release shows and hides beside everything released before.

    Raises:
        DataError: it would give a cell away, or cannot be protected.

    """
    register = protection.register
    policy = named_policy(register.policy)
    structure = protection.structure(tables_of(release))
    try:
        primary = primary_rows(policy, structure.counts)
        return protect_release(
            structure,
            policy,
            primary,
            protection.earlier(release.id),
            when_revealing=register.when_revealing,
            exact=register.exact,
        )
    except SuppressionError as error:
        raise DataError(str(error), layer=release.id) from error


def _kept_pattern(protection: Protection, release: RegisterRelease) -> Pattern:
    """The pattern of a release whose counts were not published yet, made again: equal input gives an equal one."""
    return _protected(protection, release)


def _pattern_product(protection: Protection, release: RegisterRelease, pattern: Pattern) -> Product:
    size = len(pattern.structure)
    rows = pa.table(
        {
            "row": pa.array(range(size), pa.int64()),
            "primary": pa.array(pattern.primary),
            "hidden": pa.array(pattern.hidden),
            "tables": pa.array([json.dumps(tables_of(release))] * size, pa.string()),
        }
    )
    columns = (
        _column("row", "integer", "Row", "Fila", "Number of the published cell."),
        _column("primary", "boolean", "Primary", "Primaria", "Hidden by its own number."),
        _column("hidden", "boolean", "Hidden", "Oculta", "Hidden for any reason."),
        _column("tables", "string", "Tables", "Tablas", "The tables of the release."),
    )
    return Product(rows, columns, ("row",), protection.inputs, protection.version.record)


def _counts_product(protection: Protection, release: RegisterRelease, pattern: Pattern) -> Product:
    """One row per published cell: codes, levels of places, and the count or why there is none."""
    named = {one.name: one for one in protection.register.dimensions}
    frames = [pattern.structure.frame(table.name).assign(table=table.name) for table in release.tables]
    frame = pd.concat(frames, ignore_index=True)
    hidden = pattern.hidden[frame["row"].to_numpy()]
    counts = pattern.structure.counts[frame["row"].to_numpy()].astype(np.float64)
    arrays: dict[str, pa.Array] = {"table": pa.array(frame["table"], pa.string())}
    columns = [_column("table", "string", "Table", "Tabla", "Name of the table.")]
    for name, one in named.items():
        arrays |= _codes(frame, name, with_level=one.places is not None)
        columns.append(
            _column(name, "string", one.title, one.title_es, f"{one.title}; total where it is not split.")
        )
        if one.places is not None:
            said = f"Kind of place of {name}."
            columns.append(
                _column(f"{name}_level", "string", f"{one.title}: level", f"{one.title_es}: nivel", said)
            )
    key = tuple(column.name for column in columns)
    arrays["count"] = pa.array(np.where(hidden, 0, counts).astype(np.int64), mask=hidden)
    arrays["count_status"] = pa.array(np.where(hidden, "suppressed", "published"), pa.string())
    columns += [
        _column("count", "integer", "People", "Personas", "Number of people; none where it is suppressed."),
        _column("count_status", "string", "Status", "Estado", "Published, or suppressed to protect people."),
    ]
    certificate = certify(pattern)
    return Product(
        rows=pa.table(arrays),
        columns=tuple(columns),
        key=key,
        inputs=protection.inputs,
        source=protection.version.record,
        caveats=(f"Counts are hidden by the policy {certificate.policy}: {certificate.source}.",),
        access="public",
    )


def _codes(frame: pd.DataFrame, name: str, *, with_level: bool) -> dict[str, pa.Array]:
    whole = pd.Series(TOTAL, index=frame.index)
    codes = frame.get(name, whole).fillna(TOTAL)
    levels = frame.get(f"{name}_level", whole).fillna(TOTAL)
    total = (levels == TOTAL).to_numpy()
    arrays = {name: pa.array(np.where(total, TOTAL_CODE, codes.astype(str)), pa.string())}
    if with_level:
        arrays[f"{name}_level"] = pa.array(np.where(total, TOTAL_CODE, levels.astype(str)), pa.string())
    return arrays


def _declared(layer: str, release: RegisterRelease, sha256: str) -> Declared:
    return Declared(
        id=layer,
        title=release.title,
        title_es=release.title_es,
        description=release.description,
        theme=release.theme,
        keywords=release.keywords,
        sha256=sha256,
    )


def _column(name: str, kind: str, title: str, title_es: str, description: str) -> PublishedColumn:
    return PublishedColumn.model_validate(
        {"name": name, "type": kind, "title": title, "title_es": title_es, "description": description}
    )


def _sha256(register: Register, release: RegisterRelease, configuration: PlacesConfiguration) -> str:
    """A hash of all that is declared about a release; releases beside it are no part of it."""
    whole = register.model_dump(exclude={"releases"})
    texts = [METHOD, json.dumps(whole), release.model_dump_json(), configuration.model_dump_json()]
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()
