"""Places on the Hilbert curve over the whole Earth."""

import numpy as np
from numpy.typing import NDArray

BITS = 24  # per axis: cells of 2 m by 1 m at the equator
NOWHERE = np.uint64(2 ** (2 * BITS))  # after every place


def hilbert_codes(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.uint64]:
    """The distance along the Hilbert curve of points in degrees; NOWHERE for points that are NaN.

    The curve fills longitude −180…180 by latitude −90…90 whatever the layer, so that the order of two
    features depends on nothing but these two. It begins in the south-west and ends in the south-east. Points
    outside count as on the edge.

    Source: D. Hilbert (1891); the quadrant-by-quadrant form is that of H. S. Warren, Hacker's Delight,
    section 16-2, here over arrays.
    """
    known = ~(np.isnan(x) | np.isnan(y))
    column = _cells((np.where(known, x, 0.0) + 180.0) / 360.0)
    row = _cells((np.where(known, y, 0.0) + 90.0) / 180.0)
    distance: NDArray[np.uint64] = np.where(known, hilbert_distance(column, row, BITS), NOWHERE)
    return distance


def hilbert_distance(column: NDArray[np.uint32], row: NDArray[np.uint32], bits: int) -> NDArray[np.uint64]:
    """The distance along the curve of cells in a grid of 2^bits by 2^bits cells."""
    distance = np.zeros(len(column), np.uint64)
    for bit in range(bits - 1, -1, -1):
        right, upper = (column >> bit) & 1, (row >> bit) & 1
        distance = (distance << np.uint64(2)) | ((3 * right) ^ upper).astype(np.uint64)
        turned, mirrored = upper == 0, (upper == 0) & (right == 1)
        column, row = np.where(mirrored, ~column, column), np.where(mirrored, ~row, row)
        column, row = np.where(turned, row, column), np.where(turned, column, row)
    return distance


def _cells(share: NDArray[np.float64]) -> NDArray[np.uint32]:
    cells: NDArray[np.uint32] = np.clip(share * 2**BITS, 0, 2**BITS - 1).astype(np.uint32)
    return cells
