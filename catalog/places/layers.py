"""The layers that places are read from, each read once and in one version."""

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from catalog.errors import DataError
from catalog.manifests import PlaceReference
from catalog.places.configuration import Roster
from catalog.places.joins import Counterparts
from catalog.records import LayerInput
from catalog.store import Store, Version


@dataclass
class RosterEntry:
    """What a roster says of a place."""

    names: list[str] = field(default_factory=list)
    within: list[str] = field(default_factory=list)

    def add(self, name: str, within: str | None) -> None:
        """Note what one more row says."""
        if name not in self.names:
            self.names.append(name)
        if within is not None and within not in self.within:
            self.within.append(within)


class PlaceLayers:
    """Columns of the current versions of a store's layers, kept after the first reading."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._versions: dict[str, Version] = {}
        self._tables: dict[tuple[str, ...], list[tuple[Any, ...]]] = {}
        self._counterparts: dict[tuple[str, str, str], Counterparts] = {}
        self._mappings: dict[tuple[str, str, str], dict[str, str]] = {}

    @property
    def inputs(self) -> tuple[LayerInput, ...]:
        """The exact versions that were read so far, by layer."""
        return tuple(
            LayerInput(layer=layer, version=version.number, sha256=version.manifest.data_sha256)
            for layer, version in sorted(self._versions.items())
        )

    def has(self, layer: str) -> bool:
        """Whether the layer is published."""
        return layer in self._versions or self._store.find(layer) is not None

    def reference(self, layer: str) -> PlaceReference | None:
        """Which columns of a layer are the places' ids and names."""
        return self._version(layer).record.places

    def columns(self, layer: str, names: tuple[str, ...]) -> list[tuple[Any, ...]]:
        """The distinct rows of some columns, in the layer's order.

        Raises:
            UnknownLayer: the layer is not published.

        """
        if (layer, *names) not in self._tables:
            import pyarrow.parquet as pq  # only where places are read

            table = pq.read_table(self._version(layer).data, columns=list(dict.fromkeys(names)))
            rows = zip(*(table[name].to_pylist() for name in names), strict=True)
            self._tables[layer, *names] = list(dict.fromkeys(rows))
        return self._tables[layer, *names]

    def mapping(self, layer: str, key: str, value: str) -> dict[str, str]:
        """The value that goes with each key; rows without one of the two are left out.

        Raises:
            DataError: a key has several values.

        """
        if (layer, key, value) not in self._mappings:
            pairs = [pair for pair in self.columns(layer, (key, value)) if None not in pair]
            twice = sorted(item for item, count in Counter(pair[0] for pair in pairs).items() if count > 1)
            if twice:
                raise DataError(
                    f"ids with several counterparts: {', '.join(twice[:10])}", layer=layer, column=key
                )
            self._mappings[layer, key, value] = {pair[0]: pair[1] for pair in pairs}
        return self._mappings[layer, key, value]

    def counterparts(self, layer: str, key: str, other: str) -> Counterparts:
        """The pairs of ids in two columns; rows without one of the two are left out."""
        if (layer, key, other) not in self._counterparts:
            pairs = [pair for pair in self.columns(layer, (key, other)) if None not in pair]
            self._counterparts[layer, key, other] = Counterparts(pairs)
        return self._counterparts[layer, key, other]

    def roster(self, roster: Roster) -> dict[str, RosterEntry]:
        """The places of a roster by id: their names, the one in use first, and what they lie in.

        Raises:
            DataError: a name does not have the roster's pattern.

        """
        order = roster.newest_by or roster.name_column
        named = (roster.id_column, roster.name_column, order, roster.within_column or roster.name_column)
        filters = tuple(rule.column for rule in roster.where)
        found: dict[str, RosterEntry] = defaultdict(RosterEntry)
        rows = sorted(self.columns(roster.layer, (*named, *filters)), key=lambda row: row[2], reverse=True)
        for geoid, name, _, around, *values in rows:
            kept = all(
                value is not None and re.fullmatch(rule.pattern, value)
                for rule, value in zip(roster.where, values, strict=True)
            )
            if kept and re.fullmatch(roster.pattern, geoid):
                own, within = _parts(roster, name, around if roster.within_column else None)
                found[geoid].add(own, within)
        return dict(found)

    def _version(self, layer: str) -> Version:
        if layer not in self._versions:
            self._versions[layer] = self._store.current(layer)
        return self._versions[layer]


def _parts(roster: Roster, name: str, around: str | None) -> tuple[str, str | None]:
    """A place's own name and what it lies in."""
    if roster.name_pattern is None:
        return name, around
    found = re.fullmatch(roster.name_pattern, name)
    if found is None:
        raise DataError(
            f"the name {name!r} is not of the form {roster.name_pattern!r} that places.yml gives",
            layer=roster.layer,
            column=roster.name_column,
        )
    return found["name"], found["within"]
