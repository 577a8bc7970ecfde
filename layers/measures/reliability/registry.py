"""The policies in use, by name."""

from collections.abc import Mapping
from types import MappingProxyType

from layers.measures.errors import UnknownPolicyError
from layers.measures.reliability.counts import CountPolicy
from layers.measures.reliability.presentation import ProportionStandard, RateStandard
from layers.measures.reliability.variation import Threshold, VariationPolicy

type Policy = VariationPolicy | ProportionStandard | RateStandard | CountPolicy

_ALL: tuple[Policy, ...] = (
    VariationPolicy(
        name="esri-cv",
        source="Esri, reliability classes of ACS estimates: to 12% high, to 40% medium, above low",
        moderate=0.12,
        high=0.40,
        threshold=Threshold.LAST_GOOD,
    ),
    VariationPolicy(
        name="states-cv",
        source="common among state data centers: to 15% reliable, to 30% with caution, above unreliable",
        moderate=0.15,
        high=0.30,
        threshold=Threshold.LAST_GOOD,
    ),
    VariationPolicy(
        name="ct-epht-rse",
        source="CT DPH, Environmental Public Health Tracking, About the Data: RSE from 30% unstable",
        moderate=None,
        high=0.30,
        threshold=Threshold.FIRST_BAD,
    ),
    ProportionStandard(
        name="nchs-2017-proportions",
        source="Parker et al. 2017, NCHS Data Presentation Standards for Proportions, VHS 2-175",
        minimum_sample=30,
        narrow=0.05,
        wide=0.30,
        relative=1.30,
        minimum_df=8,
    ),
    RateStandard(
        name="nchs-2023-rates-counts",
        source="Parker et al. 2023, NCHS Data Presentation Standards for Rates and Counts, VHS 2-200",
        minimum_size=10,
        relative=1.60,
        minimum_df=8,
    ),
    CountPolicy(
        name="cdc-wonder",
        source="CDC WONDER: 0 to 9 events suppressed, rates of fewer than 20 unreliable",
        suppress_below=10,
        flag_below=20,
    ),
    CountPolicy(
        name="cdc-wisqars-state",
        source="CDC WISQARS, states: fewer than 10 suppressed, 20 or fewer unstable (hatched)",
        suppress_below=10,
        flag_below=21,
    ),
    CountPolicy(
        name="cdc-wisqars-county",
        source="CDC WISQARS, counties: 20 or fewer suppressed",
        suppress_below=21,
        flag_below=0,
    ),
    CountPolicy(
        name="uscs",
        source="U.S. Cancer Statistics: fewer than 16 events suppressed (RSE above 25%)",
        suppress_below=16,
        flag_below=0,
    ),
)

POLICIES: Mapping[str, Policy] = MappingProxyType({entry.name: entry for entry in _ALL})
"""Every policy by name."""


def policy_names[P: Policy](kind: type[P]) -> tuple[str, ...]:
    """Return the names of the policies of one kind, such as CountPolicy."""
    return tuple(name for name, entry in POLICIES.items() if isinstance(entry, kind))


def policy[P: Policy](name: str, kind: type[P]) -> P:
    """Return the policy of a name and kind.

    The kind is asked for because each kind judges different numbers. A name that the kind lacks raises
    UnknownPolicyError with the names it has.
    """
    entry = POLICIES.get(name)
    if not isinstance(entry, kind):
        raise UnknownPolicyError(f"{name!r} is no {kind.__name__}; allowed: {', '.join(policy_names(kind))}")
    return entry
