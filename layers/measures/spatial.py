"""Spatial pattern: Moran's I of a value over neighbouring places, and the class of each place in it.

Weights are row-standardised contiguity, computed by esda (PySAL). Places without a value or without a neighbour that
has one take no part.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from zlib import crc32

import numpy as np
from numpy.typing import ArrayLike, NDArray

from layers.measures.arguments import FloatArray, open_share, real
from layers.measures.errors import EmptyInputError, ShapeMismatchError

if TYPE_CHECKING:
    from esda import Moran, Moran_Local

NOT_SIGNIFICANT, NO_PART = "not_significant", "no_part"
_QUADRANTS = {1: "high_high", 2: "low_high", 3: "low_low", 4: "high_low"}
CLASSES = (*_QUADRANTS.values(), NOT_SIGNIFICANT, NO_PART)
_LEAST = 3


@dataclass(frozen=True, eq=False)
class SpatialPattern:
    """Moran's I with its test, and local Moran of every place.

    moran, expected, p_value: of all places together, two-sided under randomisation. local, local_p_value: one per
    place, NaN where it takes no part; two-sided by permutation, not corrected for the number of places.
    classes: codes of `CLASSES` per place: `high_high` is a high value among high ones.
    places: how many take part.
    """

    moran: float
    expected: float
    p_value: float
    local: FloatArray
    local_p_value: FloatArray
    classes: NDArray[np.object_]
    places: int


def spatial_pattern(
    values: ArrayLike,
    neighbours: Mapping[int, Sequence[int]],
    *,
    confidence: float = 0.95,
    permutations: int = 999,
    seed: int | None = None,
) -> SpatialPattern:
    """Return Moran's I and the class of every place, from the positions of each place's neighbours.

    The permutations are seeded from the values, so that equal values give equal classes, unless a seed is given.
    values: one per place, NaN where there is none. neighbours: position → positions, symmetric; a place that is not
    named has none. Errors: ShapeMismatchError for positions outside the values, EmptyInputError when fewer than three
    places take part or all of them have one value, MeasureError for infinite values.
    Source: Anselin 1995, Local indicators of spatial association.
    """
    # a third of what every command takes to start, and few indicators ask for it
    from esda import Moran, Moran_Local
    from libpysal.graph import Graph

    numbers = real("values", values)
    level = 1 - open_share("confidence", confidence)
    outside = {n for near in (neighbours, *neighbours.values()) for n in near if not 0 <= n < numbers.size}
    if numbers.ndim != 1 or outside:
        raise ShapeMismatchError(
            f"values have shape {numbers.shape}; {len(outside)} positions of neighbours lie outside"
        )
    part = _taking_part(numbers, neighbours)
    if len(part) < _LEAST or np.ptp(numbers[part]) == 0:
        raise EmptyInputError(
            f"{len(part)} places have a value and a neighbour with one; allowed: {_LEAST} or more, not all equal"
        )
    inside = set(part.tolist())
    chosen = {n: [m for m in neighbours[n] if m in inside] for n in part.tolist()}
    weights = Graph.from_dicts(chosen).transform("r")
    whole = Moran(numbers[part], weights, permutations=0)
    with np.errstate(
        invalid="ignore", divide="ignore"
    ):  # its z-scores, unused here, of places that cannot vary
        local = Moran_Local(
            numbers[part],
            weights,
            permutations=permutations,
            seed=_seed(numbers[part]) if seed is None else seed,
            alternative="two-sided",
        )
    return _pattern(numbers.size, part, whole, local, level)


def _seed(values: FloatArray) -> int:
    return crc32(np.ascontiguousarray(values).tobytes())


def _taking_part(values: FloatArray, neighbours: Mapping[int, Sequence[int]]) -> NDArray[np.int64]:
    known = ~np.isnan(values)
    return np.array(
        [n for n in range(values.size) if known[n] and any(known[m] for m in neighbours.get(n, ()))],
        dtype=np.int64,
    )


def _pattern(
    size: int, part: NDArray[np.int64], whole: "Moran", local: "Moran_Local", level: float
) -> SpatialPattern:
    scores, p_values = np.full(size, np.nan), np.full(size, np.nan)
    scores[part], p_values[part] = local.Is, local.p_sim
    classes = np.full(size, NO_PART, dtype=object)
    names = np.array([_QUADRANTS[int(quadrant)] for quadrant in local.q], dtype=object)
    classes[part] = np.where(local.p_sim <= level, names, NOT_SIGNIFICANT)
    return SpatialPattern(
        float(whole.I), float(whole.EI), float(whole.p_rand), scores, p_values, classes, len(part)
    )
