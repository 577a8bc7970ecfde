"""Population attributable risk and fraction: the gain if all did as well as the best group.

PAR = y_ref − μ, PAF = 100 (y_ref − μ)/μ; the reference is the most advantaged of ordered groups and otherwise
the best, which the data choose. A result of the wrong sign is 0. Source: reference formulas §3.
"""

import numpy as np

from layers.measures.disparity import from_mean
from layers.measures.disparity.cells import Cells
from layers.measures.disparity.formula import Formula
from layers.measures.disparity.interval import Contrasts
from layers.measures.disparity.mean_difference import best_indicator
from layers.measures.disparity.pairwise import most_advantaged, pick
from layers.measures.disparity.types import FloatArray


def _reference_indicator(cells: Cells) -> FloatArray:
    if cells.ranks is None:
        return best_indicator(cells)
    return np.asarray(cells.group_index == most_advantaged(cells), dtype=np.float64)


def _reference(cells: Cells) -> FloatArray:
    return from_mean.best(cells) if cells.ranks is None else pick(cells.y, most_advantaged(cells))


def _bounds(cells: Cells) -> tuple[float, float]:
    return (0.0, np.inf) if cells.high_is_good else (-np.inf, 0.0)


def _risk(cells: Cells) -> FloatArray:
    return _reference(cells) - cells.mean


def _risk_gradient(cells: Cells) -> FloatArray:
    return _reference_indicator(cells) - cells.p


def _fraction(cells: Cells) -> FloatArray:
    return 100 * (_reference(cells) / cells.positive_mean - 1)


def _fraction_gradient(cells: Cells) -> FloatArray:
    relative = _reference(cells) / cells.positive_mean
    return 100 * (_reference_indicator(cells) - relative * cells.p) / cells.positive_mean


def _risk_contrasts(cells: Cells) -> Contrasts | None:
    """Distance from μ of every group that could be the best, where the data choose it."""
    if cells.ranks is not None:
        return None
    sign = from_mean.direction(cells)
    cap, cap_se = from_mean.room(cells, cells.p)
    return Contrasts(
        sign * cells.deviation, from_mean.difference_se(cells, cells.p), cells.candidate, cap, cap_se, sign
    )


def _fraction_contrasts(cells: Cells) -> Contrasts | None:
    """The same as a percentage of μ."""
    if cells.ranks is not None:
        return None
    sign = from_mean.direction(cells)
    cap, cap_se = from_mean.relative_room(cells)
    value, se = 100 * sign * (from_mean.ratio(cells) - 1), 100 * from_mean.ratio_se(cells)
    return Contrasts(value, se, cells.candidate, 100 * cap, 100 * cap_se, sign)


PAR = Formula(value=_risk, gradient=_risk_gradient, contrasts=_risk_contrasts, bounds=_bounds)
PAF = Formula(value=_fraction, gradient=_fraction_gradient, contrasts=_fraction_contrasts, bounds=_bounds)
