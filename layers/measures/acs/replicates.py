"""Margins from variance replicates, which carry the covariance that all approximations leave out."""

import numpy as np
from numpy.typing import ArrayLike

from layers.measures.acs.confidence import ACS_CONFIDENCE, moe_from_standard_error
from layers.measures.arguments import FloatArray, real
from layers.measures.errors import EmptyInputError, ShapeMismatchError


def moe_from_replicates(
    estimate: ArrayLike, replicates: ArrayLike, *, axis: int = -1, confidence: float = ACS_CONFIDENCE
) -> FloatArray:
    """Return margins from successive difference replication: Var = 4/R · Σ (Xr - X0)².

    `replicates` holds R runs along `axis`; `estimate` has the shape of `replicates` without it. To get the
    margin of a derived estimate, derive it in every replicate first and give the results here. NaN where the
    estimate or any replicate is missing, and where the estimate and all replicates are 0: the method does not
    see the error of a zero (the Census Bureau models it), so take the published margin there. The same
    replicates around a number that is not 0 are a controlled estimate: 0.

    Source: Census Bureau, Variance Replicate Estimate Tables (R = 80); the PUMS use the same 4/R.
    """
    values, runs = real("estimate", estimate), real("replicates", replicates)
    if not -runs.ndim <= axis < runs.ndim:
        raise ShapeMismatchError(f"axis {axis} is not in replicates of shape {runs.shape}")
    runs = np.moveaxis(runs, axis, -1)
    if runs.shape[-1] == 0:
        raise EmptyInputError("replicates holds none along its axis; allowed: one or more (the ACS has 80)")
    if values.shape != runs.shape[:-1]:
        raise ShapeMismatchError(
            f"estimate has shape {values.shape}; allowed: {runs.shape[:-1]}, one per row of replicates"
        )
    variance = 4 * np.mean((runs - values[..., None]) ** 2, axis=-1)
    unseen = (values == 0) & (variance == 0)
    return moe_from_standard_error(np.where(unseen, np.nan, np.sqrt(variance)), confidence=confidence)
