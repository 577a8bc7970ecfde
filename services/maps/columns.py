"""Arrays of numbers as few bytes inside a page: whole steps of a decimal, predicted, split into planes, deflated.

A column is written as differences from a prediction that the browser repeats with the same operations: nothing,
the number some positions before, or the mean of all numbers at multiples of that distance before (another group
or period of the same place is like it). A difference d is the code 2·d + 1 where d ≥ 0 and -2·d below; 0 stands
for a missing value. Codes are stored in planes of equal significance (all lowest bytes, then all next ones). All
columns together are one raw deflate stream in base64, which every browser since 2023 unpacks by itself.
"""

import base64
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.maps.model import FloatArray

SPARE = 4  # digits kept beyond those that are shown: rounding twice then changes one shown digit in 10,000
_WIDEST = 4
_LARGEST = 2**31 - 1
_BLOCK = 2048  # bytes from which a plane is worth a Huffman code of its own


@dataclass(frozen=True)
class Column:
    """Where a column lies in the stream and how it is read.

    `predictor` is 0 for none, k for the number k positions before, -k for the mean of all numbers k, 2·k, …
    positions before.
    """

    offset: int
    length: int
    width: int
    digits: int
    predictor: int

    def document(self) -> list[int]:
        """The column as the page reads it."""
        return [self.offset, self.length, self.width, self.digits, self.predictor]


class Columns:
    """Columns put one after the other."""

    def __init__(self) -> None:
        self._planes: list[bytes] = []
        self._size = 0

    def numbers(self, values: FloatArray, most_digits: int) -> tuple[Column, FloatArray]:
        """A column of decimals with the fewest digits that keep all values, at most `most_digits` and four bytes.

        The second result are the values as the page will have them.
        """
        largest = float(np.nanmax(np.abs(values), initial=0.0))
        room = next((d for d in range(most_digits, 0, -1) if largest * 10.0**d < _LARGEST), 0)
        digits = next((d for d in range(room) if _exact(values, d)), room)
        steps = _steps(values, digits)
        return self.whole(steps, digits), steps / 10.0**digits

    def residuals(self, values: FloatArray, predicted: FloatArray, digits: int) -> Column:
        """A column of the differences, in steps of a digit, between values and what the page predicts for them."""
        return self.whole(_steps(values, digits) - np.floor(predicted * 10.0**digits + 0.5), digits)

    def whole(self, values: FloatArray | NDArray[np.integer], digits: int = 0) -> Column:
        """A column of whole numbers in the narrowest width, predicted as it takes the least space.

        Raises:
            OverflowError: a number does not fit into four bytes.

        """
        numbers = np.asarray(values, dtype=np.float64)
        most = float(np.nanmax(np.abs(numbers), initial=0.0))
        if most > _LARGEST:
            raise OverflowError(f"{most:g} steps of {10.0**-digits:g} do not fit into four bytes")
        _, predictor, planes = min(
            ((_entropy(planes), predictor, planes) for predictor, planes in _candidates(numbers)),
            key=lambda candidate: candidate[0],
        )
        column = Column(self._size, numbers.size, len(planes), digits, predictor)
        self._planes += planes
        self._size += sum(map(len, planes))
        return column

    def stream(self) -> str:
        """All columns, deflated, in base64."""
        packer = zlib.compressobj(9, zlib.DEFLATED, -15, 9)
        packed = bytearray()
        for plane in self._planes:
            packed += packer.compress(plane)
            if len(plane) >= _BLOCK:
                packed += packer.flush(zlib.Z_BLOCK)
        return base64.b64encode(packed + packer.flush()).decode()


def _candidates(numbers: FloatArray) -> Iterator[tuple[int, list[bytes]]]:
    """Predictors and the planes that each leaves, those that need too many bytes left out."""
    yield 0, _planes(numbers)
    steps = np.cumprod(numbers.shape[:0:-1]).tolist()
    for distance in dict.fromkeys(steps):
        rows = numbers.reshape(-1, distance)
        if len(rows) < 2:
            continue
        before = np.vstack([np.zeros((1, distance)), np.nan_to_num(rows[:-1])])
        sums = np.cumsum(before, axis=0)
        known = np.cumsum(np.vstack([np.zeros((1, distance)), np.isfinite(rows[:-1])]), axis=0)
        mean = np.floor(sums / np.maximum(known, 1) + 0.5)
        for predictor, predicted in ((distance, before), (-distance, mean)):
            planes = _planes((rows - predicted).ravel())
            if len(planes) <= _WIDEST:
                yield predictor, planes


def _planes(differences: FloatArray) -> list[bytes]:
    """The codes of differences, one plane per byte."""
    flat = differences.ravel()
    codes = np.where(np.isnan(flat), 0, np.where(flat >= 0, 2 * flat + 1, -2 * flat))
    width = max(1, -(-int(codes.max(initial=0)).bit_length() // 8))
    split = codes.astype("<u8").view(np.uint8).reshape(-1, 8)
    return [split[:, plane].tobytes() for plane in range(width)]


def _entropy(planes: list[bytes]) -> float:
    """About how many bits the planes will take."""
    bits = 0.0
    for plane in planes:
        counts = np.bincount(np.frombuffer(plane, np.uint8))
        counts = counts[counts > 0]
        bits += float((counts * np.log2(len(plane) / counts)).sum())
    return bits


def _steps(values: FloatArray, digits: int) -> FloatArray:
    return np.rint(values * 10.0**digits)


def _exact(values: FloatArray, digits: int) -> bool:
    return bool(np.array_equal(_steps(values, digits) / 10.0**digits, values, equal_nan=True))
