"""Segregation and exposure indices of groups over the units (tracts, schools) of a place.

Source: reference formulas §10; Massey and Denton 1988; Reardon and Firebaugh 2002 (multigroup).
"""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import xlogy

from layers.measures.disparity import checks
from layers.measures.disparity.errors import BadOptionError, TooFewGroupsError
from layers.measures.disparity.types import FloatArray
from layers.measures.errors import EmptyInputError


@dataclass(frozen=True, eq=False)
class UnitCounts:
    """People of each group in each unit; build it with `UnitCounts.of`.

    - counts, se: (places…, units, groups); se is None where the counts are complete.
    - group: index of the group whose segregation is asked.
    - other: index of the group it is compared with, None for everybody else.
    """

    counts: FloatArray
    se: FloatArray | None
    group: int
    other: int | None

    @classmethod
    def of(
        cls, counts: ArrayLike, *, group: int, other: int | None = None, se: ArrayLike | None = None
    ) -> Self:
        """Checked data.

        Errors: `EmptyInputError`, `TooFewGroupsError`, `ShapeMismatchError`, `NegativeValueError`,
        `NotFiniteError`, `BadOptionError`.
        """
        people = checks.floats("counts", counts)
        if people.ndim < 2 or people.size == 0:
            raise EmptyInputError(f"counts has shape {people.shape}; allowed: (places…, units, groups)")
        groups = people.shape[-1]
        if groups < 2:
            raise TooFewGroupsError("counts has 1 group on its last axis; allowed: 2 or more")
        checks.not_negative("counts", people)
        own = checks.position("group", group, groups)
        others = None if other is None else checks.position("other", other, groups)
        if group == other:
            raise BadOptionError(f"other is {other}, the group itself; allowed: another group or None")
        errors = None if se is None else checks.floats("se", se, people.shape)
        if errors is not None:
            checks.not_negative("se", errors)
        return cls(people, errors, own, others)


def own_people(data: UnitCounts) -> FloatArray:
    """People of the group, per unit."""
    return data.counts[..., data.group]


def other_people(data: UnitCounts) -> FloatArray:
    """People whom the group is compared with, per unit."""
    return data.counts.sum(axis=-1) - own_people(data) if data.other is None else data.counts[..., data.other]


def unit_shares(people: FloatArray) -> FloatArray:
    """Share of the place's people of one kind who live in each unit."""
    return people / people.sum(axis=-1, keepdims=True)


def _unit_share(people: FloatArray, data: UnitCounts) -> FloatArray:
    """Share of one kind among the people of each unit, 0 in empty units."""
    total = data.counts.sum(axis=-1)
    return np.divide(people, total, out=np.zeros_like(total), where=total > 0)


def dissimilarity(data: UnitCounts) -> FloatArray:
    """D = ½ Σ |x_i/X − y_i/Y|: the share of the group that would have to move for an even spread."""
    return np.asarray(
        0.5 * np.abs(unit_shares(own_people(data)) - unit_shares(other_people(data))).sum(axis=-1)
    )


def isolation(data: UnitCounts) -> FloatArray:
    """Σ (x_i/X)(x_i/t_i): share of the group among the neighbours of its average member."""
    return np.asarray((unit_shares(own_people(data)) * _unit_share(own_people(data), data)).sum(axis=-1))


def interaction(data: UnitCounts) -> FloatArray:
    """Σ (x_i/X)(y_i/t_i): share of the others among the neighbours of the group's average member."""
    return np.asarray((unit_shares(own_people(data)) * _unit_share(other_people(data), data)).sum(axis=-1))


def eta_squared(data: UnitCounts) -> FloatArray:
    """(isolation − P)/(1 − P): isolation beyond the group's share P of the place."""
    share = own_people(data).sum(axis=-1) / data.counts.sum(axis=(-2, -1))
    return np.asarray((isolation(data) - share) / (1 - share))


def entropy(data: UnitCounts) -> FloatArray:
    """Theil's H of the group against the others: how far the units are less mixed than the place."""
    return multigroup_entropy(replace(data, counts=np.stack([own_people(data), other_people(data)], axis=-1)))


def multigroup_dissimilarity(data: UnitCounts) -> FloatArray:
    """Σ_g Σ_i t_i |p_ig − P_g| / (2 T Σ_g P_g (1 − P_g))."""
    total, units, place = _composition(data)
    mixed = (place * (1 - place)).sum(axis=-1)
    spread = (total[..., None] * np.abs(units - place[..., None, :])).sum(axis=(-2, -1))
    return np.asarray(spread / (2 * total.sum(axis=-1) * mixed))


def multigroup_entropy(data: UnitCounts) -> FloatArray:
    """Σ_i Σ_g t_i p_ig ln(p_ig/P_g) / (T E), E the entropy of the place."""
    total, units, place = _composition(data)
    place_entropy = -xlogy(place, place).sum(axis=-1)
    unit_entropy = -xlogy(units, units).sum(axis=-1)
    lost = (total * (place_entropy[..., None] - unit_entropy)).sum(axis=-1)
    return np.asarray(lost / (total.sum(axis=-1) * place_entropy))


def _composition(data: UnitCounts) -> tuple[FloatArray, FloatArray, FloatArray]:
    """People per unit, shares of groups per unit (0 where empty) and shares of groups in the place."""
    total = data.counts.sum(axis=-1)
    units = np.divide(
        data.counts, total[..., None], out=np.zeros_like(data.counts), where=total[..., None] > 0
    )
    return total, units, data.counts.sum(axis=-2) / total.sum(axis=-1)[..., None]
