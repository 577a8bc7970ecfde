"""Shared types of the disparity measures: arrays, reason codes, options and results."""

from dataclasses import dataclass
from enum import IntEnum
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from layers.measures.disparity.errors import BadOptionError

type FloatArray = NDArray[np.float64]
type BoolArray = NDArray[np.bool_]
type IntArray = NDArray[np.int64]

Variance = Literal["sampling", "regression"]
Interval = Literal["analytic", "simulated"]
Missing = Literal["strict", "available"]


class Status(IntEnum):
    """Why a place has, or has not, a result; the highest code that applies is given."""

    OK = 0
    ESTIMATE_ONLY = 1
    INCONSISTENT_SE = 2
    UNDEFINED = 3
    TOO_FEW_GROUPS = 4
    MISSING_GROUP = 5
    ZERO_POPULATION = 6
    MISSING_REFERENCE = 7
    NO_POPULATION = 8


STATUS_LABELS: dict[Status, str] = {
    Status.OK: "estimate and interval",
    Status.ESTIMATE_ONLY: "estimate without interval: a standard error is missing or not defined here",
    Status.INCONSISTENT_SE: "estimate without interval: the whole's standard error is below the part's share",
    Status.UNDEFINED: "not defined for these values: zero or negative where a ratio or logarithm is taken, "
    "no curve fits, or the correction for noise lacks a standard error",
    Status.TOO_FEW_GROUPS: "fewer than two groups (or units) with data",
    Status.MISSING_GROUP: "a group that the measure needs has no estimate, or its people are not known",
    Status.ZERO_POPULATION: "a group that the measure needs has no people here",
    Status.MISSING_REFERENCE: "the reference group has no estimate",
    Status.NO_POPULATION: "nobody lives here",
}


@dataclass(frozen=True)
class Options:
    """How uncertainty and gaps are handled; one setting for all measures of a call.

    - confidence: coverage of the intervals, between 0 and 1.
    - variance: `sampling` propagates the groups' standard errors (what changes if the survey is repeated).
      `regression` takes, for the gradient measures only (concentration and slope indices), the spread of the
      groups around the fitted line instead, with t(n−2) quantiles, as published packages do.
    - interval: `analytic` is normal, on the log scale for ratios, and simultaneous where the data choose the
      groups; `simulated` takes percentiles of truncated normal draws (Ahn et al. 2019). Percentiles double
      the upward bias of every measure that cannot be negative and miss the truth when noise dominates: they
      are for comparison with systems that publish them.
    - missing: `strict` gives NaN and a reason where a needed group is missing; `available` drops the group
      and counts it.
    - draws, seed: of the simulation; every place sees the same random numbers, so its result does not depend
      on which other places are in the call.
    """

    confidence: float = 0.95
    variance: Variance = "sampling"
    interval: Interval = "analytic"
    missing: Missing = "strict"
    draws: int = 1000
    seed: int = 20190401

    def __post_init__(self) -> None:
        if not 0 < self.confidence < 1:
            raise BadOptionError(f"confidence is {self.confidence}; allowed: between 0 and 1, such as 0.95")
        if self.draws < 100:
            raise BadOptionError(f"draws is {self.draws}; allowed: 100 or more")
        allowed = {
            "variance": ("sampling", "regression"),
            "interval": ("analytic", "simulated"),
            "missing": ("strict", "available"),
        }
        for name, values in allowed.items():
            if getattr(self, name) not in values:
                raise BadOptionError(f"{name} is {getattr(self, name)!r}; allowed: {', '.join(values)}")


@dataclass(frozen=True, eq=False)
class Result:
    """One measure for all places: every array has the shape of the places.

    - estimate, se, lower, upper: float64, NaN where `status` says why; `se` is on the estimate's own scale
      (for a ratio, `se / estimate` is the standard error of its logarithm).
    - status: int8 codes of `Status`.
    - dropped: groups (or units) left out under the policy `available`.
    - method: how the interval was made, in words.
    """

    estimate: FloatArray
    se: FloatArray
    lower: FloatArray
    upper: FloatArray
    status: NDArray[np.int8]
    dropped: NDArray[np.int16]
    method: str
