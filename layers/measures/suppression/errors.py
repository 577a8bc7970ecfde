"""Names what can go wrong in disclosure control; no message ever carries a count.

MeasureError
└── SuppressionError
    ├── PolicyError            a policy that cannot be meant
    ├── StructureError         cells, dimensions or tables that do not fit together
    ├── Unprotectable          no pattern can keep a cell secret to the width asked for
    └── RevealedByRelease      a new release and the earlier ones together give a cell away
"""

from layers.measures.errors import MeasureError


class SuppressionError(MeasureError):
    """Disclosure control was asked for something that it cannot give."""


class PolicyError(SuppressionError):
    """A suppression policy contradicts itself."""


class StructureError(SuppressionError):
    """Cells, dimensions, tables or masks do not fit together."""


class Unprotectable(SuppressionError):
    """Some cell stays too narrow although everything that may be suppressed is suppressed."""


class RevealedByRelease(SuppressionError):
    """The cells of a new release, read beside the earlier releases, give a protected cell away."""
