"""The part of a raster that `subset` names axis by axis, such as Lat(41:42),Lon(-73:-72).

After the draft of OGC API Coverages (19-087), requirements class Subsetting. Lat and Lon are degrees of
OGC:CRS84; x and y belong to the raster's own system and are the axes of the answers.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, isinf, isnan

from catalog.records import Bounds

NAME = "subset"
_DEGREES, _OWN = ("lon", "lat"), ("x", "y")
_AXIS = re.compile(r"([a-z]+)\(([^():]+)(?::([^():]+))?\)", re.IGNORECASE)
_OPEN = "*"


@dataclass(frozen=True)
class Subset:
    """A box whose sides are infinite where nothing is said, and whether it is in the raster's own system."""

    box: Bounds
    is_own: bool


def subset(text: str) -> Subset:
    """The subset that a text names.

    Raises:
        ValueError: another form, axes of two systems, one axis twice, no number, or an end before its begin.

    """
    parts = [_AXIS.fullmatch(part.strip()) for part in text.split(",")]
    found = {part[1].lower(): _span(part[2], part[3] or part[2]) for part in parts if part}
    axes = next((axes for axes in (_DEGREES, _OWN) if set(found) <= set(axes)), None)
    if len(found) < len(parts) or axes is None:
        raise ValueError(text)
    (west, east), (south, north) = (found.get(axis, (-inf, inf)) for axis in axes)
    if south > north or (axes == _OWN and west > east):
        raise ValueError(text)
    return Subset((west, south, east, north), is_own=axes == _OWN)


def closed(box: Sequence[float], edges: Sequence[float]) -> Bounds:
    """A box with its infinite sides at the edges of the raster."""
    west, south, east, north = (edge if isinf(side) else side for side, edge in zip(box, edges, strict=True))
    return (west, south, east, north)


def _span(low: str, high: str) -> tuple[float, float]:
    return _end(low, -inf), _end(high, inf)


def _end(text: str, open_end: float) -> float:
    if text.strip() == _OPEN:
        return open_end
    number = float(text)
    if isinf(number) or isnan(number):
        raise ValueError(text)
    return number
