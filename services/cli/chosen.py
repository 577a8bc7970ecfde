"""The indicators that somebody named."""

from catalog.errors import BadRequest, nearest
from catalog.indicators import Indicator, load_indicators
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
