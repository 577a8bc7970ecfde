"""Thresholds on the number of events."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from layers.measures.arguments import nonnegative
from layers.measures.errors import ScaleError
from layers.measures.reliability.verdicts import Display, Reason, Verdicts, first_that_applies


@dataclass(frozen=True)
class CountPolicy:
    """Numbers of events below which a number is hidden, or marked as unstable; 0 for never."""

    name: str
    source: str
    suppress_below: int
    flag_below: int

    def __post_init__(self) -> None:
        """Refuse thresholds below zero and a policy without any."""
        if min(self.suppress_below, self.flag_below) < 0 or max(self.suppress_below, self.flag_below) == 0:
            raise ScaleError(
                f"policy {self.name!r}: suppress_below {self.suppress_below}, flag_below {self.flag_below}; "
                "allowed: 0 or more, and one of them above 0"
            )

    def classify(self, count: ArrayLike) -> Verdicts:
        """Return per cell of any shape SUPPRESS, FLAG or SHOW by its number of events; MISSING where NaN."""
        events = nonnegative("count", count)
        return first_that_applies(
            [
                (np.isnan(events), Display.MISSING, Reason.MISSING_INPUT),
                (events < self.suppress_below, Display.SUPPRESS, Reason.COUNT_TOO_SMALL),
                (events < self.flag_below, Display.FLAG, Reason.COUNT_UNSTABLE),
            ],
            events.shape,
        )
