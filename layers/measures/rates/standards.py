"""Standard populations for age standardisation."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from layers.measures.arguments import FloatArray, nonnegative
from layers.measures.errors import NotFiniteError, ScaleError, ShapeMismatchError


def standard_shares(weights: ArrayLike) -> FloatArray:
    """Return shares or people per age band, (k,), as shares that sum to 1."""
    w = nonnegative("standard", weights)
    if w.ndim != 1 or w.size == 0:
        raise ShapeMismatchError(f"standard has shape {w.shape}; allowed: (k,) with one weight per age band")
    if np.isnan(w).any():
        raise NotFiniteError("standard holds NaN; allowed: a share or a number of people for every age band")
    if w.sum() == 0:
        raise ScaleError("standard sums to 0; allowed: shares or people of which at least one is above 0")
    return w / w.sum()


@dataclass(frozen=True)
class StandardPopulation:
    """A named standard: age bands in order, and for each its share or its people."""

    name: str
    source: str
    bands: tuple[str, ...]
    weights: tuple[float, ...]

    def __post_init__(self) -> None:
        """Refuse bands and weights that do not pair up, or weights that cannot be shares."""
        if len(self.bands) != len(self.weights):
            raise ShapeMismatchError(
                f"standard {self.name!r} has {len(self.bands)} bands and {len(self.weights)} weights"
            )
        standard_shares(self.weights)

    @property
    def shares(self) -> FloatArray:
        """The share of each band, summing to 1."""
        return standard_shares(self.weights)


US_2000 = StandardPopulation(
    name="US 2000 standard population",
    source="Klein & Schoenborn 2001, NCHS Healthy People 2010 Statistical Notes 20, distribution 1",
    bands=("<1", "1-4", "5-14", "15-24", "25-34", "35-44", "45-54", "55-64", "65-74", "75-84", "85+"),
    weights=(
        0.013818,
        0.055317,
        0.145565,
        0.138646,
        0.135573,
        0.162613,
        0.134834,
        0.087247,
        0.066037,
        0.044842,
        0.015508,
    ),
)
"""The standard of U.S. vital statistics since data year 1999: people projected for 2000, 11 age bands."""
