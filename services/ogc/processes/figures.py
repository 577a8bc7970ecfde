"""The published tables of indicators at one moment, and what the state's profile declares of them."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from catalog.errors import ConfigurationError
from catalog.indicators import Indicator, load_indicators
from catalog.indicators.indicator import TIDY_COLUMNS
from catalog.manifests import load_profile
from catalog.places import Gazetteer, Places, PlacesConfiguration, load_places
from catalog.records import Record
from catalog.store import Store, Version
from services.holdings import Holdings
from services.indicator_rows import IndicatorRows
from services.rankings import dimensions

LOGGER = logging.getLogger(__name__)

_PREFIX = "indicator-"


class PublicStore(Store):
    """The store as the public sees it at one moment: restricted layers are not there, no pointer moves."""

    def __init__(self, root: Path, holdings: Holdings) -> None:
        super().__init__(root)
        self._holdings = holdings

    def layers(self) -> list[str]:
        """The ids of all public layers, sorted."""
        return sorted(self._holdings.layers)

    def find(self, layer: str) -> Version | None:
        """The current version of a public layer, or None."""
        return self._holdings.layers.get(layer)


@dataclass(frozen=True)
class Declared:
    """What the profile declares: places, and the indicators whose tables are published as they say."""

    places: PlacesConfiguration
    indicators: dict[str, Indicator]


@dataclass(frozen=True, eq=False)
class Figures:
    """Public tables by the id of their indicator; nothing of it changes: copying it gives itself."""

    store: PublicStore
    tables: dict[str, Version]
    declared: Declared | None

    def __deepcopy__(self, memo: object) -> "Figures":
        return self

    @cached_property
    def place_types(self) -> tuple[str, ...]:
        """The types of places that any table may have values for."""
        declared = self.declared.indicators.values() if self.declared else ()
        return tuple(
            dict.fromkeys(
                kind for one in declared for kind in (*one.places, *(more.type for more in one.derived))
            )
        )

    @cached_property
    def rows(self) -> IndicatorRows:
        """The values of places, read from each table once."""
        return IndicatorRows(self.store)

    @cached_property
    def gazetteer(self) -> Gazetteer:
        """The places of the state, by name and id."""
        return Gazetteer.of(self.places)

    @cached_property
    def places(self) -> Places:
        """The places of the state.

        Raises:
            LookupError: the profile declares none.

        """
        if self.declared is None:
            raise LookupError("the profile declares no places")
        return Places(self.declared.places, self.store)


def read_figures(holdings: Holdings, root: Path, profile: Path) -> Figures:
    """The figures of the public tables; a profile that cannot be used is logged and declares nothing."""
    tables = {
        layer.removeprefix(_PREFIX): version
        for layer, version in sorted(holdings.layers.items())
        if layer.startswith(_PREFIX) and _is_tidy(version.record)
    }
    declared = None
    if tables and (profile / "places.yml").is_file():
        try:
            declared = Declared(load_places(profile), dict(_as_published(profile, tables)))
        except ConfigurationError:
            LOGGER.exception("the profile cannot be used: profiles of places are not offered")
    return Figures(PublicStore(root, holdings), tables, declared)


def _is_tidy(record: Record) -> bool:
    return record.kind == "table" and set(TIDY_COLUMNS) <= {column.name for column in record.columns}


def _as_published(profile: Path, tables: dict[str, Version]) -> Iterator[tuple[str, Indicator]]:
    """The declared indicators whose table is split as they say; others wait until they are derived again."""
    for name, indicator in load_indicators(load_profile(profile)).items():
        if name in tables and dimensions(tables[name].record) == tuple(d.name for d in indicator.dimensions):
            yield name, indicator
