"""Carries hidden cells over to the columns that would give them away, and writes the public columns."""

from collections.abc import Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from layers.measures.suppression.errors import StructureError
from layers.measures.suppression.policy import SuppressionPolicy

type Mask = NDArray[np.bool_]


def dependent_masks(hidden: Mapping[str, Mask], made_from: Mapping[str, Sequence[str]]) -> dict[str, Mask]:
    """Return, for every column, which of its values must be hidden: those made from any hidden value.

    hidden: flags of the protected columns, all of one shape (False where a column itself has nothing to hide).
    made_from: derived column → columns it is computed from, such as percent → (numerator, denominator),
    moe → (estimate,), ratio → (percent, reference). Derived columns may build on each other.
    Raises StructureError for unknown columns, circles and masks of different shapes.
    """
    if len({mask.shape for mask in hidden.values()}) > 1:
        raise StructureError(
            f"masks differ in shape: { {name: mask.shape for name, mask in hidden.items()} }"
        )
    try:
        order = list(TopologicalSorter(made_from).static_order())
    except CycleError as error:
        raise StructureError(f"derived columns are made from each other: {error.args[1]}") from error
    unknown = sorted(set(order) - set(hidden) - set(made_from))
    empty = sorted(name for name, sources in made_from.items() if not sources)
    if unknown or empty:
        raise StructureError(f"no mask and no origin for columns {unknown + empty}; known: {sorted(hidden)}")
    masks = {name: mask.copy() for name, mask in hidden.items()}
    for name in order:
        for source in made_from.get(name, ()):
            masks[name] = masks.get(name, np.zeros_like(masks[source])) | masks[source]
    return masks


def public_column(
    values: ArrayLike, hidden: Mask, policy: SuppressionPolicy, *, counts: bool = False
) -> NDArray[Any]:
    """Return the values as they may be published, the policy's one symbol in every hidden place.

    counts: the column holds counts, which the policy may round to its base.
    """
    column = np.asarray(values)
    if column.shape != hidden.shape:
        raise StructureError(f"values have shape {column.shape}, flags {hidden.shape}")
    public = rounded(column, policy) if counts else column
    result = public.astype(object)
    result[hidden] = policy.symbol
    return result


def rounded(counts: NDArray[Any], policy: SuppressionPolicy) -> NDArray[Any]:
    """Return the counts to the nearest multiple of the policy's base, halves upwards."""
    if policy.rounding == 1:
        return counts
    return np.asarray(policy.rounding * np.floor(counts / policy.rounding + 0.5)).astype(counts.dtype)
