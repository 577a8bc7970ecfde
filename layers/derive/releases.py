"""Releases of a register of people: tables of counts under disclosure control, published as layers.

The register and the patterns of what was hidden lie in the private store; only the protected counts, with one
symbol for all that is hidden, reach the public one. No message holds a count of the register.

A register that changed since it was released, for the same `period`, is not released again: the difference of two
releases counts the people who were corrected, which are few. `corrections: accepted` allows that, and then

1. a release hides also what it would hide had it counted the people of any earlier state, beside all that was
   released of that state: what was hidden stays protected as though nobody had been corrected;
2. what is small now is hidden and protected in the new release for itself, even where an earlier release showed it:
   that cannot be taken back.

A cell without anybody now is shown where the policy shows zeros. Registers of another period are of other people
or another time, and are not compared.
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
from layers.derive.protection import Protection, dimensions_text, movements_id, pattern_id, tables_of
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

METHOD = "5"
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
        for line in _correction_lines(protection):
            notes.add("disclosure control", line)
        return _counts_product(protection, release, found)

    return publish_derived(run, run.store, _declared(release.id, release, sha256), counts)


def _protected(protection: Protection, release: RegisterRelease) -> Pattern:
    """What the release shows and hides beside everything released before.

    Raises:
        DataError: it would give a cell away, cannot be protected, or would show the corrections of the register.

    """
    register = protection.register
    structure = protection.structure(tables_of(release))
    try:
        none = np.full(len(structure), np.nan)  # counts are no percentages, and no place is exempt
        policy = named_policy(register.policy)
        primary = primary_rows(policy, structure.counts, denominators=none, populations=none)
        former = protection.former()
        if former:
            _correction_accepted(protection, release)
            primary = primary | _kept_hidden(former, release, structure)
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


def _correction_accepted(protection: Protection, release: RegisterRelease) -> None:
    if protection.register.corrections == "refuse":
        raise DataError(
            f"register {protection.register.id} changed since {_former_releases(protection)} was released, and the "
            "difference of both counts the few people who were corrected; allowed: `corrections: accepted`, or "
            "another `period` where the register is of other people or another time",
            layer=release.id,
        )


def _former_releases(protection: Protection) -> str:
    return ", ".join(one.name for former in protection.former() for one in former.released())


def _kept_hidden(
    former: tuple[Protection, ...], release: RegisterRelease, structure: Structure
) -> NDArray[np.bool_]:
    """What the release must hide so that nothing comes to light that was hidden before the register was corrected.

    That is what it would hide had it counted the people of then, beside all that was released then and since.
    """
    hidden = np.zeros(len(structure), dtype=bool)
    for one in former:
        policy, then = named_policy(one.register.policy), one.structure(tables_of(release))
        none = np.full(len(then), np.nan)
        primary = primary_rows(policy, then.counts, denominators=none, populations=none)
        hidden |= protect_release(
            then,
            policy,
            primary,
            (*one.released(), *one.since()),
            when_revealing="suppress",
            wish=_wish(then),
            exact=one.register.exact,
        ).hidden
        hidden &= structure.counts >= policy.smallest_hidden
    return hidden


def _correction_lines(protection: Protection) -> Iterator[str]:
    """What the certificate says of corrections: differences with earlier releases are open to readers."""
    names = _former_releases(protection)
    if names:
        yield f"corrections: accepted; readers can subtract what is shown here from {names}"


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
            "dimensions": pa.array([dimensions_text(protection.register)] * size, pa.string()),
            "period": pa.array([protection.register.period] * size, pa.string()),
            "zeros_shown": pa.array([pattern.policy.zeros_shown] * size, pa.bool_()),
        }
    )
    columns = (
        _column("row", "integer", "Row", "Fila", "Number of the published cell."),
        _column("primary", "boolean", "Primary", "Primaria", "Hidden by its own number."),
        _column("hidden", "boolean", "Hidden", "Oculta", "Hidden for any reason."),
        _column("tables", "string", "Tables", "Tablas", "The tables of the release."),
        _column("dimensions", "string", "Dimensions", "Dimensiones", "The dimensions that number the rows."),
        _column("period", "string", "Period", "Periodo", "What the register is of."),
        _column("zeros_shown", "boolean", "Zeros", "Ceros", "Whether the policy shows zeros."),
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
