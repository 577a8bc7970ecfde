"""How many cells an answer has for the cells that are selected: scale-factor, scale-axes and scale-size.

After the draft of OGC API Coverages (19-087), requirements class Scaling; the axes are x and y.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isfinite
from types import MappingProxyType

AXES = ("x", "y")
FACTOR, FACTORS, SIZES = "scale-factor", "scale-axes", "scale-size"
NAMES = (FACTOR, FACTORS, SIZES)
MOST = 1_000_000.0
_AXIS = re.compile(r"([a-z]+)\(([^()]+)\)")
_NONE: Mapping[str, float] = MappingProxyType({})


@dataclass(frozen=True)
class Scaling:
    """For each axis that is scaled, the factor by which cells become fewer, or the number of cells wanted."""

    factors: Mapping[str, float] = field(default=_NONE)
    sizes: Mapping[str, float] = field(default=_NONE)

    def size(self, axis: str, kept: int, asked: int) -> int:
        """The cells of an answer along an axis, where `kept` of the cells `asked` lie on the raster."""
        if axis in self.sizes:
            return max(1, round(self.sizes[axis] * kept / asked))
        return max(1, round(kept / self.factors.get(axis, 1.0)))


def scaling(parameters: Mapping[str, str]) -> Scaling:
    """The scaling that checked parameters ask for."""
    if SIZES in parameters:
        return Scaling(sizes=by_axis(parameters[SIZES]))
    if FACTORS in parameters:
        return Scaling(factors=by_axis(parameters[FACTORS]))
    if FACTOR in parameters:
        return Scaling(factors=dict.fromkeys(AXES, factor(parameters[FACTOR])))
    return Scaling()


def factor(text: str) -> float:
    """A number above 0 and at most `MOST`.

    Raises:
        ValueError: it is none.

    """
    number = float(text)
    if not (isfinite(number) and 1 / MOST <= number <= MOST):
        raise ValueError(text)
    return number


def by_axis(text: str, *, whole: bool = False) -> dict[str, float]:
    """The numbers of axes in a text such as x(2),y(2.5).

    Raises:
        ValueError: another form, another axis, one axis twice, or a number that is not allowed.

    """
    parts = [_AXIS.fullmatch(part.strip()) for part in text.split(",")]
    found = {part[1]: factor(part[2]) for part in parts if part}
    if len(found) < len(parts) or not set(found) <= set(AXES):
        raise ValueError(text)
    if whole and any(not number.is_integer() for number in found.values()):
        raise ValueError(text)
    return found
