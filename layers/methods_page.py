"""The page that explains every method, made from the registries of the measures: `docs/methods.md`."""

from collections.abc import Iterable, Iterator
from dataclasses import fields
from pathlib import Path

from layers.measures.disparity import MEASURES, Measure
from layers.measures.reliability import POLICIES as RELIABILITY
from layers.measures.suppression import POLICIES as SUPPRESSION
from layers.measures.verdicts import LABELS

PAGE = Path(__file__).parents[1] / "docs" / "methods.md"

_HEAD = """\
# Methods

Made from the registries of `layers/measures` by `python -m layers.methods_page`; edit those and not this page.

Notation: groups i with estimate y_i, standard error s_i and population w_i; p_i is the share of the population,
μ the mean over all people, r_i = y_i/μ. Margins of error are 90 % unless said otherwise; the standard error is
the margin / 1.645.

## Every number carries its error

- **Sums of survey estimates**: the root of the sum of squared margins; of several components that are zero only
  the largest margin counts, once (policy `largest_zero_once`), because their errors are not independent. The
  plain root of the sum of squares is another named policy, for tables that were published with it.
- **Proportions** of a part of the whole: √(MX² − p²MY²)/Y, and the formula for ratios where the root has no
  value. Ratios, products and percent changes have their own formulas. A margin that was published is preferred
  to a derived one, and the table says which it is (`moe_source`).
- **Counts of events**: exact Poisson limits; **shares of counts**: Wilson's limits; rates adjusted for age: Fay
  and Feuer.
- **A place against its state**: the state contains the place, so the difference is (1 − q)(y_place − y_rest),
  where q is the place's share of the denominator. The two are never treated as independent.
- **Moving values between places**: where places nest, values are summed; else people in the smaller units are
  the weights; area is the last resort. Each value says which (`method`) and how much weight had to be split
  (`split_share`). What the source itself says of a place stands. Rates move through their numerator and
  denominator. Medians are read from the moved counts of a distribution in bins; a finished median stands only for
  a place that is one whole other place, and is marked `not_published` for any other.
"""

_VERDICTS = """\
## Verdicts

One class per place and group, from the interval and not from the point. Where several hold, the first of
suppressed, no population, unreliable counts. With many places some differences look clear by chance; the
Benjamini–Hochberg procedure is an option, and the result says whether it was used.
"""

_COMPOSITE = """\
## Composite indexes

Declared in `config/<state>/indexes/*.yml`. *Percentile rank sum*: each variable is ranked among the state's
places ((rank − 1)/(N − 1), ties at the lowest, rounded), ranks are summed by theme and ranked again, themes are
summed and ranked for the total; this is the method of the Social Vulnerability Index of CDC/ATSDR, whose
published ranks it reproduces. *Z-score mean*: the mean of z-scores by theme, and the mean of the themes.
*Threshold count*: how many variables reach their threshold. Where the variables have margins of error, the
total rank has limits: 90 % of the ranks of 400 draws lie inside.
"""

_SUPPRESSION = """\
## Disclosure control

Cells that the policy hides (primary) are joined by others (complementary), so that nobody can compute a hidden
count from the published ones, over all totals, levels and linked tables at once: a cell may be published only
when it is linearly independent of what is hidden, which Gaussian elimination over a prime field decides
exactly. A linear program then gives the interval that a reader could compute for every hidden cell; no interval
may be narrower than the policy's width. The public sees one symbol for both kinds. Percentages, rates and
margins that would give a count away are hidden with it, and a new release is audited together with every
earlier one.
"""


def methods_page() -> str:
    """The page in Markdown."""
    parts = [
        _HEAD,
        "## Disparity measures\n",
        *_measures(),
        _VERDICTS,
        *_verdicts(),
        _COMPOSITE,
        *_reliability(),
    ]
    return "\n".join([*parts, _SUPPRESSION, *_suppression()]).rstrip() + "\n"


def _measures() -> Iterator[str]:
    yield from _table(
        ["name", "measure", "what it says", "needs"],
        ([f"[`{name}`](#{name})", one.title, one.sentence, _needs(one)] for name, one in MEASURES.items()),
    )
    for name, one in MEASURES.items():
        yield from ("", f'<a id="{name}"></a>', "", f"### {one.title} (`{name}`)", "", one.sentence, "")
        yield from (
            f"- Formula: {one.formula}",
            f"- When not to use it: {one.avoid}",
            f"- Source: {one.source}",
        )
    yield ""


def _needs(one: Measure) -> str:
    named = {
        "an order": one.needs_order,
        "a reference group": one.needs_reference,
        "populations": one.needs_population,
        "a proportion": one.needs_proportion,
    }
    return ", ".join(name for name, needed in named.items() if needed)


def _verdicts() -> Iterator[str]:
    yield from _table(["code", "class"], ([str(int(code)), label] for code, label in LABELS.items()))
    yield ""


def _reliability() -> Iterator[str]:
    yield from ("## Reliability policies", "")
    rows = (
        [f"`{name}`", type(policy).__name__, _values(policy)] for name, policy in sorted(RELIABILITY.items())
    )
    yield from _table(["name", "kind", "rule"], rows)
    yield ""


def _suppression() -> Iterator[str]:
    yield from _table(
        ["name", "rule", "source"],
        ([f"`{name}`", _values(policy), policy.source] for name, policy in sorted(SUPPRESSION.items())),
    )


def _values(policy: object) -> str:
    shown = (
        (field.name, getattr(policy, field.name))
        for field in fields(policy)  # type: ignore[arg-type]
        if field.name not in ("name", "source", "symbol")
    )
    return ", ".join(f"{name} {value}" for name, value in shown if value not in (None, ""))


def _table(header: list[str], rows: Iterable[list[str]]) -> Iterator[str]:
    for cells in (header, ["---"] * len(header), *rows):
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


if __name__ == "__main__":
    PAGE.write_text(methods_page(), encoding="utf-8")
