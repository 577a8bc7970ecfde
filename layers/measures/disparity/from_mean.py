"""Distance of one group from the population mean that contains it, with the part–whole covariance.

Var(y_i − μ) = s_i² − 2 p_i s_i² + Σ p² s² for independent groups and μ = Σ p y.
"""

import numpy as np

from layers.measures.disparity.cells import Cells
from layers.measures.disparity.types import FloatArray


def direction(cells: Cells) -> int:
    """1 where high is good, −1 where high is bad."""
    return 1 if cells.high_is_good else -1


def weighted_mean(cells: Cells, weight: FloatArray) -> FloatArray:
    """Mean of the groups under the given shares."""
    return np.asarray((weight * cells.y).sum(axis=0))


def difference_se(cells: Cells, weight: FloatArray) -> FloatArray:
    """Standard error of y_i minus the weighted mean, (groups, places)."""
    own = cells.s**2
    return np.sqrt(np.maximum(own * (1 - 2 * weight) + (weight**2 * own).sum(axis=0), 0))


def ratio(cells: Cells) -> FloatArray:
    """y_i / μ, NaN where μ is not positive."""
    return cells.y / cells.positive_mean


def ratio_se(cells: Cells) -> FloatArray:
    """Standard error of y_i / μ, (groups, places)."""
    own, r = cells.s**2, ratio(cells)
    variance = own * (1 - 2 * r * cells.p) + r**2 * (cells.p**2 * own).sum(axis=0)
    return np.sqrt(np.maximum(variance, 0)) / cells.positive_mean


def room(cells: Cells, weight: FloatArray) -> tuple[FloatArray | float, FloatArray | float]:
    """Distance from the weighted mean to the best value that the scale allows, and its standard error."""
    limit = cells.limits[1] if cells.high_is_good else cells.limits[0]
    if np.isinf(limit):
        return np.inf, 0.0
    mean_se = np.sqrt(((weight * cells.s) ** 2).sum(axis=0))
    return direction(cells) * (limit - weighted_mean(cells, weight)), mean_se


def relative_room(cells: Cells) -> tuple[FloatArray | float, FloatArray | float]:
    """The same distance from μ as a share of μ, and its standard error."""
    limit = cells.limits[1] if cells.high_is_good else cells.limits[0]
    if np.isinf(limit):
        return np.inf, 0.0
    mean_se = np.sqrt(((cells.p * cells.s) ** 2).sum(axis=0))
    mean = cells.positive_mean
    return direction(cells) * (limit / mean - 1), limit * mean_se / mean**2


def best(cells: Cells) -> FloatArray:
    """Estimate of the best group among the candidates, per place."""
    if cells.high_is_good:
        return np.asarray(np.where(cells.candidate, cells.y, -np.inf).max(axis=0))
    return np.asarray(np.where(cells.candidate, cells.y, np.inf).min(axis=0))
