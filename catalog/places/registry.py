"""The places of a state as its published layers hold them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from catalog.errors import BadRequest, DataError, nearest
from catalog.manifests import PlaceReference
from catalog.places.configuration import Crosswalk, KnownGap, PlacesConfiguration, Roster
from catalog.places.joins import Counterparts, Translation, report, translate
from catalog.places.layers import PlaceLayers
from catalog.records import LayerInput
from catalog.store import Store


class UnknownPlaceSet(BadRequest):
    """No boundaries, roster, crosswalk or nesting for a type and vintage."""


@dataclass(frozen=True, order=True)
class PlaceKey:
    """What identifies a place: its type, the vintage of its id, and the id."""

    type: str
    vintage: str
    geoid: str


@dataclass(frozen=True)
class Place:
    """A place with its name, the names that it had or has elsewhere, and what it lies in where a layer says so."""

    key: PlaceKey
    name: str
    other_names: tuple[str, ...] = ()
    within: tuple[str, ...] = ()


class Places:
    """Places, crosswalks and nesting read from the store's current versions, each read once."""

    def __init__(self, configuration: PlacesConfiguration, store: Store) -> None:
        self.configuration = configuration
        self._layers = PlaceLayers(store)
        self._sets: dict[tuple[str, str], list[Place]] = {}

    @property
    def inputs(self) -> tuple[LayerInput, ...]:
        """The exact versions of the layers that were read so far."""
        return self._layers.inputs

    def vintages(self, kind: str) -> tuple[str, ...]:
        """The vintages in which places of a type are drawn, newest last."""
        return tuple(sorted(self.configuration.boundaries.get(kind, {})))

    def boundary_layers(self, kind: str, vintage: str) -> tuple[str, ...]:
        """The layers with the polygons of a type and vintage.

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

    def polygons(self, kind: str, vintage: str) -> dict[str, bytes]:
        """The polygon of each place of a type and vintage as well-known bytes, in longitude and latitude.

        Raises:
            UnknownPlaceSet: nobody draws them.
            DataError: a place has several rows.

        """
        found: dict[str, bytes] = {}
        for layer in self.boundary_layers(kind, vintage):
            reference = self._reference(layer)
            rows = self._layers.columns(layer, (reference.id, "geometry"))
            for text, shape in rows:
                geoid = reference.prefix + text
                if geoid in found:
                    raise DataError(f"the place {geoid} has several rows", layer=layer, column=reference.id)
                found[geoid] = bytes(shape)
        return found

    def points(self, layer: str, column: str) -> list[tuple[bytes, float]]:
        """The points of a layer as well-known bytes, each with the number in a column."""
        return [
            (bytes(point), float(number))
            for point, number in self._layers.columns(layer, ("geometry", column))
        ]

    def drawn_vintage(self, kind: str, vintage: str) -> str | None:
        """The vintage whose polygons show places of a type: their own, else one that a crosswalk leads to."""
        drawn = self.vintages(kind)
        if vintage in drawn:
            return vintage
        return max((year for year in self._linked(kind, vintage) if year in drawn), default=None)

    def of(self, kind: str, vintage: str) -> list[Place]:
        """All places of a type and vintage, by id: from boundaries, a roster, or a crosswalk from either.

        Raises:
            UnknownPlaceSet: nothing lists them.

        """
        if (kind, vintage) not in self._sets:
            self._sets[kind, vintage] = sorted(self._listed(kind, vintage), key=lambda place: place.key)
        return self._sets[kind, vintage]

    def lists(self, kind: str, vintage: str) -> bool:
        """Whether the published layers list the places of a type and vintage."""
        if kind == "state":
            return True
        drawn, roster = self.drawn_vintage(kind, vintage), self._roster(kind, vintage)
        layers = self.boundary_layers(kind, drawn) if drawn else (roster.layer,) if roster else ()
        return bool(layers) and all(self._layers.has(layer) for layer in layers)

    def translate(self, kind: str, ids: Iterable[str], from_vintage: str, to_vintage: str) -> Translation:
        """Ids of one vintage as ids of another, with what matched on both sides.

        Only places that are the same in both have a counterpart; see `counterparts` for those split or merged.

        Raises:
            UnknownPlaceSet: no crosswalk joins the two vintages.

        """
        gaps, given = self.gaps(kind), tuple(ids)
        if from_vintage == to_vintage:
            known = [place.key.geoid for place in self.of(kind, to_vintage)]
            return Translation(given, report(given, known, gaps))
        return translate(given, self.counterparts(kind, from_vintage, to_vintage), gaps)

    def counterparts(self, kind: str, from_vintage: str, to_vintage: str) -> Counterparts:
        """Which ids of two different vintages share ground.

        Raises:
            UnknownPlaceSet: no crosswalk joins the two vintages.

        """
        for crosswalk in self.configuration.crosswalks:
            ends = (crosswalk.from_vintage, crosswalk.to_vintage)
            if crosswalk.type == kind and {*ends} == {from_vintage, to_vintage}:
                return self._pairs(crosswalk, from_vintage)
        known_pairs = [
            f"{item.type} {item.from_vintage}–{item.to_vintage}" for item in self.configuration.crosswalks
        ]
        asked = f"{kind} {from_vintage}–{to_vintage}"
        raise UnknownPlaceSet(f"no crosswalk for {asked}; {nearest(asked, known_pairs)}")

    def gaps(self, kind: str) -> tuple[KnownGap, ...]:
        """The known gaps of a type."""
        return tuple(gap for gap in self.configuration.known_gaps if gap.type == kind)

    def parents(self, child: str, parent: str, vintage: str) -> dict[str, str]:
        """The id of the parent of each child.

        Raises:
            UnknownPlaceSet: nothing says how the two types nest.
            DataError: a child has several parents.

        """
        if parent == "state":
            return {place.key.geoid: self.configuration.state.geoid for place in self.of(child, vintage)}
        for nesting in self.configuration.nesting:
            if (nesting.child, nesting.parent, nesting.vintage) == (child, parent, vintage):
                if not self._layers.has(nesting.layer):
                    raise UnknownPlaceSet(
                        f"how {child} in {parent} {vintage} nest stands in the layer {nesting.layer!r}, which is not "
                        "published: ingest it first"
                    )
                return self._layers.mapping(nesting.layer, nesting.child_column, nesting.parent_column)
        known = [f"{item.child} in {item.parent} {item.vintage}" for item in self.configuration.nesting]
        asked = f"{child} in {parent} {vintage}"
        raise UnknownPlaceSet(f"nothing says how {asked} nest; {nearest(asked, known)}")

    def same(self, key: PlaceKey) -> tuple[PlaceKey, ...]:
        """The place under its ids of every vintage that a crosswalk knows, its own first."""
        found = [key]
        for vintage in self._linked(key.type, key.vintage):
            (other,) = self.translate(key.type, [key.geoid], key.vintage, vintage).ids
            if other is not None:
                found.append(PlaceKey(key.type, vintage, other))
        return tuple(found)

    @cached_property
    def named(self) -> tuple[Place, ...]:
        """Every place that is drawn, listed or in a crosswalk, in every vintage."""
        return tuple(self._all())

    @cached_property
    def sets(self) -> tuple[tuple[str, str], ...]:
        """Every type and vintage that a published layer lists."""
        return tuple((kind, vintage) for kind, vintage in self._declared() if self.lists(kind, vintage))

    def _declared(self) -> tuple[tuple[str, str], ...]:
        sets = dict.fromkeys(
            [(kind, year) for kind, years in self.configuration.boundaries.items() for year in years]
            + [(roster.type, roster.vintage) for roster in self.configuration.rosters]
        )
        for crosswalk in self.configuration.crosswalks:
            if self.vintages(crosswalk.type) and self._layers.has(crosswalk.layer):
                sets |= {(crosswalk.type, crosswalk.from_vintage): None}
                sets |= {(crosswalk.type, crosswalk.to_vintage): None}
        return tuple(sets)

    def _all(self) -> Iterator[Place]:
        newest = max((vintage for _, vintage in self._declared()), default="2020")
        yield from self.of("state", newest)
        for kind, vintage in self.sets:
            yield from self.of(kind, vintage)

    def _listed(self, kind: str, vintage: str) -> list[Place]:
        whole = self.configuration.state
        if kind == "state":
            return [Place(PlaceKey("state", vintage, whole.geoid), whole.name)]
        if vintage in self.vintages(kind):
            drawn = {place.key.geoid: place for place in self._drawn(kind, vintage)}
            listed = {place.key.geoid: place for place in self._rostered(kind, vintage)}
            return list((listed | drawn).values())
        if self._roster(kind, vintage) is not None:
            return self._rostered(kind, vintage)
        other = self.drawn_vintage(kind, vintage)
        if other is None:
            self.boundary_layers(kind, vintage)
            return []
        return self._renamed(kind, other, vintage)

    def _rostered(self, kind: str, vintage: str) -> list[Place]:
        """The places of the roster of a type and vintage; none where there is no roster or it is not published.

        What a place of the same id that is drawn lies in is taken from there.
        """
        roster = self._roster(kind, vintage)
        if roster is None or not self._layers.has(roster.layer):
            return []
        drawn = [year for year in self.vintages(kind) if year != vintage and self.lists(kind, year)]
        around = {place.key.geoid: place.within for year in drawn for place in self.of(kind, year)}
        return [
            Place(
                PlaceKey(kind, vintage, geoid),
                entry.names[0],
                tuple(entry.names[1:]),
                around.get(geoid) or tuple(entry.within),
            )
            for geoid, entry in self._layers.roster(roster).items()
        ]

    def _drawn(self, kind: str, vintage: str) -> Iterator[Place]:
        for layer in self.boundary_layers(kind, vintage):
            reference = self._reference(layer)
            wanted = (reference.id, reference.name or reference.id, reference.within_column or reference.id)
            for geoid, name, around in self._layers.columns(layer, wanted):
                within = around if reference.within_column else reference.within
                key = PlaceKey(kind, vintage, reference.prefix + geoid)
                yield Place(key, name, within=(within,) if within else ())

    def _reference(self, layer: str) -> PlaceReference:
        reference = self._layers.reference(layer)
        if reference is None:
            raise UnknownPlaceSet(f"layer {layer!r} does not say which of its columns is the place's id")
        return reference

    def _renamed(self, kind: str, drawn: str, vintage: str) -> list[Place]:
        """The drawn places under their ids of another vintage; a name that is the id becomes the new id."""
        places = self.of(kind, drawn)
        ids = self.translate(kind, [place.key.geoid for place in places], drawn, vintage).ids
        return [
            Place(
                PlaceKey(kind, vintage, geoid),
                geoid if place.name == place.key.geoid else place.name,
                place.other_names,
                place.within,
            )
            for place, geoid in zip(places, ids, strict=True)
            if geoid is not None
        ]

    def _linked(self, kind: str, vintage: str) -> list[str]:
        """The vintages that one crosswalk joins to a vintage of a type."""
        found = []
        for crosswalk in self.configuration.crosswalks:
            ends = [crosswalk.from_vintage, crosswalk.to_vintage]
            if crosswalk.type == kind and vintage in ends and self._layers.has(crosswalk.layer):
                found.append(ends[1 - ends.index(vintage)])
        return found

    def _roster(self, kind: str, vintage: str) -> Roster | None:
        wanted = (kind, vintage)
        return next(
            (item for item in self.configuration.rosters if (item.type, item.vintage) == wanted), None
        )

    def _pairs(self, crosswalk: Crosswalk, from_vintage: str) -> Counterparts:
        first, second = crosswalk.from_column, crosswalk.to_column
        if from_vintage == crosswalk.to_vintage:
            first, second = second, first
        return self._layers.counterparts(crosswalk.layer, first, second)
