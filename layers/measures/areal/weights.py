"""A crosswalk: which share of each source place goes to each target place."""

from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from layers.measures.areal.errors import OverlappingPlacesError, WeightsError
from layers.measures.areal.ids import IdArray, IndexArray, listed, positions, unique_ids
from layers.measures.arguments import FloatArray, divide, real
from layers.measures.errors import ShapeMismatchError

TOLERANCE = 1e-9
"""How far a sum of shares may be from 1 by floating-point rounding alone."""


class Method(IntEnum):
    """How weights were made, from the surest to the last resort."""

    NESTING = 1
    """Every source lies whole in its target: values add up exactly."""
    POPULATION = 2
    """Sources are divided by where their people live."""
    AREA = 3
    """Sources are divided by surface, as if people lived evenly on it."""


@dataclass(frozen=True, eq=False)
class Weights:
    """Shares of source places in target places.

    `matrix` is (n_source, n_target), CSR, entries 0 … 1. A stored 0 means that the source touches the target
    with nobody in it. `uncovered` (n_source,) is the share of each source that lies in no target, so a row of
    the matrix and its uncovered share add up to 1; with `overlapping` targets (buffers, hand-drawn places
    that share ground) a row may add up to more, and totals over targets then count people more than once.
    `basis` says in words what the weights were made of, for the record of every value that they move.

    Raises WeightsError where shares do not add up, UnknownPlaceError for bad ids.
    """

    matrix: sparse.csr_array
    source_ids: IdArray
    target_ids: IdArray
    method: Method
    basis: str
    uncovered: FloatArray
    overlapping: bool = False

    def __post_init__(self) -> None:
        if not self.matrix.has_canonical_format:
            object.__setattr__(self, "matrix", sparse.csr_array(sparse.coo_array(self.matrix)))
        sources = unique_ids("source_ids", self.source_ids)
        targets = unique_ids("target_ids", self.target_ids)
        if self.matrix.shape != (sources.size, targets.size) or self.uncovered.shape != sources.shape:
            raise ShapeMismatchError(
                f"matrix {self.matrix.shape} and uncovered {self.uncovered.shape} do not fit "
                f"{sources.size} sources and {targets.size} targets"
            )
        if not self.basis.strip():
            raise WeightsError(
                "basis is empty; say what the weights were made of, such as '2020 block counts'"
            )
        self._check_shares(sources)
        object.__setattr__(self, "source_ids", sources)
        object.__setattr__(self, "target_ids", targets)

    def _check_shares(self, sources: IdArray) -> None:
        parts = np.concatenate([self.matrix.data, self.uncovered])
        if not ((parts >= 0) & (parts <= 1 + TOLERANCE)).all():
            raise WeightsError("weights hold a share outside 0 … 1 or a missing one")
        total = self.matrix.sum(axis=1) + self.uncovered
        wrong = total < 1 - TOLERANCE if self.overlapping else np.abs(total - 1) > TOLERANCE
        if wrong.any():
            raise WeightsError(
                f"weights and uncovered share do not add up to 1 for {listed(sources[wrong])}; "
                "allowed: exactly 1, or more where overlapping is declared"
            )

    @property
    def entries(self) -> tuple[IndexArray, IndexArray, FloatArray]:
        """Source index, target index and weight of every link, by source."""
        source = np.repeat(np.arange(self.source_ids.size), np.diff(self.matrix.indptr))
        return source, self.matrix.indices.astype(np.intp), self.matrix.data

    @property
    def links(self) -> NDArray[np.int64]:
        """Number of sources linked to each target (n_target,)."""
        return np.bincount(self.matrix.indices, minlength=self.target_ids.size)

    @property
    def split(self) -> NDArray[np.bool_]:
        """Sources of which only a part goes to some target (n_source,)."""
        source, _, weight = self.entries
        partial = (weight > TOLERANCE) & (weight < 1 - TOLERANCE)
        return np.bincount(source[partial], minlength=self.source_ids.size) > 0

    @property
    def split_share(self) -> FloatArray:
        """Share of each target's weight that came from split sources (n_target,); 0 where none did."""
        return np.nan_to_num(divide(self.matrix.T @ self.split.astype(float), self.matrix.sum(axis=0)))

    @property
    def target_method(self) -> NDArray[np.int8]:
        """`Method` code of each target (n_target,): nesting where no source had to be split."""
        return np.where(self.split_share > 0, self.method, Method.NESTING).astype(np.int8)

    @property
    def unchanged(self) -> NDArray[np.bool_]:
        """Targets that are one whole source (n_target,): values, medians and published margins stand."""
        whole = self.matrix.data >= 1 - TOLERANCE
        wholes = np.bincount(self.matrix.indices[whole], minlength=self.target_ids.size)
        return np.asarray((wholes == 1) & (self.links == 1), dtype=np.bool_)

    def align(self, ids: ArrayLike, values: ArrayLike) -> FloatArray:
        """Return values (n, …), given by id, in the order of `source_ids`; NaN for sources not given.

        Raises UnknownPlaceError for ids that are not among the sources, or repeated.
        """
        given, numbers = unique_ids("ids", ids), real("values", values)
        if numbers.shape[:1] != given.shape:
            raise ShapeMismatchError(f"values {numbers.shape} do not line up with {given.size} ids")
        ordered = np.full((self.source_ids.size, *numbers.shape[1:]), np.nan)
        ordered[positions("ids", given, "source_ids", self.source_ids)] = numbers
        return ordered

    def then(self, onward: "Weights") -> "Weights":
        """Return the weights that lead through these to the targets of `onward`.

        Each target here must be a source there (UnknownPlaceError); method and basis are the weaker and both.
        Raises OverlappingPlacesError when the targets here overlap: their parts have no places of their own.
        """
        if self.overlapping:
            raise OverlappingPlacesError(
                "the targets of the first step overlap; allowed: only those of the last"
            )
        step = positions("target_ids", self.target_ids, "the onward source_ids", onward.source_ids)
        return Weights(
            linked_product(self.matrix, onward.matrix[step]),
            self.source_ids,
            onward.target_ids,
            max(self.method, onward.method),
            "; ".join(dict.fromkeys([self.basis, onward.basis])),
            self.uncovered + self.matrix @ onward.uncovered[step],
            onward.overlapping,
        )

    def allocate_uncovered(self) -> Self:
        """Return weights that give each source's uncovered share to the targets that cover the rest of it.

        For layers whose outer borders disagree, such as a shoreline, while everybody lives inside both.
        A source without any target stays uncovered. Raises OverlappingPlacesError for overlapping targets.
        """
        if self.overlapping:
            raise OverlappingPlacesError("targets overlap, so there is no rest to allocate")
        covered = self.matrix.sum(axis=1)
        source, _, weight = self.entries
        shares = np.divide(weight, covered[source], out=np.zeros_like(weight), where=weight > 0)
        return replace(
            self,
            matrix=sparse.csr_array(
                (shares, self.matrix.indices, self.matrix.indptr), shape=self.matrix.shape
            ),
            basis=f"{self.basis}; uncovered shares allocated to the targets that cover the rest",
            uncovered=np.where(covered > 0, 0.0, self.uncovered),
        )


def linked_product(left: sparse.csr_array, right: sparse.csr_array) -> sparse.csr_array:
    """Return left @ right with an entry for every link, also where its weight is 0."""
    pattern = sparse.coo_array(_pattern(left) @ _pattern(right))
    product = sparse.coo_array(left @ right)
    rows = np.concatenate([pattern.row, product.row])
    columns = np.concatenate([pattern.col, product.col])
    data = np.concatenate([np.zeros(pattern.nnz), product.data])
    return sparse.csr_array((data, (rows, columns)), shape=pattern.shape)


def _pattern(matrix: sparse.csr_array) -> sparse.csr_array:
    return sparse.csr_array((np.ones(matrix.nnz), matrix.indices, matrix.indptr), shape=matrix.shape)
