"""What comes out of moving values, and what became of missing ones."""

from dataclasses import dataclass
from enum import IntEnum, StrEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from layers.measures.areal.weights import TOLERANCE, Weights
from layers.measures.arguments import FloatArray, divide, real
from layers.measures.errors import ShapeMismatchError


class Missing(StrEnum):
    """What a target becomes when some of its sources have no value."""

    REFUSE = "refuse"
    """Missing, for a sum over what is left would pass for the whole."""
    AVAILABLE = "available"
    """Made from the sources that have a value; `coverage` says how much they are of it."""


class Status(IntEnum):
    """What a moved value is."""

    COMPLETE = 1
    """Made from all sources of the target."""
    PARTIAL = 2
    """Made from the sources that have a value."""
    MISSING = 3
    """Not given, because a source has no value (or none has, where available ones were allowed)."""
    NO_SOURCE = 4
    """Not given, because no source touches the target."""
    ZERO_DENOMINATOR = 5
    """Not given, because nobody is in the denominator."""


@dataclass(frozen=True, eq=False)
class Moved:
    """Values of target places, with how each was made.

    `value`, `moe`, `coverage` and `status` are (n_target, …) with the further axes of the input; `value` and
    `moe` are NaN where not known. `coverage` is the share of the target's weight whose sources have a value,
    `status` a `Status` code (int8). Per target (n_target,): `method`, a `Method` code (int8); `split_share`,
    the share of its weight that came from sources that had to be split; `unchanged`, true where the target
    is one whole source, so that a published margin is still the published one. `basis` says what the weights
    were made of. `uncovered` (…) is the part of the sources' total that lies in no target, for counts moved
    to targets that do not overlap: Σ source = Σ target + uncovered; None for rates, means and overlaps.
    """

    value: FloatArray
    moe: FloatArray | None
    coverage: FloatArray
    status: NDArray[np.int8]
    method: NDArray[np.int8]
    split_share: FloatArray
    unchanged: NDArray[np.bool_]
    basis: str
    uncovered: FloatArray | None = None


@dataclass(frozen=True, eq=False)
class Gathered:
    """Weighted sums over the sources with a value, (n_target, columns), and their coverage and status."""

    total: FloatArray
    coverage: FloatArray
    status: NDArray[np.int8]

    @property
    def known(self) -> NDArray[np.bool_]:
        """Where the status lets a value be given."""
        return self.status <= Status.PARTIAL


def columns_of(name: str, values: ArrayLike, weights: Weights) -> tuple[FloatArray, tuple[int, ...]]:
    """Return values as (n_source, columns), and the further axes that they had."""
    array = real(name, values)
    if array.shape[:1] != weights.source_ids.shape:
        raise ShapeMismatchError(
            f"{name} has shape {array.shape}; allowed: ({weights.source_ids.size}, …) in the order of "
            "source_ids (Weights.align orders by id)"
        )
    return array.reshape(array.shape[0], -1), array.shape[1:]


def gather(
    values: FloatArray, weights: Weights, missing: Missing, present: NDArray[np.bool_] | None = None
) -> Gathered:
    """Return the weighted sums of values (n_source, columns), by default over those that are not NaN."""
    has_value = ~np.isnan(values) if present is None else present
    inward = sparse.csr_array(weights.matrix.T)
    lacking = _weight_without_value(inward, has_value)
    share = np.nan_to_num(divide(lacking, inward.sum(axis=1)[:, None]))
    coverage = np.where(share >= 1 - TOLERANCE, 0.0, 1 - share)
    given = Status.PARTIAL if missing is Missing.AVAILABLE else Status.MISSING
    status = np.where(lacking > 0, np.where(coverage > 0, given, Status.MISSING), Status.COMPLETE)
    untouched = weights.links == 0
    status[untouched], coverage[untouched] = Status.NO_SOURCE, 0.0
    total = inward @ (values if has_value.all() else np.where(has_value, values, 0.0))
    return Gathered(total, coverage, status.astype(np.int8))


def _weight_without_value(inward: sparse.csr_array, has_value: NDArray[np.bool_]) -> FloatArray:
    """Return the weight of each target's sources that have no value, (n_target, columns)."""
    lacking = np.zeros((inward.shape[0], has_value.shape[1]))
    gaps = ~has_value.all(axis=0)
    lacking[:, gaps] = inward @ (~has_value[:, gaps]).astype(np.float64)
    return lacking
