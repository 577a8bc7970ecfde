"""What other published numbers say about the cells: percentages, rates and rounded sums as intervals.

A number v published in units of u was, before rounding, between v - u/2 and v + u/2.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from layers.measures.suppression.errors import StructureError
from layers.measures.suppression.residual import Unknowns
from layers.measures.suppression.structure import Structure

type Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Statement:
    """A weighted sum of structure rows that lies between two published bounds; the bounds stay out of the repr."""

    weights: dict[int, float]
    lower: float = field(repr=False)
    upper: float = field(repr=False)

    def __post_init__(self) -> None:
        """Refuse bounds in the wrong order."""
        if not self.lower <= self.upper:
            raise StructureError(
                f"the lower bound of a statement on rows {sorted(self.weights)} is above its upper"
            )


def rounded_value(row: int, value: float, unit: float) -> list[Statement]:
    """Return what a count published in units of `unit` says, such as 1,200 in hundreds."""
    _check_unit(unit)
    return [Statement({row: 1.0}, value - unit / 2, value + unit / 2)]


def ratio(numerator: int, denominator: int, value: float, unit: float, per: float = 100.0) -> list[Statement]:
    """Return what a published percentage or rate says about two rows of the structure.

    value = per x numerator / denominator, rounded to units of `unit` (0.1 for one decimal).
    """
    _check_unit(unit)
    low, high = (value - unit / 2) / per, (value + unit / 2) / per
    return [
        Statement({numerator: 1.0, denominator: -low}, 0.0, np.inf),
        Statement({numerator: 1.0, denominator: -high}, -np.inf, 0.0),
    ]


def ratio_of_known(
    row: int, denominator: float, value: float, unit: float, per: float = 100.0
) -> list[Statement]:
    """Return what a published percentage or rate says about a row when its denominator is public."""
    _check_unit(unit)
    if not (np.isfinite(denominator) and denominator > 0):
        raise StructureError("a ratio needs a denominator above 0")
    scale = denominator / per
    return [Statement({row: 1.0}, (value - unit / 2) * scale, (value + unit / 2) * scale)]


def _check_unit(unit: float) -> None:
    if not (np.isfinite(unit) and unit > 0):
        raise StructureError(f"a number is rounded to units of {unit}; allowed: finite and above 0")


def stacked(
    statements: Sequence[Statement], structure: Structure, system: Unknowns
) -> tuple[sparse.csr_array, Floats, Floats]:
    """Return the statements over the unknowns: matrix, lower, upper."""
    position = [k for k, statement in enumerate(statements) for _ in statement.weights]
    rows = np.array([row for statement in statements for row in statement.weights], dtype=np.int64)
    if len(rows) and not (rows.min() >= 0 and rows.max() < len(structure)):
        raise StructureError(f"statements name rows outside 0 … {len(structure) - 1} of {structure!r}")
    values = np.array([weight for statement in statements for weight in statement.weights.values()])
    inside = system.row[rows] >= 0
    weights = sparse.csr_array(
        (values[inside], (np.asarray(position)[inside], system.row[rows][inside])),
        shape=(len(statements), system.matrix.shape[0]),
        dtype=np.float64,
    )
    lower = np.array([statement.lower for statement in statements], dtype=np.float64)
    upper = np.array([statement.upper for statement in statements], dtype=np.float64)
    return sparse.csr_array(weights @ system.matrix), lower, upper
