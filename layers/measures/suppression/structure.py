"""Published tables as one sparse 0/1 matrix over the finest cells.

A row is one published cell of some table and level; a column is one finest cell. Cells of several linked tables
that cover the same persons share one row, so hiding one hides all of them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from layers.measures.suppression.cells import Cells
from layers.measures.suppression.errors import StructureError

TOTAL = "Total"


@dataclass(frozen=True)
class Dimension:
    """A column of the cells and the coarser levels that its codes roll up to.

    roll_ups: level name → (finest code → code at that level). Levels may nest (tract, town, county) or overlap
    (town beside neighbourhood); a finest code that a level leaves out has no cell there. The level named like
    the dimension is the finest one, `Total` is everybody.
    """

    name: str
    roll_ups: Mapping[str, Mapping[str, str]]

    def __init__(self, name: str, roll_ups: Mapping[str, Mapping[str, str]] | None = None) -> None:
        levels = dict(roll_ups or {})
        reserved = {name, TOTAL} & set(levels)
        if reserved:
            raise StructureError(
                f"dimension {name}: level name {sorted(reserved)} is taken by the finest or total"
            )
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "roll_ups", levels)


@dataclass(frozen=True)
class Table:
    """One published table: per dimension the levels it shows; `margins` adds the total of each dimension."""

    name: str
    by: Mapping[str, Sequence[str]]
    margins: bool = True

    def groupings(self) -> list[dict[str, str]]:
        """Return every combination of levels that the table shows, as dimension → level."""
        levels = [[*shown, *([TOTAL] if self.margins else [])] for shown in self.by.values()]
        return [dict(zip(self.by, combination, strict=True)) for combination in product(*levels)]


@dataclass(frozen=True, eq=False)
class Block:
    """The cells of one table at one combination of levels: a partition of (some of) the finest cells.

    group: per finest cell the row of the structure's matrix that it adds to, -1 for none.
    """

    table: str
    levels: Mapping[str, str]
    group: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Structure:
    """Distinct published cells over finest cells.

    matrix: 0/1, one row per distinct published cell, one column per finest cell. blocks: which rows each table
    shows.
    """

    cells: Cells
    dimensions: tuple[Dimension, ...]
    blocks: tuple[Block, ...]
    matrix: sparse.csr_array

    @classmethod
    def build(
        cls, cells: Cells, tables: Sequence[Table], dimensions: Sequence[Dimension] = ()
    ) -> "Structure":
        """Lay out all cells of all tables, each set of persons once.

        Dimensions without roll-ups need not be given. Raises StructureError for unknown dimensions or levels.
        """
        known = {name: Dimension(name) for name in cells.codes} | {d.name: d for d in dimensions}
        if set(known) - set(cells.codes):
            raise StructureError(
                f"dimensions {sorted(set(known) - set(cells.codes))} are no columns of {cells!r}"
            )
        if not tables or len({table.name for table in tables}) < len(tables):
            raise StructureError("tables must be given, each with a name of its own")
        codes = _Levels(cells, known)
        shown = [(table.name, levels) for table in tables for levels in table.groupings()]
        groups = [codes.partition(levels) for _, levels in shown]
        groups, matrix = _distinct_rows(groups, len(cells))
        blocks = tuple(Block(t, levels, g) for (t, levels), g in zip(shown, groups, strict=True))
        return cls(cells, tuple(known.values()), blocks, matrix)

    def __repr__(self) -> str:
        tables = sorted({block.table for block in self.blocks})
        return f"Structure({len(self)} published cells of {', '.join(tables)} over {self.cells!r})"

    def __len__(self) -> int:
        return int(self.matrix.shape[0])

    @cached_property
    def counts(self) -> NDArray[np.int64]:
        """True count of every row."""
        return np.asarray(self.matrix @ self.cells.counts, dtype=np.int64)

    def frame(self, table: str) -> pd.DataFrame:
        """Return the cells of a table: a code and a `…_level` column per dimension, and `row` of the matrix."""
        levels = _Levels(self.cells, {d.name: d for d in self.dimensions})
        parts = [levels.describe(block) for block in self.blocks if block.table == table]
        if not parts:
            raise StructureError(f"no table {table!r}; there are {sorted({b.table for b in self.blocks})}")
        return pd.concat(parts, ignore_index=True)

    def joined(self, other: "Structure") -> tuple["Structure", NDArray[np.int64], NDArray[np.int64]]:
        """Return both structures as one, with the row of the whole for each row of self and of other.

        Both must lie over the same finest cells. Raises StructureError otherwise.
        """
        if self.cells.fingerprint != other.cells.fingerprint:
            raise StructureError(f"{self!r} and {other!r} do not lie over the same finest cells")
        groups = [block.group for block in (*self.blocks, *other.blocks)]
        offset = [0] * len(self.blocks) + [len(self)] * len(other.blocks)
        shifted = [np.where(g < 0, -1, g + o) for g, o in zip(groups, offset, strict=True)]
        groups, matrix = _distinct_rows(shifted, len(self.cells))
        blocks = [
            Block(b.table, b.levels, g) for b, g in zip((*self.blocks, *other.blocks), groups, strict=True)
        ]
        mine, theirs = np.empty(len(self), dtype=np.int64), np.empty(len(other), dtype=np.int64)
        for target, old, new in [
            *((mine, o.group, n.group) for o, n in zip(self.blocks, blocks, strict=False)),
            *(
                (theirs, o.group, n.group)
                for o, n in zip(other.blocks, blocks[len(self.blocks) :], strict=True)
            ),
        ]:
            target[old[old >= 0]] = new[old >= 0]
        whole = Structure(self.cells, _joined_dimensions(self, other), tuple(blocks), matrix)
        return whole, mine, theirs


def _joined_dimensions(one: Structure, two: Structure) -> tuple[Dimension, ...]:
    """Return the dimensions of both with all their levels; the labels of equal level names come from the first."""
    second = {dimension.name: dimension for dimension in two.dimensions}
    return tuple(Dimension(d.name, {**second[d.name].roll_ups, **d.roll_ups}) for d in one.dimensions)


class _Levels:
    """Codes of every finest cell at every level, as small integers, computed once per level."""

    def __init__(self, cells: Cells, dimensions: Mapping[str, Dimension]) -> None:
        self._cells = cells
        self._dimensions = dimensions
        self._seen: dict[tuple[str, str], tuple[NDArray[np.int64], NDArray[np.object_]]] = {}

    def codes(self, dimension: str, level: str) -> tuple[NDArray[np.int64], NDArray[np.object_]]:
        """Return per finest cell an index into the second array, the codes of the level; -1 where it has none."""
        if (dimension, level) not in self._seen:
            self._seen[dimension, level] = self._factorize(dimension, level)
        return self._seen[dimension, level]

    def _factorize(self, dimension: str, level: str) -> tuple[NDArray[np.int64], NDArray[np.object_]]:
        if dimension not in self._dimensions:
            raise StructureError(f"no dimension {dimension!r}; there are {sorted(self._dimensions)}")
        roll_ups = self._dimensions[dimension].roll_ups
        if level not in {dimension, TOTAL, *roll_ups}:
            raise StructureError(
                f"dimension {dimension} has no level {level!r}; it has {[dimension, *roll_ups, TOTAL]}"
            )
        finest = pd.Series(self._cells.codes[dimension], dtype=object)
        if level == TOTAL:
            finest = pd.Series(TOTAL, index=finest.index, dtype=object)
        elif level != dimension:
            finest = finest.map(dict(roll_ups[level]))
        index, labels = pd.factorize(finest)
        return index.astype(np.int64), np.asarray(labels, dtype=object)

    def partition(self, levels: Mapping[str, str]) -> NDArray[np.int64]:
        """Return the group of every finest cell at these levels, numbered from 0; -1 for none."""
        key = np.zeros(len(self._cells), dtype=np.int64)
        outside = np.zeros(len(self._cells), dtype=bool)
        for dimension, level in levels.items():
            index, labels = self.codes(dimension, level)
            key = pd.factorize(key * (len(labels) + 1) + index)[0].astype(np.int64)
            outside |= index < 0
        group = np.full(len(key), -1, dtype=np.int64)
        group[~outside] = pd.factorize(key[~outside])[0]
        return group

    def describe(self, block: Block) -> pd.DataFrame:
        """Return codes and levels of the cells of a block, read off the first finest cell of each."""
        rows, first = np.unique(block.group, return_index=True)
        rows, first = rows[rows >= 0], first[rows >= 0]
        columns: dict[str, object] = {}
        for dimension, level in block.levels.items():
            index, labels = self.codes(dimension, level)
            columns[dimension] = labels[index[first]]
            columns[f"{dimension}_level"] = level
        return pd.DataFrame({**columns, "row": rows})


def _distinct_rows(
    groups: Sequence[NDArray[np.int64]], width: int
) -> tuple[list[NDArray[np.int64]], sparse.csr_array]:
    """Number equal sets of finest cells alike, over all partitions, and return the partitions and their matrix.

    Sets are compared by size and by two sums of random 63-bit weights.
    """
    weights = np.random.default_rng(20_170_612).integers(1, 2**63, size=(2, width), dtype=np.uint64)
    keys, places = [], []
    for group in groups:
        covered = np.flatnonzero(group >= 0)
        number, local = np.unique(group[covered], return_inverse=True)
        sums = [np.bincount(local, minlength=len(number)).astype(np.uint64)]
        for weight in weights:
            total = np.zeros(len(number), dtype=np.uint64)
            np.add.at(total, local, weight[covered])
            sums.append(total)
        keys.append(np.stack(sums, axis=1))
        places.append((covered, local))
    frame = pd.DataFrame(np.concatenate(keys))
    distinct = frame.groupby([0, 1, 2], sort=False).ngroup().to_numpy()
    numbered, entries, start = [], [], 0
    for key, (covered, local) in zip(keys, places, strict=True):
        group = np.full(width, -1, dtype=np.int64)
        group[covered] = distinct[start : start + len(key)][local]
        numbered.append(group)
        start += len(key)
    seen = np.zeros(int(distinct.max()) + 1 if len(distinct) else 0, dtype=bool)
    for group in numbered:
        covered = np.flatnonzero(group >= 0)
        fresh = covered[~seen[group[covered]]]
        seen[group[fresh]] = True
        entries.append((group[fresh], fresh))
    row = np.concatenate([r for r, _ in entries])
    column = np.concatenate([c for _, c in entries])
    matrix = sparse.csr_array(
        (np.ones(len(row), dtype=np.int64), (row, column)), shape=(len(seen), width), dtype=np.int64
    )
    return numbered, matrix
