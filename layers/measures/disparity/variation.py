"""Between-group variance, standard deviation and coefficient of variation, corrected for sampling noise.

Noise spreads the estimates further than the true values lie: E[Σ p (y−μ)²] = BGV + Σ p s² − Σ p² s² for
independent groups. The corrected measures subtract it. Source: reference formulas §3; Ahn, Harper, Yu, Feuer,
Liu, Luta 2018.
"""

import numpy as np

from layers.measures.disparity.cells import Cells
from layers.measures.disparity.formula import CellFunction, Formula, not_negative
from layers.measures.disparity.types import FloatArray


def _spread(cells: Cells) -> FloatArray:
    return np.asarray((cells.p * cells.deviation**2).sum(axis=0))


def _corrected(cells: Cells) -> FloatArray:
    return _spread(cells) - (cells.p * (1 - cells.p) * cells.s**2).sum(axis=0)


def _gradient(cells: Cells) -> FloatArray:
    return 2 * cells.p * cells.deviation


def _curvature(cells: Cells) -> FloatArray:
    """Second-order part of the variance of a quadratic form in independent normals."""
    p, v = cells.p, cells.s**2
    cross = (p**2 * v).sum(axis=0) ** 2 - (p**4 * v**2).sum(axis=0)
    return np.asarray(2 * (cross + (p**2 * (1 - p) ** 2 * v**2).sum(axis=0)))


def _formulas(spread: CellFunction) -> tuple[Formula, Formula, Formula]:
    """BGV, BGSD and COV on the given between-group variance."""
    variance = Formula(value=spread, gradient=_gradient, curvature=_curvature)
    deviation = Formula(
        value=spread, gradient=_gradient, curvature=_curvature, scale="root", bounds=not_negative
    )
    coefficient = Formula(
        value=lambda cells: (100 / cells.positive_mean) ** 2 * spread(cells),
        gradient=lambda cells: (
            (100 / cells.positive_mean) ** 2
            * (_gradient(cells) - 2 * spread(cells) / cells.positive_mean * cells.p)
        ),
        curvature=lambda cells: (100 / cells.positive_mean) ** 4 * _curvature(cells),
        scale="root",
        bounds=not_negative,
    )
    return variance, deviation, coefficient


BGV, BGSD, COV = _formulas(_corrected)
BGV_UNCORRECTED, BGSD_UNCORRECTED, COV_UNCORRECTED = _formulas(_spread)
