"""Finding places by what people call them: names, ids, villages and other names."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from catalog.errors import BadRequest
from catalog.places.registry import Place, Places

_ORDER = (
    "state",
    "planning_region",
    "county",
    "town",
    "school_district",
    "neighbourhood",
    "state_senate_district",
    "state_house_district",
    "custom_region",
    "zcta",
    "tract",
    "block_group",
    "block",
)


class UnknownPlace(BadRequest):
    """No place of that name; the nearest are named."""


class AmbiguousPlace(BadRequest):
    """Several places of that name."""


@dataclass(frozen=True)
class Hit:
    """A place found, and the name it was found by when that is not its own."""

    place: Place
    through: str | None = None


class Gazetteer:
    """An index of places by name, alias and id."""

    def __init__(self, places: Iterable[Place], aliases: dict[str, str]) -> None:
        self._by_name: dict[str, list[Hit]] = defaultdict(list)
        for place in places:
            around = {f"{place.name}, {outer}" for outer in place.within}
            for text in {place.name, place.key.geoid, *around}:
                self._by_name[normal(text)].append(Hit(place))
            for text in place.other_names:
                self._by_name[normal(text)].append(Hit(place, text))
        for alias, name in aliases.items():
            for hit in list(self._by_name.get(normal(name), [])):
                self._by_name[normal(alias)].append(Hit(hit.place, alias))

    @classmethod
    def of(cls, places: Places) -> "Gazetteer":
        """The gazetteer of a state's places."""
        return cls(places.named, places.configuration.aliases)

    def search(self, text: str, limit: int = 10) -> list[Hit]:
        """The places whose name is, begins with, or contains the text: exact first, larger places first."""
        wanted = normal(text)
        if not wanted:
            return []
        ranked = sorted(
            (
                (_rank(name, wanted), hit)
                for name, hits in self._by_name.items()
                if wanted in name
                for hit in hits
            ),
            key=lambda pair: (pair[0], _size(pair[1].place), pair[1].place.name, pair[1].place.key),
        )
        seen: dict[tuple[str, str, tuple[str, ...]], Hit] = {}
        for _, hit in ranked:
            seen.setdefault((hit.place.key.type, hit.place.name, hit.place.within), hit)
        return list(seen.values())[:limit]

    def find(self, text: str, kind: str | None = None, vintage: str | None = None) -> Hit:
        """The one place of a name or id; of several vintages the newest.

        Raises:
            UnknownPlace: there is none; the nearest names are given.
            AmbiguousPlace: several different places have the name.

        """
        hits = [
            hit
            for hit in self._by_name.get(normal(text), [])
            if kind in (None, hit.place.key.type) and vintage in (None, hit.place.key.vintage)
        ]
        if not hits:
            raise UnknownPlace(
                f"there is no place {text!r}{f' of type {kind}' if kind else ''}; {self.near(text)}"
            )
        largest = min(_size(hit.place) for hit in hits)
        newest: dict[tuple[str, tuple[str, ...]], Hit] = {}
        for hit in sorted(hits, key=lambda hit: hit.place.key):
            if _size(hit.place) == largest:
                newest[hit.place.name, hit.place.within] = hit
        found = {hit.place.key.geoid: hit for hit in newest.values()}
        if len(found) > 1:
            names = "; ".join(
                f"{', '.join((hit.place.name, *hit.place.within))} ({geoid})" for geoid, hit in found.items()
            )
            raise AmbiguousPlace(f"{text!r} can be {names}; give the id")
        return next(iter(found.values()))

    @property
    def ids(self) -> dict[str, str]:
        """Normal name → id of the place; names of several places are left out."""
        found = {name: {hit.place.key.geoid for hit in hits} for name, hits in self._by_name.items()}
        return {name: next(iter(ids)) for name, ids in found.items() if len(ids) == 1}

    def near(self, text: str) -> str:
        """A phrase with the names nearest to a wrong one."""
        near = get_close_matches(normal(text), list(self._by_name), n=3, cutoff=0.6)
        names = list(
            dict.fromkeys(
                self._by_name[name][0].through or self._by_name[name][0].place.name for name in near
            )
        )
        return "did you mean " + " or ".join(names) + "?" if names else "no name is near"


def normal(text: str) -> str:
    """A name as it is compared: no accents, no case, single blanks."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", " ", plain.casefold()).strip()


def _rank(name: str, wanted: str) -> int:
    if name == wanted:
        return 0
    return 1 if name.startswith(wanted) else 2


def _size(place: Place) -> int:
    return _ORDER.index(place.key.type) if place.key.type in _ORDER else len(_ORDER)
