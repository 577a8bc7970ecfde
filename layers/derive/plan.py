"""All that a profile derives, in the order in which one thing needs another."""

from collections.abc import Callable
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter

from catalog.errors import BadRequest, TownlineError, nearest
from catalog.indexes import CompositeIndex, load_indexes
from catalog.indicators import Indicator, load_indicators
from catalog.manifests import Profile
from catalog.places import PlacesConfiguration, load_places
from catalog.registers import Register, RegisterRelease, load_registers
from layers.derive.indexes import derive_index
from layers.derive.indicators import derive_indicator
from layers.derive.releases import derive_release
from layers.ingest import Outcome, Run


class UnknownDerivation(BadRequest):
    """No indicator, index or release of that name; the nearest are given."""


@dataclass(frozen=True)
class Derivation:
    """One declared thing to derive: its name and how to bring its layers up to date."""

    name: str
    derive: Callable[[Run], list[Outcome]]


def derivations(profile: Profile) -> dict[str, Derivation]:
    """Indicators, then the indexes made of them, then the releases of registers, each in the order of their ids.

    An indicator stands after those with its earlier periods.

    Raises:
        TownlineError: mistakes in the declarations, or one name given to two things.

    """
    places = load_places(profile.folder)
    plan = [_indicator(one, places) for one in _earlier_first(load_indicators(profile))]
    plan += [_index(one, places) for one in load_indexes(profile).values()]
    plan += [
        _release(register, one, places)
        for register in load_registers(profile).values()
        for one in register.releases
    ]
    names = [one.name for one in plan]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise TownlineError(f"declared twice among indicators, indexes and releases: {', '.join(twice)}")
    return {one.name: one for one in plan}


def chosen(plan: dict[str, Derivation], names: list[str]) -> list[Derivation]:
    """The derivations of some names in the plan's order, or all.

    Raises:
        UnknownDerivation: no such name.

    """
    for name in names:
        if name not in plan:
            raise UnknownDerivation(
                f"there is no indicator, index or release {name!r}; {nearest(name, list(plan))}"
            )
    return [one for name, one in plan.items() if not names or name in names]


def _earlier_first(indicators: dict[str, Indicator]) -> list[Indicator]:
    """The indicators in the order of their ids, those with the earlier periods of another before it.

    Raises:
        TownlineError: indicators are the earlier ones of each other.

    """
    earlier = {name: set(one.change.earlier) if one.change else set() for name, one in indicators.items()}
    try:
        return [indicators[name] for name in TopologicalSorter(earlier).static_order()]
    except CycleError as error:
        raise TownlineError(f"indicators are earlier than each other: {', '.join(error.args[1])}") from error


def _indicator(indicator: Indicator, places: PlacesConfiguration) -> Derivation:
    return Derivation(indicator.id, lambda run: derive_indicator(run, indicator, places))


def _index(index: CompositeIndex, places: PlacesConfiguration) -> Derivation:
    return Derivation(index.id, lambda run: [derive_index(run, index, places)])


def _release(register: Register, release: RegisterRelease, places: PlacesConfiguration) -> Derivation:
    return Derivation(release.id, lambda run: [derive_release(run, register, release, places)])
