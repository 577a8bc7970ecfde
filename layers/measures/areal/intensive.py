"""Rates through their numerator and denominator, means by population, medians only unchanged."""

from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike

from layers.measures.acs import ZeroMargins, moe_proportion, moe_ratio
from layers.measures.areal.errors import MedianNotMovableError, RateNeedsPartsError
from layers.measures.areal.extensive import move_extensive
from layers.measures.areal.ids import listed
from layers.measures.areal.moved import Missing, Moved, Status, columns_of, gather
from layers.measures.areal.weights import Weights
from layers.measures.arguments import FloatArray, divide, nonnegative, real
from layers.measures.errors import ShapeMismatchError


class Statistic(StrEnum):
    """What kind of intensive value is moved: it decides the formula of the margin."""

    PROPORTION = "proportion"
    """The numerator is part of the denominator."""
    RATIO = "ratio"
    """It is not: rooms per dwelling, income per person."""


def move_intensive(
    numerator: ArrayLike,
    denominator: ArrayLike | None,
    weights: Weights,
    *,
    statistic: Statistic = Statistic.PROPORTION,
    numerator_moe: ArrayLike | None = None,
    denominator_moe: ArrayLike | None = None,
    zeros: ZeroMargins = ZeroMargins.LARGEST_ONCE,
    missing: Missing = Missing.REFUSE,
) -> Moved:
    """Return rates of the targets: moved numerator / moved denominator, as shares or ratios.

    Both are (n_source, …) in the order of `weights.source_ids`; a source enters only with both of them. Give
    both margins or none. A denominator that comes to 0 gives NaN with status ZERO_DENOMINATOR. Raises
    RateNeedsPartsError without a denominator: a finished rate cannot be averaged over places.
    """
    if denominator is None:
        raise RateNeedsPartsError(
            "a rate was given without its denominator; give numerator and denominator as counts. "
            "For a measured level such as a concentration use weighted_mean; for a median, median_from_bins"
        )
    top, bottom = _paired(numerator, denominator)
    if (numerator_moe is None) != (denominator_moe is None):
        raise RateNeedsPartsError("only one margin of the rate was given; give those of both parts, or none")
    above = move_extensive(top, weights, moe=numerator_moe, zeros=zeros, missing=missing)
    below = move_extensive(bottom, weights, moe=denominator_moe, zeros=zeros, missing=missing)
    margin = None
    if above.moe is not None and below.moe is not None:
        margin = _rate_margin(statistic, above.value, above.moe, below.value, below.moe)
    return Moved(
        divide(above.value, below.value),
        margin,
        above.coverage,
        np.where(below.value == 0, Status.ZERO_DENOMINATOR, above.status).astype(np.int8),
        above.method,
        above.split_share,
        above.unchanged,
        above.basis,
    )


def weighted_mean(
    values: ArrayLike, population: ArrayLike, weights: Weights, *, missing: Missing = Missing.AVAILABLE
) -> Moved:
    """Return population-weighted means of a measured level: Σ weight·people·value / Σ weight·people.

    `values` is (n_source, …), `population` (n_source,) or of the same shape. Sources without a value or
    a population are left out, and `coverage` is the share of the target's people that have a value; `missing`
    REFUSE gives NaN instead where anybody has none. A missing value where nobody lives does not matter. For
    exposures; never for rates that have a numerator. Formula: EPA EJScreen, environmental means of areas.
    """
    columns, shape = columns_of("values", values, weights)
    people, _ = columns_of("population", nonnegative("population", population), weights)
    if people.shape[1] not in (1, columns.shape[1]):
        raise ShapeMismatchError(
            "population does not line up with values; allowed: (n_source,) or their shape"
        )
    people = np.broadcast_to(people, columns.shape)
    present = ~np.isnan(people) & (~np.isnan(columns) | (people == 0))
    gathered = gather(np.nan_to_num(people * columns), weights, missing, present)
    counted = gather(people, weights, missing, present).total
    everybody = gather(people, weights, Missing.AVAILABLE).total
    status = np.where(gathered.known & (counted == 0), Status.ZERO_DENOMINATOR, gathered.status)
    coverage = np.where(everybody > 0, np.nan_to_num(divide(counted, everybody)), gathered.coverage)
    targets = (weights.target_ids.size, *shape)
    return Moved(
        np.where(gathered.known, divide(gathered.total, counted), np.nan).reshape(targets),
        None,
        coverage.reshape(targets),
        status.astype(np.int8).reshape(targets),
        weights.target_method,
        weights.split_share,
        weights.unchanged,
        weights.basis,
    )


def move_median(values: ArrayLike, weights: Weights, *, moe: ArrayLike | None = None) -> Moved:
    """Return medians of the targets, where each target is one whole source, such as under a new id.

    Raises MedianNotMovableError when any target with sources is made of several or of parts: medians neither
    add up nor average. Margins pass unchanged.
    """
    changed = (weights.links > 0) & ~weights.unchanged
    if changed.any():
        raise MedianNotMovableError(
            f"medians cannot be split or combined, as {listed(weights.target_ids[changed])} would need; "
            "move the counts of the binned distribution with move_extensive, then use median_from_bins"
        )
    return move_extensive(values, weights, moe=moe)


def _paired(numerator: ArrayLike, denominator: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Return both parts, missing wherever one of them is."""
    top, bottom = real("numerator", numerator), nonnegative("denominator", denominator)
    if top.shape != bottom.shape:
        raise ShapeMismatchError(
            f"numerator {top.shape} and denominator {bottom.shape} do not line up; allowed: one shape"
        )
    absent = np.isnan(top) | np.isnan(bottom)
    return np.where(absent, np.nan, top), np.where(absent, np.nan, bottom)


def _rate_margin(
    statistic: Statistic, top: FloatArray, top_moe: FloatArray, bottom: FloatArray, bottom_moe: FloatArray
) -> FloatArray:
    if statistic is Statistic.RATIO:
        return moe_ratio(top, top_moe, bottom, bottom_moe)
    return moe_proportion(top, top_moe, bottom, bottom_moe).moe
