"""Suppression policies: what an agency hides, as data with its source.

A policy speaks about one published cell. How hidden cells are then kept from being recovered is the work of
`secondary` and `audit`, which read `minimum_width` and `zeros_shown` from here.
"""

from dataclasses import dataclass
from math import isfinite

from layers.measures.errors import UnknownPolicyError
from layers.measures.suppression.errors import PolicyError


@dataclass(frozen=True)
class SuppressionPolicy:
    """One agency's rule for small cells.

    threshold: smallest count that may be shown; 1 with `zeros_shown` hides no count.
    zeros_shown: a zero is published. Readers then know that every hidden count is at least 1.
    denominator_min: smallest denominator (persons, respondents) whose percentage may be shown; 0 = no rule.
    complement: the complement of a percentage (denominator - numerator) is protected like the numerator.
    population_floor: places with at least so many residents are exempt; None = no place is exempt.
    rounding: published counts are multiples of this base; 1 = exact.
    minimum_width: narrowest interval, in persons, that readers may compute for a hidden cell; above 0.
    symbol: what stands in a hidden cell, the same for primary and complementary ones.
    """

    name: str
    source: str
    threshold: int
    zeros_shown: bool
    denominator_min: int = 0
    complement: bool = False
    population_floor: int | None = None
    rounding: int = 1
    minimum_width: float = 1.0
    symbol: str = "*"

    def __post_init__(self) -> None:
        """Refuse values that no rule can mean, all of them at once."""
        wrong = [message for broken, message in self._rules() if broken]
        if wrong:
            raise PolicyError(f"suppression policy {self.name!r}: " + "; ".join(wrong))

    def _rules(self) -> list[tuple[bool, str]]:
        width_ok = isfinite(self.minimum_width) and self.minimum_width > 0
        floor = self.population_floor
        return [
            (not self.name, "name is empty"),
            (not self.source, "source is empty: say who set the rule and where it is written"),
            (self.threshold < 1, f"threshold is {self.threshold}, allowed: 1 or more"),
            (self.denominator_min < 0, f"denominator_min is {self.denominator_min}, allowed: 0 or more"),
            (floor is not None and floor < 1, f"population_floor is {floor}, allowed: 1 or more, or none"),
            (self.rounding < 1, f"rounding is {self.rounding}, allowed: 1 (exact) or a larger base"),
            (not width_ok, f"minimum_width is {self.minimum_width}, allowed: finite and above 0"),
            (not self.symbol.strip(), "symbol is blank: a blank cell reads as missing"),
            (_is_number(self.symbol), f"symbol {self.symbol!r} reads as a number"),
        ]

    @property
    def smallest_hidden(self) -> int:
        """Smallest count that readers must reckon with in a hidden cell: 1 where zeros are shown, else 0."""
        return 1 if self.zeros_shown else 0


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _counts_below(
    name: str,
    threshold: int,
    source: str,
    *,
    zeros_shown: bool,
    denominator_min: int = 0,
    complement: bool = False,
    population_floor: int | None = None,
) -> SuppressionPolicy:
    """Policy whose intervals must be as wide as the range of counts that the rule itself hides."""
    smallest = 1 if zeros_shown else 0
    return SuppressionPolicy(
        name=name,
        source=source,
        threshold=threshold,
        zeros_shown=zeros_shown,
        denominator_min=denominator_min,
        complement=complement,
        population_floor=population_floor,
        minimum_width=max(1.0, float(threshold - 1 - smallest)),
    )


_NAMED = (
    _counts_below(
        "ct-dph",
        6,
        "CT DPH, Environmental Public Health Tracking, About the Data: non-zero counts below 6 are suppressed "
        "in areas under 100,000 people",
        zeros_shown=True,
        population_floor=100_000,
    ),
    _counts_below(
        "ct-sde",
        6,
        "CT SDE, note of the enrollment data on CTData: suppressed if the numerator is below 6 or the "
        "denominator below 20",
        zeros_shown=False,
        denominator_min=20,
    ),
    _counts_below(
        "cms",
        11,
        "CMS cell size suppression policy (ResDAC, 26 January 2024): 1 to 10 may not be shown nor be derivable "
        "from other cells or percentages; 0 is allowed",
        zeros_shown=True,
        complement=True,
    ),
    _counts_below(
        "cdc-wonder", 10, "CDC WONDER data use restrictions: counts of 0 to 9 suppressed", zeros_shown=False
    ),
    _counts_below("cdc-wisqars", 10, "CDC WISQARS: a state is shown from 10 on", zeros_shown=False),
    _counts_below("uscs", 16, "US Cancer Statistics: counts below 16 suppressed", zeros_shown=False),
    _counts_below(
        "wa-doh",
        10,
        "Washington State DOH small numbers standard: non-zero counts below 10 suppressed, complementary "
        "suppression required",
        zeros_shown=True,
    ),
    _counts_below(
        "national-equity-atlas",
        1,
        "National Equity Atlas: shown with at least 100 survey respondents",
        zeros_shown=True,
        denominator_min=100,
    ),
)

POLICIES: dict[str, SuppressionPolicy] = {policy.name: policy for policy in _NAMED}


def named_policy(name: str) -> SuppressionPolicy:
    """Return the published policy of that name.

    Raises UnknownPolicyError with the known names for any other.
    """
    if name not in POLICIES:
        raise UnknownPolicyError(f"no suppression policy {name!r}; known: {', '.join(sorted(POLICIES))}")
    return POLICIES[name]
