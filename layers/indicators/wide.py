"""Layers with one row per place and one column per variable."""

import numpy as np

from catalog.indicators import Indicator, WideCells
from catalog.places import Places
from catalog.store import Version
from layers.indicators.cells import Cells
from layers.indicators.grouped import grouped
from layers.indicators.rows import read_rows
from layers.indicators.sums import Matrix


def read_wide(indicator: Indicator, cells: WideCells, version: Version, places: Places) -> Cells:
    """The cells of all groups of a layer in wide form."""
    names = list(dict.fromkeys(name for group in indicator.groups for name in group.cells))
    margins = [cells.moe.format(name) for name in names] if cells.moe else []
    rows = read_rows(indicator, version, places, (*names, *margins), only=None)
    estimate = np.column_stack([rows.numbers(name) for name in names])
    moe = (
        np.column_stack([rows.margins(name) for name in margins])
        if margins
        else np.full(estimate.shape, np.nan)
    )
    status = np.column_stack([rows.statuses(name) for name in names])
    matrix = Matrix.of(estimate, moe, status, names, indicator.policy, top=cells.top)
    return grouped(indicator, cells.groups, matrix, rows.placed, rows.period)
