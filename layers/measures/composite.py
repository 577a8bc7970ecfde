"""Composite indexes: several numbers of each place put together into one rank.

Arrays are (places,) or (places, variables); the first axis is the places that are ranked against each other.
NaN is a missing value: a place without one of the values of a theme has no result for the theme.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray

from layers.measures.arguments import FloatArray, aligned, divide, nonnegative, real
from layers.measures.errors import ShapeMismatchError
from layers.measures.percentiles import percentile_rank

SUM_DECIMALS = 10
"""Sums of rounded ranks are rounded, so that places with equal ranks tie whatever the order of the sum."""
DRAWS = 400
Z90 = 1.645


class CompositeMethod(StrEnum):
    """How the variables of a theme become one number."""

    PERCENTILE_RANK_SUM = "percentile_rank_sum"
    Z_SCORE_MEAN = "z_score_mean"
    THRESHOLD_COUNT = "threshold_count"


@dataclass(frozen=True)
class Composite:
    """The result: `scores` (places, variables), `themes` and their ranks (places, themes), `total` and its rank."""

    scores: FloatArray
    themes: FloatArray
    theme_ranks: FloatArray
    total: FloatArray
    total_rank: FloatArray


def z_scores(values: ArrayLike) -> FloatArray:
    """Return (value - mean) / standard deviation along the first axis, over the values present.

    NaN where all values are equal: there is no spread to measure by. The deviation divides by N.
    """
    numbers = real("values", values)
    present = ~np.isnan(numbers)
    count = present.sum(axis=0)
    mean = divide(np.where(present, numbers, 0.0).sum(axis=0), count.astype(np.float64))
    deviation = np.sqrt(
        divide(np.where(present, (numbers - mean) ** 2, 0.0).sum(axis=0), count.astype(np.float64))
    )
    # rounding of the mean leaves a deviation of equal values, and their distances from the mean are its multiples
    varied = np.where(present, numbers, np.inf).min(axis=0) < np.where(present, numbers, -np.inf).max(axis=0)
    return divide(numbers - mean, np.broadcast_to(np.where(varied, deviation, 0.0), numbers.shape))


def composite(
    values: ArrayLike,
    themes: Sequence[int],
    method: CompositeMethod,
    *,
    high_is_bad: ArrayLike,
    thresholds: ArrayLike | None = None,
    decimals: int | None = 4,
) -> Composite:
    """The composite index of all places.

    Args:
        values: (places, variables), NaN where missing.
        themes: per variable the number of its theme, from 0.
        method: `percentile_rank_sum`: percentile ranks of the variables, summed to themes, ranked again; themes
            are summed and ranked for the total (CDC/ATSDR Social Vulnerability Index). `z_score_mean`: mean of
            z-scores by theme, mean of the themes. `threshold_count`: how many variables reach their threshold.
        high_is_bad: (variables,) whether a high value counts towards the index; else the scale is turned round
            (a rank becomes 1 − rank, as for income in the Social Vulnerability Index of 2018).
        thresholds: (variables,) for `threshold_count`.
        decimals: to which ranks are rounded, or None.

    Raises:
        ShapeMismatchError: the arguments do not fit each other.

    """
    numbers = real("values", values)
    bad = np.asarray(high_is_bad, dtype=bool)
    theme = np.asarray(themes, dtype=np.int64)
    if numbers.ndim != 2 or theme.shape != numbers.shape[1:] or bad.shape != numbers.shape[1:]:
        raise ShapeMismatchError(
            f"values have shape {numbers.shape}, themes {theme.shape}, high_is_bad {bad.shape}; "
            "allowed: (places, variables), (variables,), (variables,)"
        )
    turned = np.where(bad, numbers, -numbers)
    scores = _SCORES[method](turned, bad, thresholds, decimals)
    combine = _mean if method is CompositeMethod.Z_SCORE_MEAN else _sum
    by_theme = np.stack(
        [combine(scores[:, theme == number]) for number in range(int(theme.max()) + 1)], axis=1
    )
    total = combine(by_theme)
    return Composite(
        scores=scores,
        themes=by_theme,
        theme_ranks=percentile_rank(by_theme, decimals=decimals),
        total=total,
        total_rank=percentile_rank(total, decimals=decimals),
    )


def rank_limits(
    values: ArrayLike,
    moe: ArrayLike,
    index: Callable[[FloatArray], FloatArray],
    *,
    draws: int = DRAWS,
    seed: int = 0,
) -> tuple[FloatArray, FloatArray]:
    """Where 90 % of ranks lie when the values vary by their 90 % margins of error.

    `index` makes ranks (places,) of values (places, variables). Values are drawn independently from normal
    distributions with standard error moe / 1.645; a missing margin counts as none. The limits are the 5th and
    95th percentile of the ranks of `draws` draws, widened where needed to hold the rank of the values themselves.
    """
    numbers, margins = real("values", values), nonnegative("moe", moe)
    aligned(values=numbers, moe=margins)
    deviation = np.nan_to_num(margins) / Z90
    generator = np.random.default_rng(seed)
    ranks = np.stack(
        [index(numbers + deviation * generator.standard_normal(numbers.shape)) for _ in range(draws)]
    )
    own = index(numbers)
    missing = np.isnan(own)
    lower, upper = np.quantile(np.where(missing, 0.0, ranks), (0.05, 0.95), axis=0)
    return (
        np.where(missing, np.nan, np.minimum(lower, own)),
        np.where(missing, np.nan, np.maximum(upper, own)),
    )


def _ranks(
    turned: FloatArray, bad: NDArray[np.bool_], thresholds: ArrayLike | None, decimals: int | None
) -> FloatArray:
    """Ranks of the values as they are; where high is good, 1 − rank, so that ties share the rank of the worst."""
    rank = percentile_rank(np.where(bad, turned, -turned), decimals=decimals)
    reversed_rank = 1 - rank if decimals is None else np.round(1 - rank, decimals)
    return np.where(bad, rank, reversed_rank)


def _z(
    turned: FloatArray, bad: NDArray[np.bool_], thresholds: ArrayLike | None, decimals: int | None
) -> FloatArray:
    return z_scores(turned)


def _flags(
    turned: FloatArray, bad: NDArray[np.bool_], thresholds: ArrayLike | None, decimals: int | None
) -> FloatArray:
    if thresholds is None:
        raise ShapeMismatchError("thresholds are not given; allowed: one per variable")
    limits = real("thresholds", thresholds)
    if limits.shape != turned.shape[1:]:
        raise ShapeMismatchError(f"thresholds have shape {limits.shape}; allowed: {turned.shape[1:]}")
    limits = np.where(bad, limits, -limits)
    return np.where(np.isnan(turned), np.nan, (turned >= limits).astype(np.float64))


_SCORES = {
    CompositeMethod.PERCENTILE_RANK_SUM: _ranks,
    CompositeMethod.Z_SCORE_MEAN: _z,
    CompositeMethod.THRESHOLD_COUNT: _flags,
}


def _sum(parts: FloatArray) -> FloatArray:
    return np.round(parts.sum(axis=1), SUM_DECIMALS)


def _mean(parts: FloatArray) -> FloatArray:
    return parts.mean(axis=1)
