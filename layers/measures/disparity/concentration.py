"""Absolute and relative concentration index, with the Wagstaff and Erreygers corrections for proportions.

ACI = 2 Σ p (x−½) y, x the fractional rank. Source: reference formulas §2; Wagstaff 2005; Erreygers 2009;
Kakwani, Wagstaff, van Doorslaer 1997 (regression form).
"""

import numpy as np

from layers.measures.disparity.cells import Cells
from layers.measures.disparity.formula import CellFunction, Formula
from layers.measures.disparity.types import FloatArray


def _aci_gradient(cells: Cells) -> FloatArray:
    return 2 * cells.p * cells.x_centred


def _aci(cells: Cells) -> FloatArray:
    return np.asarray((_aci_gradient(cells) * cells.y).sum(axis=0))


def _aci_regression(cells: Cells) -> FloatArray:
    """Classical variance of the slope of 2σ²y on the rank by weighted least squares; μ taken as known."""
    centred = cells.x_centred
    level = (cells.p * cells.y).sum(axis=0)
    slope = (cells.p * centred * cells.y).sum(axis=0) / cells.rank_variance
    residual = (cells.y - level - slope * centred) * cells.present
    degrees = cells.present.sum(axis=0) - 2
    scatter = (cells.p * residual**2).sum(axis=0) / np.where(degrees > 0, degrees, np.nan)
    return np.asarray(4 * scatter * cells.rank_variance)


def _per_mean(cells: Cells) -> FloatArray:
    return 1 / cells.positive_mean


def _per_mean_slope(cells: Cells) -> FloatArray:
    return -1 / cells.positive_mean**2


def _wagstaff(cells: Cells) -> FloatArray:
    return cells.scale / (cells.positive_mean * (cells.scale - cells.mean))


def _wagstaff_slope(cells: Cells) -> FloatArray:
    return -(cells.scale - 2 * cells.mean) * _wagstaff(cells) ** 2 / cells.scale


def _erreygers(cells: Cells) -> FloatArray:
    return np.full_like(cells.mean, 4 / cells.scale)


def _erreygers_slope(cells: Cells) -> FloatArray:
    return np.zeros_like(cells.mean)


def _relative(factor: CellFunction, slope: CellFunction) -> Formula:
    """ACI times a function of the mean, with the derivative of that function."""

    def gradient(cells: Cells) -> FloatArray:
        return _aci_gradient(cells) * factor(cells) + _aci(cells) * slope(cells) * cells.p

    return Formula(
        value=lambda cells: _aci(cells) * factor(cells),
        gradient=gradient,
        regression=lambda cells: _aci_regression(cells) * factor(cells) ** 2,
    )


ACI = Formula(value=_aci, gradient=_aci_gradient, regression=_aci_regression)
RCI = _relative(_per_mean, _per_mean_slope)
RCI_WAGSTAFF = _relative(_wagstaff, _wagstaff_slope)
RCI_ERREYGERS = _relative(_erreygers, _erreygers_slope)
