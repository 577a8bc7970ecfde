"""Mean differences from the mean, the best group and a reference, and the index of disparity built on them.

Source: reference formulas §3; Harper and Lynch 2005 (National Cancer Institute); Pearcy and Keppel 2002.
"""

import numpy as np
from scipy.special import ndtr

from layers.measures.disparity import from_mean
from layers.measures.disparity.cells import Cells
from layers.measures.disparity.errors import MissingInputError
from layers.measures.disparity.formula import CellFunction, Formula, not_negative
from layers.measures.disparity.interval import Contrasts
from layers.measures.disparity.types import FloatArray


def population_share(cells: Cells) -> FloatArray:
    """Weights of the weighted measures."""
    return cells.p


def equal_share(cells: Cells) -> FloatArray:
    """Weights of the unweighted measures."""
    return cells.u


def _total(terms: FloatArray) -> FloatArray:
    return np.asarray(terms.sum(axis=0))


def _noise(distance: FloatArray, se: FloatArray) -> FloatArray:
    """E|d + noise| − |d| for a normal error: the upward bias of an absolute distance (folded normal).

    It falls with |d|, which noise makes look larger than it is: the square of d is taken less that of its error.
    """
    true = np.sqrt(np.maximum(distance**2 - se**2, 0))
    ratio = true / np.where(se > 0, se, np.nan)
    excess = se * np.sqrt(2 / np.pi) * np.exp(-(ratio**2) / 2) - 2 * true * ndtr(-ratio)
    return np.where(se == 0, 0.0, excess)


def _noise_from_mean(share: CellFunction) -> CellFunction:
    def bias(cells: Cells) -> FloatArray:
        se = from_mean.difference_se(cells, cells.p)
        return _total(share(cells) * _noise(cells.deviation, se))

    return bias


def _noise_from_reference(share: CellFunction) -> CellFunction:
    def bias(cells: Cells) -> FloatArray:
        row = _reference_row(cells)
        se = np.hypot(cells.s, cells.s[row]) * (cells.group_index != row)
        return _total(share(cells) * _noise(cells.y - cells.y[row], se))

    return bias


def _from_mean(share: CellFunction) -> tuple[CellFunction, CellFunction]:
    """Value and gradient of Σ w |y − μ|."""

    def value(cells: Cells) -> FloatArray:
        return _total(share(cells) * np.abs(cells.deviation))

    def gradient(cells: Cells) -> FloatArray:
        signed = share(cells) * np.sign(cells.deviation)
        return signed - cells.p * _total(signed)

    return value, gradient


def from_mean_formula(share: CellFunction) -> Formula:
    """Mean difference from the mean, MDM."""
    value, gradient = _from_mean(share)
    return Formula(value=value, gradient=gradient, bias=_noise_from_mean(share), bounds=not_negative)


def index_of_disparity(share: CellFunction) -> Formula:
    """Index of disparity from the mean, 100 Σ w |y − μ| / μ."""
    value, gradient = _from_mean(share)
    bias = _noise_from_mean(share)
    return Formula(
        value=lambda cells: 100 * value(cells) / cells.positive_mean,
        bias=lambda cells: 100 * bias(cells) / cells.positive_mean,
        gradient=lambda cells: (
            100 * (gradient(cells) - value(cells) / cells.positive_mean * cells.p) / cells.positive_mean
        ),
        bounds=not_negative,
    )


def from_best_formula(share: CellFunction) -> Formula:
    """Mean difference from the best group, MDB = |best − Σ w y|; the best group is chosen by the data."""

    def value(cells: Cells) -> FloatArray:
        distance = from_mean.best(cells) - from_mean.weighted_mean(cells, share(cells))
        return from_mean.direction(cells) * distance

    def gradient(cells: Cells) -> FloatArray:
        return from_mean.direction(cells) * (best_indicator(cells) - share(cells))

    def contrasts(cells: Cells) -> Contrasts:
        weight = share(cells)
        above = from_mean.direction(cells) * (cells.y - from_mean.weighted_mean(cells, weight))
        cap, cap_se = from_mean.room(cells, weight)
        return Contrasts(above, from_mean.difference_se(cells, weight), cells.candidate, cap, cap_se)

    return Formula(value=value, gradient=gradient, contrasts=contrasts, bounds=not_negative)


def best_indicator(cells: Cells) -> FloatArray:
    """1 for the (first) best group, 0 for the others."""
    score = np.where(cells.candidate, from_mean.direction(cells) * cells.y, -np.inf)
    return np.asarray(cells.group_index == score.argmax(axis=0), dtype=np.float64)


def _reference_row(cells: Cells) -> int:
    if cells.reference is None:
        raise MissingInputError(
            "reference is None; allowed for this measure: the index of the reference group"
        )
    return cells.reference


def _from_reference(share: CellFunction) -> tuple[CellFunction, CellFunction]:
    """Value and gradient of Σ w |y − y_ref|."""

    def value(cells: Cells) -> FloatArray:
        return _total(share(cells) * np.abs(cells.y - cells.y[_reference_row(cells)]))

    def gradient(cells: Cells) -> FloatArray:
        row = _reference_row(cells)
        signed = share(cells) * np.sign(cells.y - cells.y[row])
        return np.asarray(signed - (cells.group_index == row) * _total(signed))

    return value, gradient


def from_reference_formula(share: CellFunction) -> Formula:
    """Mean difference from the reference group, MDR; the mean includes the reference itself."""
    value, gradient = _from_reference(share)
    bias = _noise_from_reference(share)
    return Formula(value=value, gradient=gradient, bias=bias, bounds=not_negative, reference=_reference_row)


def index_from_reference() -> Formula:
    """Pearcy–Keppel index, 100/(n−1) Σ |y − y_ref| / y_ref over the other groups."""
    value, gradient = _from_reference(equal_share)
    bias = _noise_from_reference(equal_share)

    def others(cells: Cells) -> FloatArray:
        return np.asarray(100 / (1 - cells.u.max(axis=0)))

    def base(cells: Cells) -> FloatArray:
        reference = cells.y[_reference_row(cells)]
        return np.where(reference > 0, reference, np.nan)

    def slope(cells: Cells) -> FloatArray:
        at_reference = cells.group_index == _reference_row(cells)
        relative = gradient(cells) - at_reference * value(cells) / base(cells)
        return np.asarray(others(cells) * relative / base(cells))

    return Formula(
        value=lambda cells: others(cells) * value(cells) / base(cells),
        gradient=slope,
        bias=lambda cells: others(cells) * bias(cells) / base(cells),
        bounds=not_negative,
        reference=_reference_row,
    )


MDM_UNWEIGHTED, MDM_WEIGHTED = from_mean_formula(equal_share), from_mean_formula(population_share)
MDB_UNWEIGHTED, MDB_WEIGHTED = from_best_formula(equal_share), from_best_formula(population_share)
MDR_UNWEIGHTED, MDR_WEIGHTED = from_reference_formula(equal_share), from_reference_formula(population_share)
IDIS_UNWEIGHTED, IDIS_WEIGHTED = index_of_disparity(equal_share), index_of_disparity(population_share)
IDIS_REFERENCE = index_from_reference()
