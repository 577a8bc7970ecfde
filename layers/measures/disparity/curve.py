"""Logistic curves on a rank, fitted for all places at once by batched Newton steps.

The curve p(x) = expit(b0 + b1 x) solves the binomial score equations Σ w (p_i − p(x_i)) (1, x_i) = 0.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logit

from layers.measures.disparity.types import FloatArray

ITERATIONS = 60
TOLERANCE = 1e-11
LONGEST_STEP = 4.0
"""Largest change of either coefficient in one Newton step."""


@dataclass(frozen=True, eq=False)
class LogitFit:
    """Coefficients (…) and the fitted proportion per group (groups, …); NaN where no curve fits."""

    intercept: FloatArray
    slope: FloatArray
    fitted: FloatArray


def fit_logit(x: FloatArray, proportion: FloatArray, weight: FloatArray) -> LogitFit:
    """Batched Newton solution of Σ w (proportion − expit(b0 + b1 x)) (1, x) = 0 for all places at once.

    Arrays are (groups, …) and broadcast. Places without a finite solution (nothing or everything affected, or
    groups that a step separates perfectly) get NaN.
    """
    shape = np.broadcast_shapes(x.shape, proportion.shape, weight.shape)
    flat = [np.broadcast_to(array, shape).reshape(shape[0], -1) for array in (x, proportion, weight)]
    beta = np.full((2, flat[0].shape[1]), np.nan)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        start = logit((flat[2] * flat[1]).sum(axis=0) / flat[2].sum(axis=0))
        active = np.flatnonzero(np.isfinite(start))
        current = np.stack([start[active], np.zeros(len(active))])
        for _ in range(ITERATIONS):
            if not len(active):
                break
            step = _newton_step(current, *(array[:, active] for array in flat))
            current = current + step
            done = (np.abs(step) <= TOLERANCE * (1 + np.abs(current))).all(axis=0)
            beta[:, active[done]] = current[:, done]
            going = ~done & np.isfinite(current).all(axis=0)
            active, current = active[going], current[:, going]
        fitted = expit(beta[0] + beta[1] * flat[0])
    return LogitFit(
        intercept=beta[0].reshape(shape[1:]), slope=beta[1].reshape(shape[1:]), fitted=fitted.reshape(shape)
    )


def _newton_step(beta: FloatArray, x: FloatArray, proportion: FloatArray, weight: FloatArray) -> FloatArray:
    fitted = expit(beta[0] + beta[1] * x)
    residual = weight * (proportion - fitted)
    information = weight * fitted * (1 - fitted)
    score0, score1 = residual.sum(axis=0), (residual * x).sum(axis=0)
    h00, h01, h11 = (term.sum(axis=0) for term in (information, information * x, information * x**2))
    determinant = h00 * h11 - h01**2
    step = np.stack([h11 * score0 - h01 * score1, h00 * score1 - h01 * score0]) / determinant
    return np.asarray(step * np.minimum(1, LONGEST_STEP / np.abs(step).max(axis=0)))


def coefficient_gradient(fit: LogitFit, x: FloatArray, weight: FloatArray) -> FloatArray:
    """∂(b0, b1)/∂proportion_i, shape (2, groups, …): inverse information times the weighted design."""
    information = weight * fit.fitted * (1 - fit.fitted)
    h00, h01, h11 = (term.sum(axis=0) for term in (information, information * x, information * x**2))
    determinant = h00 * h11 - h01**2
    return np.stack([weight * (h11 - h01 * x), weight * (h00 * x - h01)]) / determinant


def index_gradients(fit: LogitFit, x: FloatArray, weight: FloatArray) -> tuple[FloatArray, FloatArray]:
    """∂SII/∂proportion_i and ∂RII/∂proportion_i on the 0–1 scale, each (groups, …)."""
    by_intercept, by_slope = coefficient_gradient(fit, x, weight)
    start, end = expit(fit.intercept), expit(fit.intercept + fit.slope)
    start_gradient = start * (1 - start) * by_intercept
    end_gradient = end * (1 - end) * (by_intercept + by_slope)
    return end_gradient - start_gradient, (end_gradient - end / start * start_gradient) / start
