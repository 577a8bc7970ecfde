"""Variance of totals of a stratified, clustered sample: between sampling units, within strata.

Source: Woodruff 1971 (Taylor linearisation); Wolter 2007, Introduction to variance estimation. Units are taken as
drawn with replacement, which errs on the safe side where many of a stratum's units were drawn.
"""

from dataclasses import dataclass
from typing import Literal, Self, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from layers.measures.disparity.errors import BadOptionError, LonelyUnitError
from layers.measures.disparity.types import FloatArray, IntArray
from layers.measures.errors import NotFiniteError, ShapeMismatchError

Lonely = Literal["refuse", "centre", "certainty"]


@dataclass(frozen=True, eq=False)
class Design:
    """Which rows belong together; build it with `Design.of`.

    - unit: per row the position of its primary sampling unit; stratum: per unit the position of its stratum.
    - lonely: what a stratum with one unit adds: `refuse` is an error; `centre` its squared distance from the mean of
      all units' totals; `certainty` nothing, for units that were in the sample for sure.
    """

    unit: IntArray
    stratum: IntArray
    lonely: Lonely

    @classmethod
    def of(
        cls,
        rows: int,
        *,
        psu: ArrayLike | None = None,
        stratum: ArrayLike | None = None,
        lonely: Lonely = "refuse",
    ) -> Self:
        """Checked design of so many rows; without `psu` every row is a unit, without `stratum` there is one.

        Units with one name in two strata are two units. Errors: `ShapeMismatchError`, `NotFiniteError` for a row
        without a unit or stratum, `BadOptionError`, `LonelyUnitError`.
        """
        if lonely not in get_args(Lonely):
            raise BadOptionError(f"lonely is {lonely!r}; allowed: {', '.join(get_args(Lonely))}")
        strata = _positions("stratum", np.zeros(rows) if stratum is None else stratum, rows)
        units = _positions("psu", np.arange(rows) if psu is None else psu, rows)
        pairs, unit = np.unique(np.stack([strata, units]), axis=1, return_inverse=True)
        design = cls(np.asarray(unit, dtype=np.int64).reshape(-1), pairs[0], lonely)
        alone = int((np.bincount(design.stratum) == 1).sum())
        if alone and lonely == "refuse":
            raise LonelyUnitError(
                f"{alone} strata have one sampling unit; allowed: two or more, or lonely = centre or certainty"
            )
        return design

    @property
    def degrees(self) -> int:
        """Degrees of freedom: units less strata."""
        return int(self.stratum.size - np.unique(self.stratum).size)

    def variance(self, terms: FloatArray) -> FloatArray:
        """Variance of Σ terms over rows, shape (…) of terms (rows, …): Σ_h n/(n−1) Σ (total − mean of stratum)².

        NaN where the design has a single unit, from which nothing can be learned about chance.
        """
        totals = np.zeros((self.stratum.size, *terms.shape[1:]))
        np.add.at(totals, self.unit, terms)
        if self.stratum.size < 2:
            return np.full(terms.shape[1:], np.nan)
        count = np.bincount(self.stratum).astype(np.float64)
        mean = np.zeros((count.size, *terms.shape[1:]))
        np.add.at(mean, self.stratum, totals)
        shape = (-1, *[1] * (terms.ndim - 1))
        mean /= count.reshape(shape)
        alone = (count == 1)[self.stratum]
        factor = np.where(alone, 1.0, count[self.stratum] / np.maximum(count[self.stratum] - 1, 1))
        centre = np.where(alone.reshape(shape), totals.mean(axis=0), mean[self.stratum])
        if self.lonely == "certainty":
            factor = np.where(alone, 0.0, factor)
        return np.asarray((factor.reshape(shape) * (totals - centre) ** 2).sum(axis=0))


def _positions(name: str, values: ArrayLike, rows: int) -> NDArray[np.int64]:
    array = np.asarray(values)
    if array.shape != (rows,):
        raise ShapeMismatchError(f"{name} has shape {array.shape}; allowed: ({rows},)")
    missing = np.array([one is None or one != one for one in array.tolist()])
    if missing.any():
        raise NotFiniteError(f"{name} is missing in {int(missing.sum())} rows; allowed: a name in every row")
    return np.asarray(np.unique(array.astype(str), return_inverse=True)[1], dtype=np.int64)
