"""What every measure asks of its arguments: numbers on their scale, arrays that line up.

NaN means "not known" and passes through; infinity never does. A masked cell counts as not known.
"""

from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from layers.measures.errors import (
    MeasureError,
    NegativeValueError,
    NotFiniteError,
    PartAboveWholeError,
    ScaleError,
    ShapeMismatchError,
    UnknownPolicyError,
)

type FloatArray = NDArray[np.float64]


def real(name: str, values: ArrayLike) -> FloatArray:
    """Return the values as float64 with missing as NaN.

    Raises MeasureError for what is not numeric and NotFiniteError for an infinity.
    """
    array = converted(name, values)
    if np.isinf(array).any():
        raise NotFiniteError(
            f"{name} holds an infinity{_where(np.isinf(array))}; allowed: finite numbers or NaN"
        )
    return array


def converted(name: str, values: ArrayLike) -> FloatArray:
    """Return the values as float64 with missing and masked cells as NaN, infinities included.

    Raises MeasureError for what is not numeric.
    """
    try:
        array = np.asarray(values, dtype=np.float64)
        if isinstance(values, np.ma.MaskedArray):
            array = np.where(np.ma.getmaskarray(values), np.nan, array)
    except (TypeError, ValueError) as error:
        raise MeasureError(f"{name} must be numbers of one shape, with NaN for missing") from error
    return array


def nonnegative(name: str, values: ArrayLike) -> FloatArray:
    """Return the values as float64, none below zero; NaN passes."""
    array = real(name, values)
    if (array < 0).any():
        raise NegativeValueError(
            f"{name} is negative{_where(array < 0)}; allowed: 0 or more, or NaN for missing"
        )
    return array


def share(name: str, values: ArrayLike) -> FloatArray:
    """Return the values as float64 within 0 … 1; NaN passes."""
    array = real(name, values)
    outside = (array < 0) | (array > 1)
    if outside.any():
        raise ScaleError(f"{name} lies outside 0 … 1{_where(outside)}; give shares, not percent")
    return array


def open_share(name: str, value: float) -> float:
    """Return one number strictly between 0 and 1, such as a confidence level."""
    if not 0 < value < 1:
        raise ScaleError(f"{name} is {value}; allowed: strictly between 0 and 1, such as 0.95")
    return float(value)


def positive(name: str, value: float) -> float:
    """Return one finite number above 0, such as the people that a rate is given per."""
    if not 0 < value < np.inf:
        raise ScaleError(f"{name} is {value}; allowed: a finite number above 0")
    return float(value)


def truth(name: str, value: bool) -> bool:
    """Return the value if it is true or false (or 1 or 0): a word such as 'lower' would pass for true."""
    if value not in (True, False):
        raise MeasureError(f"{name} is {value!r}; allowed: True or False")
    return bool(value)


def option[E: StrEnum](kind: type[E], value: str) -> E:
    """Return the member of an enumeration that a value names, so that configuration may give its text."""
    try:
        return kind(value)
    except ValueError as error:
        raise UnknownPolicyError(f"{value!r} is no {kind.__name__}; allowed: {', '.join(kind)}") from error


def aligned(**arrays: NDArray[Any]) -> tuple[int, ...]:
    """Return the shape that the named arrays broadcast to."""
    try:
        return np.broadcast_shapes(*(array.shape for array in arrays.values()))
    except ValueError as error:
        given = ", ".join(f"{name} {array.shape}" for name, array in arrays.items())
        raise ShapeMismatchError(
            f"shapes do not line up: {given}; allowed: equal or broadcastable"
        ) from error


def within(part_name: str, part: FloatArray, whole_name: str, whole: FloatArray) -> None:
    """Raise PartAboveWholeError where a part is larger than its whole."""
    aligned(**{part_name: part, whole_name: whole})
    above = np.asarray(part > whole)
    if above.any():
        raise PartAboveWholeError(f"{part_name} is larger than {whole_name}{_where(above)}")


def divide(numerator: FloatArray, denominator: FloatArray) -> FloatArray:
    """Return the quotient, NaN where the denominator is 0 or either side is missing."""
    shape = aligned(numerator=numerator, denominator=denominator)
    defined = np.broadcast_to(denominator != 0, shape)
    quotient = np.full(shape, np.nan)
    np.divide(numerator, denominator, out=quotient, where=defined)
    return quotient


def _where(bad: NDArray[np.bool_]) -> str:
    """Name the first offending position and how many there are, never the value."""
    if bad.ndim == 0:
        return ""
    first = tuple(int(index) for index in np.argwhere(bad)[0])
    return f" at position {first[0] if len(first) == 1 else first} ({int(bad.sum())} of {bad.size} cells)"
