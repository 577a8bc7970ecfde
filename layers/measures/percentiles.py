"""Where a value stands: percentiles by cut-off, percentile ranks, and ratios to an average.

Values are (n,) or (n, …); ranks are along the first axis, each further column for itself. NaN in, NaN out.
"""

import numpy as np
from numpy.typing import ArrayLike

from layers.measures.arguments import FloatArray, aligned, divide, real
from layers.measures.errors import NotFiniteError, ScaleError, ShapeMismatchError


def cutoff_percentile(values: ArrayLike, cutoffs: ArrayLike) -> FloatArray:
    """Return for each value the highest percentile whose cut-off is at or below it.

    `cutoffs` is (101,): the value at percentiles 0 … 100 of the state or country, never falling. A value at
    or below the minimum gets 0, even where the minimum is shared by many percentiles, as in a column of
    mostly zeros. Raises NotFiniteError for a missing cut-off and ScaleError for falling ones.
    Source: EJScreen percentiles (reproduces EJAM).
    """
    numbers, bounds = real("values", values), real("cutoffs", cutoffs)
    if bounds.shape != (101,):
        raise ShapeMismatchError(f"cutoffs have shape {bounds.shape}; allowed: (101,), percentiles 0 … 100")
    if np.isnan(bounds).any():
        raise NotFiniteError("cutoffs hold a missing one; allowed: all of percentiles 0 … 100")
    if (np.diff(bounds) < 0).any():
        raise ScaleError("cutoffs fall; allowed: never falling from percentile 0 to 100")
    reached = np.searchsorted(bounds, numbers, side="right") - 1
    percentile = np.where(numbers <= bounds[0], 0, reached)
    return np.where(np.isnan(numbers), np.nan, percentile.astype(np.float64))


def percentile_rank(values: ArrayLike, *, decimals: int | None = 4) -> FloatArray:
    """Return percentile ranks 0 … 1: (rank - 1) / (N - 1) over the values present, ties at the lowest rank.

    Rounded to `decimals`, exact halves upward, or not at all with None. NaN where N is 1: one place has no rank.
    Source: CDC/ATSDR Social Vulnerability Index (rounded, not truncated, to 4 decimals; made in SQL, whose ROUND
    takes 0.03125 to 0.0313, where NumPy would give 0.0312).
    """
    from scipy.stats import rankdata  # takes most of a second to import

    numbers = real("values", values)
    below = rankdata(numbers, method="min", axis=0, nan_policy="omit") - 1
    others = np.broadcast_to(_count(numbers) - 1, numbers.shape)
    if decimals is None:
        return divide(below, others)
    one = 10**decimals
    ranked = ~np.isnan(numbers) & (others > 0)
    whole, parts = (np.where(ranked, array, 1).astype(np.int64) for array in (others, below))
    return np.where(ranked, (2 * parts * one + whole) // (2 * whole) / one, np.nan)


def rank_share(values: ArrayLike) -> FloatArray:
    """Return ranks as a share of the values present: rank / N, ties at their mean rank; the highest is 1.

    Source: pandas `rank(pct=True)`, as in the Climate and Economic Justice Screening Tool.
    """
    from scipy.stats import rankdata

    numbers = real("values", values)
    return divide(rankdata(numbers, method="average", axis=0, nan_policy="omit"), _count(numbers))


def ratio_to_average(values: ArrayLike, average: ArrayLike) -> FloatArray:
    """Return value / average of the state or country; NaN where the average is 0. Both broadcast."""
    numbers, means = real("values", values), real("average", average)
    aligned(values=numbers, average=means)
    return divide(numbers, means)


def _count(numbers: FloatArray) -> FloatArray:
    return np.asarray((~np.isnan(numbers)).sum(axis=0), dtype=np.float64)
