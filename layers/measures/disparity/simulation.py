"""Simulated percentile intervals: groups drawn from truncated normals (Ahn et al. 2019)."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from scipy.special import ndtr, ndtri

from layers.measures.disparity.cells import Cells
from layers.measures.disparity.types import FloatArray, Options

CELLS_PER_CHUNK = 4_000_000
NEGLIGIBLE = 7.0
"""Standard errors to a bound beyond which truncation changes nothing that a double can hold."""


def percentiles(
    value: Callable[[Cells], FloatArray], cells: Cells, options: Options
) -> tuple[FloatArray, FloatArray]:
    """Lower and upper percentile of `value` over draws, per place; NaN where a standard error is missing."""
    groups, places = cells.y.shape
    uniform = np.random.default_rng(options.seed).random((groups, 1, options.draws))
    tail = (1 - options.confidence) / 2
    step = max(1, CELLS_PER_CHUNK // (groups * options.draws))
    found = [
        np.quantile(value(_drawn(cells, slice(start, start + step), uniform)), [tail, 1 - tail], axis=-1)
        for start in range(0, places, step)
    ]
    lower, upper = np.concatenate(found, axis=1)
    return lower, upper


def _drawn(cells: Cells, part: slice, uniform: FloatArray) -> Cells:
    y, s = cells.y[:, part, None], cells.s[:, part, None]
    return replace(
        cells,
        y=truncated_normal(y, s, cells.limits, uniform),
        s=s,
        p=cells.p[:, part, None],
        u=cells.u[:, part, None],
        present=cells.present[:, part, None],
        empty=cells.empty[:, part, None],
        candidate=cells.candidate[:, part, None],
        shift=cells.shift[part, None],
    )


def truncated_normal(
    mean: FloatArray, se: FloatArray, limits: tuple[float, float], uniform: FloatArray
) -> FloatArray:
    """Quantiles at `uniform` of the normal (mean, se) truncated to `limits`; the mean itself where se is 0.

    mean, se: (…, 1); uniform: broadcasts to (…, draws). A cell far from both limits takes the plain normal
    quantile, which is computed once for all places.
    """
    drawn = mean + se * ndtri(uniform)
    with np.errstate(divide="ignore", invalid="ignore"):
        below, above = (limits[0] - mean) / se, (limits[1] - mean) / se
    near = ((se > 0) & ((below > -NEGLIGIBLE) | (above < NEGLIGIBLE)))[..., 0]
    floor, ceiling = ndtr(below[near]), ndtr(above[near])
    part = floor + np.broadcast_to(uniform, drawn.shape)[near] * (ceiling - floor)
    drawn[near] = mean[near] + se[near] * ndtri(part)
    return np.asarray(np.clip(drawn, *limits))
