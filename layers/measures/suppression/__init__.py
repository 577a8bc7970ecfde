"""Statistical disclosure control on frequency tables: hide small cells so that nobody can compute them.

cells, structure    finest counts, and all published tables over them as one sparse matrix
policy, primary     what an agency hides, and which cells that is
secondary           further cells, so that no hidden one can be computed (exact, all tables at once)
widen               further cells, so that no hidden one can be narrowed down too much
audit, statements   the interval that readers can compute for each hidden cell
protection          all of these in order; pattern is the result, certificate its receipt
release             the same beside every earlier release
sums                the interval of numbers that the source withheld and whose true values are not known here
derived             percentages, rates and margins that must be hidden with their counts
"""

from layers.measures.suppression.audit import Audit, audit
from layers.measures.suppression.cells import Cells
from layers.measures.suppression.certificate import Certificate, certify, pattern_digest
from layers.measures.suppression.derived import dependent_masks, public_column, rounded
from layers.measures.suppression.errors import (
    PolicyError,
    RevealedByRelease,
    StructureError,
    SuppressionError,
    Unprotectable,
)
from layers.measures.suppression.pattern import Pattern, Release
from layers.measures.suppression.policy import POLICIES, SuppressionPolicy, named_policy
from layers.measures.suppression.primary import primary_rows
from layers.measures.suppression.protection import protect
from layers.measures.suppression.release import audit_each, audit_releases, protect_release
from layers.measures.suppression.secondary import complementary
from layers.measures.suppression.statements import Statement, ratio, ratio_of_known, rounded_value
from layers.measures.suppression.structure import TOTAL, Dimension, Structure, Table
from layers.measures.suppression.sums import withheld_intervals

__all__ = [
    "POLICIES",
    "TOTAL",
    "Audit",
    "Cells",
    "Certificate",
    "Dimension",
    "Pattern",
    "PolicyError",
    "Release",
    "RevealedByRelease",
    "Statement",
    "Structure",
    "StructureError",
    "SuppressionError",
    "SuppressionPolicy",
    "Table",
    "Unprotectable",
    "audit",
    "audit_each",
    "audit_releases",
    "certify",
    "complementary",
    "dependent_masks",
    "named_policy",
    "pattern_digest",
    "primary_rows",
    "protect",
    "protect_release",
    "public_column",
    "ratio",
    "ratio_of_known",
    "rounded",
    "rounded_value",
    "withheld_intervals",
]
