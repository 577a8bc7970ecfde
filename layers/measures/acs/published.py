"""From the margin column as published to margins that can be computed with."""

from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike

from layers.measures.arguments import FloatArray, aligned, nonnegative, option, real

CONTROLLED = -555_555_555
"""Annotation of a controlled estimate: no sampling error, shown as `*****`."""

NOT_AVAILABLE = (-999_999_999, -888_888_888, -666_666_666, -333_333_333, -222_222_222)
"""Annotations of values not computed, not applicable or in an open-ended interval."""


class BlankMargin(StrEnum):
    """What a source means by an estimate that stands without a margin."""

    NOT_AVAILABLE = "not-available"
    """Nothing is known of its error: stays NaN."""
    CONTROLLED = "controlled"
    """The source leaves the margin of a controlled estimate blank: becomes 0."""


def published_margins(
    estimate: ArrayLike, moe: ArrayLike, *, blank: BlankMargin = BlankMargin.NOT_AVAILABLE
) -> FloatArray:
    """Return margins with the Census annotations resolved: 0 when controlled, NaN when not available.

    `estimate` and `moe` broadcast; both may hold NaN and the annotation codes of the Census API. A margin
    beside a missing estimate is NaN. `blank` says what a missing margin beside a present estimate means; it
    is the source's convention, so it must come from the source's manifest, and the default assumes the least.
    Any other negative margin raises NegativeValueError.

    Source: Census Bureau, Notes on ACS Estimate and Annotation Values.
    """
    values, published = real("estimate", estimate), real("moe", moe)
    aligned(estimate=values, moe=published)
    blank_value = 0.0 if option(BlankMargin, blank) is BlankMargin.CONTROLLED else np.nan
    margins = np.where(np.isnan(published), blank_value, published)
    margins = np.where(published == CONTROLLED, 0.0, margins)
    margins = nonnegative("moe", np.where(np.isin(published, NOT_AVAILABLE), np.nan, margins))
    missing = np.isnan(values) | np.isin(values, (*NOT_AVAILABLE, CONTROLLED))
    return np.where(missing, np.nan, margins)
