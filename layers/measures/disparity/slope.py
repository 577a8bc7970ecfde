"""Slope and relative index of inequality from a straight line on the fractional rank.

The line is fitted with population weights; SII is its rise from rank 0 to 1, RII its end over its start. Both
are functions of the estimates through fixed weights, so one gradient serves the sampling variance (with the
groups' standard errors) and the HC1 sandwich (with the residuals). Source: reference formulas §2; Pamuk 1985;
Mackenbach and Kunst 1997.
"""

import numpy as np

from layers.measures.disparity.cells import Cells
from layers.measures.disparity.formula import CellFunction, Formula
from layers.measures.disparity.types import FloatArray


def sandwich(gradient: FloatArray, residual: FloatArray, cells: Cells) -> FloatArray:
    """HC1 variance, n/(n−2) Σ (gradient · residual)²; NaN with fewer than three groups."""
    count = cells.present.sum(axis=0)
    factor = count / np.where(count > 2, count - 2, np.nan)
    return np.asarray(factor * ((gradient * residual * cells.present) ** 2).sum(axis=0))


def _slope_gradient(cells: Cells) -> FloatArray:
    return cells.p * cells.x_centred / cells.rank_variance


def _slope(cells: Cells) -> FloatArray:
    return np.asarray((_slope_gradient(cells) * cells.y).sum(axis=0))


def _level(cells: Cells) -> FloatArray:
    """Height of the line at rank ½: the weighted mean of the groups."""
    return np.asarray((cells.p * cells.y).sum(axis=0))


def _ends(cells: Cells) -> tuple[FloatArray, FloatArray]:
    """Height of the line at rank 0 and 1, NaN where it is not positive."""
    level, half = _level(cells), _slope(cells) / 2
    start, end = level - half, level + half
    return np.where(start > 0, start, np.nan), np.where(end > 0, end, np.nan)


def _ratio(cells: Cells) -> FloatArray:
    start, end = _ends(cells)
    return end / start


def _ratio_gradient(cells: Cells) -> FloatArray:
    start, _ = _ends(cells)
    half = _slope_gradient(cells) / 2
    return ((cells.p + half) - _ratio(cells) * (cells.p - half)) / start


def _with_sandwich(gradient: CellFunction) -> CellFunction:
    def variance(cells: Cells) -> FloatArray:
        residual = cells.y - _level(cells) - _slope(cells) * cells.x_centred
        return sandwich(gradient(cells), residual, cells)

    return variance


SII_LINEAR = Formula(value=_slope, gradient=_slope_gradient, regression=_with_sandwich(_slope_gradient))
RII_LINEAR = Formula(
    value=_ratio, gradient=_ratio_gradient, scale="log", regression=_with_sandwich(_ratio_gradient)
)
