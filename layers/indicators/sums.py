"""Sums of cells with their margins and statuses."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from catalog.indicators import Policy, Term
from layers.indicators.cells import Floats, Ranks
from layers.indicators.statuses import HAS_VALUE, RANK
from layers.measures.acs import BlankMargin, ZeroMargins, moe_sum, published_margins


@dataclass(frozen=True, eq=False)
class Matrix:
    """Numbers of places (rows) in cells (columns): estimates and margins with NaN, statuses as ranks."""

    estimate: Floats
    moe: Floats
    status: Ranks
    column: Mapping[str, int]

    @classmethod
    def of(
        cls,
        estimate: Floats,
        moe: Floats,
        status: Ranks,
        names: Sequence[str],
        policy: Policy,
        *,
        top: float | None = None,
    ) -> "Matrix":
        """The numbers as published, blank margins and top codes read as the policy says."""
        if top is not None:
            status = np.where(estimate >= top, RANK["top_coded"], status).astype(np.int8)
        margins = published_margins(estimate, moe, blank=BlankMargin(policy.blank_margins))
        shown = np.where(HAS_VALUE[status], estimate, np.nan)
        return cls(
            shown,
            np.where(np.isnan(shown), np.nan, margins),
            status,
            {name: i for i, name in enumerate(names)},
        )


@dataclass(frozen=True, eq=False)
class Sum:
    """One sum per place; published: it is one cell, whose margin stands as it was published."""

    estimate: Floats
    moe: Floats
    status: Ranks
    published: bool


def add_up(terms: Sequence[Term], matrix: Matrix, policy: Policy) -> Sum:
    """The sum of some cells for every place; a missing part makes it missing.

    The margin of a single cell is its own; of several it is the root of the sum of squares under the policy's
    rule for zero estimates, and rounded to whole numbers where the policy says so.
    """
    index = [matrix.column[term.name] for term in terms]
    signs = np.array([term.sign for term in terms], dtype=np.float64)
    estimate = matrix.estimate[:, index] @ signs
    status = matrix.status[:, index].max(axis=1)
    single = len(terms) == 1
    margins = matrix.moe[:, index]
    moe = (
        margins[:, 0]
        if single
        else moe_sum(matrix.estimate[:, index], margins, zeros=ZeroMargins(policy.zero_margins))
    )
    if policy.whole_margins:
        moe = np.round(moe)
    return Sum(estimate, moe, status, published=single and signs[0] > 0)
