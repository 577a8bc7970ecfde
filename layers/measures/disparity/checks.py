"""Checks of input arrays: a message names the argument, the position and the limit, never a cell's value."""

from operator import index

import numpy as np
from numpy.typing import ArrayLike

from layers.measures.arguments import converted
from layers.measures.disparity.errors import BadOptionError
from layers.measures.disparity.types import BoolArray, FloatArray
from layers.measures.errors import NegativeValueError, NotFiniteError, ScaleError, ShapeMismatchError

SCALES = (1.0, 100.0, 1000.0, 10_000.0, 100_000.0)
ROUNDING = 1e-9
"""Relative excess over a limit that is taken for floating-point rounding."""


def floats(name: str, values: ArrayLike, shape: tuple[int, ...] | None = None) -> FloatArray:
    """Float64 array of `values` (NaN allowed, infinity not), broadcast to `shape` when one is given.

    A masked cell is NaN.
    """
    array = converted(name, values)
    if shape is not None and array.shape != shape:
        try:
            array = np.broadcast_to(array, shape)
        except ValueError:
            raise ShapeMismatchError(f"{name} has shape {array.shape}; allowed: {shape}") from None
    _refuse(np.isinf(array), name, "is infinite; allowed: finite numbers and NaN", NotFiniteError)
    return array


def not_negative(name: str, values: FloatArray) -> None:
    """Refuse any value below zero."""
    _refuse(values < 0, name, "is negative; allowed: zero or more", NegativeValueError)


def within_scale(name: str, values: FloatArray, scale: float) -> None:
    """Refuse any value above `scale`, beyond floating-point rounding."""
    over = values > scale * (1 + ROUNDING)
    _refuse(
        over,
        name,
        f"is above the scale of a proportion; allowed: 0 to {scale:g}, or kind rate or mean",
        ScaleError,
    )


def position(name: str, value: int, count: int) -> int:
    """The index of one of `count` groups; a name, a fraction or a truth value is none."""
    try:
        place = index(value)
    except TypeError:
        place = -1
    if isinstance(value, bool | np.bool_) or not 0 <= place < count:
        raise BadOptionError(f"{name} is {value!r}; allowed: an index, 0 to {count - 1}")
    return place


def known_scale(scale: float, kind: str) -> None:
    """Refuse a scale that no indicator uses; a mean has none (1)."""
    allowed = (1.0,) if kind == "mean" else SCALES
    if scale not in allowed:
        choices = ", ".join(f"{value:g}" for value in allowed)
        raise ScaleError(f"scale is {scale!r} for a {kind}; allowed: {choices}")


def _refuse(bad: BoolArray, name: str, problem: str, error: type[ValueError]) -> None:
    if bad.any():
        first = tuple(int(i) for i in np.argwhere(bad)[0])
        raise error(f"{name}{list(first)} {problem} ({int(bad.sum())} such cells)")
