"""Primary suppression: the cells that a policy hides by their own numbers."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from layers.measures.suppression.errors import StructureError
from layers.measures.suppression.policy import SuppressionPolicy

type Mask = NDArray[np.bool_]


def primary_rows(
    policy: SuppressionPolicy,
    counts: ArrayLike,
    *,
    denominators: ArrayLike | None = None,
    populations: ArrayLike | None = None,
) -> Mask:
    """Return which cells the policy hides by their own numbers, one flag per count.

    counts: whole numbers. denominators: what each count is a percentage of, NaN where it is none; required by a
    policy with `denominator_min` or `complement`. populations: residents of the place of each cell, NaN where the
    cell has no place; required by a policy with `population_floor`, whose exemption covers counts and complements,
    not denominators. Raises StructureError for missing or misshapen arrays and for a count above its denominator.
    """
    count = np.asarray(counts, dtype=np.float64)
    if not (np.isfinite(count) & (count >= 0)).all():
        raise StructureError("counts hold a value that is missing or negative; allowed: 0, 1, 2, …")
    small = _small(policy, count)
    too_few = np.zeros(count.shape, dtype=bool)
    if policy.denominator_min or policy.complement:
        denominator = _needed(policy, "denominators", denominators, count)
        if (count > denominator).any():
            raise StructureError(f"{int((count > denominator).sum())} counts are above their denominator")
        too_few = denominator < policy.denominator_min
        if policy.complement:
            small |= _small(policy, denominator - count)
    if policy.population_floor is not None:
        small &= ~(_needed(policy, "populations", populations, count) >= policy.population_floor)
    return np.asarray(small | too_few)


def _small(policy: SuppressionPolicy, count: NDArray[np.float64]) -> Mask:
    return np.asarray((count < policy.threshold) & (count >= policy.smallest_hidden))


def _needed(
    policy: SuppressionPolicy, name: str, values: ArrayLike | None, like: NDArray[np.float64]
) -> NDArray[np.float64]:
    if values is None:
        raise StructureError(f"policy {policy.name} needs {name}; none were given")
    array = np.asarray(values, dtype=np.float64)
    if array.shape != like.shape:
        raise StructureError(f"{name} have shape {array.shape}, counts {like.shape}")
    return array
