"""Standard errors and limits of segregation indices, by redrawing the counts.

Noise makes units look more different than they are, and redrawing adds the same upward bias again. The limits
are therefore centred at 2·estimate − mean of the redrawn index, which takes the bias out (and may leave an
uncorrected estimate above its own upper limit). Source of the corrected dissimilarity: Allen, Burgess,
Davidson, Windmeijer 2015.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
from scipy.special import ndtri

from layers.measures.disparity import interval
from layers.measures.disparity.results import Reason, finished
from layers.measures.disparity.segregation import (
    UnitCounts,
    dissimilarity,
    other_people,
    own_people,
    unit_shares,
)
from layers.measures.disparity.simulation import truncated_normal
from layers.measures.disparity.types import BoolArray, FloatArray, Options, Result, Status


def evaluate_index(index: Callable[[UnitCounts], FloatArray], data: UnitCounts, options: Options) -> Result:
    """Index with standard error and limits from redrawn counts, shape (places…).

    Each cell is drawn from its normal truncated at zero. Without `se` the counts are complete: no limits.
    """
    clean, gap = _without_gaps(data)
    with np.errstate(divide="ignore", invalid="ignore"):
        estimate = index(clean)
        if clean.se is None:
            draws, method = np.full((2, *estimate.shape), np.nan), "complete counts: no sampling error"
        else:
            draws = np.stack([index(table) for table in _redrawn(clean, clean.se, options)])
            method = f"normal quantile less bias, {options.draws} redrawn tables, seed {options.seed}"
    return _finished(clean, estimate, 2 * estimate - draws.mean(axis=0), draws, options, gap, method)


def evaluate_corrected_dissimilarity(data: UnitCounts, options: Options) -> Result:
    """Dissimilarity less the part that chance alone produces in small units: 2 D − mean of resampled D.

    People of each kind are allotted again to the units with the observed shares (multinomial). Counts are
    rounded to people; `se` is not used.
    """
    clean, gap = _without_gaps(data)
    rng = np.random.default_rng(options.seed)
    kinds = [np.rint(people) for people in (own_people(clean), other_people(clean))]
    with np.errstate(divide="ignore", invalid="ignore"):
        observed = _pair(clean, kinds)
        estimate = dissimilarity(observed)
        draws = np.stack(
            [dissimilarity(_pair(clean, [_allot(k, rng) for k in kinds])) for _ in range(options.draws)]
        )
        corrected = 2 * estimate - draws.mean(axis=0)
    method = f"normal quantile less bias, {options.draws} multinomial resamples, seed {options.seed}"
    return _finished(clean, np.clip(corrected, 0, 1), corrected, draws, options, gap, method)


def _pair(data: UnitCounts, kinds: list[FloatArray]) -> UnitCounts:
    return replace(data, counts=np.stack(kinds, axis=-1), group=0, other=1)


def _allot(people: FloatArray, rng: np.random.Generator) -> FloatArray:
    total = people.sum(axis=-1)
    shares = np.where(total[..., None] > 0, unit_shares(people), 1 / people.shape[-1])
    return rng.multinomial(total.astype(np.int64), shares).astype(np.float64)


def _redrawn(data: UnitCounts, se: FloatArray, options: Options) -> Iterator[UnitCounts]:
    rng = np.random.default_rng(options.seed)
    for _ in range(options.draws):
        uniform = rng.random((*data.counts.shape[-2:], 1))
        drawn = truncated_normal(data.counts[..., None], se[..., None], (0.0, np.inf), uniform)
        yield replace(data, counts=drawn[..., 0])


def _without_gaps(data: UnitCounts) -> tuple[UnitCounts, BoolArray]:
    """Data with incomplete units emptied, and which units those were."""
    gap = np.isnan(data.counts).any(axis=-1)
    clean = replace(
        data,
        counts=np.where(gap[..., None], 0.0, data.counts),
        se=None if data.se is None else np.where(gap[..., None], 0.0, data.se),
    )
    return clean, gap


def _finished(
    data: UnitCounts,
    estimate: FloatArray,
    centre: FloatArray,
    draws: FloatArray,
    options: Options,
    gap: BoolArray,
    method: str,
) -> Result:
    se = draws.std(axis=0, ddof=1)
    lower, upper = interval.normal(centre, se, float(ndtri((1 + options.confidence) / 2)))
    limits = np.clip(lower, 0, 1), np.clip(upper, 0, 1)
    inhabited = data.counts.sum(axis=-1) > 0
    nobody = (own_people(data).sum(axis=-1) == 0) | (other_people(data).sum(axis=-1) == 0)
    reasons: list[Reason] = [
        (Status.TOO_FEW_GROUPS, inhabited.sum(axis=-1) < 2),
        (Status.ZERO_POPULATION, nobody),
        (Status.NO_POPULATION, ~inhabited.any(axis=-1)),
    ]
    if options.missing == "strict":
        reasons.append((Status.MISSING_GROUP, gap.any(axis=-1)))
    dropped = gap.sum(axis=-1) if options.missing == "available" else 0
    return finished(estimate, se, limits, method=method, reasons=reasons, dropped=dropped)
