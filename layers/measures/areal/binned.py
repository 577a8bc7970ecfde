"""Medians of binned distributions, as the Census Bureau interpolates them."""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray

from layers.measures.acs import standard_error
from layers.measures.arguments import FloatArray, divide, nonnegative, open_share, positive, real
from layers.measures.errors import MeasureError, ScaleError, ShapeMismatchError

PARETO_WIDTH = 2_500.0
"""Width of a bin above which the Census Bureau interpolates incomes by Pareto, in dollars."""


class MedianKind(IntEnum):
    """How a median was read from its distribution."""

    LINEAR = 1
    """Evenly spread within its bin."""
    PARETO = 2
    """Thinning out within its bin, as incomes do."""
    BELOW = 3
    """In the open bin at the bottom: the value is that bin's upper edge, and the median is below it."""
    ABOVE = 4
    """In the open bin at the top: the value is that bin's lower edge, and the median is at or above it."""
    NONE = 5
    """Nobody is in the distribution, or a bin is missing: no value."""


@dataclass(frozen=True)
class Sample:
    """How the counts of a distribution were sampled, for the standard error of its median.

    `fraction` is the share of the universe in the sample (Census Bureau: 0.01 and 0.05 for one and five years
    of microdata; 0.025 and 0.125 for tables). `design_factor` comes from its tables by subject and state.
    """

    fraction: float
    design_factor: float = 1.0

    def __post_init__(self) -> None:
        open_share("fraction", self.fraction)
        positive("design_factor", self.design_factor)


@dataclass(frozen=True, eq=False)
class BinnedMedian:
    """Medians (n_place,), standard errors where sample or margins were given, and `MedianKind` codes (int8)."""

    value: FloatArray
    standard_error: FloatArray | None
    kind: NDArray[np.int8]


def median_from_bins(
    counts: ArrayLike,
    edges: ArrayLike,
    *,
    sample: Sample | None = None,
    sum_moe: ArrayLike | None = None,
    pareto_width: float = PARETO_WIDTH,
) -> BinnedMedian:
    """Return the median of each place's binned distribution.

    `counts` is (n_place, n_bin), `edges` (n_bin + 1,) rising, where -inf and inf mark open bins. Within a bin
    wider than `pareto_width` and above 0 the median is interpolated by Pareto, else linearly (inf: always
    linearly, right for ages and for anything that is not money). A median in an open bin is that bin's edge,
    marked by its kind and without standard error.

    The standard error of the share 50 % comes from a `sample`, as at the Census Bureau: DF · sqrt((1 - f) / (f ·
    B)) · 50 with base B, the sum of the bins; or from `sum_moe` (n_place,), the 90 % margin of that sum by the
    rule of sums: half of it over 1.645 · B, which is sqrt(Σ (½ · SE of a bin)²) / B for bins that are independent.
    Give one of them or none. Both ends of 50 % ± SE are interpolated, and half their distance is the SE of the
    median. NaN where an end lies in an open bin, or the margin is missing. Source: ACS PUMS Accuracy of the Data,
    standard errors of medians.
    """
    if sample is not None and sum_moe is not None:
        raise MeasureError("sample and sum_moe were both given; allowed: one of them, or none")
    table, bounds = nonnegative("counts", counts), _edges(edges)
    if table.ndim != 2 or table.shape[1] != bounds.size - 1:
        raise ShapeMismatchError(
            f"counts {table.shape} do not fit {bounds.size} edges; allowed: (n_place, {bounds.size - 1})"
        )
    base = table.sum(axis=1)
    value, kind = _quantile(table, bounds, np.full(base.shape, 0.5), pareto_width)
    half = _share_error(base, sample, sum_moe)
    if half is None:
        return BinnedMedian(value, None, kind)
    lower, lower_kind = _quantile(table, bounds, 0.5 - half, pareto_width)
    upper, upper_kind = _quantile(table, bounds, 0.5 + half, pareto_width)
    closed = np.maximum(lower_kind, upper_kind) <= MedianKind.PARETO
    return BinnedMedian(value, np.where(closed, (upper - lower) / 2, np.nan), kind)


def _share_error(base: FloatArray, sample: Sample | None, sum_moe: ArrayLike | None) -> FloatArray | None:
    """Return the standard error of the share 50 % of each base, None where nothing was given to tell it."""
    if sum_moe is not None:
        margin = nonnegative("sum_moe", sum_moe)
        if margin.shape != base.shape:
            raise ShapeMismatchError(
                f"sum_moe has shape {margin.shape}; allowed: {base.shape}, one per place"
            )
        return divide(0.5 * standard_error(margin), base)
    if sample is None:
        return None
    spread = divide(np.full(base.shape, 1 - sample.fraction), sample.fraction * base)
    return 0.5 * sample.design_factor * np.sqrt(spread)


def _quantile(
    table: FloatArray, bounds: FloatArray, share: FloatArray, pareto_width: float
) -> tuple[FloatArray, NDArray[np.int8]]:
    """Return the value below which `share` of each place's people are, and its kind."""
    upto = np.cumsum(table, axis=1)
    base = upto[:, -1]
    known = (base > 0) & (share > 0) & (share < 1)
    rank = np.where(known, share * base, 0.0)
    bin_ = np.minimum((upto < rank[:, None]).sum(axis=1), table.shape[1] - 1)
    inside = np.take_along_axis(table, bin_[:, None], axis=1)[:, 0]
    before = np.take_along_axis(upto, bin_[:, None], axis=1)[:, 0] - inside
    low, high = bounds[bin_], bounds[bin_ + 1]
    wide = (high - low > pareto_width) & (low > 0) & (base - before > inside)
    kind = np.select(
        [~known, np.isinf(low), np.isinf(high), wide],
        [MedianKind.NONE, MedianKind.BELOW, MedianKind.ABOVE, MedianKind.PARETO],
        MedianKind.LINEAR,
    )
    value = np.where(kind == MedianKind.BELOW, high, np.where(kind == MedianKind.ABOVE, low, np.nan))
    even, thinning = kind == MedianKind.LINEAR, kind == MedianKind.PARETO
    value[even] = low[even] + (high - low)[even] * (rank - before)[even] / inside[even]
    value[thinning] = _pareto(
        *(part[thinning] for part in (low, high, base - before, base - before - inside, base - rank))
    )
    return value, kind.astype(np.int8)


def _pareto(
    low: FloatArray, high: FloatArray, at_low: FloatArray, at_high: FloatArray, above: FloatArray
) -> FloatArray:
    """Return the value with `above` people at or above it; `at_low` and `at_high` are those at the edges."""
    result: FloatArray = low * (high / low) ** (np.log(at_low / above) / np.log(at_low / at_high))
    return result


def _edges(edges: ArrayLike) -> FloatArray:
    bounds = np.asarray(edges, dtype=np.float64)
    if bounds.ndim != 1 or bounds.size < 2:
        raise ShapeMismatchError(f"edges have shape {bounds.shape}; allowed: two or more in one dimension")
    real("edges between the first and the last", bounds[1:-1])
    if not (np.diff(bounds) > 0).all():
        raise ScaleError(
            "edges do not rise; allowed: strictly rising edges, -inf first and inf last for open bins"
        )
    if bounds.size == 2 and np.isinf(bounds).all():
        raise MeasureError("the only bin is open on both sides; allowed: at least one edge")
    return bounds
