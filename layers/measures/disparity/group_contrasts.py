"""Every group against a reference group or against the population mean: the input of verdicts.

Source: reference formulas §1. The mean contains the group, so the part–whole covariance is taken along.
"""

from collections.abc import Callable
from typing import Literal

import numpy as np
from scipy.special import ndtri

from layers.measures.disparity import from_mean, interval
from layers.measures.disparity.cells import Cells, cells_of
from layers.measures.disparity.data import GroupData
from layers.measures.disparity.errors import BadOptionError, MissingInputError
from layers.measures.disparity.results import Reason, finished
from layers.measures.disparity.types import FloatArray, Options, Result, Status

Against = Literal["reference", "mean"]
type Contrast = tuple[FloatArray, FloatArray]


def group_differences(data: GroupData, against: Against, options: Options | None = None) -> Result:
    """Each group minus the reference group or the population mean, shape (places…, groups).

    The reference group against itself is 0 ± 0. Under `strict` the mean needs every group of the place.
    Errors: `MissingInputError` without a reference or, for the mean, without population.
    """

    def from_reference(cells: Cells, row: int) -> Contrast:
        return cells.y - cells.y[row], np.hypot(cells.s, cells.s[row])

    def distance_from_mean(cells: Cells) -> Contrast:
        return cells.deviation, from_mean.difference_se(cells, cells.p)

    return _contrast(data, against, options or Options(), from_reference, distance_from_mean, interval.normal)


def group_ratios(data: GroupData, against: Against, options: Options | None = None) -> Result:
    """Each group divided by the reference group or the population mean, (places…, groups), log-scale limits.

    Errors: as `group_differences`.
    """

    def to_reference(cells: Cells, row: int) -> Contrast:
        base = np.where(cells.y[row] > 0, cells.y[row], np.nan)
        return cells.y / base, np.hypot(cells.s, cells.y / base * cells.s[row]) / base

    def to_mean(cells: Cells) -> Contrast:
        return from_mean.ratio(cells), from_mean.ratio_se(cells)

    return _contrast(data, against, options or Options(), to_reference, to_mean, interval.logarithmic)


def _contrast(
    data: GroupData,
    against: Against,
    options: Options,
    with_reference: Callable[[Cells, int], Contrast],
    with_mean: Callable[[Cells], Contrast],
    limits: Callable[[FloatArray, FloatArray, float], interval.Limits],
) -> Result:
    cells = cells_of(data, options.missing)
    reasons: list[Reason] = [
        (Status.ZERO_POPULATION, cells.empty),
        (Status.NO_POPULATION, cells.empty.all(axis=0)),
    ]
    with np.errstate(divide="ignore", invalid="ignore"):
        if against == "reference":
            row = _reference_row(data)
            estimate, se = with_reference(cells, row)
            se[row] = np.where(np.isfinite(estimate[row]), 0.0, np.nan)
            reasons += [
                (Status.MISSING_GROUP, ~cells.present),
                (Status.MISSING_REFERENCE, ~cells.present[row]),
            ]
        else:
            _check_mean(data, against)
            estimate, se = with_mean(cells)
            incomplete = (cells.candidate & ~cells.present).any(axis=0)
            reasons.append((Status.MISSING_GROUP, incomplete | ~cells.present))
        found = limits(estimate, se, float(ndtri((1 + options.confidence) / 2)))
    return finished(
        estimate,
        se,
        found,
        method=f"normal quantile against the {against}",
        reasons=reasons,
        dropped=len(cells.candidate) - cells.candidate.sum(axis=0),
        shape=lambda array: array.T.reshape(data.estimate.shape),
    )


def _reference_row(data: GroupData) -> int:
    if data.reference is None:
        raise MissingInputError("reference is None; allowed with against='reference': the index of a group")
    return data.reference


def _check_mean(data: GroupData, against: str) -> None:
    if against != "mean":
        raise BadOptionError(f"against is {against!r}; allowed: reference, mean")
    if data.population is None:
        raise MissingInputError("population is None; allowed with against='mean': people per group and place")
