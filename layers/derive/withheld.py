"""The audit of cells that a source withheld: what the published totals beside them give away."""

from collections.abc import Hashable
from dataclasses import dataclass
from math import inf, isinf

import numpy as np
import pandas as pd
from scipy import sparse

from catalog.errors import DataError
from catalog.indicators import Indicator
from catalog.vocabulary import TOTAL
from layers.measures.suppression import SuppressionError, named_policy, withheld_intervals

_ROUNDING = 0.5


@dataclass(frozen=True)
class WithheldAudit:
    """How many cells of a table are withheld, how many published sums hold one, and the narrowest interval."""

    cells: int
    sums: int
    narrowest: float
    policy: str | None

    @property
    def lines(self) -> tuple[str, ...]:
        """The certificate for a receipt; never a count."""
        narrow = "unbounded" if isinf(self.narrowest) else f"{self.narrowest:g}"
        return (
            f"cells withheld by the source: {self.cells}",
            f"published sums that hold one: {self.sums}",
            f"narrowest: {narrow}",
            f"policy: {self.policy or 'none named'}",
        )


def audit_withheld(indicator: Indicator, by: str, tidy: pd.DataFrame) -> WithheldAudit:
    """The audit of the suppressed numerators of a dimension's groups against all sums that the table shows.

    Sums are a place's total over groups whose codes add up, and the state's value over the places of one type. Where
    the table shows no numerators there is nothing to subtract, and every interval is unbounded.

    Raises:
        DataError: a withheld cell can be computed to less than the policy's width, or the sums contradict the parts.

    """
    rows = tidy
    for other in indicator.dimensions:
        if other.name != by:
            rows = rows[rows[other.name] == TOTAL]
    withheld = rows[(rows["status"] == "suppressed") & (rows[by] != TOTAL)]
    number = {
        key: k for k, key in enumerate(zip(*(withheld[name] for name in _KEY), withheld[by], strict=True))
    }
    sums = [*_over_groups(indicator, by, rows, number), *_over_places(by, rows, number)]
    policy = indicator.policy.suppression
    narrowest = inf
    if sums:
        low, high = _intervals(indicator, sums, len(number))
        narrowest = float(np.floor(high - low + 1e-6).min())
    width = named_policy(policy).minimum_width if policy else 1.0
    if narrowest < width:
        raise DataError(
            f"withheld cells of {by} can be computed to less than {width:g} persons from the totals that the "
            "table shows; leave the totals out or withhold more"
        )
    return WithheldAudit(len(number), len(sums), narrowest, policy)


_KEY = ("period", "place_type", "geoid")
type _Cell = tuple[Hashable, ...]
type _Sum = tuple[list[int], float, float]


def _intervals(indicator: Indicator, sums: list[_Sum], width: int) -> tuple[np.ndarray, np.ndarray]:
    rows = np.concatenate([np.full(len(members), k) for k, (members, _, _) in enumerate(sums)])
    columns = np.concatenate([members for members, _, _ in sums])
    matrix = sparse.csr_array((np.ones(len(rows)), (rows, columns)), shape=(len(sums), width))
    try:
        return withheld_intervals(matrix, [rest for _, rest, _ in sums], [slack for _, _, slack in sums])
    except SuppressionError as error:
        raise DataError(f"withheld cells of {indicator.id!r} cannot be audited: {error}") from error


def _over_groups(indicator: Indicator, by: str, rows: pd.DataFrame, number: dict[_Cell, int]) -> list[_Sum]:
    """Per place: its total less its published groups."""
    if not indicator.dimension(by).additive:
        return []
    totals = rows[rows[by] == TOTAL].set_index(list(_KEY))["numerator"]
    found = []
    for key, groups in rows[rows[by] != TOTAL].groupby(list(_KEY), sort=False):
        one = _sum([(*key, code) for code in groups[by]], groups, totals.get(key), number)
        found += [one] if one else []
    return found


def _over_places(by: str, rows: pd.DataFrame, number: dict[_Cell, int]) -> list[_Sum]:
    """Per group and place type: the state's value less the published places; none where places are no partition."""
    whole = rows[rows["place_type"] == "state"].set_index(["period", by])["numerator"]
    parts = rows[
        rows["place_type"].isin(("county", "planning_region", "town", "school_district"))
        & (rows[by] != TOTAL)
    ]
    found = []
    for (period, kind, code), places in parts.groupby(["period", "place_type", by], sort=False):
        keys: list[_Cell] = [(period, kind, geoid, code) for geoid in places["geoid"]]
        one = _sum(keys, places, whole.get((period, code)), number)
        found += [one] if one else []
    return found


def _sum(
    keys: list[_Cell], parts: pd.DataFrame, whole: float | None, number: dict[_Cell, int]
) -> _Sum | None:
    members = [number[key] for key in keys if key in number]
    shown = parts[parts["status"] != "suppressed"]["numerator"]
    if not members or whole is None or np.isnan(whole) or shown.isna().any():
        return None
    return members, float(whole - shown.sum()), _ROUNDING * (len(shown) + 1)
