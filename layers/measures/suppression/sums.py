"""What published sums say about numbers that their source withheld, whose true values nobody here knows."""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from layers.measures.suppression.errors import StructureError
from layers.measures.suppression.linear import Constraints, IntervalSolver

type Floats = NDArray[np.float64]


def withheld_intervals(
    members: sparse.csr_array, remainders: ArrayLike, slack: ArrayLike
) -> tuple[Floats, Floats]:
    """Return the smallest and largest value that each withheld number can have.

    members: 0/1, one row per published sum, one column per withheld number, 1 where the sum counts it. remainders:
    what is left of each sum when all published parts are taken away; slack: how far rounding may have moved it.
    Withheld numbers are 0 or more; one that no sum counts has no upper bound. Raises StructureError for shapes that
    do not fit and for sums below the parts that they hold.
    """
    rest, room = np.asarray(remainders, dtype=np.float64), np.asarray(slack, dtype=np.float64)
    if rest.shape != (members.shape[0],) or room.shape != rest.shape:
        raise StructureError(
            f"{members.shape[0]} sums need as many remainders {rest.shape} and slacks {room.shape}"
        )
    if (rest + room < 0).any():
        raise StructureError(f"{int((rest + room < 0).sum())} sums are below the parts that they hold")
    width = members.shape[1]
    constraints = Constraints(members, rest - room, rest + room, np.zeros(width))
    return IntervalSolver(constraints).bounds(sparse.csr_array(sparse.eye_array(width)))
