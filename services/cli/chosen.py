"""The indicators and places that somebody named."""

from catalog.errors import BadRequest, nearest
from catalog.indicators import Indicator, load_indicators
from catalog.places import Gazetteer, Hit, Places
from catalog.vocabulary import vocabulary
from services.cli.run import Townline


class UnknownIndicator(BadRequest):
    """No such indicator; the nearest names are given."""


class NoSuchPlaces(BadRequest):
    """The indicator has no places of the type."""


def chosen_indicators(run: Townline, names: list[str]) -> list[Indicator]:
    """The indicators of some names, or all.

    Raises:
        UnknownIndicator: no such indicator.

    """
    known = load_indicators(run.profile)
    for name in names:
        if name not in known:
            raise UnknownIndicator(f"there is no indicator {name!r}; {nearest(name, list(known))}")
    return [known[name] for name in (names or known)]


def check_places(indicator: Indicator, places: str) -> None:
    """Nothing when the indicator has places of the type.

    Raises:
        NoSuchPlaces: the nearest types that it has are named.

    """
    kinds = indicator.place_types
    if places not in kinds:
        raise NoSuchPlaces(f"{indicator.id!r} has no places of type {places!r}; {nearest(places, kinds)}")


def find_places(places: Places, names: list[str], kind: str | None) -> list[Hit]:
    """The places of some names or ids, each of a type where one is given.

    Raises:
        BadRequest: there is no such type or place, or several places have the name.

    """
    if kind is not None:
        vocabulary("place-types").term(kind)
    gazetteer = Gazetteer.of(places)
    return [gazetteer.find(name, kind) for name in names]
