"""The numbers of an indicator before shares and rates are made of them: one entry per place, period, group."""

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from layers.indicators.methods import DIRECT
from layers.indicators.statuses import PUBLISHED

type Texts = NDArray[np.object_]
type Floats = NDArray[np.float64]
type Flags = NDArray[np.bool_]
type Ranks = NDArray[np.int8]


NOTHING: Texts = np.array(None, dtype=object)
"""The text of what is not there, for `numpy.where`."""


@dataclass(frozen=True, eq=False)
class Cells:
    """Arrays of one length n.

    place_type, vintage, geoid, name, period: texts. codes: dimension → texts. value, value_moe: a finished
    value of the source. numerator, denominator and their margins: the parts. whole: the numerator is the
    denominator, so that the share has no error. published: the margin of the value or numerator is one that the
    source published. status: ranks of `statuses`. method: how the place came to its numbers. split_share: share
    of its weight that came from places that had to be split. bins: counts of a distribution, shape (n, k), with
    their margins; k is 0 where the value is not the median of one.
    """

    place_type: Texts
    vintage: Texts
    geoid: Texts
    name: Texts
    period: Texts
    codes: dict[str, Texts]
    value: Floats
    value_moe: Floats
    numerator: Floats
    numerator_moe: Floats
    denominator: Floats
    denominator_moe: Floats
    whole: Flags
    published: Flags
    status: Ranks
    method: Texts
    split_share: Floats
    bins: Floats
    bins_moe: Floats

    @property
    def size(self) -> int:
        """The number of entries."""
        return int(self.geoid.size)

    def take(self, chosen: NDArray[np.generic]) -> "Cells":
        """The entries at some positions, or where a mask holds."""
        parts = {part.name: getattr(self, part.name) for part in fields(self)}
        codes = {name: values[chosen] for name, values in parts.pop("codes").items()}
        return Cells(codes=codes, **{name: values[chosen] for name, values in parts.items()})


def empty_numbers(size: int) -> dict[str, NDArray[np.generic]]:
    """Numbers of so many entries that say nothing yet."""
    nothing: dict[str, NDArray[np.generic]] = {
        name: np.full(size, np.nan)
        for name in (
            "value",
            "value_moe",
            "numerator",
            "numerator_moe",
            "denominator",
            "denominator_moe",
        )
    }
    return nothing | {
        "whole": np.zeros(size, dtype=np.bool_),
        "published": np.zeros(size, dtype=np.bool_),
        "status": np.full(size, PUBLISHED, dtype=np.int8),
        "method": np.full(size, DIRECT, dtype=object),
        "split_share": np.zeros(size),
        "bins": np.empty((size, 0)),
        "bins_moe": np.empty((size, 0)),
    }


def joined(parts: list[Cells]) -> Cells:
    """Several sets of cells one after the other; all have the same dimensions."""
    first = parts[0]
    codes = {name: np.concatenate([part.codes[name] for part in parts]) for name in first.codes}
    others = [part.name for part in fields(Cells) if part.name != "codes"]
    return Cells(
        codes=codes, **{name: np.concatenate([getattr(part, name) for part in parts]) for name in others}
    )
