"""A topic's values as a page stores them: what the browser can work out itself is stored as its few exceptions."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import ndtri

from catalog.maps import Classes, Measure
from services.maps.columns import SPARE, Columns
from services.maps.comparisons import Compared
from services.maps.model import NO_POPULATION, Block, CodeArray, FloatArray, Topic

MEASURES: tuple[Measure, ...] = (
    "estimate",
    "gap_reference",
    "verdict_reference",
    "gap_state",
    "ratio_state",
    "verdict_state",
)
_Z_90 = float(ndtri(0.95))
_SAME, _BETTER, _WORSE, _UNRELIABLE, _SUPPRESSED, _NOBODY = range(6)

type Document = dict[str, Any]


@dataclass(frozen=True, eq=False)
class _Kept:
    """A block's estimates and margins as the page will have them, and what is written of the block so far."""

    block: Block
    estimate: FloatArray
    moe: FloatArray
    written: Document


def packed_blocks(
    topic: Topic, keys: list[str], whole: str | None, classes: Classes, columns: Columns
) -> Document:
    """The blocks of a topic by level; `whole` is the key of the state's."""
    kept = {key: _numbers(topic.blocks[key], topic.indicator.decimals, columns) for key in keys}
    state = kept.get(whole or "")
    for level in kept.values():
        level.written["status"] = columns.whole(level.block.status).document()
        level.written["breaks"] = {}
        if level is state:
            continue
        compared = Compared(topic, level.block, state.block if state else None)
        for measure in filter(compared.has, MEASURES):
            if measure.startswith("verdict"):
                codes = compared.verdict(measure)
                expected = _expected(topic, level, level if measure.endswith("reference") else state)
                other = np.where(codes == expected, 0, codes + 1)
                level.written[measure] = columns.whole(other).document()
            level.written["breaks"][measure] = compared.limits(measure, classes)
    return {key: level.written for key, level in kept.items()}


def critical(topic: Topic) -> float:
    """The square of how many 90 % margins a difference must exceed to be clear."""
    return float(ndtri((1 + topic.indicator.policy.confidence) / 2) / _Z_90) ** 2


def _numbers(block: Block, decimals: int, columns: Columns) -> _Kept:
    """Estimate and margin as they are; limits as differences from estimate ∓ margin × factor inside their range."""
    estimate, estimates = columns.numbers(block.estimate, decimals + SPARE)
    moe, margins = columns.numbers(block.moe, decimals + SPARE)
    found: Document = {"estimate": estimate.document(), "moe": moe.document()}
    if np.isfinite(block.lower).any():
        digits = max(estimate.digits, moe.digits)
        found["factor"] = factor = _factor(estimates, margins, block.lower)
        found["range"] = low, high = float(np.nanmin(block.lower)), float(np.nanmax(block.upper))
        half = np.nan_to_num(margins) * factor
        lower = np.maximum(np.nan_to_num(estimates) - half, low)
        upper = np.minimum(np.nan_to_num(estimates) + half, high)
        found["lower"] = columns.residuals(block.lower, lower, digits).document()
        found["upper"] = columns.residuals(block.upper, upper, digits).document()
    return _Kept(block, estimates, margins, found)


def _factor(estimate: FloatArray, moe: FloatArray, lower: FloatArray) -> float:
    """How many margins the limits are usually away from the estimate."""
    with np.errstate(divide="ignore", invalid="ignore"):
        factors = (estimate - lower) / moe
    known = factors[np.isfinite(factors)]
    return round(float(np.median(known)), 6) if len(known) else 0.0


def _expected(topic: Topic, level: _Kept, against: _Kept | None) -> CodeArray:
    """The verdicts as the browser works them out from what it has, with estimates taken as independent.

    It repeats these operations in this order, so that both come to the same bits.
    """
    if against is None:
        raise ValueError(f"indicator {topic.indicator.id!r} has no values for the state")
    row = slice(None) if against is not level else slice(topic.reference, (topic.reference or 0) + 1)
    estimate, moe = against.estimate[:, row], against.moe[:, row]
    difference = level.estimate - estimate
    with np.errstate(over="ignore"):
        bound = critical(topic) * (level.moe * level.moe + moe * moe)
        clear = difference * difference > bound
    better = (difference > 0) == (topic.indicator.direction != "lower_is_better")
    codes = np.where(clear, np.where(better, _BETTER, _WORSE), _SAME)
    codes[np.isnan(difference) | np.isnan(bound) | level.block.is_status("unreliable")] = _UNRELIABLE
    codes[level.block.is_status("suppressed")] = _SUPPRESSED
    codes[level.block.is_status(NO_POPULATION)] = _NOBODY
    return codes.astype(np.int8)
