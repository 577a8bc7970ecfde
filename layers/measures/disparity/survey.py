"""Disparity measures of individual survey data: weights, sampling units and strata, by Taylor linearisation.

A measure is a function f(Y, W) of the groups' weighted totals Y_g = Σ w y and W_g = Σ w: ties share one rank, so the
gradient measures of people equal those of their groups. The variance is that of the sum over rows of
w (∂f/∂Y_g · y + ∂f/∂W_g), so that the groups' covariance within sampling units and the chance in the groups' shares
and ranks are counted. Source: reference formulas §2, individual survey data; Binder and Kovačević 1995.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import stdtrit

from layers.measures.disparity import checks, interval
from layers.measures.disparity.cells import Cells, cells_of
from layers.measures.disparity.data import GroupData, Kind
from layers.measures.disparity.design import Design, Lonely
from layers.measures.disparity.errors import MissingInputError, WrongDataError
from layers.measures.disparity.formula import Formula
from layers.measures.disparity.registry import MEASURES, applicable, measure
from layers.measures.disparity.results import Reason, finished
from layers.measures.disparity.types import FloatArray, IntArray, Options, Result, Status
from layers.measures.errors import NotFiniteError
from layers.measures.rates import korn_graubard

STEP = 1e-5
"""Relative change of a total in the central differences; their error is of the order of its square."""


@dataclass(frozen=True, eq=False)
class Microdata:
    """People in a sample; build it with `Microdata.of`.

    - value, weight: (rows,); a row without a value has weight 0 and stays in the design.
    - group: (rows,) position of the group. design: which rows belong together.
    - groups: what the groups have: weighted means with their standard errors, and sums of weights.
    """

    value: FloatArray
    weight: FloatArray
    group: IntArray
    design: Design
    groups: GroupData

    @classmethod
    def of(
        cls,
        value: ArrayLike,
        group: ArrayLike,
        *,
        groups: int,
        weight: ArrayLike,
        kind: Kind,
        scale: float,
        high_is_good: bool,
        psu: ArrayLike | None = None,
        stratum: ArrayLike | None = None,
        lonely: Lonely = "refuse",
        order: Iterable[float] | None = None,
        reference: int | None = None,
    ) -> Self:
        """Checked data: values on the scale (a yes is `scale`), groups as positions 0 … groups − 1.

        Errors: those of `GroupData.of` and `Design.of`; `NotFiniteError` for a missing weight or group.
        """
        values = checks.floats("value", value)
        weights = checks.floats("weight", weight, values.shape)
        checks.not_negative("weight", weights)
        positions = checks.floats("group", group, values.shape)
        unknown = np.isnan(weights) | ~np.isin(positions, np.arange(groups))
        if unknown.any():
            raise NotFiniteError(
                f"{int(unknown.sum())} rows have no weight or no group; allowed: a weight, and 0 to {groups - 1}"
            )
        if kind != "mean":
            checks.not_negative("value", values)
        if kind == "proportion":
            checks.within_scale("value", values, scale)
        design = Design.of(values.size, psu=psu, stratum=stratum, lonely=lonely)
        known = ~np.isnan(values)
        weights = np.where(known, weights, 0.0)
        values = np.where(known, values, 0.0)
        places = positions.astype(np.int64)
        people = np.bincount(places, weights, minlength=groups)
        with np.errstate(divide="ignore", invalid="ignore"):
            means = np.bincount(places, weights * values, minlength=groups) / people
            own = (places[:, None] == np.arange(groups)) * weights[:, None]
            terms = np.where(own > 0, own * (values[:, None] - means) / people, 0.0)
        made = GroupData.of(
            means,
            se=np.sqrt(design.variance(terms)),
            population=people,
            kind=kind,
            scale=scale,
            high_is_good=high_is_good,
            order=None if order is None else tuple(order),
            reference=reference,
        )
        return cls(values, weights, places, design, made)


def survey_measures(data: Microdata) -> tuple[str, ...]:
    """Names of the measures that individual data allow: smooth in the groups, which were fixed in advance."""
    cells = cells_of(data.groups, "strict")
    with np.errstate(divide="ignore", invalid="ignore"):
        return tuple(
            name
            for name in applicable(data.groups)
            if isinstance(how := MEASURES[name].how, Formula)
            and how.bias is None
            and how.curvature is None
            and how.contrasts(cells) is None
        )


def measure_survey(
    names: str | Iterable[str], data: Microdata, options: Options | None = None
) -> dict[str, Result]:
    """Result of each named measure of a sample: arrays of shape (), limits with t quantiles of the design.

    Errors: those of `measure`; `WrongDataError` for a measure that is not in `survey_measures(data)`.
    """
    chosen = [names] if isinstance(names, str) else list(names)
    settings = options or Options()
    measure(chosen, data.groups, settings)  # refuses unknown names and missing inputs
    possible = survey_measures(data)
    wrong = sorted(set(chosen) - set(possible))
    if wrong:
        raise WrongDataError(
            f"{', '.join(wrong)}: the data would choose the groups, or noise raises it; allowed with individual "
            f"data: {', '.join(possible)}"
        )
    return {name: _result(data, MEASURES[name].how, settings) for name in chosen}


def survey_means(data: Microdata, options: Options | None = None) -> Result:
    """Weighted mean of each group, shape (groups,): Korn–Graubard limits of a proportion, else t limits.

    Degrees of freedom are those of the whole design. Source: Korn and Graubard 1998 (see `rates.korn_graubard`).
    """
    settings, groups = options or Options(), data.groups
    se = np.asarray(groups.se, dtype=np.float64)
    if groups.kind == "proportion":
        share = np.clip(groups.estimate / groups.scale, 0, 1)
        share = np.where(share > 1 - checks.ROUNDING, 1.0, share)
        sample = np.bincount(data.group[data.weight > 0], minlength=share.size)
        found = korn_graubard(
            share, se / groups.scale, sample, data.design.degrees, confidence=settings.confidence
        )
        limits, method = (groups.scale * found.lower, groups.scale * found.upper), "Korn–Graubard, "
    else:
        limits, method = interval.normal(groups.estimate, se, _quantile(data, settings)), "t quantile, "
    empty = np.asarray(groups.population) == 0
    return finished(
        groups.estimate, se, limits, method=method + _design(data), reasons=[(Status.ZERO_POPULATION, empty)]
    )


def survey_differences(data: Microdata, options: Options | None = None) -> Result:
    """Each group minus the reference group, shape (groups,), with their covariance within sampling units.

    Errors: `MissingInputError` without a reference.
    """
    reference = data.groups.reference
    if reference is None:
        raise MissingInputError("reference is None; allowed: the index of a group")

    def difference(cells: Cells) -> FloatArray:
        return np.asarray(cells.y - cells.y[reference])

    settings = options or Options()
    estimate, se, cells = _linearised(data, difference)
    return finished(
        estimate,
        se,
        interval.normal(estimate, se, _quantile(data, settings)),
        method=_method(data),
        reasons=[
            (Status.ZERO_POPULATION, cells.empty[:, 0]),
            (Status.MISSING_REFERENCE, cells.empty[reference]),
        ],
    )


def _result(data: Microdata, formula: object, options: Options) -> Result:
    if not isinstance(formula, Formula):
        raise WrongDataError("the measure is not one of groups")
    raw, se, cells = _linearised(data, formula.value)
    bounds = formula.bounds(cells)
    make = {"linear": interval.normal, "log": interval.logarithmic, "root": interval.square_root}
    with np.errstate(divide="ignore", invalid="ignore"):
        lower, upper = make[formula.scale](raw, se, _quantile(data, options))
        estimate = np.clip(raw, *bounds)
        if formula.scale == "root":
            estimate = np.sqrt(np.maximum(raw, 0))
            se = se / (2 * estimate)
    absent = (formula.needs(cells) & ~cells.present)[:, 0]
    reasons: list[Reason] = [
        (Status.TOO_FEW_GROUPS, np.asarray(cells.present.sum() < 2)),
        (Status.ZERO_POPULATION, np.asarray(absent.any())),
    ]
    limits = np.clip(lower, *bounds), np.clip(upper, *bounds)
    return finished(estimate, se, limits, method=_method(data), reasons=reasons)


def _linearised(
    data: Microdata, value: Callable[[Cells], FloatArray]
) -> tuple[FloatArray, FloatArray, Cells]:
    """Value (…), its standard error, and the groups' cells (groups, 1)."""
    people = np.asarray(data.groups.population, dtype=np.float64)
    sums = people * np.where(people > 0, data.groups.estimate, 0.0)
    count = people.size
    steps = STEP * np.concatenate([people, people]) * np.concatenate([_size(data), np.ones(count)])
    moves = np.concatenate([np.zeros((1, 2 * count)), np.diag(steps), -np.diag(steps)])
    moved_sums, moved_people = sums + moves[:, :count], people + moves[:, count:]
    with np.errstate(divide="ignore", invalid="ignore"):
        found = value(_cells(data, moved_sums / moved_people, moved_people))
        change = (found[..., 1 : 2 * count + 1] - found[..., 2 * count + 1 :]) / (2 * steps)
    slope = np.where(steps > 0, change, 0.0)
    by_sum, by_people = slope[..., :count], slope[..., count:]
    terms = data.weight * (by_sum[..., data.group] * data.value + by_people[..., data.group])
    se = np.sqrt(data.design.variance(np.moveaxis(terms, -1, 0)))
    return found[..., 0], se, _cells(data, (sums / np.where(people > 0, people, np.nan))[None], people[None])


def _size(data: Microdata) -> FloatArray:
    """The size of a step in a group's mean: of the scale, or of the spread of all values."""
    spread = float(np.ptp(data.value)) if data.groups.kind == "mean" else data.groups.scale
    return np.full(data.groups.estimate.size, spread or 1.0)


def _cells(data: Microdata, means: FloatArray, people: FloatArray) -> Cells:
    groups = data.groups
    moved = GroupData(
        estimate=means,
        se=None,
        population=people,
        average=None,
        kind=groups.kind,
        scale=groups.scale,
        high_is_good=groups.high_is_good,
        order=groups.order,
        reference=groups.reference,
    )
    return cells_of(moved, "strict")


def _quantile(data: Microdata, options: Options) -> float:
    degrees = data.design.degrees
    return float(stdtrit(degrees, (1 + options.confidence) / 2)) if degrees > 0 else float("nan")


def _method(data: Microdata) -> str:
    return f"t quantile, {_design(data)}"


def _design(data: Microdata) -> str:
    design = data.design
    return (
        f"Taylor linearisation over {design.stratum.size} sampling units in "
        f"{np.unique(design.stratum).size} strata, {design.degrees} degrees of freedom"
    )
