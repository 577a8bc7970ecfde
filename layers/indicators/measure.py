"""Estimates with their margins and limits, from the numbers of the cells."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from catalog.indicators import Indicator
from layers.indicators.cells import Cells, Flags, Floats, Texts
from layers.measures.acs import ACS_CONFIDENCE, convert_moe, moe_proportion, moe_ratio, z_value
from layers.measures.arguments import divide
from layers.measures.rates import (
    Interval,
    binomial_clopper_pearson,
    binomial_wilson,
    poisson_exact,
)

_BINOMIAL: Mapping[str, Callable[..., Interval]] = MappingProxyType(
    {"wilson": binomial_wilson, "clopper-pearson": binomial_clopper_pearson}
)


@dataclass(frozen=True, eq=False)
class Measured:
    """Estimates, 90 % margins, limits at the policy's confidence, and where the margins are from."""

    estimate: Floats
    moe: Floats
    lower: Floats
    upper: Floats
    moe_source: Texts


def measured(indicator: Indicator, cells: Cells) -> Measured:
    """The indicator's values: finished ones as they are, counts, or numerator / denominator × per.

    Margins: of finished values and counts as published; of shares by the formula of proportions (with its
    fall-back), of rates and ratios by that of ratios; of complete counts from the binomial or Poisson variance,
    none where that is zero. Limits by the policy's method.
    """
    finished = ~np.isnan(cells.value)
    estimate = np.where(finished, cells.value, _made(indicator, cells))
    moe, source = _margin(indicator, cells, finished)
    lower, upper = (
        np.where(cells.whole, estimate, limit) for limit in _limits(indicator, cells, estimate, moe)
    )
    return Measured(estimate, moe, lower, upper, source)


def _made(indicator: Indicator, cells: Cells) -> Floats:
    if indicator.kind in ("share", "rate", "ratio"):
        return divide(cells.numerator, cells.denominator) * indicator.per
    return cells.numerator if indicator.kind == "count" else np.full(cells.size, np.nan)


def _margin(indicator: Indicator, cells: Cells, finished: Flags) -> tuple[Floats, Texts]:
    counted = _counted(indicator)
    if counted:
        made = _variance_margin(indicator, cells)
    elif indicator.kind in ("share", "rate", "ratio"):
        made = _survey_margin(indicator, cells)
    else:
        made = cells.numerator_moe
    moe = np.where(finished, np.where(np.isnan(cells.value_moe), made, cells.value_moe), made)
    as_published = cells.published & (finished | (indicator.kind == "count" and not counted))
    source = np.where(np.isnan(moe), "none", np.where(as_published, "published", "derived"))
    return moe, np.asarray(source, dtype=object)


def _counted(indicator: Indicator) -> bool:
    """Whether the numbers are complete counts, whose error is that of chance alone."""
    return indicator.policy.interval in (*_BINOMIAL, "poisson")


def _survey_margin(indicator: Indicator, cells: Cells) -> Floats:
    parts = (cells.numerator, cells.numerator_moe, cells.denominator, cells.denominator_moe)
    moe = moe_proportion(*parts).moe if indicator.kind == "share" else moe_ratio(*parts)
    whole = cells.whole & ~np.isnan(moe)
    return np.where(whole, 0.0, moe) * indicator.per


def _variance_margin(indicator: Indicator, cells: Cells) -> Floats:
    """1.645 standard errors of a complete count; NaN where a zero variance says nothing."""
    x = cells.numerator
    if indicator.kind == "count":
        variance = x
    elif indicator.policy.interval == "poisson":
        variance = divide(x, cells.denominator**2)
    else:
        p = divide(x, cells.denominator)
        variance = divide(np.clip(p * (1 - p), 0, None), cells.denominator)
    moe = z_value(ACS_CONFIDENCE) * np.sqrt(np.where(variance > 0, variance, np.nan)) * indicator.per
    return np.where(cells.whole, 0.0, moe)


def _limits(indicator: Indicator, cells: Cells, estimate: Floats, moe: Floats) -> tuple[Floats, Floats]:
    policy = indicator.policy
    nothing = np.full(cells.size, np.nan)
    if policy.interval == "none":
        return nothing, nothing
    if policy.interval == "margin":
        half = convert_moe(moe, to=policy.confidence)
        top = float(indicator.per) if indicator.kind == "share" else np.inf
        return np.maximum(estimate - half, 0.0), np.minimum(estimate + half, np.maximum(top, estimate))
    below = np.ones(cells.size) if indicator.kind == "count" else cells.denominator
    possible = ~np.isnan(cells.numerator) & (below > 0)
    if policy.interval == "poisson":
        limits = poisson_exact(np.where(possible, cells.numerator, np.nan), confidence=policy.confidence)
        return (
            divide(limits.lower * indicator.per, below),
            divide(limits.upper * indicator.per, below),
        )
    possible &= cells.numerator <= below
    limits = _BINOMIAL[policy.interval](
        np.where(possible, cells.numerator, np.nan),
        np.where(possible, below, np.nan),
        confidence=policy.confidence,
    )
    return limits.lower * indicator.per, limits.upper * indicator.per
