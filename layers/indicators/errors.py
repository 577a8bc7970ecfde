"""What the engine refuses, each with what to add.

DataError
└── IndicatorError
├── UnseenLevel        a type of place in the source that the indicator does not name
├── MissingCells       cells that an indicator names and the layer does not have
├── UnknownPlaces      rows about places that nobody lists
├── RepeatedCells      two numbers for the same place, period and group
├── UnusableNumbers    numbers that a formula cannot take, such as a negative count
├── LostTotals         places that would drop out of a sum
└── UnprotectedCells   values that the indicator's own rule for small cells hides
"""

from catalog.errors import DataError


class IndicatorError(DataError):
    """An indicator cannot be computed from its layer."""


class UnseenLevel(IndicatorError):
    """The source has a type of place that the indicator does not name."""


class MissingCells(IndicatorError):
    """Cells that the indicator names are not in the layer."""


class UnknownPlaces(IndicatorError):
    """Rows are about places that nobody lists."""


class RepeatedCells(IndicatorError):
    """There are two numbers for the same place, period and group."""


class UnusableNumbers(IndicatorError):
    """A formula cannot take the numbers."""


class LostTotals(IndicatorError):
    """Places would drop out of a sum."""


class UnprotectedCells(IndicatorError):
    """Values are shown that the indicator's own rule for small cells hides."""
