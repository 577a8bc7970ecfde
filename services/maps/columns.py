"""Arrays of numbers as few bytes inside a page: whole steps of a decimal, predicted, split into planes, deflated.

A column is written as differences from a prediction that the browser repeats with the same operations, in
planes of equal significance (all lowest bytes, then all next ones), little end first, two's complement. All
columns together are one raw deflate stream in base64, which every browser since 2023 unpacks by itself.
The smallest number of a width stands for a missing value.
"""

import base64
import zlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.maps.model import FloatArray

WIDTHS = (1, 2, 4)
SPARE = 4  # digits kept beyond those that are shown: rounding twice then changes one shown digit in 10,000


@dataclass(frozen=True)
class Column:
    """Where a column lies in the stream and how it is read: offset, length, bytes per value and digits."""

    offset: int
    length: int
    width: int
    digits: int

    def document(self) -> list[int]:
        """The column as the page reads it."""
        return [self.offset, self.length, self.width, self.digits]


class Columns:
    """Columns put one after the other."""

    def __init__(self) -> None:
        self._bytes = bytearray()

    def numbers(self, values: FloatArray, most_digits: int) -> tuple[Column, FloatArray]:
        """A column of decimals with the fewest digits that keep all values, at most `most_digits` and four bytes.

        The second result are the values as the page will have them.
        """
        largest = float(np.nanmax(np.abs(values), initial=0.0))
        room = next((d for d in range(most_digits, 0, -1) if largest * 10.0**d < 2**31 - 1), 0)
        digits = next((d for d in range(room) if _exact(values, d)), room)
        steps = _steps(values, digits)
        return self.whole(steps, digits), steps / 10.0**digits

    def residuals(self, values: FloatArray, predicted: FloatArray, digits: int) -> Column:
        """A column of the differences, in steps of a digit, between values and what the page predicts for them."""
        return self.whole(_steps(values, digits) - np.floor(predicted * 10.0**digits + 0.5), digits)

    def whole(self, values: FloatArray | NDArray[np.integer], digits: int = 0) -> Column:
        """A column of whole numbers in the narrowest width.

        Raises:
            OverflowError: a number does not fit into four bytes.

        """
        flat = np.asarray(values, dtype=np.float64).ravel()
        most = float(np.nanmax(np.abs(flat), initial=0.0))
        width = next((width for width in WIDTHS if most < 2 ** (8 * width - 1)), None)
        if width is None:
            raise OverflowError(f"{most:g} steps of {10.0**-digits:g} do not fit into four bytes")
        filled = np.where(np.isnan(flat), -(2 ** (8 * width - 1)), flat).astype(f"<i{width}")
        column = Column(len(self._bytes), len(flat), width, digits)
        self._bytes += filled.view(np.uint8).reshape(-1, width).T.tobytes()
        return column

    def stream(self) -> str:
        """All columns, deflated, in base64."""
        packer = zlib.compressobj(9, zlib.DEFLATED, -15)
        return base64.b64encode(packer.compress(bytes(self._bytes)) + packer.flush()).decode()


def _steps(values: FloatArray, digits: int) -> FloatArray:
    return np.rint(values * 10.0**digits)


def _exact(values: FloatArray, digits: int) -> bool:
    return bool(np.array_equal(_steps(values, digits) / 10.0**digits, values, equal_nan=True))
