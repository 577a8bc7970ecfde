"""From a matrix of places and cells to the numbers of the groups: the common end of long and wide layers."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from catalog.indicators import FINISHED, Group, Indicator
from layers.indicators.cells import Cells, Texts, empty_numbers, joined
from layers.indicators.placing import Placed
from layers.indicators.sums import Matrix, add_up

type Numbers = dict[str, NDArray[np.generic]]


def grouped(
    indicator: Indicator, groups: Sequence[Group], matrix: Matrix, placed: Placed, period: Texts
) -> Cells:
    """The cells of all groups, one group after the other, each with the places in the order given."""
    return joined([_one(indicator, group, matrix, placed, period) for group in groups])


def _one(indicator: Indicator, group: Group, matrix: Matrix, placed: Placed, period: Texts) -> Cells:
    size = int(placed.geoid.size)
    numbers = empty_numbers(size)
    if group.bins:
        return _cells(indicator, group, placed, period, numbers | _bins(indicator, group, matrix))
    above = add_up(group.numerator, matrix, indicator.policy)
    status = above.status
    if indicator.kind in FINISHED:
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
    return _cells(indicator, group, placed, period, numbers)


def _bins(indicator: Indicator, group: Group, matrix: Matrix) -> Numbers:
    """The counts of a distribution bin by bin, with their margins."""
    sums = [add_up(terms, matrix, indicator.policy) for terms in group.bins]
    return {
        "bins": np.column_stack([one.estimate for one in sums]),
        "bins_moe": np.column_stack([one.moe for one in sums]),
        "status": np.max([one.status for one in sums], axis=0),
    }


def _cells(indicator: Indicator, group: Group, placed: Placed, period: Texts, numbers: Numbers) -> Cells:
    size = int(placed.geoid.size)
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
