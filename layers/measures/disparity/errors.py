"""What the disparity measures refuse: leaves of `MeasureError`, named by the fact.

MeasureError
├── UnknownMeasureError   a name that the registry does not hold
├── WrongDataError        a measure asked of data of another kind
├── MissingInputError     population, order, reference or whole that the measure needs was not given
├── TooFewGroupsError     fewer than two groups: nothing to compare
├── TiedOrderError        two groups share a rank where one extreme group must be named
├── LonelyUnitError       a stratum of a sample has one sampling unit
└── BadOptionError        an option outside its allowed values
"""

from layers.measures.errors import MeasureError


class UnknownMeasureError(MeasureError):
    """A name that the registry does not hold."""


class WrongDataError(MeasureError):
    """A measure was asked of data that it is not defined for."""


class MissingInputError(MeasureError):
    """Population, order, reference or standard errors that the measure needs were not given."""


class TooFewGroupsError(MeasureError):
    """Fewer than two groups: nothing to compare."""


class TiedOrderError(MeasureError):
    """Two groups share a rank where one most and one least advantaged group must be named."""


class LonelyUnitError(MeasureError):
    """A stratum of a sample has one sampling unit, from which no variance can be computed."""


class BadOptionError(MeasureError):
    """An option has a value that is not allowed."""
