"""Every measure of tables of subgroups, one row per subgroup, in the columns that health monitoring uses."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

import pandas as pd

from catalog.errors import DataError, UnknownColumn, nearest
from layers.measures.disparity import (
    MEASURES,
    STATUS_LABELS,
    GroupData,
    Options,
    Result,
    Status,
    applicable,
    measure,
)
from layers.measures.errors import MeasureError

type Average = Literal["groups", "published"]

NEEDED = ("subgroup", "estimate", "favourable_indicator", "indicator_scale")
"""Columns without which nothing can be computed."""
OPTIONS = {
    "subgroup": "or option --column subgroup=…",
    "estimate": "or option --column estimate=…",
    "favourable_indicator": "or option --better",
    "indicator_scale": "or option --scale",
}
"""What `townline measures` takes instead of each of them."""
OF_SUBGROUPS = (
    "subgroup",
    "subgroup_order",
    "estimate",
    "se",
    "population",
    "setting_average",
    "favourable_indicator",
    "ordered_dimension",
    "indicator_scale",
    "reference_subgroup",
    "kind",
)
"""Columns that are read; every other column that `by` names tells one table of subgroups from another."""
TOTAL = "total"
"""The subgroup, in any case, of a row that is of everybody."""
USUAL_KEYS = (
    "setting",
    "iso3",
    "state",
    "place",
    "geoid",
    "date",
    "year",
    "period",
    "source",
    "indicator",
    "indicator_abbr",
    "indicator_name",
    "dimension",
)


@dataclass(frozen=True)
class TableRules:
    """How a table is read.

    - by: columns that tell tables apart. measures: names (none: all possible). average: the mean.
    - columns: our name → the file's, for columns that are named otherwise there.
    - given: our name → the value that all rows have, for columns that the file lacks.
    - reference: the subgroup that is the reference, where no column says it.
    """

    by: tuple[str, ...] = ()
    measures: tuple[str, ...] = ()
    average: Average = "groups"
    columns: Mapping[str, str] = field(default_factory=dict)
    given: Mapping[str, str | float] = field(default_factory=dict)
    reference: str | None = None


def subgroup_measures(table: pd.DataFrame, rules: TableRules, options: Options) -> pd.DataFrame:
    """One row per table of subgroups and measure: estimate, se, limits, and the reason where one is missing.

    Columns read: `subgroup`, `estimate`, `favourable_indicator` (1: high is good), `indicator_scale` (1, 100, 1000,
    10,000, 100,000); and, where they are there, `se`, `population`, `setting_average`, `subgroup_order` (lowest is
    most disadvantaged) with `ordered_dimension` (without it, subgroups with two ranks or more are ordered),
    `reference_subgroup` and `kind` (proportion, rate or mean; without it proportion: nothing is guessed from the
    values). The order of the rows does not matter.

    Raises:
        DataError: all tables that cannot be read, each with what is wrong and what is allowed.

    """
    table = _named(table, rules)
    keys = _keys(table, rules)
    parts = [((), table)] if not keys else list(table.groupby(keys, sort=False, dropna=False))
    found: list[pd.DataFrame] = []
    problems: list[str] = []
    for values, rows in parts:
        name = ", ".join(f"{key} {value!r}" for key, value in zip(keys, values, strict=True)) or "the table"
        try:
            data = _data(rows.drop(columns=keys), rules.average)
            made = pd.DataFrame(_measured(data, rules, options))
        except MeasureError as error:
            problems.append(f"{name}: {error}")
            continue
        told = pd.DataFrame([values] * len(made), columns=keys)
        found.append(pd.concat([told, made], axis=1))
    if problems:
        raise DataError("; ".join(problems))
    return pd.concat(found, ignore_index=True)


def _named(table: pd.DataFrame, rules: TableRules) -> pd.DataFrame:
    """The table with the columns named as here, and those added that the rules give.

    Raises:
        DataError: a name is not one of ours, its column is not there, or the file already says what is given.

    """
    known = [str(one) for one in table.columns]
    for ours, theirs in rules.columns.items():
        if ours not in OF_SUBGROUPS:
            raise UnknownColumn(f"{ours!r} is no column that is read; {nearest(ours, list(OF_SUBGROUPS))}")
        if theirs not in known:
            raise UnknownColumn(f"there is no column {theirs!r}; {nearest(theirs, known)}", column=theirs)
    replaced = set(rules.columns) & set(known) - set(rules.columns.values())
    named = table.drop(columns=list(replaced))
    named = named.rename(columns={theirs: ours for ours, theirs in rules.columns.items()})
    given: dict[str, str | float | pd.Series] = dict(rules.given)
    if rules.reference is not None and "subgroup" in named:
        given["reference_subgroup"] = _marked(named["subgroup"].astype(str), rules.reference)
    said = [name for name in given if name in named]
    if said:
        raise DataError(
            f"the file has a column {', '.join(said)}; allowed: the column or the option, not both"
        )
    return named.assign(**given)


def _marked(subgroups: "pd.Series[str]", reference: str) -> pd.Series:
    """1 in the rows of the reference, 0 elsewhere.

    Raises:
        DataError: no row has it.

    """
    chosen = subgroups == reference
    if not chosen.any():
        raise DataError(
            f"there is no subgroup {reference!r}; {nearest(reference, sorted(subgroups.unique()))}"
        )
    return chosen.astype(int)


def _keys(table: pd.DataFrame, rules: TableRules) -> list[str]:
    known = [str(one) for one in table.columns if one not in rules.given]
    for name in (*NEEDED, *rules.by):
        if name not in table:
            hint = f" ({OPTIONS[name]})" if name in OPTIONS else ""
            raise UnknownColumn(f"there is no column {name!r}{hint}; {nearest(name, known)}", column=name)
    if table.empty:
        raise DataError("the table has no rows")
    return list(rules.by) or [name for name in USUAL_KEYS if name in known]


def _check_names(rows: pd.DataFrame) -> None:
    """Nothing when every row is of a subgroup of its own.

    Raises:
        MeasureError: a row has no name, is of everybody, or repeats one.

    """
    names = rows["subgroup"]
    if names.isna().any():
        raise MeasureError(f"{int(names.isna().sum())} rows have no subgroup; allowed: a name in every row")
    if names.astype(str).str.strip().str.lower().eq(TOTAL).any():
        raise MeasureError(
            f"the row {TOTAL!r} is of everybody and no subgroup; leave it out (its value can be `setting_average`)"
        )
    twice = names.duplicated()
    if twice.any():
        others = [str(name) for name in rows.columns if name not in OF_SUBGROUPS]
        raise MeasureError(
            f"{int(twice.sum())} subgroups stand twice; allowed: once. Name the columns that tell tables apart (`by`); "
            f"columns that are not read: {', '.join(others) or 'none'}"
        )


def _data(rows: pd.DataFrame, average: Average) -> GroupData:
    _check_names(rows)
    ordered = _ordered(rows)
    kind = str(rows["kind"].iloc[0]) if "kind" in rows else "proportion"
    if "kind" in rows and rows["kind"].nunique(dropna=False) > 1:
        raise MeasureError("kind differs between the subgroups; allowed: one value")
    scale = _one(rows, "indicator_scale")
    return GroupData.of(
        _numbers(rows, "estimate"),
        kind=kind,  # type: ignore[arg-type]  # GroupData refuses any other text
        scale=1.0 if kind == "mean" else scale,
        high_is_good=_one(rows, "favourable_indicator") == 1,
        se=_optional(rows, "se"),
        population=_optional(rows, "population"),
        average=_one(rows, "setting_average") if average == "published" else None,
        order=_numbers(rows, "subgroup_order").tolist() if ordered else None,
        reference=_reference(rows),
    )


def _ordered(rows: pd.DataFrame) -> bool:
    if "ordered_dimension" not in rows:
        return "subgroup_order" in rows and _numbers(rows, "subgroup_order").nunique() > 1
    ordered = _one(rows, "ordered_dimension") == 1
    if ordered and "subgroup_order" not in rows:
        raise MeasureError("ordered_dimension is 1 and there is no column subgroup_order")
    return ordered


def _numbers(rows: pd.DataFrame, name: str) -> pd.Series:
    """Numbers of a column, NaN where a cell is empty.

    Raises:
        MeasureError: a cell holds something else.

    """
    numbers = pd.to_numeric(rows[name], errors="coerce")
    wrong = numbers.isna() & rows[name].notna()
    if wrong.any():
        raise MeasureError(
            f"{name} holds {int(wrong.sum())} cells that are no numbers; allowed: numbers, without % sign or "
            "thousands separator, or empty"
        )
    return numbers.astype(float)


def _optional(rows: pd.DataFrame, name: str) -> pd.Series | None:
    if name not in rows:
        return None
    numbers = _numbers(rows, name)
    return None if numbers.isna().all() else numbers


def _one(rows: pd.DataFrame, name: str, default: float | None = None) -> float:
    """The number that all rows of a column have."""
    if name not in rows:
        if default is None:
            raise MeasureError(f"there is no column {name}")
        return default
    values = _numbers(rows, name).dropna().unique()
    if len(values) != 1:
        raise MeasureError(f"{name} has {len(values)} values; allowed: one, the same for all subgroups")
    value = float(values[0])
    if name in ("favourable_indicator", "ordered_dimension") and value not in (0.0, 1.0):
        raise MeasureError(f"{name} is {value:g}; allowed: 0 or 1")
    return value


def _reference(rows: pd.DataFrame) -> int | None:
    if "reference_subgroup" not in rows:
        return None
    chosen = _numbers(rows, "reference_subgroup").eq(1).to_numpy().nonzero()[0]
    if len(chosen) > 1:
        raise MeasureError(f"reference_subgroup names {len(chosen)} subgroups; allowed: one or none")
    return int(chosen[0]) if len(chosen) else None


def _measured(data: GroupData, rules: TableRules, options: Options) -> Iterator[dict[str, object]]:
    """The measures of one table; one that a table does not allow has the reason in place of numbers."""
    for name in rules.measures or applicable(data):
        try:
            result = measure(name, data, options)[name]
        except MeasureError as error:
            if rules.measures:
                raise
            yield _row(name, None, str(error))
            continue
        yield _row(name, result, STATUS_LABELS[Status(int(result.status))])


def _row(name: str, result: Result | None, reason: str) -> dict[str, object]:
    return {
        "measure": name,
        "code": MEASURES[name].code,
        "estimate": None if result is None else float(result.estimate),
        "se": None if result is None else float(result.se),
        "lower": None if result is None else float(result.lower),
        "upper": None if result is None else float(result.upper),
        "dropped": None if result is None else int(result.dropped),
        "reason": reason,
        "method": None if result is None else result.method,
    }
