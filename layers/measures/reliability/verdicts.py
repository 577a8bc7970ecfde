"""What a policy says of each cell, and the reasons it can have."""

from collections.abc import Sequence
from enum import IntEnum
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Display(IntEnum):
    """What to do with a cell, in order of severity."""

    SHOW = 0
    FOOTNOTE = 1
    """Show, with a footnote on the complement."""
    FLAG = 2
    """Show, marked: for statistical review, with caution, or unstable; the reason says which."""
    SUPPRESS = 3
    MISSING = 4
    """Nothing to judge: the number or what the policy needs to know of it is missing."""


class Reason(IntEnum):
    """Why a cell is displayed as it is."""

    MEETS_STANDARD = 0
    MISSING_INPUT = 1
    COUNT_TOO_SMALL = 2
    COUNT_UNSTABLE = 3
    VARIATION_MODERATE = 4
    VARIATION_HIGH = 5
    SAMPLE_TOO_SMALL = 6
    EFFECTIVE_SAMPLE_TOO_SMALL = 7
    INTERVAL_TOO_WIDE = 8
    RELATIVE_INTERVAL_TOO_WIDE = 9
    FEW_DEGREES_OF_FREEDOM = 10
    NONE_OR_ALL = 11
    COMPLEMENT_INTERVAL_TOO_WIDE = 12
    DENOMINATOR_TOO_SMALL = 13


REASON_TEXTS = MappingProxyType(
    {
        Reason.MEETS_STANDARD: "meets the standard",
        Reason.MISSING_INPUT: "a value needed for the judgement is missing",
        Reason.COUNT_TOO_SMALL: "too few events",
        Reason.COUNT_UNSTABLE: "few events: the rate is unstable",
        Reason.VARIATION_MODERATE: "moderate relative error: use with caution",
        Reason.VARIATION_HIGH: "high relative error: unreliable",
        Reason.SAMPLE_TOO_SMALL: "sample too small",
        Reason.EFFECTIVE_SAMPLE_TOO_SMALL: "effective sample too small",
        Reason.INTERVAL_TOO_WIDE: "confidence interval too wide",
        Reason.RELATIVE_INTERVAL_TOO_WIDE: "confidence interval too wide for the size of the estimate",
        Reason.FEW_DEGREES_OF_FREEDOM: "few degrees of freedom: the standard error is uncertain",
        Reason.NONE_OR_ALL: "nobody or everybody in the sample",
        Reason.COMPLEMENT_INTERVAL_TOO_WIDE: "the complement's confidence interval is too wide for its size",
        Reason.DENOMINATOR_TOO_SMALL: "denominator too small",
    }
)
"""Every reason in plain words."""


class Verdicts(NamedTuple):
    """Per cell a `Display` code and the `Reason` code for it, both int8 and of one shape."""

    display: NDArray[np.int8]
    reason: NDArray[np.int8]


type Rule = tuple[NDArray[np.bool_], Display, Reason]


def first_that_applies(rules: Sequence[Rule], shape: tuple[int, ...]) -> Verdicts:
    """Return for each cell the verdict of the first rule that holds there, SHOW where none does."""
    conditions = [np.broadcast_to(condition, shape) for condition, _, _ in rules]
    return Verdicts(
        np.select(conditions, [np.int8(display) for _, display, _ in rules], np.int8(Display.SHOW)),
        np.select(conditions, [np.int8(reason) for _, _, reason in rules], np.int8(Reason.MEETS_STANDARD)),
    )
