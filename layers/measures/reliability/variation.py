"""Classes of relative standard error (coefficient of variation)."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray

from layers.measures.arguments import FloatArray, nonnegative, option, positive
from layers.measures.errors import ScaleError
from layers.measures.reliability.verdicts import Display, Reason, Verdicts, first_that_applies


class Threshold(StrEnum):
    """Whether a threshold is itself still in the better class."""

    LAST_GOOD = "last-good"
    FIRST_BAD = "first-bad"


@dataclass(frozen=True)
class VariationPolicy:
    """Relative standard errors, as shares, from which a number is marked.

    - moderate: where "use with caution" begins, None when the policy has no such class.
    - high: where "unreliable" begins.
    - threshold: whether a value equal to a limit still belongs to the better class.
    """

    name: str
    source: str
    moderate: float | None
    high: float
    threshold: Threshold

    def __post_init__(self) -> None:
        """Refuse limits that are not in order."""
        object.__setattr__(self, "threshold", option(Threshold, self.threshold))
        low = positive("high", self.high) if self.moderate is None else positive("moderate", self.moderate)
        if low > self.high:
            raise ScaleError(f"policy {self.name!r}: moderate {low} is above high {self.high}")

    def classify(self, cv: ArrayLike) -> Verdicts:
        """Return per cell SHOW, or FLAG with VARIATION_MODERATE or VARIATION_HIGH; MISSING where cv is NaN.

        `cv` are shares (0.12 is 12 %), of any shape. The CV of a zero estimate is NaN: it has no relative
        error.
        """
        values = nonnegative("cv", cv)
        none = np.zeros(values.shape, dtype=bool)
        return first_that_applies(
            [
                (np.isnan(values), Display.MISSING, Reason.MISSING_INPUT),
                (self._beyond(values, self.high), Display.FLAG, Reason.VARIATION_HIGH),
                (
                    none if self.moderate is None else self._beyond(values, self.moderate),
                    Display.FLAG,
                    Reason.VARIATION_MODERATE,
                ),
            ],
            values.shape,
        )

    def _beyond(self, values: FloatArray, limit: float) -> NDArray[np.bool_]:
        """Return what lies beyond a limit, to 12 digits: 0.1 + 0.2 and 0.3 are the same relative error."""
        rounded = np.round(values, 12)
        return rounded >= limit if self.threshold is Threshold.FIRST_BAD else rounded > limit
