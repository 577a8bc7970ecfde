"""Proportions from surveys with a complex sample design."""

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from layers.measures.arguments import FloatArray, aligned, divide, nonnegative, open_share, share
from layers.measures.rates.intervals import Interval, beta_limits


def effective_sample_size(
    proportion: ArrayLike,
    se: ArrayLike,
    sample_size: ArrayLike,
    degrees_of_freedom: ArrayLike,
    *,
    confidence: float = 0.95,
    capped: bool = False,
) -> FloatArray:
    """Return effective sample sizes: p(1-p)/SE² · (t(n-1) / t(df))², `capped` at the sample size or not.

    Arguments broadcast; `se` is the design-based standard error, `degrees_of_freedom` = clusters - strata.
    Where nobody or everybody in the sample has the trait, the sample size itself. NaN where anything is
    missing, the sample is below 2, the degrees of freedom are below 1, or the standard error of a proportion
    between 0 and 1 is 0. The NCHS standard caps, R's svyciprop does not.

    Source: Korn & Graubard 1998; Parker et al. 2017 (NCHS, Vital and Health Statistics 2-175).
    """
    p, error = share("proportion", proportion), nonnegative("se", se)
    n, df = nonnegative("sample_size", sample_size), nonnegative("degrees_of_freedom", degrees_of_freedom)
    shape = aligned(proportion=p, se=error, sample_size=n, degrees_of_freedom=df)
    quantile = (1 + open_share("confidence", confidence)) / 2
    known = (n >= 2) & (df >= 1)
    factor = special.stdtrit(np.where(known, n - 1, 1.0), quantile) / special.stdtrit(
        np.where(known, df, 1.0), quantile
    )
    size = np.where((p == 0) | (p == 1), n, divide(p * (1 - p), error**2) * factor**2)
    size = np.minimum(size, n) if capped else size
    missing = np.isnan(p) | np.isnan(error) | ~known
    return np.where(np.broadcast_to(missing, shape), np.nan, size)[()]


def korn_graubard(
    proportion: ArrayLike,
    se: ArrayLike,
    sample_size: ArrayLike,
    degrees_of_freedom: ArrayLike,
    *,
    confidence: float = 0.95,
    capped: bool = False,
) -> Interval:
    """Return Korn-Graubard limits of survey proportions, as shares.

    Clopper-Pearson limits at the effective sample size; arguments, missing values and sources as in
    `effective_sample_size`. Equals R's survey::svyciprop(method = "beta") when not `capped`.
    """
    size = effective_sample_size(
        proportion, se, sample_size, degrees_of_freedom, confidence=confidence, capped=capped
    )
    p = share("proportion", proportion)
    events = np.where(p == 1, size, p * size)
    return beta_limits(events, size, (1 - confidence) / 2)
