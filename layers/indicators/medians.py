"""Medians: read from binned distributions, moved where a place is one whole other place, else said to be absent."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from catalog.indicators import FINISHED, Bins, Indicator
from layers.indicators.cells import Cells, Ranks, Texts
from layers.indicators.methods import METHODS, NOT_MOVABLE, ONE_WHOLE_PLACE, of_bins
from layers.indicators.statuses import HAS_VALUE, PUBLISHED, RANK
from layers.measures.acs import ZeroMargins, moe_from_standard_error, moe_sum
from layers.measures.areal import MedianKind, Method, Weights, median_from_bins, move_extensive

type Numbers = dict[str, NDArray[np.generic]]


def moved_medians(indicator: Indicator, parts: Cells, weights: Weights) -> Numbers:
    """The numbers of the targets of some weights: their bins where there are any, else the medians that stand.

    Bins bring no status of their own. A median stands where the target is one whole source; of several places or
    parts of them it is not published.
    """
    ids = parts.geoid.astype(str)
    if indicator.bins is not None:
        margins = weights.align(ids, parts.bins_moe)
        moved = move_extensive(
            weights.align(ids, parts.bins),
            weights,
            moe=None if np.isnan(margins).all() else margins,
            zeros=ZeroMargins(indicator.policy.zero_margins),
        )
        return {
            "bins": moved.value,
            "bins_moe": np.full(moved.value.shape, np.nan) if moved.moe is None else moved.moe,
            "method": _texts([METHODS[Method(code)] for code in moved.method]),
            "split_share": moved.split_share,
        }
    stands = weights.unchanged
    return {
        name: np.where(stands, _of_whole(weights, weights.align(ids, getattr(parts, name))), np.nan)
        for name in ("value", "value_moe")
    } | {
        "status": np.where(
            stands,
            np.nan_to_num(_of_whole(weights, weights.align(ids, parts.status)), nan=RANK["missing"]),
            RANK["not_published"],
        ).astype(np.int8),
        "published": np.asarray(stands & bool(parts.published.all())),
        "method": np.where(stands, ONE_WHOLE_PLACE, NOT_MOVABLE).astype(object),
    }


def with_medians(indicator: Indicator, cells: Cells) -> Cells:
    """The cells with the medians of their bins; where the source gives no place of a type any value, it says so."""
    if indicator.bins is not None:
        return _interpolated(indicator, indicator.bins, cells)
    if indicator.kind not in FINISHED:
        return cells
    known = {str(kind) for kind in cells.place_type[HAS_VALUE[cells.status] & ~np.isnan(cells.value)]}
    never = ~np.isin(cells.place_type.astype(str), list(known)) & (cells.status == RANK["missing"])
    return replace(cells, status=_instead(cells, never, "not_published"))


def _interpolated(indicator: Indicator, rule: Bins, cells: Cells) -> Cells:
    zeros = ZeroMargins(indicator.policy.zero_margins)
    margins = moe_sum(np.nan_to_num(cells.bins), cells.bins_moe, zeros=zeros)
    median = median_from_bins(
        cells.bins,
        (*rule.edges, np.inf),
        sum_moe=margins,
        pareto_width=rule.pareto_above or np.inf,
    )
    error = np.full(cells.size, np.nan) if median.standard_error is None else median.standard_error
    above = (median.kind == MedianKind.ABOVE) & (cells.status == PUBLISHED)
    return replace(
        cells,
        value=median.value,
        value_moe=moe_from_standard_error(error),
        denominator=cells.bins.sum(axis=1),
        denominator_moe=margins,
        status=_instead(cells, above, "top_coded"),
        method=_texts([of_bins(str(method)) for method in cells.method]),
    )


def _of_whole(weights: Weights, values: NDArray[np.float64]) -> NDArray[np.float64]:
    """The value of the first source of each target; NaN for a target without any."""
    source, target, _ = weights.entries
    found = np.full(weights.target_ids.size, np.nan)
    found[target[::-1]] = values[source[::-1]]
    return found


def _instead(cells: Cells, where: NDArray[np.bool_], status: str) -> Ranks:
    return np.where(where, RANK[status], cells.status).astype(np.int8)


def _texts(values: list[str]) -> Texts:
    return np.array(values, dtype=object)
