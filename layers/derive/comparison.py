"""The groups of a dimension beside its reference group: differences, ratios, verdicts and summary measures."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from catalog.indicators import DisparityRule, Indicator
from catalog.vocabulary import TOTAL
from layers.measures.acs import standard_error
from layers.measures.disparity import (
    GroupData,
    Options,
    Result,
    applicable,
    group_differences,
    group_ratios,
    measure,
)
from layers.measures.verdicts import Verdict, verdicts_from_error

SUMMARIES = ("bgsd", "idisr", "ti", "par", "paf")
"""Measures where an indicator names none: absolute and relative spread, and what it means for everyone."""

VERDICT_CODES = {verdict: verdict.name.lower() for verdict in Verdict}

type Floats = NDArray[np.float64]
type Texts = NDArray[np.object_]


@dataclass(frozen=True, eq=False)
class Comparison:
    """One row per place and period, one column per group, in the order of `groups`.

    index: period and geoid. estimate: as published. difference, ratio: to the reference group. verdict: codes of
    the vocabulary `verdicts`, None for the reference. summaries: measure → result with one value per row.
    """

    index: pd.MultiIndex
    names: Texts
    groups: tuple[str, ...]
    reference: int
    estimate: Floats
    status: Texts
    difference: Result
    ratio: Result
    verdict: Texts
    summaries: Mapping[str, Result]


def compare(indicator: Indicator, by: str, rule: DisparityRule, tidy: pd.DataFrame) -> Comparison:
    """Every group of a dimension against its reference, for all places and periods of a tidy table in one go.

    Groups are taken as independent of each other. Limits are at the policy's confidence. A value above the whole is
    no proportion and counts as missing in all measures, as does a withheld one.

    Raises:
        MeasureError: a measure is not known or needs what the table does not have.

    """
    dimension = indicator.dimension(by)
    rows = tidy
    for other in indicator.dimensions:
        if other.name != by:
            rows = rows[rows[other.name] == TOTAL]
    groups = dimension.codes
    wide = rows[rows[by].isin(groups)].set_index(["period", "geoid", by])
    index = pd.MultiIndex.from_frame(
        wide.index.to_frame(index=False)[["period", "geoid"]].drop_duplicates()
    ).sort_values()

    def grid(column: str) -> NDArray[np.object_]:
        return wide[column].unstack(by).reindex(index=index, columns=list(groups)).to_numpy(dtype=object)

    estimate, moe, people = (grid(name).astype(np.float64) for name in ("estimate", "moe", "denominator"))
    status = np.where(pd.isna(grid("status")), "missing", grid("status"))
    order = [float(rule.order[by].index(code)) for code in groups] if by in rule.order else None
    data = _data(indicator, estimate, moe, people, groups.index(indicator.reference[by]), order)
    options = Options(confidence=indicator.policy.confidence, missing=rule.missing)
    difference = group_differences(data, "reference", options)
    return Comparison(
        index=index,
        names=wide.groupby(["period", "geoid"])["name"].first().reindex(index).to_numpy(dtype=object),
        groups=groups,
        reference=groups.index(indicator.reference[by]),
        estimate=estimate,
        status=status,
        difference=difference,
        ratio=group_ratios(data, "reference", options),
        verdict=_verdicts(indicator, rule, index, difference, people, status, data.reference or 0),
        summaries=measure(_measures(rule, data), data, options),
    )


def _data(
    indicator: Indicator,
    estimate: Floats,
    moe: Floats,
    people: Floats,
    reference: int,
    order: list[float] | None,
) -> GroupData:
    mean = indicator.kind in ("median", "mean")
    share = indicator.kind == "share"
    usable = np.where(estimate > indicator.per, np.nan, estimate) if share else estimate
    return GroupData.of(
        usable,
        kind="mean" if mean else "proportion" if share else "rate",
        scale=float(indicator.per),
        high_is_good=indicator.direction == "higher_is_better",
        se=standard_error(moe),
        population=None if mean or np.isnan(people).all() else people,
        order=order,
        reference=reference,
    )


def _measures(rule: DisparityRule, data: GroupData) -> tuple[str, ...]:
    possible = applicable(data)
    return rule.measures or tuple(name for name in SUMMARIES if name in possible)


def _verdicts(
    indicator: Indicator,
    rule: DisparityRule,
    index: pd.MultiIndex,
    difference: Result,
    people: Floats,
    status: Texts,
    reference: int,
) -> Texts:
    """Per period one family of comparisons; a withheld or unreliable reference decides for all groups."""

    def said(code: str) -> NDArray[np.bool_]:
        found = status == code
        return np.asarray(found | found[:, [reference]], dtype=np.bool_)

    nobody = np.where(status == "not_applicable", 0.0, people)
    suppressed, unreliable = said("suppressed"), said("unreliable")
    codes = np.full(status.shape, Verdict.UNRELIABLE, dtype=np.int8)
    periods = index.get_level_values("period").to_numpy()
    others = np.arange(status.shape[1]) != reference
    for period in dict.fromkeys(periods):
        rows = np.ix_(periods == period, others)
        codes[rows] = verdicts_from_error(
            difference.estimate[rows],
            difference.se[rows],
            high_is_good=indicator.direction == "higher_is_better",
            confidence=indicator.policy.confidence,
            correction=rule.correction,
            population=nobody[rows],
            suppressed=suppressed[rows],
            unreliable=unreliable[rows],
        ).codes
    texts = np.array([VERDICT_CODES[one] for one in Verdict], dtype=object)[codes]
    texts[:, reference] = None
    return np.asarray(texts, dtype=object)
