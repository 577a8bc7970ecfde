"""Longitude and latitude to the unit square of Web Mercator (EPSG:3857): x to the east, y to the south."""

import numpy as np
from numpy.typing import NDArray

HIGHEST_LATITUDE = 85.051128779806604  # where y is 0: atan(sinh(π))


def projected(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Points (n, 2) in degrees as points of the unit square; beyond the highest latitude they are on its edge."""
    latitude = np.radians(np.clip(points[:, 1], -HIGHEST_LATITUDE, HIGHEST_LATITUDE))
    return np.column_stack(
        [points[:, 0] / 360 + 0.5, 0.5 - np.arcsinh(np.tan(latitude)) / (2 * np.pi)],
    )


def projected_envelopes(envelopes: NDArray[np.float64]) -> NDArray[np.float64]:
    """West, south, east and north in degrees (n, 4) as west, north, east and south in the unit square."""
    west, south = projected(envelopes[:, :2]).T
    east, north = projected(envelopes[:, 2:]).T
    return np.column_stack([west, north, east, south])
