"""From a matrix of places and cells to the numbers of the groups: the common end of long and wide layers."""

from collections.abc import Sequence

import numpy as np

from catalog.indicators import Group, Indicator
from layers.indicators.cells import Cells, Texts, empty_numbers, joined
from layers.indicators.placing import Placed
from layers.indicators.sums import Matrix, add_up

_FINISHED = ("median", "mean")


def grouped(
    indicator: Indicator, groups: Sequence[Group], matrix: Matrix, placed: Placed, period: Texts
) -> Cells:
    """The cells of all groups, one group after the other, each with the places in the order given."""
    return joined([_one(indicator, group, matrix, placed, period) for group in groups])


def _one(indicator: Indicator, group: Group, matrix: Matrix, placed: Placed, period: Texts) -> Cells:
    size = int(placed.geoid.size)
    numbers = empty_numbers(size)
    above = add_up(group.numerator, matrix, indicator.policy)
    status = above.status
    if indicator.kind in _FINISHED:
        numbers |= {"value": above.estimate, "value_moe": above.moe}
    else:
        numbers |= {"numerator": above.estimate, "numerator_moe": above.moe}
    if group.denominator:
        below = add_up(group.denominator, matrix, indicator.policy)
        numbers |= {"denominator": below.estimate, "denominator_moe": below.moe}
        status = np.maximum(status, below.status)
    numbers |= {
        "whole": np.full(size, bool(group.denominator) and set(group.numerator) == set(group.denominator)),
        "published": np.full(size, above.published),
        "status": status.astype(np.int8),
    }
    codes = indicator.full(group.codes)
    return Cells(
        place_type=placed.place_type,
        vintage=np.full(size, indicator.source.place.vintage, dtype=object),
        geoid=placed.geoid,
        name=placed.name,
        period=period if group.period is None else np.full(size, group.period, dtype=object),
        codes={name: np.full(size, code, dtype=object) for name, code in codes.items()},
        **numbers,  # type: ignore[arg-type]
    )
