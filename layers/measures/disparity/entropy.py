"""Theil index and mean log deviation, both times 1000, standard errors included.

Source: reference formulas §3; Theil 1967; Ahn et al. 2018 (variances).
"""

import numpy as np
from scipy.special import xlogy

from layers.measures.disparity import from_mean
from layers.measures.disparity.cells import Cells
from layers.measures.disparity.formula import Formula, not_negative
from layers.measures.disparity.types import FloatArray

PER_THOUSAND = 1000.0


def _theil(cells: Cells) -> FloatArray:
    r = from_mean.ratio(cells)
    return np.asarray(PER_THOUSAND * (cells.p * xlogy(r, r)).sum(axis=0))


def _theil_gradient(cells: Cells) -> FloatArray:
    r = from_mean.ratio(cells)
    own = 1 + np.log(r)
    common = (cells.p * (r + xlogy(r, r))).sum(axis=0)
    return np.asarray(PER_THOUSAND * cells.p / cells.positive_mean * (own - common))


def _mean_log_deviation(cells: Cells) -> FloatArray:
    return np.asarray(-PER_THOUSAND * (cells.p * np.log(from_mean.ratio(cells))).sum(axis=0))


def _mean_log_deviation_gradient(cells: Cells) -> FloatArray:
    return PER_THOUSAND * cells.p * (1 / cells.positive_mean - 1 / cells.y)


THEIL = Formula(value=_theil, gradient=_theil_gradient, bounds=not_negative)
MEAN_LOG_DEVIATION = Formula(
    value=_mean_log_deviation, gradient=_mean_log_deviation_gradient, bounds=not_negative
)
