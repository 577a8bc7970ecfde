"""Whether two estimates differ by more than sampling error."""

from enum import IntEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray

from layers.measures.acs.confidence import ACS_CONFIDENCE, convert_moe
from layers.measures.acs.derived import moe_difference
from layers.measures.arguments import aligned, real


class Significance(IntEnum):
    """Outcome of a comparison; three-valued, because a missing margin decides nothing."""

    UNKNOWN = -1
    NOT_DIFFERENT = 0
    DIFFERENT = 1


def significant(
    a: ArrayLike,
    moe_a: ArrayLike,
    b: ArrayLike,
    moe_b: ArrayLike,
    *,
    confidence: float = ACS_CONFIDENCE,
    moe_confidence: float = ACS_CONFIDENCE,
) -> NDArray[np.int8]:
    """Return per pair a `Significance` code (int8): DIFFERENT where |A - B| / sqrt(SEA² + SEB²) > z.

    All arguments broadcast. UNKNOWN where anything is missing. Compare codes, do not use them as booleans.
    Two controlled estimates (both margins 0) are DIFFERENT as soon as they are not equal. Independence is
    assumed: overlapping periods or nested places make the test conservative or wrong.
    """
    left, right = real("a", a), real("b", b)
    margin = convert_moe(moe_difference(moe_a, moe_b), to=confidence, moe_confidence=moe_confidence)
    aligned(a=left, b=right, moe=margin)
    gap = np.abs(left - right)
    code = np.where(gap > margin, Significance.DIFFERENT, Significance.NOT_DIFFERENT)
    return np.where(np.isnan(gap) | np.isnan(margin), Significance.UNKNOWN, code).astype(np.int8)
