"""Presentation standards of the National Center for Health Statistics: proportions; rates and counts."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from layers.measures.arguments import FloatArray, aligned, divide, nonnegative, share
from layers.measures.errors import ScaleError
from layers.measures.reliability.verdicts import Display, Reason, Verdicts, first_that_applies


@dataclass(frozen=True)
class ProportionStandard:
    """Rules for proportions by sample size, width of the 95% interval and degrees of freedom.

    - minimum_sample: smallest sample and effective sample of the denominator.
    - narrow, wide: an interval of at most `narrow` always does, one of `wide` or more never does (shares).
    - relative: in between, the widest interval allowed as a multiple of the proportion.
    - minimum_df: degrees of freedom below which a statistician has to look.
    """

    name: str
    source: str
    minimum_sample: float
    narrow: float
    wide: float
    relative: float
    minimum_df: float

    def classify(
        self,
        proportion: ArrayLike,
        lower: ArrayLike,
        upper: ArrayLike,
        sample_size: ArrayLike,
        *,
        effective_size: ArrayLike | None = None,
        degrees_of_freedom: ArrayLike | None = None,
    ) -> Verdicts:
        """Return per cell SUPPRESS, FLAG (statistical review), FOOTNOTE (complement) or SHOW, and the reason.

        Arguments broadcast. `proportion`, `lower` and `upper` are shares: Korn-Graubard limits from a complex
        sample (`korn_graubard(…, capped=True)`), Clopper-Pearson from a simple one. `effective_size` and
        `degrees_of_freedom` are left out where there is no sample design. MISSING where any given value is
        NaN. The first rule in the order of the standard that applies gives the reason: sample, width,
        relative width, then review, then the complement.
        """
        p, low, high = share("proportion", proportion), share("lower", lower), share("upper", upper)
        n = nonnegative("sample_size", sample_size)
        size = n if effective_size is None else nonnegative("effective_size", effective_size)
        df = _optional("degrees_of_freedom", degrees_of_freedom)
        shape = aligned(
            proportion=p, lower=low, upper=high, sample_size=n, effective_size=size, degrees_of_freedom=df
        )
        width = _width(p, low, high)
        between = (width > self.narrow) & (width < self.wide)
        return first_that_applies(
            [
                (np.isnan(p + width + n + size + df), Display.MISSING, Reason.MISSING_INPUT),
                (n < self.minimum_sample, Display.SUPPRESS, Reason.SAMPLE_TOO_SMALL),
                (size < self.minimum_sample, Display.SUPPRESS, Reason.EFFECTIVE_SAMPLE_TOO_SMALL),
                (width >= self.wide, Display.SUPPRESS, Reason.INTERVAL_TOO_WIDE),
                (
                    between & _wider(width, p, self.relative),
                    Display.SUPPRESS,
                    Reason.RELATIVE_INTERVAL_TOO_WIDE,
                ),
                (df < self.minimum_df, Display.FLAG, Reason.FEW_DEGREES_OF_FREEDOM),
                ((p == 0) | (p == 1), Display.FLAG, Reason.NONE_OR_ALL),
                (
                    between & _wider(width, 1 - p, self.relative),
                    Display.FOOTNOTE,
                    Reason.COMPLEMENT_INTERVAL_TOO_WIDE,
                ),
            ],
            shape,
        )


@dataclass(frozen=True)
class RateStandard:
    """Rules for rates and counts by the sizes behind them, the relative width of the 95% interval and df.

    - minimum_size: smallest number of events, or (effective) sample, of numerator and denominator.
    - relative: the widest interval allowed as a multiple of the estimate.
    - minimum_df: degrees of freedom below which a statistician has to look.
    """

    name: str
    source: str
    minimum_size: float
    relative: float
    minimum_df: float

    def classify(
        self,
        estimate: ArrayLike,
        lower: ArrayLike,
        upper: ArrayLike,
        numerator_size: ArrayLike,
        *,
        denominator_size: ArrayLike | None = None,
        degrees_of_freedom: ArrayLike | None = None,
    ) -> Verdicts:
        """Return per cell SUPPRESS, FLAG (statistical review) or SHOW, and the reason.

        Arguments broadcast; the estimate (rate or count) and its 95% limits are in one unit.
        `numerator_size` is the number of events, or of sampled events (the effective number where there is a
        design). `denominator_size` is left out when the population is not from a sample, `degrees_of_freedom`
        where they do not apply. MISSING where any given value is NaN.
        """
        value, low = nonnegative("estimate", estimate), nonnegative("lower", lower)
        high, events = nonnegative("upper", upper), nonnegative("numerator_size", numerator_size)
        base = _optional("denominator_size", denominator_size)
        df = _optional("degrees_of_freedom", degrees_of_freedom)
        shape = aligned(
            estimate=value,
            lower=low,
            upper=high,
            numerator_size=events,
            denominator_size=base,
            degrees_of_freedom=df,
        )
        width = _width(value, low, high)
        return first_that_applies(
            [
                (np.isnan(value + width + events + base + df), Display.MISSING, Reason.MISSING_INPUT),
                (events < self.minimum_size, Display.SUPPRESS, Reason.COUNT_TOO_SMALL),
                (base < self.minimum_size, Display.SUPPRESS, Reason.DENOMINATOR_TOO_SMALL),
                (
                    _wider(width, value, self.relative) | (value == 0),
                    Display.SUPPRESS,
                    Reason.RELATIVE_INTERVAL_TOO_WIDE,
                ),
                (df < self.minimum_df, Display.FLAG, Reason.FEW_DEGREES_OF_FREEDOM),
            ],
            shape,
        )


def _optional(name: str, values: ArrayLike | None) -> FloatArray:
    """Return the values, or infinity for what does not apply, which no minimum excludes."""
    return np.asarray(np.inf) if values is None else nonnegative(name, values)


def _width(value: FloatArray, lower: FloatArray, upper: FloatArray) -> FloatArray:
    """Return interval widths to 12 digits, so that 0.35 - 0.05 is 0.3.

    Raises ScaleError where limits leave their estimate out.
    """
    slack = 1e-9 * np.abs(value) + 1e-12
    outside = (value < lower - slack) | (value > upper + slack)
    if outside.any():
        raise ScaleError(
            f"{int(outside.sum())} of {outside.size} estimates lie outside their limits; "
            "allowed: lower, estimate and upper in order and in one unit"
        )
    return np.round(upper - lower, 12)


def _wider(width: FloatArray, base: FloatArray, limit: float) -> NDArray[np.bool_]:
    """Return where width / base is above a limit; not where base is 0, which has no relative width."""
    return np.round(divide(width, base), 12) > limit
