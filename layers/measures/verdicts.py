"""Verdicts: one class per place and group, read from the interval and never from the point.

Precedence, the first that applies: no population, suppressed, unreliable, clearly worse or better, no clear
difference. A cell without an interval is unreliable.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr, ndtri

from layers.measures.arguments import converted, truth
from layers.measures.errors import MeasureError, ScaleError, ShapeMismatchError

type FloatArray = NDArray[np.float64]
type BoolArray = NDArray[np.bool_]

Correction = Literal["none", "benjamini_hochberg"]


class Verdict(IntEnum):
    """Classes, as int8 codes."""

    NO_CLEAR_DIFFERENCE = 0
    CLEARLY_BETTER = 1
    CLEARLY_WORSE = 2
    UNRELIABLE = 3
    SUPPRESSED = 4
    NO_POPULATION = 5


LABELS: dict[Verdict, str] = {
    Verdict.NO_CLEAR_DIFFERENCE: "no clear difference",
    Verdict.CLEARLY_BETTER: "clearly better",
    Verdict.CLEARLY_WORSE: "clearly worse",
    Verdict.UNRELIABLE: "unreliable",
    Verdict.SUPPRESSED: "suppressed",
    Verdict.NO_POPULATION: "no population",
}


class VerdictError(MeasureError):
    """A verdict was asked with settings or arrays that do not fit."""


@dataclass(frozen=True, eq=False)
class Verdicts:
    """Codes of `Verdict` as int8 in the shape of the input, and how they were reached, in words."""

    codes: NDArray[np.int8]
    method: str

    @property
    def labels(self) -> NDArray[np.str_]:
        """Text of each code, same shape."""
        return np.array([LABELS[code] for code in Verdict])[self.codes]


def verdicts_from_interval(
    lower: ArrayLike,
    upper: ArrayLike,
    *,
    no_difference: float,
    high_is_good: bool,
    population: ArrayLike | None = None,
    suppressed: ArrayLike = False,
    unreliable: ArrayLike = False,
) -> Verdicts:
    """Class of each cell from the limits of its comparison with the reference.

    - lower, upper: limits of a difference or ratio, cell against reference; NaN where there is no interval.
    - no_difference: 0 for a difference, 1 for a ratio. A limit that touches it is no clear difference.
    - population: people of the cell; 0 is the class `no population`, NaN is unknown and decides nothing.
    - suppressed, unreliable: flags of the publication policy; they broadcast.

    No correction for the number of comparisons: of m cells without any difference, (1−confidence)·m are still
    called clear. Use `verdicts_from_error` with Benjamini–Hochberg where that matters.
    """
    low, high = _float("lower", lower), _float("upper", upper)
    if low.shape != high.shape:
        raise ShapeMismatchError(f"lower has shape {low.shape} and upper {high.shape}; allowed: one shape")
    if (low > high).any():
        first = [int(i) for i in np.argwhere(low > high)[0]]
        raise VerdictError(f"lower{first} is above upper; allowed: lower at most upper")
    codes = _sides(low > no_difference, high < no_difference, high_is_good)
    missing = np.isnan(low) | np.isnan(high)
    return Verdicts(
        _with_precedence(codes, missing, population, suppressed, unreliable),
        "interval excludes no difference; not corrected for multiple comparisons",
    )


def verdicts_from_error(
    difference: ArrayLike,
    se: ArrayLike,
    *,
    high_is_good: bool,
    confidence: float = 0.95,
    correction: Correction = "none",
    population: ArrayLike | None = None,
    suppressed: ArrayLike = False,
    unreliable: ArrayLike = False,
) -> Verdicts:
    """Class of each cell from its difference to the reference and its standard error, by a normal test.

    - difference, se: on a linear scale; for ratios pass their logarithm and its standard error.
    - correction: `benjamini_hochberg` bounds the expected share of false calls among all clear calls by
      1−confidence. The family is every cell of the call that has a test and is neither suppressed, unreliable
      nor without population; a cell with se 0 and no difference (the reference against itself) is no test.
    - the flags are as in `verdicts_from_interval`.
    """
    if not 0 < confidence < 1:
        raise ScaleError(f"confidence is {confidence}; allowed: between 0 and 1, such as 0.95")
    if correction not in ("none", "benjamini_hochberg"):
        raise VerdictError(f"correction is {correction!r}; allowed: none, benjamini_hochberg")
    value, error = np.broadcast_arrays(_float("difference", difference), _float("se", se))
    if (error < 0).any():
        raise VerdictError(f"se is negative in {int((error < 0).sum())} cells; allowed: zero or more")
    missing = np.isnan(value) | np.isnan(error)
    if correction == "none":
        half = ndtri((1 + confidence) / 2) * error
        codes = _sides(value - half > 0, value + half < 0, high_is_good)
        method = f"{confidence:g} normal interval excludes zero; not corrected for multiple comparisons"
    else:
        blank = np.zeros(value.shape, dtype=np.int8)
        untested = _with_precedence(blank, missing, population, suppressed, unreliable) != 0
        found, tests = _discoveries(value, error, ~untested, 1 - confidence)
        codes = _sides(found & (value > 0), found & (value < 0), high_is_good)
        method = f"Benjamini–Hochberg over {tests} comparisons, false discovery rate {1 - confidence:g}"
    return Verdicts(_with_precedence(codes, missing, population, suppressed, unreliable), method)


def _discoveries(value: FloatArray, se: FloatArray, tested: BoolArray, rate: float) -> tuple[BoolArray, int]:
    """Cells whose Benjamini–Hochberg adjusted p-value is at most `rate`, and the size of the family."""
    family = tested & ~((value == 0) & (se == 0))
    found = np.zeros(value.shape, dtype=np.bool_)
    count = int(family.sum())
    if count:
        from scipy.stats import false_discovery_control  # takes most of a second to import

        with np.errstate(divide="ignore"):
            p_value = 2 * ndtr(-np.abs(value[family]) / se[family])
        found[family] = false_discovery_control(p_value, method="bh") <= rate
    return found, count


def _sides(above: BoolArray, below: BoolArray, high_is_good: bool) -> NDArray[np.int8]:
    better, worse = (above, below) if truth("high_is_good", high_is_good) else (below, above)
    codes = np.full(above.shape, Verdict.NO_CLEAR_DIFFERENCE, dtype=np.int8)
    codes[better] = Verdict.CLEARLY_BETTER
    codes[worse] = Verdict.CLEARLY_WORSE
    return codes


def _with_precedence(
    codes: NDArray[np.int8],
    missing: BoolArray,
    population: ArrayLike | None,
    suppressed: ArrayLike,
    unreliable: ArrayLike,
) -> NDArray[np.int8]:
    """Codes overlaid by the classes that come first; the later assignment wins."""
    result = codes.copy()
    people = np.nan if population is None else population
    if (np.asarray(people) < 0).any():
        raise VerdictError("population is negative; allowed: zero or more, NaN where unknown")
    for code, flag in (
        (Verdict.UNRELIABLE, missing | _flag("unreliable", unreliable, codes.shape)),
        (Verdict.SUPPRESSED, _flag("suppressed", suppressed, codes.shape)),
        (Verdict.NO_POPULATION, _flag("population", np.asarray(people) == 0, codes.shape)),
    ):
        result[flag] = code
    return result


def _flag(name: str, values: ArrayLike, shape: tuple[int, ...]) -> BoolArray:
    array = np.asarray(values)
    if array.dtype != np.bool_:
        raise VerdictError(f"{name} has type {array.dtype}; allowed: booleans")
    try:
        return np.broadcast_to(array, shape)
    except ValueError:
        raise ShapeMismatchError(f"{name} has shape {array.shape}; allowed: {shape}") from None


def _float(name: str, values: ArrayLike) -> FloatArray:
    array = converted(name, values)
    if np.isinf(array).any():
        raise VerdictError(f"{name} is infinite; allowed: finite numbers and NaN")
    return array
