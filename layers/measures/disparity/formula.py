"""What a group measure consists of, and its evaluation for all places at once."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.special import ndtri, stdtrit

from layers.measures.disparity import interval
from layers.measures.disparity.cells import Cells
from layers.measures.disparity.interval import Contrasts, Limits
from layers.measures.disparity.results import Reason, finished
from layers.measures.disparity.simulation import percentiles
from layers.measures.disparity.types import BoolArray, FloatArray, Options, Result, Status

type CellFunction = Callable[[Cells], FloatArray]


def _unbounded(cells: Cells) -> tuple[float, float]:
    return -np.inf, np.inf


def not_negative(cells: Cells) -> tuple[float, float]:
    """Bounds of a measure that cannot be negative."""
    return 0.0, np.inf


def all_groups(cells: Cells) -> BoolArray:
    """Needed groups of a measure that uses every candidate."""
    return cells.candidate


def no_contrasts(cells: Cells) -> Contrasts | None:
    """Contrasts of a measure whose groups are fixed before the data are seen."""
    return None


def no_reference(cells: Cells) -> int | None:
    """Reference of a measure that needs none."""
    return None


@dataclass(frozen=True)
class Formula:
    """One group measure: its value, and how sampling error reaches it.

    - value: (groups, …) → (…), pure and vectorised.
    - gradient: ∂value/∂y_i, so that the variance is Σ gradient² s².
    - bias: what noise adds on average to a sum of absolute values; the lower limit is lowered by it.
    - curvature: second-order term added to the variance (quadratic measures).
    - regression: variance from the scatter around the fitted line (gradient measures).
    - contrasts: the comparisons among which the data choose, or None where the groups are fixed.
    - needs: the groups that must be present. reference: the one that must be present under every policy.
    - bounds: smallest and largest possible value; estimate and limits are clipped to them.
    - scale: `log` for ratios; `root` where `value` is the square of the measure.
    """

    value: CellFunction
    gradient: CellFunction
    scale: Literal["linear", "log", "root"] = "linear"
    bias: CellFunction | None = None
    curvature: CellFunction | None = None
    regression: CellFunction | None = None
    contrasts: Callable[[Cells], Contrasts | None] = no_contrasts
    needs: Callable[[Cells], BoolArray] = all_groups
    bounds: Callable[[Cells], tuple[float, float]] = _unbounded
    reference: Callable[[Cells], int | None] = no_reference


def evaluate(formula: Formula, cells: Cells, options: Options, places: tuple[int, ...]) -> Result:
    """Estimate, standard error, limits and reason codes of one measure for all places."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        bounds = formula.bounds(cells)
        raw = np.asarray(formula.value(cells))
        se = np.sqrt(_variance(formula, cells, options))
        (lower, upper), method = _limits(formula, cells, options, raw, se)
        estimate = np.clip(raw, *bounds)
        lower, upper = np.clip(lower, *bounds), np.clip(upper, *bounds)
        if formula.scale == "root":
            estimate = np.sqrt(np.maximum(raw, 0))
            se = se / (2 * estimate)
        return finished(
            estimate,
            se,
            (lower, upper),
            method=method,
            reasons=_reasons(formula, cells),
            dropped=len(cells.candidate) - cells.candidate.sum(axis=0),
            shape=lambda array: array.reshape(places),
        )


def _variance(formula: Formula, cells: Cells, options: Options) -> FloatArray:
    if options.variance == "regression" and formula.regression is not None:
        return formula.regression(cells)
    terms = np.where(formula.needs(cells), (formula.gradient(cells) * cells.s) ** 2, 0.0)
    variance = np.asarray(terms.sum(axis=0))
    return variance if formula.curvature is None else variance + formula.curvature(cells)


def _limits(
    formula: Formula, cells: Cells, options: Options, raw: FloatArray, se: FloatArray
) -> tuple[Limits, str]:
    if options.interval == "simulated":
        limits = percentiles(formula.value, cells, options)
        if formula.scale == "root":
            limits = np.sqrt(np.maximum(limits[0], 0)), np.sqrt(np.maximum(limits[1], 0))
        return limits, f"percentiles of {options.draws} truncated normal draws, seed {options.seed}"
    contrasts = formula.contrasts(cells)
    if contrasts is not None:
        lower, upper = interval.simultaneous(contrasts, options.confidence)
        if formula.scale == "log":
            lower, upper = np.exp(lower), np.exp(upper)
        return (lower, upper), "simultaneous (Šidák) over the groups among which the data choose"
    if options.variance == "regression" and formula.regression is not None:
        degrees = np.maximum(cells.present.sum(axis=0) - 2, 1)
        quantile, name = (
            stdtrit(degrees, (1 + options.confidence) / 2),
            "t(n−2) quantile, regression variance",
        )
    else:
        quantile, name = ndtri((1 + options.confidence) / 2), "normal quantile, delta method"
    make, suffix = {
        "linear": (interval.normal, ""),
        "log": (interval.logarithmic, ", log scale"),
        "root": (interval.square_root, ", on the square"),
    }[formula.scale]
    lower, upper = make(raw, se, quantile)
    if formula.bias is not None:
        lower, suffix = lower - formula.bias(cells), ", lower limit less the bias of noise"
    return (lower, upper), name + suffix


def _reasons(formula: Formula, cells: Cells) -> list[Reason]:
    absent = formula.needs(cells) & ~cells.present
    reasons: list[Reason] = [
        (Status.TOO_FEW_GROUPS, cells.present.sum(axis=0) < 2),
        (Status.MISSING_GROUP, absent.any(axis=0)),
        (Status.ZERO_POPULATION, (absent & cells.empty).any(axis=0)),
        (Status.NO_POPULATION, cells.empty.all(axis=0)),
    ]
    reference = formula.reference(cells)
    if reference is not None:
        reasons.append((Status.MISSING_REFERENCE, ~cells.present[reference]))
    return reasons
