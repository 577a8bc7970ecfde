"""What a measure can refuse: one base class, leaves named by the fact.

    MeasureError(ValueError)
    ├── ShapeMismatchError     arrays that do not line up
    ├── NegativeValueError     a count, margin, weight or variance below zero
    ├── ScaleError             a value outside its scale: a share above 1, a confidence of 95
    ├── PartAboveWholeError    a numerator larger than the denominator it is a part of
    ├── NotFiniteError         infinity, or NaN where nothing may be missing
    ├── EmptyInputError        no value to work on
    └── UnknownPolicyError     a policy name that the registry does not hold

A message says what was given and what is allowed. It names arguments, positions and limits, never the value
of a cell, because a cell may be confidential.
"""


class MeasureError(ValueError):
    """A measure was given what it cannot work with."""


class ShapeMismatchError(MeasureError):
    """Arrays do not line up."""


class NegativeValueError(MeasureError):
    """A count, margin, weight or variance is below zero."""


class ScaleError(MeasureError):
    """A value lies outside its scale, such as a share above 1 or a confidence of 95."""


class PartAboveWholeError(MeasureError):
    """A numerator is larger than the denominator it is a part of."""


class NotFiniteError(MeasureError):
    """A value is infinite, or missing where nothing may be missing."""


class EmptyInputError(MeasureError):
    """There is no value to work on."""


class UnknownPolicyError(MeasureError):
    """A policy was named that the registry does not hold."""
