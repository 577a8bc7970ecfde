"""The finest cells: the counts that every published table is a sum of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from math import prod

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from layers.measures.suppression.errors import StructureError


@dataclass(frozen=True, eq=False)
class Cells:
    """Counts of persons by every combination of codes; counts stay out of its repr.

    codes: one array of codes per dimension, all of length n; each combination at most once.
    counts: n whole numbers of 0 or more.
    Combinations that are absent count as structurally impossible, known to every reader. When a policy hides
    zeros, the zero combinations must therefore be present; `Cells.tabulate` sees to that.
    """

    codes: Mapping[str, NDArray[np.str_]]
    counts: NDArray[np.int64] = field(repr=False)

    def __post_init__(self) -> None:
        """Take copies that cannot be written to, and refuse what is no table of counts."""
        raw = np.asarray(self.counts)
        counts = _whole_numbers(raw)
        codes = {name: _codes(name, values, len(counts)) for name, values in self.codes.items()}
        if not codes:
            raise StructureError("cells have no dimension; at least one column of codes is needed")
        repeated = int(pd.DataFrame(codes).duplicated().sum())
        if repeated:
            raise StructureError(
                f"{repeated} of {len(counts)} cells repeat a combination of {', '.join(codes)}"
            )
        object.__setattr__(self, "codes", codes)
        object.__setattr__(self, "counts", counts)

    def __repr__(self) -> str:
        return f"Cells({len(self)} cells by {', '.join(self.codes)})"

    def __len__(self) -> int:
        return len(self.counts)

    @property
    def fingerprint(self) -> str:
        """sha256 of the dimensions and codes, without the counts: two releases can be compared when it agrees."""
        digest = sha256()
        for name in sorted(self.codes):
            digest.update(f"{name}\0".encode())
            digest.update("\0".join(self.codes[name].tolist()).encode())
        return digest.hexdigest()

    @classmethod
    def tabulate(cls, records: Mapping[str, ArrayLike], domains: Mapping[str, Sequence[str]]) -> "Cells":
        """Count person records by all combinations of the domains, those without a person included.

        records: one code per person and dimension; domains: the codes each dimension can take, in the same order
        of dimensions. Raises StructureError for a record outside its domain.
        """
        if not domains or set(domains) - set(records):
            raise StructureError(f"records have {sorted(records)}, domains name {sorted(domains)}")
        shape = tuple(len(values) for values in domains.values())
        flat: NDArray[np.int64] = np.zeros(len(np.asarray(records[next(iter(domains))])), dtype=np.int64)
        for name, values in domains.items():
            position = pd.Index(list(values)).get_indexer(pd.Index(np.asarray(records[name]).astype(str)))
            outside = int((position < 0).sum())
            if outside:
                raise StructureError(f"{outside} records have a code of {name} outside its domain")
            flat = flat * len(values) + position
        counts = np.bincount(flat, minlength=prod(shape))
        grid = np.unravel_index(np.arange(prod(shape)), shape)
        codes = {
            name: np.asarray(values, dtype=str)[index]
            for (name, values), index in zip(domains.items(), grid, strict=True)
        }
        return cls(codes, counts)


def _whole_numbers(raw: NDArray[np.generic]) -> NDArray[np.int64]:
    if raw.ndim != 1 or raw.dtype.kind not in "iuf":
        raise StructureError(
            f"counts are an array of {raw.ndim} axes and type {raw.dtype}; allowed: one, numeric"
        )
    values = raw.astype(np.float64)
    if not (np.isfinite(values) & (values >= 0) & (values == np.floor(values)) & (values < 2**53)).all():
        raise StructureError(
            "counts hold a value that is missing, negative or not whole; allowed: 0, 1, 2, …"
        )
    counts = raw.astype(np.int64)
    counts.setflags(write=False)
    return counts


def _codes(name: str, values: ArrayLike, size: int) -> NDArray[np.str_]:
    column = np.asarray(values)
    if column.shape != (size,):
        raise StructureError(f"dimension {name} has shape {column.shape}, counts have {size} cells")
    if pd.isna(column).any():
        raise StructureError(f"dimension {name} has cells without a code")
    codes = column.astype(str)
    codes.setflags(write=False)
    return codes
