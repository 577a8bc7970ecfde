"""Releases of a register of people: tables of counts under disclosure control, published as layers.

The register and the patterns of what was hidden lie in the private store; only the protected counts, with one
symbol for all that is hidden, reach the public one. No message holds a count of the register.
"""

import hashlib
import json
from collections.abc import Iterator

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy import sparse

from catalog.errors import DataError
from catalog.places import Places, PlacesConfiguration
from catalog.records import PublishedColumn
from catalog.registers import Register, RegisterRelease
from layers.derive.protection import Protection, movements_id, pattern_id, tables_of
from layers.derive.publication import Declared, Product, publish_derived
from layers.ingest import Outcome, Run
from layers.measures.suppression import (
    Pattern,
    Structure,
    SuppressionError,
    certify,
    named_policy,
    primary_rows,
    protect_release,
)
from layers.normalise import Notes

METHOD = "3"
"""Raised when the same declaration and register give something else: every release is then made again."""


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

    if made and made[0].movements is not None and made[0].movements.nnz:
        proof = _movements_product(protection, made[0].movements)
        kept = publish_derived(
            run, run.private, _declared(movements_id(release.id), release, sha256), lambda notes: proof
        )
        if kept.failed:
            return Outcome(release.id, kept.receipt.model_copy(update={"layer": release.id}))

    def counts(notes: Notes) -> Product:
        found = made[0] if made else _protected(protection, release)
        for name, value in certify(found).to_dict().items():
            notes.add("disclosure control", f"{name}: {value}")
        return _counts_product(protection, release, found)

    return publish_derived(run, run.store, _declared(release.id, release, sha256), counts)


def _protected(protection: Protection, release: RegisterRelease) -> Pattern:
    """What the release shows and hides beside everything released before.

    Raises:
        DataError: it would give a cell away, or cannot be protected.

    """
    register = protection.register
    policy = named_policy(register.policy)
    structure = protection.structure(tables_of(release))
    try:
        none = np.full(len(structure), np.nan)  # counts are no percentages, and no place is exempt
        primary = primary_rows(policy, structure.counts, denominators=none, populations=none)
        return protect_release(
            structure,
            policy,
            primary,
            protection.released(),
            when_revealing=register.when_revealing,
            wish=_wish(structure),
            exact=register.exact,
        )
    except SuppressionError as error:
        raise DataError(str(error), layer=release.id) from error


def _wish(structure: Structure) -> NDArray[np.float64]:
    """How much each cell should stay shown: more, the fewer cells its table has at its levels, so totals most."""
    wish = np.full(len(structure), -np.inf)
    for block in structure.blocks:
        rows = np.unique(block.group[block.group >= 0])
        wish[rows] = np.maximum(wish[rows], -np.log2(max(len(rows), 1)))
    return wish


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


def _movements_product(protection: Protection, movements: sparse.csr_array) -> Product:
    """One row per movement and finest cell that it changes; the changes are of no person and hold no count."""
    whole = sparse.coo_array(movements)
    number, cell = whole.coords
    rows = pa.table(
        {
            "movement": pa.array(number, pa.int64()),
            "cell": pa.array(cell, pa.int64()),
            "change": pa.array(whole.data, pa.float64()),
        }
    )
    columns = (
        _column("movement", "integer", "Movement", "Movimiento", "Number of the movement."),
        _column("cell", "integer", "Cell", "Celda", "Number of the finest cell."),
        _column("change", "number", "Change", "Cambio", "By how much a possible table differs there."),
    )
    return Product(rows, columns, ("movement", "cell"), protection.inputs, protection.version.record)


def _counts_product(protection: Protection, release: RegisterRelease, pattern: Pattern) -> Product:
    """One row per published cell: codes, levels of places, and the count or why there is none."""
    frame = protection.published_cells(pattern.structure)
    rows = frame.pop("row").to_numpy()
    hidden = pattern.hidden[rows]
    arrays = {name: pa.array(values, pa.string()) for name, values in frame.items()}
    columns = list(_cell_columns(protection.register))
    key = tuple(column.name for column in columns)
    arrays["count"] = pa.array(np.where(hidden, 0, pattern.structure.counts[rows]), pa.int64(), mask=hidden)
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


def _cell_columns(register: Register) -> Iterator[PublishedColumn]:
    """The columns that say which cell a row is."""
    yield _column("table", "string", "Table", "Tabla", "Name of the table.")
    for one in register.dimensions:
        yield _column(
            one.name, "string", one.title, one.title_es, f"{one.title}; total where it is not split."
        )
        if one.places is not None:
            title, title_es = f"{one.title}: level", f"{one.title_es}: nivel"
            yield _column(f"{one.name}_level", "string", title, title_es, f"Kind of place of {one.name}.")


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
