"""Measures of a table with one row per person of a survey, named by its columns."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from catalog.errors import DataError, UnknownColumn, nearest
from layers.measures.disparity import (
    MEASURES,
    STATUS_LABELS,
    Microdata,
    Options,
    Result,
    Status,
    measure_survey,
    survey_differences,
    survey_means,
    survey_measures,
)
from layers.measures.disparity.data import Kind
from layers.measures.disparity.design import Lonely
from layers.measures.errors import MeasureError


@dataclass(frozen=True)
class SurveyRules:
    """Names of the columns, and what the values are; a yes of a proportion is `scale`."""

    value: str
    group: str
    weight: str
    high_is_good: bool
    order: str | None = None
    psu: str | None = None
    stratum: str | None = None
    reference: str | None = None
    kind: Kind = "proportion"
    scale: float = 1.0
    lonely: Lonely = "refuse"
    measures: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that are read."""
        named = (self.value, self.group, self.weight, self.order, self.psu, self.stratum)
        return tuple(name for name in named if name is not None)


def survey_table(people: pd.DataFrame, rules: SurveyRules, options: Options) -> pd.DataFrame:
    """One row per group (mean, difference to the reference) and per measure, with se, limits and the reason.

    People without a group are left out; people without a value stay in the design.

    Raises:
        DataError: a column is missing, or the numbers cannot be used; the message says what is allowed.

    """
    known = [str(name) for name in people.columns]
    for name in rules.columns:
        if name not in known:
            raise UnknownColumn(f"there is no column {name!r}; {nearest(name, known)}", column=name)
    rows = people[people[rules.group].notna()]
    try:
        groups, ranks = _groups(rows, rules)
        data = _data(rows, rules, groups, ranks)
        return pd.DataFrame(_rows(data, rules, groups, options))
    except MeasureError as error:
        raise DataError(str(error)) from error


def _groups(rows: pd.DataFrame, rules: SurveyRules) -> tuple[list[str], list[float] | None]:
    """Names of the groups, in their order where there is one, and their ranks."""
    names = rows[rules.group].astype(str)
    if rules.order is None:
        return sorted(names.unique()), None
    ranks = pd.to_numeric(rows[rules.order], errors="coerce").groupby(names).agg(["min", "max"])
    unclear = ranks[(ranks["min"] != ranks["max"])]
    if len(unclear):
        raise MeasureError(
            f"{rules.order} has several numbers, or none, in {len(unclear)} groups; allowed: one"
        )
    ranks = ranks.sort_values("min", kind="stable")
    return ranks.index.tolist(), ranks["min"].astype(float).tolist()


def _data(rows: pd.DataFrame, rules: SurveyRules, groups: list[str], ranks: list[float] | None) -> Microdata:
    if rules.reference is not None and rules.reference not in groups:
        raise MeasureError(f"reference is {rules.reference!r}; allowed: {', '.join(groups)}")
    position = {name: number for number, name in enumerate(groups)}
    return Microdata.of(
        _numbers_of(rows, rules.value),
        rows[rules.group].astype(str).map(position).to_numpy(),
        groups=len(groups),
        weight=_numbers_of(rows, rules.weight),
        kind=rules.kind,
        scale=rules.scale,
        high_is_good=rules.high_is_good,
        psu=rows[rules.psu].to_numpy(dtype=object) if rules.psu else None,
        stratum=rows[rules.stratum].to_numpy(dtype=object) if rules.stratum else None,
        lonely=rules.lonely,
        order=ranks,
        reference=None if rules.reference is None else position[rules.reference],
    )


def _numbers_of(rows: pd.DataFrame, name: str) -> NDArray[np.float64]:
    """The numbers of a column, NaN where a cell is empty.

    Raises:
        MeasureError: a cell holds something else.

    """
    numbers = pd.to_numeric(rows[name], errors="coerce")
    wrong = int((numbers.isna() & rows[name].notna()).sum())
    if wrong:
        raise MeasureError(
            f"{name} holds {wrong} cells that are no numbers; allowed: numbers or empty; a yes is written as the "
            "scale, a no as 0"
        )
    return numbers.to_numpy(dtype=np.float64, na_value=np.nan)


def _rows(
    data: Microdata, rules: SurveyRules, groups: list[str], options: Options
) -> Iterator[dict[str, object]]:
    means = survey_means(data, options)
    for position, name in enumerate(groups):
        yield {"measure": "mean", "group": name, "code": None} | _numbers(means, position)
    if data.groups.reference is not None:
        found = survey_differences(data, options)
        for position, name in enumerate(groups):
            if position != data.groups.reference:
                yield {"measure": "difference_to_reference", "group": name, "code": None} | _numbers(
                    found, position
                )
    for name, result in measure_survey(rules.measures or survey_measures(data), data, options).items():
        yield {"measure": name, "group": None, "code": MEASURES[name].code} | _numbers(result, ())


def _numbers(found: Result, at: int | tuple[()]) -> dict[str, object]:
    return {
        "estimate": float(found.estimate[at]),
        "se": float(found.se[at]),
        "lower": float(found.lower[at]),
        "upper": float(found.upper[at]),
        "reason": STATUS_LABELS[Status(int(found.status[at]))],
        "method": found.method,
    }
