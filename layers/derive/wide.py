"""One column per group and quantity, as people read them in a GIS."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from catalog.grammar import column_name
from catalog.indicators import Indicator
from catalog.records import PublishedColumn
from catalog.vocabulary import TOTAL
from layers.derive.against_state import Against, against_state
from layers.indicators.described import number_column, text_column


@dataclass(frozen=True, eq=False)
class Column:
    """A published column with its values, one per place."""

    published: PublishedColumn
    values: NDArray[np.generic]


@dataclass(frozen=True, eq=False)
class Wide:
    """Columns of one length, and the ids of their places."""

    geoid: list[str]
    columns: tuple[Column, ...]


@dataclass(frozen=True)
class GroupName:
    """A group that is split by at most one dimension: its codes, its prefix and its labels."""

    codes: dict[str, str]
    prefix: str
    label: str
    label_es: str


def wide_columns(indicator: Indicator, tidy: pd.DataFrame, state: pd.DataFrame) -> Wide:
    """The columns of every group that is split by at most one dimension.

    Per group: estimate, margin of error, count, status and, where the indicator is not a count, difference and
    ratio to the state with their margins; these are left out where the group is everyone everywhere. `tidy` has
    one period and place type, `state` the same period.
    """
    geoid = sorted(set(tidy["geoid"]))
    columns = []
    for group in group_names(indicator):
        places = _of(tidy, group.codes).set_index("geoid").reindex(geoid)
        whole = _of(state, group.codes)
        columns += list(_columns(indicator, group, places, whole))
    return Wide(geoid, tuple(columns))


def group_names(indicator: Indicator) -> Iterator[GroupName]:
    """The total and each code of each dimension, with the prefix that its columns have."""
    names = [dimension.name for dimension in indicator.dimensions]
    everyone = dict.fromkeys(names, TOTAL)
    codes = [code for dimension in indicator.dimensions for code in dimension.codes]
    yield GroupName(everyone, "total", "total", "total")
    for dimension in indicator.dimensions:
        for code in dimension.codes:
            prefix = code if codes.count(code) == 1 else f"{dimension.name}_{code}"
            yield GroupName(
                everyone | {dimension.name: code},
                column_name(prefix),
                dimension.label(code),
                dimension.label(code, "es"),
            )


def _of(frame: pd.DataFrame, codes: dict[str, str]) -> pd.DataFrame:
    for name, code in codes.items():
        frame = frame[frame[name] == code]
    return frame


def _columns(
    indicator: Indicator, group: GroupName, places: pd.DataFrame, state: pd.DataFrame
) -> Iterator[Column]:
    if places["estimate"].isna().all() and places["status"].isna().all():
        return
    title, title_es = f"{indicator.title}: {group.label}", f"{indicator.title_es}: {group.label_es}"
    about = f"{indicator.definition} Group: {group.label}."

    def number(
        name: str, say: str, say_es: str, description: str, values: pd.Series, unit: str | None
    ) -> Column:
        return Column(
            number_column(
                f"{group.prefix}_{name}",
                f"{title}, {say}",
                f"{title_es}, {say_es}",
                f"{about} {description}",
                unit,
                filterable=name == "estimate",
            ),
            values.to_numpy(dtype=np.float64),
        )

    unit = indicator.unit
    yield number("estimate", "estimate", "estimación", "", places["estimate"], unit)
    margin = "Half width of the 90% confidence interval"
    yield number("moe", "margin of error", "margen de error", f"{margin}.", places["moe"], unit)
    if indicator.kind not in ("count", "median", "mean") and places["numerator"].notna().any():
        yield number("count", "count", "número", "Count above the line.", places["numerator"], None)
    yield Column(
        text_column(
            f"{group.prefix}_status",
            f"{title}, status",
            f"{title_es}, estado",
            "Whether the estimate is shown, flagged or why it is absent; missing is never zero.",
            "statuses",
            required=True,
        ),
        places["status"].to_numpy(dtype=object),
    )
    everyone = indicator.kind == "share" and bool((places["estimate"].dropna() == indicator.per).all())
    if indicator.kind != "count" and len(state) == 1 and not everyone:
        found: Against = against_state(indicator, places, state.iloc[0])
        for name, values, say, say_es, description, of in found.described(unit):
            yield number(name, say, say_es, description, pd.Series(values), of)
