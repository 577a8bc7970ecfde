"""A register of people as disclosure control sees it: its finest cells, its tables, and all that was released.

What a release hid is kept as a pattern, a layer of the private store; no pattern and no message holds a count.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
from scipy import sparse

from catalog.errors import DataError, UnknownLayer
from catalog.places import Places
from catalog.records import LayerInput
from catalog.registers import Register, RegisterRelease
from catalog.store import Store, Version
from catalog.vocabulary import TOTAL as TOTAL_CODE
from layers.ingest import Run
from layers.measures.suppression import (
    TOTAL,
    Cells,
    Dimension,
    Release,
    Structure,
    SuppressionError,
    Table,
    named_policy,
)

_PATTERN = "pattern-"


def pattern_id(release: str) -> str:
    """The id of the private layer with a release's pattern."""
    return f"{_PATTERN}{release}"


def movements_id(release: str) -> str:
    """The id of the private layer with the movements that prove a release's pattern."""
    return f"movements-{release}"


def release_id(pattern: str) -> str:
    """The id of the release whose pattern a private layer holds."""
    return pattern.removeprefix(_PATTERN)


def tables_of(release: RegisterRelease) -> list[dict[str, object]]:
    """The tables of a release as they are kept with its pattern."""
    return [
        {"name": table.name, "by": {name: list(levels) for name, levels in table.by.items()}}
        for table in release.tables
    ]


def kept_patterns(private: Store) -> Iterator[Version]:
    """Every pattern that was ever kept, version by version, in the order of the layers' names."""
    for layer in private.layers():
        if layer.startswith(_PATTERN):
            numbers = {entry.version for entry in private.history(layer) if entry.event == "published"}
            for number in sorted(numbers):
                yield private.version(layer, number)


def register_sha256(register: Register, made: Version) -> str | None:
    """The hash of the register's data that a pattern or a release was made of; None when of another register."""
    inputs = {item.layer: item.sha256 for item in made.record.inputs}
    return inputs.get(register.layer)


def _register_version(register: Register, pattern: Version) -> int:
    return next(item.version for item in pattern.record.inputs if item.layer == register.layer)


def _period(pattern: Version) -> str:
    """The period of the register that a pattern was kept for; patterns of before there were periods have none."""
    if "period" not in pq.read_schema(pattern.data).names:
        return ""
    return str(pq.read_table(pattern.data, columns=["period"])["period"][0])


def dimensions_text(register: Register) -> str:
    """The dimensions of a register as they are kept with a pattern, whose rows are numbered by them."""
    return json.dumps([dimension.model_dump() for dimension in register.dimensions])


