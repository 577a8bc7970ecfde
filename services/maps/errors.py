"""What can be wrong with a map that somebody asks for.

TownlineError
└── MapError
    ├── UnknownChoice     a map, indicator, group, place type or period that there is not; the nearest are named
    └── NothingToShow     no value or no polygon at all is left of what was asked for
"""

from collections.abc import Sequence

from catalog.errors import BadRequest, TownlineError, nearest


class MapError(TownlineError):
    """A map cannot be made as asked."""


class UnknownChoice(MapError, BadRequest):
    """Something that the map does not have; the nearest that it has are named."""

    def __init__(self, what: str, given: str, known: Sequence[str]) -> None:
        super().__init__(f"there is no {what} {given!r}; {nearest(given, known)}")


class NothingToShow(MapError):
    """No value or no polygon is left to draw."""
