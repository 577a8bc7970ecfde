"""What the pages of the site are made from, at one moment."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path

from catalog.configuration import load_state
from catalog.freshness import Freshness, freshness
from catalog.index import Index
from catalog.indexes import CompositeIndex, load_indexes
from catalog.indicators import Indicator, load_indicators
from catalog.manifests import Profile, load_profile
from catalog.maps import MapManifest, load_maps
from catalog.places import PlacesConfiguration, load_places
from catalog.records import Record
from catalog.store import Store
from services.holdings import Holdings, standing
from services.web.preview import base_shapes
from services.web.sayings import Part, said


@dataclass(frozen=True)
class Declared:
    """What a state's profile declares, read once: indicators, indexes, maps, places and the folder with its stories."""

    profile: Profile
    indicators: Mapping[str, Indicator] = field(default_factory=dict)
    maps: Mapping[str, MapManifest] = field(default_factory=dict)
    indexes: Mapping[str, CompositeIndex] = field(default_factory=dict)
    places: PlacesConfiguration | None = None

    @property
    def stories(self) -> Path:
        """The folder with the data stories."""
        return self.profile.folder / "stories"


def read_declared(folder: Path) -> Declared:
    """What the profile in a folder declares; a profile may consist of its `state.yml` alone.

    Raises:
        ConfigurationError: all mistakes of the first kind of files that has any.

    """
    if not (folder / "layers").is_dir():
        return Declared(Profile(folder, load_state(folder), {}))
    profile = load_profile(folder)
    indicators = load_indicators(profile)
    places = load_places(folder) if (folder / "places.yml").is_file() else None
    return Declared(profile, indicators, load_maps(profile, indicators), load_indexes(profile), places)


@dataclass(frozen=True)
class Shelf:
    """The public layers and what explains them.

    `maps` is the folder with built map pages, `most_rows` how many rows a file that the OGC API makes may have.
    """

    store: Store
    holdings: Holdings
    declared: Declared
    maps: Path
    docs: Path
    most_rows: int

    @cached_property
    def records(self) -> tuple[Record, ...]:
        """The records of all public layers, by title."""
        return tuple(self.holdings.records())

    @cached_property
    def index(self) -> Index:
        """A search index over the public records."""
        return Index.over(self.records)

    @cached_property
    def checks(self) -> int:
        """How many checks the current versions passed before they were published."""
        return sum(
            check.passed for version in self.holdings.layers.values() for check in version.receipt.checks
        )

    @cached_property
    def versions(self) -> int:
        """How many versions of the layers are kept."""
        return sum(len(standing(self.store.history(layer))) for layer in self.holdings.layers)

    @cached_property
    def _spanish(self) -> dict[str, str]:
        """Declared English sentences that the profile has in Spanish."""
        declared = self.declared
        found = {one.definition: one.definition_es for one in declared.indexes.values()}
        for indicator in declared.indicators.values():
            found[indicator.definition] = indicator.definition_es
            found[f"Universe: {indicator.universe}."] = f"Universo: {indicator.universe_es}."
        return found

    def described(self, record: Record, language: str) -> list[Part]:
        """The description of a layer, in the language as far as there is a translation."""
        return said(record.description, language, self._spanish)

    def caveats(self, record: Record, language: str) -> list[list[Part]]:
        """The caveats of a layer, in the language as far as there is a translation."""
        return [said(caveat, language, self._spanish) for caveat in record.caveats]

    @cached_property
    def base(self) -> bytes:
        """The outlines that previews are drawn over."""
        return base_shapes(self.holdings)

    def freshness(self, record: Record, now: datetime) -> Freshness:
        """Whether a layer is as fresh as promised."""
        return freshness(record, now, self.store.checked_at(record.id))

    def title(self, layer: str) -> Record | None:
        """The record of a layer that is public, else None."""
        version = self.holdings.layers.get(layer)
        return version.record if version else None
