"""Cumulative counts that fall."""

from dataclasses import replace

import numpy as np
import pandas as pd

from layers.indicators.cells import Cells, Flags, Floats, Ranks
from layers.indicators.statuses import PUBLISHED, RANK
from layers.normalise import Notes


def flag_falls(cells: Cells, notes: Notes) -> Cells:
    """Cumulative counts as reported, those above a later report flagged: the later one corrected them."""
    keys = ["place_type", "geoid", *cells.codes]
    frame = pd.DataFrame(
        {"place_type": cells.place_type, "geoid": cells.geoid, **cells.codes, "period": cells.period}
    )
    frame["count"] = cells.numerator if np.isnan(cells.value).all() else cells.value
    backwards = frame.sort_values([*keys, "period"], ascending=False)
    later = backwards.groupby(keys, sort=False)["count"].cummin().groupby([backwards[key] for key in keys])
    lowest_later: Floats = later.shift().reindex(frame.index).to_numpy(dtype=np.float64)
    above: Flags = frame["count"].to_numpy() > lowest_later
    status: Ranks = np.where(above & (cells.status == PUBLISHED), RANK["unreliable"], cells.status).astype(
        np.int8
    )
    falls = frame.sort_values([*keys, "period"]).groupby(keys, sort=False)["count"].diff() < 0
    if above.any():
        notes.add("cumulative", "cumulative counts fall from one report to the next", rows=int(falls.sum()))
        notes.add(
            "cumulative",
            "counts above a later one of the same place are shown as reported and flagged unreliable",
            rows=int(above.sum()),
        )
    return replace(cells, status=status)
