"""Counts: divided by weight, added up, totals conserved."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from layers.measures.acs import ZeroMargins, group_sums
from layers.measures.areal.moved import Gathered, Missing, Moved, columns_of, gather
from layers.measures.areal.weights import Weights
from layers.measures.arguments import FloatArray, nonnegative
from layers.measures.errors import ShapeMismatchError


def move_extensive(
    values: ArrayLike,
    weights: Weights,
    *,
    moe: ArrayLike | None = None,
    zeros: ZeroMargins = ZeroMargins.LARGEST_ONCE,
    missing: Missing = Missing.REFUSE,
) -> Moved:
    """Return counts of the targets: Σ weight × value over their sources; totals are conserved.

    `values` is (n_source, …) in the order of `weights.source_ids`, NaN where missing; `moe` has its shape.
    Margins follow the rule of sums (`acs.group_sums`, with `zeros` for zero estimates); the margin of a part
    of a source is taken as weight × margin, an approximation that understates small parts. A missing margin
    beside a value makes the target's margin NaN. Further axes (indicators, groups) are moved each for itself.
    """
    columns, shape = columns_of("values", values, weights)
    gathered = gather(columns, weights, missing)
    margin = None if moe is None else _margins(columns, moe, weights, zeros, gathered)
    uncovered = None if weights.overlapping else _uncovered(columns, weights)
    targets = (weights.target_ids.size, *shape)
    return Moved(
        np.where(gathered.known, gathered.total, np.nan).reshape(targets),
        None if margin is None else margin.reshape(targets),
        gathered.coverage.reshape(targets),
        gathered.status.reshape(targets),
        weights.target_method,
        weights.split_share,
        weights.unchanged,
        weights.basis,
        None if uncovered is None else np.reshape(uncovered, shape),
    )


def _uncovered(values: FloatArray, weights: Weights) -> FloatArray:
    """Return the part of the sources' total in no target (columns,), reading only sources that are not covered."""
    partly = np.flatnonzero(weights.uncovered)
    total: FloatArray = weights.uncovered[partly] @ np.nan_to_num(values[partly])
    return total


def _margins(
    values: FloatArray, moe: ArrayLike, weights: Weights, zeros: ZeroMargins, gathered: Gathered
) -> FloatArray:
    """Return the margins of the targets (n_target, columns), NaN where there is no value."""
    margins, _ = columns_of("moe", nonnegative("moe", moe), weights)
    if margins.shape != values.shape:
        raise ShapeMismatchError("moe does not have the shape of values; allowed: one margin per value")
    absent: NDArray[np.bool_] = np.isnan(values)
    source, target, weight = weights.entries
    sums = group_sums(
        np.where(absent, 0.0, values)[source],
        np.where(weight[:, None] > 0, weight[:, None] * np.where(absent, 0.0, margins)[source], 0.0),
        target,
        weights.target_ids.size,
        zeros=zeros,
    )
    return np.where(gathered.known, sums.moe, np.nan)
