"""Slope and relative index of inequality from a logistic curve on the fractional rank.

Each group is weighted once, by its share of people, and counts are not rounded: the score equations need only
the proportions. SII = (p(1)−p(0)) · scale, RII = p(1)/p(0). Source: reference formulas §2 and §4; World
Health Organization 2013, Handbook on health inequality monitoring.
"""

import numpy as np
from scipy.special import expit

from layers.measures.disparity.cells import Cells
from layers.measures.disparity.curve import index_gradients
from layers.measures.disparity.formula import CellFunction, Formula
from layers.measures.disparity.slope import sandwich
from layers.measures.disparity.types import FloatArray


def _sii(cells: Cells) -> FloatArray:
    fit = cells.curve
    return np.asarray((expit(fit.intercept + fit.slope) - expit(fit.intercept)) * cells.scale)


def _rii(cells: Cells) -> FloatArray:
    fit = cells.curve
    return np.asarray(expit(fit.intercept + fit.slope) / expit(fit.intercept))


def _sii_gradient(cells: Cells) -> FloatArray:
    return index_gradients(cells.curve, cells.x, cells.p)[0]


def _rii_gradient(cells: Cells) -> FloatArray:
    return index_gradients(cells.curve, cells.x, cells.p)[1] / cells.scale


def _with_sandwich(gradient: CellFunction) -> CellFunction:
    def variance(cells: Cells) -> FloatArray:
        return sandwich(gradient(cells), cells.y - cells.curve.fitted * cells.scale, cells)

    return variance


SII = Formula(value=_sii, gradient=_sii_gradient, regression=_with_sandwich(_sii_gradient))
RII = Formula(value=_rii, gradient=_rii_gradient, scale="log", regression=_with_sandwich(_rii_gradient))
