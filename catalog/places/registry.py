"""The places of a state as its published layers hold them."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

import pyarrow.parquet as pq

from catalog.errors import DataError, TownlineError, nearest
from catalog.places.configuration import Crosswalk, KnownGap, PlacesConfiguration
from catalog.places.joins import Translation, translate
from catalog.store import Store


class UnknownPlaceSet(TownlineError):
    """No boundaries, crosswalk or nesting for a type and vintage."""


@dataclass(frozen=True, order=True)
class PlaceKey:
    """What identifies a place: its type, the vintage of its id, and the id."""

    type: str
    vintage: str
    geoid: str


@dataclass(frozen=True)
class Place:
    """A place with its name."""

    key: PlaceKey
    name: str


class Places:
    """Places, crosswalks and nesting read from the store's current versions, each read once."""

    def __init__(self, configuration: PlacesConfiguration, store: Store) -> None:
        self.configuration = configuration
        self._store = store
        self._tables: dict[tuple[str, ...], list[tuple[str, ...]]] = {}

    def vintages(self, kind: str) -> tuple[str, ...]:
        """The vintages in which places of a type are drawn, newest last."""
        return tuple(sorted(self.configuration.boundaries.get(kind, {})))

    def boundary_layer(self, kind: str, vintage: str) -> str:
        """The layer with the polygons of a type and vintage.

        Raises:
            UnknownPlaceSet: there is none; the ones there are are named.

        """
        found = self.configuration.boundaries.get(kind, {}).get(vintage)
        if found is None:
            known = [
                f"{name} {year}" for name, years in self.configuration.boundaries.items() for year in years
            ]
            raise UnknownPlaceSet(f"no boundaries of {kind} {vintage}; {nearest(f'{kind} {vintage}', known)}")
        return found

    def of(self, kind: str, vintage: str) -> list[Place]:
        """All places of a type and vintage, by id."""
        if kind == "state":
            whole = self.configuration.state
            return [Place(PlaceKey("state", vintage, whole.geoid), whole.name)]
        layer = self.boundary_layer(kind, vintage)
        reference = self._store.current(layer).record.places
        if reference is None:
            raise UnknownPlaceSet(f"layer {layer!r} does not say which of its columns is the place's id")
        columns = (reference.id, reference.name or reference.id)
        rows = self._columns(layer, columns)
        return sorted(
            (Place(PlaceKey(kind, vintage, geoid), name) for geoid, name in rows), key=lambda place: place.key
        )

    def translate(self, kind: str, ids: Iterable[str], from_vintage: str, to_vintage: str) -> Translation:
        """Ids of one vintage as ids of another, with what matched on both sides.

        Raises:
            UnknownPlaceSet: no crosswalk joins the two vintages.
            DataError: an id stands twice in the crosswalk.

        """
        gaps = self.gaps(kind)
        given = tuple(ids)
        if from_vintage == to_vintage:
            return translate(given, {item: item for item in given}, gaps)
        for crosswalk in self.configuration.crosswalks:
            if crosswalk.type != kind:
                continue
            ends = (crosswalk.from_vintage, crosswalk.to_vintage)
            if ends in ((from_vintage, to_vintage), (to_vintage, from_vintage)):
                forward = ends == (from_vintage, to_vintage)
                return translate(given, self._mapping(crosswalk, forward=forward), gaps)
        known = [
            f"{item.type} {item.from_vintage}–{item.to_vintage}" for item in self.configuration.crosswalks
        ]
        asked = f"{kind} {from_vintage}–{to_vintage}"
        raise UnknownPlaceSet(f"no crosswalk for {asked}; {nearest(asked, known)}")

    def gaps(self, kind: str) -> tuple[KnownGap, ...]:
        """The known gaps of a type."""
        return tuple(gap for gap in self.configuration.known_gaps if gap.type == kind)

    def parents(self, child: str, parent: str, vintage: str) -> dict[str, str]:
        """The id of the parent of each child.

        Raises:
            UnknownPlaceSet: nothing says how the two types nest.

        """
        for nesting in self.configuration.nesting:
            if (nesting.child, nesting.parent, nesting.vintage) == (child, parent, vintage):
                columns = (nesting.child_column, nesting.parent_column)
                return _one_to_one(self._columns(nesting.layer, columns), nesting.layer, nesting.child_column)
        known = [f"{item.child} in {item.parent} {item.vintage}" for item in self.configuration.nesting]
        asked = f"{child} in {parent} {vintage}"
        raise UnknownPlaceSet(f"nothing says how {asked} nest; {nearest(asked, known)}")

    @cached_property
    def named(self) -> tuple[Place, ...]:
        """Every place that has boundaries, in every vintage."""
        return tuple(self._all())

    def _all(self) -> Iterator[Place]:
        newest = max(
            (year for years in self.configuration.boundaries.values() for year in years), default="2020"
        )
        yield from self.of("state", newest)
        for kind, years in self.configuration.boundaries.items():
            for vintage, layer in years.items():
                if self._store.find(layer):
                    yield from self.of(kind, vintage)

    def _mapping(self, crosswalk: Crosswalk, *, forward: bool) -> dict[str, str]:
        columns = (crosswalk.from_column, crosswalk.to_column)
        first, second = columns if forward else columns[::-1]
        return _one_to_one(self._columns(crosswalk.layer, (first, second)), crosswalk.layer, first)

    def _columns(self, layer: str, columns: tuple[str, ...]) -> list[tuple[str, ...]]:
        version = self._store.current(layer)
        key = (layer, str(version.number), *columns)
        if key not in self._tables:
            table = pq.read_table(version.data, columns=list(dict.fromkeys(columns)))
            self._tables[key] = list(zip(*(table[name].to_pylist() for name in columns), strict=True))
        return self._tables[key]


def _one_to_one(pairs: list[tuple[str, ...]], layer: str, column: str) -> dict[str, str]:
    distinct = set(pairs)
    counts = Counter(pair[0] for pair in distinct)
    twice = sorted(item for item, count in counts.items() if count > 1)
    if twice:
        raise DataError(f"ids with several counterparts: {', '.join(twice[:10])}", layer=layer, column=column)
    return dict(distinct)  # type: ignore[arg-type]
