"""The layers that places are read from, each read once and in one version."""

import re
from collections import Counter, defaultdict

import pyarrow.parquet as pq

from catalog.errors import DataError
from catalog.manifests import PlaceReference
from catalog.places.configuration import Roster
from catalog.records import LayerInput
from catalog.store import Store, Version


class PlaceLayers:
    """Columns of the current versions of a store's layers, kept after the first reading."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._versions: dict[str, Version] = {}
        self._tables: dict[tuple[str, ...], list[tuple[str, ...]]] = {}
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

    def columns(self, layer: str, names: tuple[str, ...]) -> list[tuple[str, ...]]:
        """The distinct rows of some columns, in the layer's order.

        Raises:
            UnknownLayer: the layer is not published.

        """
        if (layer, *names) not in self._tables:
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

    def names(self, roster: Roster) -> dict[str, list[str]]:
        """The names of each place of a roster, the one in use first."""
        order = roster.newest_by or roster.name_column
        rows = self.columns(roster.layer, (roster.id_column, roster.name_column, order))
        found: dict[str, list[str]] = defaultdict(list)
        for geoid, name, _ in sorted(rows, key=lambda row: row[2], reverse=True):
            if re.fullmatch(roster.pattern, geoid) and name not in found[geoid]:
                found[geoid].append(name)
        return dict(found)

    def _version(self, layer: str) -> Version:
        if layer not in self._versions:
            self._versions[layer] = self._store.current(layer)
        return self._versions[layer]
