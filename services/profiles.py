"""A place's profile: every published indicator of it, beside its region and the state."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import isnan

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from catalog.indicators import Indicator
from catalog.places import Place, PlaceKey, Places
from catalog.store import Store
from catalog.vocabulary import TOTAL
from layers.measures.acs import Significance, moe_from_standard_error, significant, standard_error
from layers.measures.disparity import PartWhole, measure

REGIONS = ("planning_region", "county")

_SHOWN = ("estimate", "moe", "lower", "upper", "status", "reliability", "denominator")
_WITH_DENOMINATOR = ("share", "rate", "ratio")


@dataclass(frozen=True)
class Value:
    """One published value with its margin of error at 90 % and its limits at the indicator's confidence.

    denominator: how many the value is about, where it has a denominator.
    """

    estimate: float | None
    moe: float | None
    lower: float | None
    upper: float | None
    status: str
    reliability: str | None
    denominator: float | None


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


def profile_of(place: Place, indicators: Sequence[Indicator], places: Places, store: Store) -> Profile:
    """The profile of a place from the published tables: the latest period of every group."""
    ids = places.same(place.key)
    region = _region(ids, places)
    lines = [line for indicator in indicators for line in _lines(indicator, ids, region, places, store)]
    return Profile(place, ids, region, tuple(lines))


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


def _lines(
    indicator: Indicator, ids: tuple[PlaceKey, ...], region: Place | None, places: Places, store: Store
) -> Iterator[Line]:
    version = store.find(f"indicator-{indicator.id}")
    if version is None:
        return
    state = PlaceKey("state", "", places.configuration.state.geoid)
    keys = [*ids, *([region.key] if region else [])]
    wanted = (pc.field("place_type") == "state") & (pc.field("geoid") == state.geoid)
    for key in keys:
        wanted |= (
            (pc.field("place_type") == key.type)
            & (pc.field("vintage") == key.vintage)
            & (pc.field("geoid") == key.geoid)
        )
    rows = pq.read_table(version.data, filters=wanted)
    ours = _of(rows, ids[0].type)
    if not ours.num_rows:
        return
    period = pc.max(ours["period"]).as_py()
    beside = {
        "region": _values(indicator, _of(rows, region.key.type), period) if region else {},
        "state": _values(indicator, _of(rows, "state"), period),
    }
    for group, value in _values(indicator, ours, period).items():
        other = {name: values.get(group) for name, values in beside.items()}
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
            other["region"],
            other["state"],
            None
            if indicator.kind == "count" or ids[0].type == "state"
            else _against(indicator, ids[0].type, value, other["state"]),
        )


def _of(rows: pa.Table, kind: str) -> pa.Table:
    return rows.filter(pc.field("place_type") == kind)


def _values(indicator: Indicator, rows: pa.Table, period: str) -> dict[tuple[str, ...], Value]:
    """The values of one place and period by group, in the order of the dimensions' codes."""
    names = [dimension.name for dimension in indicator.dimensions]
    orders = [dimension.allowed for dimension in indicator.dimensions]
    found = {
        tuple(row[name] for name in names): Value(**{name: row[name] for name in _SHOWN})
        for row in rows.filter(pc.field("period") == period).to_pylist()
    }
    return dict(
        sorted(
            found.items(),
            key=lambda item: [_place_in(order, code) for order, code in zip(orders, item[0], strict=True)],
        )
    )


def _place_in(order: tuple[str, ...], code: str) -> int:
    """Where a code stands; one that is declared no more, in a table not yet derived again, comes last."""
    return order.index(code) if code in order else len(order)


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
