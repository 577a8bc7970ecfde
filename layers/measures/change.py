"""Change of a value between two periods whose samples share nobody."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from layers.measures.acs import moe_difference, moe_percent_change
from layers.measures.arguments import FloatArray, aligned, divide, nonnegative, real

PERCENT = 100.0


@dataclass(frozen=True, eq=False)
class Change:
    """Arrays of one shape: later − earlier, the same as a percentage of earlier, each with its 90 % margin."""

    difference: FloatArray
    difference_moe: FloatArray
    percent: FloatArray
    percent_moe: FloatArray


def change(earlier: ArrayLike, earlier_moe: ArrayLike, later: ArrayLike, later_moe: ArrayLike) -> Change:
    """Return the change and its margins; NaN where a value is missing or, for the percentage, earlier is 0.

    Margins are at 90 %: √(M1² + M2²), and 100 √(M2² + (X2/X1)² M1²) / X1. The two samples must be independent:
    overlapping periods share answers and are for the caller to refuse. Source: Census Bureau, Understanding and
    using American Community Survey data, comparisons over time.
    """
    first, last = real("earlier", earlier), real("later", later)
    first_moe, last_moe = nonnegative("earlier_moe", earlier_moe), nonnegative("later_moe", later_moe)
    aligned(earlier=first, earlier_moe=first_moe, later=last, later_moe=last_moe)
    known = ~np.isnan(first) & ~np.isnan(last)
    return Change(
        last - first,
        np.where(known, moe_difference(first_moe, last_moe), np.nan),
        PERCENT * divide(last - first, np.where(first > 0, first, np.nan)),
        PERCENT * moe_percent_change(np.where(first > 0, first, np.nan), first_moe, last, last_moe),
    )
