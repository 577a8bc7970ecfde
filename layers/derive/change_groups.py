"""The two periods that a change layer compares, and what changed between them in every group."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from catalog.errors import DataError
from catalog.indicators import ChangeRule, Indicator
from catalog.periods import moments, overlap
from layers.derive.change_columns import GroupChange
from layers.derive.series import Series
from layers.derive.wide import group_names
from layers.measures.acs import standard_error
from layers.measures.change import change
from layers.measures.verdicts import Verdict, verdicts_from_error

_BOUNDED = ("top_coded", "bottom_coded")
"""Statuses of values that are only limits: no change can be computed from them."""


def compared_periods(rule: ChangeRule, periods: Sequence[str], layer: str) -> tuple[str, str]:
    """The two periods: those of the rule, else the last and the first that does not overlap it.

    Raises:
        DataError: a period is not there, there is one only, or the two overlap.

    """
    for name in (rule.start, rule.end):
        if name is not None and name not in periods:
            raise DataError(f"there is no period {name!r}; there are: {', '.join(periods)}", layer=layer)
    end = rule.end or periods[-1]
    apart = [
        one
        for one in periods
        if not overlap(one, end, rule.years_from)
        and moments(one, rule.years_from) < moments(end, rule.years_from)
    ]
    start = rule.start or (apart[0] if apart else None)
    if start is None:
        raise DataError(
            f"no period before {end} that does not overlap it; there are: {', '.join(periods)}. Samples of "
            "overlapping periods share people, so that their change has no error that could be told",
            layer=layer,
        )
    if start not in apart:
        raise DataError(
            f"the periods {start} and {end} overlap or stand in the wrong order; before {end} without overlap: "
            f"{', '.join(apart) or 'none'}",
            layer=layer,
        )
    return start, end


@dataclass(frozen=True, eq=False)
class _Ends:
    """The rows of one group in the two periods, in the order of the places."""

    before: pd.DataFrame
    after: pd.DataFrame


def compared_groups(
    indicator: Indicator, rule: ChangeRule, found: Series, start: str, end: str
) -> Iterator[GroupChange]:
    """Every group that is split by at most one dimension and has a value in some period."""
    geoids = sorted(found.rows["geoid"].unique())
    groups, ends = [], []
    for group in group_names(indicator):
        rows = found.rows
        for name, code in group.codes.items():
            rows = rows[rows[name] == code]
        if rows["estimate"].notna().any():
            pair = [rows[rows["period"] == one].set_index("geoid").reindex(geoids) for one in (start, end)]
            groups.append(group)
            ends.append(_Ends(*pair))
    if not groups:
        raise DataError(f"the indicator {indicator.id!r} has no value in any period")
    before, after = (
        np.stack([_values(getattr(one, side)) for one in ends], axis=1) for side in ("before", "after")
    )
    moes = [
        np.stack([_numbers(getattr(one, side), "moe") for one in ends], axis=1)
        for side in ("before", "after")
    ]
    made = change(before, moes[0], after, moes[1])
    verdict = _verdicts(
        indicator, rule, ends, made.difference, np.asarray(standard_error(made.difference_moe))
    )
    for position, (group, one) in enumerate(zip(groups, ends, strict=True)):
        yield GroupChange(
            group=group,
            before=one.before,
            after=one.after,
            difference=made.difference[:, position],
            difference_moe=made.difference_moe[:, position],
            percent=made.percent[:, position],
            percent_moe=made.percent_moe[:, position],
            verdict=None if verdict is None else verdict[:, position],
        )


def _numbers(rows: pd.DataFrame, column: str) -> NDArray[np.float64]:
    return rows[column].to_numpy(dtype=np.float64)


def _values(rows: pd.DataFrame) -> NDArray[np.float64]:
    """Estimates, NaN where they are only limits."""
    return np.where(rows["status"].isin(_BOUNDED), np.nan, _numbers(rows, "estimate"))


def _verdicts(
    indicator: Indicator,
    rule: ChangeRule,
    ends: Sequence[_Ends],
    difference: NDArray[np.float64],
    se: NDArray[np.float64],
) -> NDArray[np.object_] | None:
    """One family of comparisons; None where neither direction is better."""
    if indicator.direction == "neutral":
        return None

    def said(code: str) -> NDArray[np.bool_]:
        columns = [(one.before["status"] == code) | (one.after["status"] == code) for one in ends]
        return np.stack([one.to_numpy(dtype=np.bool_) for one in columns], axis=1)

    codes = verdicts_from_error(
        difference,
        se,
        high_is_good=indicator.direction == "higher_is_better",
        confidence=indicator.policy.confidence,
        correction=rule.correction,
        population=np.where(said("not_applicable"), 0.0, np.nan),
        suppressed=said("suppressed"),
        unreliable=said("unreliable"),
    ).codes
    return np.asarray(np.array([one.name.lower() for one in Verdict], dtype=object)[codes], dtype=object)
