"""Whether a number may be shown: coefficients of variation, federal presentation standards, count thresholds.

Every policy is a frozen value in one registry (`policy`, `POLICIES`), and judges arrays: `classify` returns
per cell what to do (`Display`) and why (`Reason`). These policies are about reliability. What protects
privacy is disclosure control and lives elsewhere: hiding a cell here does not stop anyone from computing it.
"""

from layers.measures.reliability.counts import CountPolicy
from layers.measures.reliability.presentation import ProportionStandard, RateStandard
from layers.measures.reliability.registry import POLICIES, Policy, policy, policy_names
from layers.measures.reliability.variation import VariationPolicy
from layers.measures.reliability.verdicts import REASON_TEXTS, Display, Reason, Verdicts

__all__ = [
    "POLICIES",
    "REASON_TEXTS",
    "CountPolicy",
    "Display",
    "Policy",
    "ProportionStandard",
    "RateStandard",
    "Reason",
    "VariationPolicy",
    "Verdicts",
    "policy",
    "policy_names",
]
