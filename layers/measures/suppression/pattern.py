"""What a release shows and hides."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from layers.measures.suppression.audit import Audit
from layers.measures.suppression.errors import StructureError
from layers.measures.suppression.policy import SuppressionPolicy
from layers.measures.suppression.structure import Structure

type Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Release:
    """A published set of tables: which rows of its structure were hidden, and which of these by their own numbers.

    movements: one row per movement of the finest cells that leaves all that is published as it is; none kept: None.
    """

    name: str
    structure: Structure
    primary: Mask = field(repr=False)
    hidden: Mask = field(repr=False)
    movements: sparse.csr_array | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        """Refuse masks that do not fit the structure or each other."""
        shape = (len(self.structure),)
        if self.primary.shape != shape or self.hidden.shape != shape:
            raise StructureError(
                f"release {self.name}: masks must have one flag per row of {self.structure!r}"
            )
        if (self.primary & ~self.hidden).any():
            raise StructureError(f"release {self.name}: some primary cells are not hidden")


@dataclass(frozen=True, eq=False)
class Pattern:
    """What a release shows and hides under a policy, one flag per row, with the audit that proves it."""

    structure: Structure
    policy: SuppressionPolicy
    primary: Mask = field(repr=False)
    hidden: Mask = field(repr=False)
    audit: Audit
    movements: sparse.csr_array | None = field(default=None, repr=False)

    @property
    def complementary(self) -> Mask:
        """Hidden rows that are not primary."""
        return self.hidden & ~self.primary

    def as_release(self, name: str) -> Release:
        """Return the pattern under a name, to be kept for the audit of later releases."""
        return Release(name, self.structure, self.primary, self.hidden, self.movements)
