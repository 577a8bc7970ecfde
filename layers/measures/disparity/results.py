"""From estimates, errors and limits to a result: reason codes by precedence, NaN where a reason says so."""

from collections.abc import Callable, Iterable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from layers.measures.disparity.interval import Limits
from layers.measures.disparity.types import BoolArray, FloatArray, Result, Status

type Reason = tuple[Status, BoolArray]


def finished(
    estimate: FloatArray,
    se: FloatArray,
    limits: Limits,
    *,
    method: str,
    reasons: Iterable[Reason] = (),
    dropped: ArrayLike = 0,
    shape: Callable[[NDArray[np.generic]], NDArray[np.generic]] | None = None,
) -> Result:
    """Result with the highest reason that applies to each place.

    Two reasons are found here: limits that are not finite (`ESTIMATE_ONLY`) and an estimate that is not
    (`UNDEFINED`). From `UNDEFINED` on the estimate is NaN, from `ESTIMATE_ONLY` on the limits are. `shape`
    turns the working arrays into the caller's.
    """
    found: list[Reason] = [
        (Status.ESTIMATE_ONLY, ~np.isfinite(limits[0] + limits[1])),
        (Status.UNDEFINED, ~np.isfinite(estimate)),
        *reasons,
    ]
    status = np.zeros(estimate.shape, dtype=np.int8)
    for code, applies in sorted(found, key=lambda reason: reason[0]):
        status[np.broadcast_to(applies, status.shape)] = code
    hidden = status >= Status.UNDEFINED
    no_limits = status >= Status.ESTIMATE_ONLY
    no_se = hidden | (status == Status.INCONSISTENT_SE) | ~np.isfinite(se)
    arrays: dict[str, NDArray[np.generic]] = {
        "estimate": np.where(hidden, np.nan, estimate),
        "se": np.where(no_se, np.nan, se),
        "lower": np.where(no_limits, np.nan, limits[0]),
        "upper": np.where(no_limits, np.nan, limits[1]),
        "status": status,
        "dropped": np.broadcast_to(np.asarray(dropped, dtype=np.int16), status.shape).copy(),
    }
    if shape is not None:
        arrays = {name: shape(array) for name, array in arrays.items()}
    return Result(method=method, **arrays)  # type: ignore[arg-type]
