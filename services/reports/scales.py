"""Scales of the charts: from nothing to a round number above all that is drawn."""

import math
import sys
from collections.abc import Iterable
from dataclasses import dataclass

from services.indicator_rows import Value
from services.profiles import Line

_ROUND = (1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)


@dataclass(frozen=True)
class Scale:
    """The values at the left and right end of a chart."""

    low: float
    high: float

    def at(self, value: float | None) -> float | None:
        """Where a value stands, from 0 to 1; values beyond an end stand at the end."""
        if value is None:
            return None
        return round(min(max((value - self.low) / (self.high - self.low), 0.0), 1.0), 4)


def scale_of(lines: Iterable[Line]) -> Scale:
    """The scale on which all values of some lines have their place; it begins at 0, or below for less."""
    everything = [value for line in lines for value in _values(line)]
    below = _rounded(-min(everything, default=0.0))
    return Scale(0.0 - below, _rounded(max(everything, default=0.0)) or 1.0)


def _values(line: Line) -> list[float]:
    """What is drawn of a line; a lower limit below 0 of a value above 0 does not stretch the scale."""
    of_place: tuple[float | None, ...] = (line.place.estimate,)
    if line.place.estimate is not None and line.place.status != "unreliable":
        of_place = (*of_place, line.place.upper)
    beside = [_estimate(line.region), _estimate(line.state)]
    return [value for value in (*of_place, *beside) if value is not None]


def _estimate(value: Value | None) -> float | None:
    return value.estimate if value else None


def _rounded(value: float) -> float:
    """The smallest round number that is not less; 0 for what is not above the smallest normal number."""
    if value < sys.float_info.min:
        return 0.0
    power = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in _ROUND if step * power >= value * (1 - 1e-12))
