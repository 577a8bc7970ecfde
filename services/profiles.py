"""A place's profile: every published indicator of it, beside its region and the state."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import isnan

from catalog.indicators import Indicator
from catalog.places import Place, PlaceKey, Places
from catalog.store import Store
from catalog.vocabulary import TOTAL
from layers.measures.acs import Significance, moe_from_standard_error, significant, standard_error
from layers.measures.disparity import PartWhole, measure
from services.indicator_rows import IndicatorRows, Value

REGIONS = ("planning_region", "county")

_WITH_DENOMINATOR = ("share", "rate", "ratio")


@dataclass(frozen=True)
class Line:
    """One group of one indicator: its codes and label, and the values of the place, its region and the state.

    against_state: unreliable, higher, lower or no clear difference at 90 %; None where there is nothing to compare or
    the unit is a count. Where the denominators tell how large a part of the state the place is, the test knows that
    the two are not independent; else it takes them as independent, which is careful.
    """

    indicator: str
    title: str
    unit: str
    decimals: int
    period: str
    codes: dict[str, str]
    label: str
    place: Value
    region: Value | None
    state: Value | None
    against_state: str | None


@dataclass(frozen=True)
class Profile:
    """A place with its ids of every vintage, its region and its lines."""

    place: Place
    ids: tuple[PlaceKey, ...]
    region: Place | None
    lines: tuple[Line, ...]


class Profiler:
    """Profiles from the published tables, each of which is read once for all places."""

    def __init__(self, indicators: Sequence[Indicator], places: Places, rows: IndicatorRows) -> None:
        self._indicators = indicators
        self._places = places
        self._rows = rows

    def of(self, place: Place) -> Profile:
        """The profile of a place: the latest period of every group."""
        ids = self._places.same(place.key)
        region = _region(ids, self._places) or _region_around(place, self._places)
        state = PlaceKey("state", "", self._places.configuration.state.geoid)
        beside = _Beside(self._rows, region.key if region else None, state)
        lines = [line for indicator in self._indicators for line in beside.lines(indicator, ids)]
        return Profile(place, ids, region, tuple(lines))


def profile_of(place: Place, indicators: Sequence[Indicator], places: Places, store: Store) -> Profile:
    """The profile of one place from the published tables: the latest period of every group."""
    return Profiler(indicators, places, IndicatorRows(store)).of(place)


def _region(ids: tuple[PlaceKey, ...], places: Places) -> Place | None:
    """The planning region or county that a place lies in, by the nesting of any of its vintages."""
    nestings = places.configuration.nesting
    for kind in REGIONS:
        for key in ids:
            if any(
                (item.child, item.parent, item.vintage) == (key.type, kind, key.vintage) for item in nestings
            ):
                parent = places.parents(key.type, kind, key.vintage).get(key.geoid)
                for found in places.of(kind, key.vintage):
                    if found.key.geoid == parent:
                        return found
    return None


def _region_around(place: Place, places: Places) -> Place | None:
    """The region of all the places, known by their names alone, that a place such as a neighbourhood lies in.

    None where one of them is not known or they lie in several regions.
    """
    for kind in REGIONS:
        found = [_regions_of_name(name, kind, places) for name in place.within]
        if any(found):
            regions = {region.key: region for several in found for region in several}
            return next(iter(regions.values())) if all(found) and len(regions) == 1 else None
    return None


def _regions_of_name(name: str, kind: str, places: Places) -> list[Place]:
    """The region of each place of a name that nests in places of a kind."""
    nestings = [item for item in places.configuration.nesting if item.parent == kind]
    named = [
        found.key
        for item in nestings
        if places.lists(item.child, item.vintage)
        for found in places.of(item.child, item.vintage)
        if found.name == name
    ]
    return [region for key in named if (region := _region((key,), places))]


@dataclass(frozen=True, eq=False)
class _Beside:
    """The tables, and the places that stand beside a place."""

    rows: IndicatorRows
    region: PlaceKey | None
    state: PlaceKey

    def lines(self, indicator: Indicator, ids: tuple[PlaceKey, ...]) -> Iterator[Line]:
        """The lines of one indicator."""
        kind = ids[0].type
        period = self.rows.latest(indicator, ids)
        if period is None:
            return
        region = self.rows.values(indicator, [self.region], period) if self.region else {}
        state = self.rows.values(indicator, [self.state], period)
        compared = indicator.kind != "count" and kind != "state"
        for group, value in self.rows.values(indicator, ids, period).items():
            codes = dict(zip((dimension.name for dimension in indicator.dimensions), group, strict=True))
            yield Line(
                indicator.id,
                indicator.title,
                indicator.unit,
                indicator.decimals,
                period,
                codes,
                _label(indicator, codes),
                value,
                region.get(group),
                state.get(group),
                _against(indicator, kind, value, state.get(group)) if compared else None,
            )


def _label(indicator: Indicator, codes: dict[str, str]) -> str:
    labels = [indicator.dimension(name).label(code) for name, code in codes.items() if code != TOTAL]
    return ", ".join(labels) or "Total"


def _against(indicator: Indicator, kind: str, place: Value, state: Value | None) -> str | None:
    if state is None or place.estimate is None or state.estimate is None:
        return None
    if place.moe is None or state.moe is None:
        return None
    if place.status == "unreliable":
        return "unreliable"
    margin = None if kind == "nation" else _margin_in_whole(indicator, place, state)
    if margin is None:
        code = Significance(int(significant(place.estimate, place.moe, state.estimate, state.moe)))
        different = code is Significance.DIFFERENT
    else:
        different = abs(place.estimate - state.estimate) > margin
    if not different:
        return "no clear difference"
    return "higher" if place.estimate > state.estimate else "lower"


def _margin_in_whole(indicator: Indicator, place: Value, state: Value) -> float | None:
    """The 90 % margin of the difference of a place to the state that contains it.

    None where no denominators say how large a part the place is, or the margins contradict each other. A state value
    without error is a constant, so that the margin is the place's.
    """
    part, whole = place.denominator, state.denominator
    if indicator.kind not in _WITH_DENOMINATOR or not part or not whole or part > whole:
        return None
    if place.estimate is None or place.moe is None or not state.moe:
        return place.moe
    data = PartWhole.of(
        place.estimate,
        standard_error(place.moe),
        part,
        whole_estimate=float(state.estimate or 0.0),
        whole_se=standard_error(state.moe),
        whole_population=whole,
        kind="rate",
        scale=1.0 if indicator.kind == "ratio" else float(indicator.per),
    )
    margin = float(
        moe_from_standard_error(measure(("place_state_difference",), data)["place_state_difference"].se)
    )
    return None if isnan(margin) else margin
