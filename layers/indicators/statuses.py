"""Statuses of values as ranks: of the parts of a sum the highest one tells what the sum is."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from catalog.vocabulary import vocabulary

_ORDER = (
    "published",
    "controlled",
    "top_coded",
    "bottom_coded",
    "unreliable",
    "not_applicable",
    "not_collected",
    "declined",
    "unknown",
    "not_published",
    "missing",
    "too_few_samples",
    "suppressed",
)
"""From a plain value to the one that must win: whatever holds a suppressed part is suppressed."""

RANK = {code: rank for rank, code in enumerate(_ORDER)}
PUBLISHED = RANK["published"]
HAS_VALUE = np.array(
    [bool(vocabulary("statuses").term(code).attributes["has_value"]) for code in _ORDER], dtype=np.bool_
)
_TEXTS = np.array(_ORDER, dtype=object)


def ranks(statuses: pa.ChunkedArray | pa.Array) -> NDArray[np.int8]:
    """The ranks of statuses; no status is a published value."""
    found = pc.index_in(statuses, value_set=pa.array(_ORDER, pa.string()))
    return np.asarray(pc.fill_null(found, PUBLISHED)).astype(np.int8)


def texts(of: NDArray[np.int8]) -> NDArray[np.object_]:
    """The codes of ranks."""
    return np.asarray(_TEXTS[of], dtype=object)
