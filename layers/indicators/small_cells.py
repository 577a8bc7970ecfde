"""The rule for small cells that an indicator names: values that break it stop the run."""

import numpy as np

from catalog.indicators import Indicator
from layers.indicators.cells import Cells, Floats
from layers.indicators.errors import UnprotectedCells
from layers.indicators.statuses import HAS_VALUE, RANK
from layers.measures.suppression import named_policy, primary_rows
from layers.normalise import Notes


def refuse_small(indicator: Indicator, cells: Cells, notes: Notes) -> None:
    """Stop where a value is shown that the indicator's suppression rule hides; note what could not be checked.

    A rule checks counts and denominators of the source and of all places made from it. It hides nothing itself:
    cells that are hidden one by one can be computed from the totals beside them. Where nobody is in the denominator
    there is nobody to protect. The residents of places are not
    known here, so a rule that exempts large places exempts none.

    Raises:
        UnprotectedCells: with how many values there are, never which.
        UnknownPolicyError: there is no rule of that name.

    """
    name = indicator.policy.suppression
    if name is None:
        return
    rule = named_policy(name)
    shown = HAS_VALUE[cells.status] & ~np.isnan(cells.numerator) & (cells.denominator != 0)
    withheld = int((cells.status == RANK["suppressed"]).sum())
    counts = cells.numerator[shown]
    small = primary_rows(
        rule,
        counts,
        denominators=_denominators(indicator, cells)[shown],
        populations=np.full(counts.shape, np.nan),
    )
    if small.any():
        raise UnprotectedCells(
            f"{int(small.sum())} values of the indicator {indicator.id!r} rest on counts that its rule {name!r} hides "
            f"({rule.source}). Hidden one by one they could be computed from the totals beside them: publish them as "
            "a release of a register, leave them out with source.where, or take the rule out of `policy` where the "
            "source may show them"
        )
    told = f"checked {counts.size} counts" if counts.size else "no counts are given, so none could be checked"
    notes.add("suppression", f"rule {name}: {told}; {withheld} values are suppressed", rows=withheld)


def _denominators(indicator: Indicator, cells: Cells) -> Floats:
    """What each count is a part of, NaN where it is none; events can be more than the people they are counted over."""
    if indicator.kind != "share":
        return cells.denominator
    return np.where(np.isnan(cells.denominator), np.nan, np.fmax(cells.denominator, cells.numerator))
