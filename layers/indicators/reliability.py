"""How reliable each value is, by the standard that the indicator names."""

import numpy as np

from catalog.indicators import Indicator
from layers.indicators.cells import Cells, Texts
from layers.indicators.measure import Measured
from layers.measures.acs import coefficient_of_variation
from layers.measures.errors import UnknownPolicyError
from layers.measures.reliability import (
    POLICIES,
    CountPolicy,
    Display,
    ProportionStandard,
    RateStandard,
    Reason,
    VariationPolicy,
    Verdicts,
)

_CAUTION = (Reason.VARIATION_MODERATE, Reason.FEW_DEGREES_OF_FREEDOM, Reason.NONE_OR_ALL)


def reliability(indicator: Indicator, cells: Cells, found: Measured) -> Texts:
    """Codes of `reliability-classes`, None where the standard has nothing to judge by."""
    name = indicator.policy.reliability
    if name is None:
        return np.full(cells.size, None, dtype=object)
    return classes(_judged(name, indicator, cells, found))


def classes(verdicts: Verdicts) -> Texts:
    """The class of each verdict: what a standard would hide is unreliable, what it marks lightly is caution."""
    display, reason = verdicts.display, verdicts.reason
    light = (display == Display.FOOTNOTE) | ((display == Display.FLAG) & np.isin(reason, _CAUTION))
    heavy = (display == Display.SUPPRESS) | ((display == Display.FLAG) & ~light)
    found = np.select(
        [display == Display.MISSING, heavy, light], ["", "unreliable", "caution"], default="reliable"
    ).astype(object)
    found[found == ""] = None
    return np.asarray(found, dtype=object)


def _judged(name: str, indicator: Indicator, cells: Cells, found: Measured) -> Verdicts:
    standard = POLICIES.get(name)
    if isinstance(standard, VariationPolicy):
        return standard.classify(coefficient_of_variation(found.estimate, found.moe))
    if isinstance(standard, CountPolicy):
        return standard.classify(cells.numerator)
    if isinstance(standard, RateStandard):
        return standard.classify(found.estimate, found.lower, found.upper, cells.numerator)
    if isinstance(standard, ProportionStandard):
        share = np.where(found.estimate > indicator.per, np.nan, found.estimate) / indicator.per
        limits = found.lower / indicator.per, found.upper / indicator.per
        return standard.classify(share, *limits, cells.denominator)
    raise UnknownPolicyError(f"{name!r} is no reliability standard; allowed: {', '.join(POLICIES)}")