@dataclass(frozen=True)
class Protection:
    """A register ready for its releases; `number` is its version, the current one where none is given."""

    run: Run
    register: Register
    places: Places
    number: int | None = None

    @cached_property
    def version(self) -> Version:
        """The version of the register.

        Raises:
            UnknownLayer: the register is not in the private store.

        """
        found = self.run.private.find(self.register.layer)
        if found is None:
            raise UnknownLayer(self.register.layer, self.run.private.layers())
        return found if self.number is None else self.run.private.version(self.register.layer, self.number)

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

    @cached_property
    def inputs(self) -> tuple[LayerInput, ...]:
        """The exact versions behind the cells and their roll-ups."""
        _ = self.dimensions, self.cells
        version = self.version
        own = LayerInput(layer=version.layer, version=version.number, sha256=version.manifest.data_sha256)
        return (own, *(item for item in self.places.inputs if item.layer != own.layer))

    def structure(self, tables: list[dict[str, object]]) -> Structure:
        """The published cells of some tables, as `tables_of` writes them."""
        made = [Table(str(one["name"]), one["by"]) for one in tables]  # type: ignore[arg-type]
        return Structure.build(self.cells, made, self.dimensions)

    def published_cells(self, structure: Structure) -> pd.DataFrame:
        """The cells of a structure's tables as they are published, with the `row` of the structure of each.

        Columns: table, per dimension its code (`total` where it is not split) and, for places, its level.
        """
        names = dict.fromkeys(block.table for block in structure.blocks)
        cells = pd.concat([structure.frame(name).assign(table=name) for name in names], ignore_index=True)
        found = pd.DataFrame({"table": cells["table"]})
        for one in self.register.dimensions:
            whole = pd.Series(TOTAL, index=cells.index)
            level = cells.get(f"{one.name}_level", whole).fillna(TOTAL)
            code = cells.get(one.name, whole).fillna(TOTAL).astype(str)
            found[one.name] = code.where(level != TOTAL, TOTAL_CODE)
            if one.places is not None:
                found[f"{one.name}_level"] = level.where(level != TOTAL, TOTAL_CODE)
        return found.assign(row=cells["row"])

    def released(self) -> tuple[Release, ...]:
        """All that was released of this version of the register so far: every version of every layer.

        Raises:
            DataError: a release was made with other roll-ups of places or other dimensions.

        """
        mine = self.version.manifest.data_sha256
        patterns = kept_patterns(self.run.private)
        return tuple(self.restored(one) for one in patterns if register_sha256(self.register, one) == mine)

    def former(self) -> tuple["Protection", ...]:
        """The register in every other state that was released for the same period before this version of it."""
        mine, numbers = self.version, set()
        for pattern in kept_patterns(self.run.private):
            sha256 = register_sha256(self.register, pattern)
            if sha256 not in (None, mine.manifest.data_sha256) and _period(pattern) == self.register.period:
                numbers.add(_register_version(self.register, pattern))
        return tuple(replace(self, number=number) for number in sorted(numbers) if number < mine.number)

    def since(self) -> tuple[Release, ...]:
        """What was released of later states of the register, as though it had counted the people of this version.

        Only what was released for a period for which this version was. A cell without anybody later tells nothing of
        how many there were.

        Raises:
            DataError: as `released`.

        """
        kept = list(kept_patterns(self.run.private))
        mine = self.version.manifest.data_sha256
        periods = {_period(one) for one in kept if register_sha256(self.register, one) == mine}
        found = []
        for pattern in kept:
            if register_sha256(self.register, pattern) in (None, mine) or _period(pattern) not in periods:
                continue
            number = _register_version(self.register, pattern)
            if number > self.version.number:
                seen = self.restored(pattern)
                counts = replace(self, number=number).restored(pattern).structure.counts
                none = np.zeros_like(seen.hidden)
                found.append(Release(seen.name, seen.structure, none, seen.hidden | (counts == 0)))
        return tuple(found)

    def restored(self, pattern: Version) -> Release:
        """The release that a kept pattern is of.

        Raises:
            DataError: it was made with other roll-ups of places or other dimensions than there are now, or under
                a policy that treats zeros otherwise.

        """
        now = {item.layer: item.sha256 for item in self.inputs if item.layer != self.register.layer}
        before = {item.layer: item.sha256 for item in pattern.record.inputs}
        if any(now.get(layer, sha256) != sha256 for layer, sha256 in before.items()):
            raise DataError(
                f"release {pattern.layer} was made with other roll-ups of places; both cannot be audited together",
                layer=self.version.layer,
            )
        rows = pq.read_table(pattern.data).to_pandas().sort_values("row")
        if "dimensions" in rows and rows["dimensions"].iloc[0] != dimensions_text(self.register):
            raise DataError(
                f"release {pattern.layer} was made with other dimensions; both cannot be audited together",
                layer=self.version.layer,
            )
        self._same_zeros(pattern, rows)
        name = f"{release_id(pattern.layer)} version {pattern.number}"
        structure = self.structure(json.loads(rows["tables"].iloc[0]))
        primary, hidden = rows["primary"].to_numpy(), rows["hidden"].to_numpy()
        return Release(name, structure, primary, hidden, self._movements(release_id(pattern.layer)))

    def _same_zeros(self, pattern: Version, rows: pd.DataFrame) -> None:
        """Refuse a pattern whose hidden cells mean something else: at least 1 where zeros are shown, else 0."""
        shown = named_policy(self.register.policy).zeros_shown
        if "zeros_shown" in rows and bool(rows["zeros_shown"].iloc[0]) != shown:
            raise DataError(
                f"release {pattern.layer} was made under a policy that {'hides' if shown else 'shows'} zeros, and "
                f"{self.register.policy} does not; both cannot be audited together",
                layer=self.version.layer,
            )

    def _movements(self, release: str) -> sparse.csr_array | None:
        """The movements kept last for a release; the audit checks each, so that old ones do no harm."""
        kept = self.run.private.find(movements_id(release))
        if kept is None:
            return None
        rows = pq.read_table(kept.data)
        number, cell = rows["movement"].to_numpy(), rows["cell"].to_numpy()
        known = cell < len(self.cells)
        shape = (int(number.max(initial=-1)) + 1, len(self.cells))
        entries = (rows["change"].to_numpy()[known], (number[known], cell[known]))
        return sparse.csr_array(sparse.coo_array(entries, shape=shape))

    def _domain(self, name: str) -> list[str]:
        dimension = next(one for one in self.register.dimensions if one.name == name)
        if dimension.places is None:
            return list(dimension.codes)
        return [place.key.geoid for place in self.places.of(dimension.places.type, dimension.places.vintage)]
