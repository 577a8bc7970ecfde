"""What reports are made from, read once: the state, its places, indicators and published layers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from catalog.configuration import State
from catalog.indicators import Indicator
from catalog.places import Place, Places
from catalog.records import Record
from catalog.store import Store
from services.indicator_rows import IndicatorRows
from services.profiles import Profile as PlaceProfile
from services.profiles import Profiler
from services.reports.pictures import Outlines, read_outlines


@dataclass(frozen=True)
class Material:
    """A state's store with its declarations; outlines are read when a picture first needs them.

    spanish: caveats in Spanish by the English ones, as far as they are declared.
    """

    state: State
    places: Places
    indicators: tuple[Indicator, ...]
    store: Store
    spanish: Mapping[str, str] = field(default_factory=dict)
    _outlines: dict[tuple[str, str], Outlines | None] = field(default_factory=dict)
    _records: dict[str, Record | None] = field(default_factory=dict)

    @property
    def state_name(self) -> str:
        """The state's name as a place."""
        return self.places.configuration.state.name

    def profile(self, place: Place) -> PlaceProfile:
        """The profile of a place, the same that `townline profile` prints."""
        return self._profiler.of(place)

    @cached_property
    def _profiler(self) -> Profiler:
        return Profiler(self.indicators, self.places, IndicatorRows(self.store))

    def record(self, indicator: Indicator) -> Record | None:
        """The record of an indicator's published table."""
        name = f"indicator-{indicator.id}"
        if name not in self._records:
            version = self.store.find(name)
            self._records[name] = version.record if version else None
        return self._records[name]

    def outlines(self, kind: str, vintage: str) -> Outlines | None:
        """The outlines of a type's places; None where nobody draws them."""
        drawn = self.places.drawn_vintage(kind, vintage)
        if drawn is None or not self.places.lists(kind, drawn):
            return None
        if (kind, drawn) not in self._outlines:
            self._outlines[kind, drawn] = read_outlines(self.store, self.places, self.state, kind, drawn)
        return self._outlines[kind, drawn]

    def indicators_of(self, profile: PlaceProfile) -> Sequence[Indicator]:
        """The indicators that a profile has a line of, in their order."""
        found = {line.indicator for line in profile.lines}
        return [indicator for indicator in self.indicators if indicator.id in found]
