"""What a map shows, in memory: levels of places, topics with their values, and what explains them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields

import numpy as np
import shapely
from numpy.typing import NDArray

from catalog.configuration import State
from catalog.indicators import Indicator
from catalog.maps import MapManifest
from catalog.records import Record
from catalog.vocabulary import vocabulary

type FloatArray = NDArray[np.float64]
type CodeArray = NDArray[np.int8]
type Shapes = NDArray[np.object_]

STATE = "state"
NO_POPULATION = "no_population"
STATUSES = (*vocabulary("statuses").codes, NO_POPULATION)
"""Status codes by their number in a block; the last one is `not_applicable` where a group has nobody."""

WITH_VALUE = tuple(
    number
    for number, code in enumerate(STATUSES)
    if code != NO_POPULATION and vocabulary("statuses").term(code).attributes["has_value"]
)
"""The numbers of the statuses that have a value."""


@dataclass(frozen=True, eq=False)
class Level:
    """All places of one type with their polygons, in the order of their ids; the state has no polygon.

    `parents` says for other levels the position of the place that each place lies in, -1 where unknown;
    `other_ids` are the ids that the same places have in other vintages.
    """

    type: str
    vintage: str
    record: Record | None
    ids: tuple[str, ...]
    names: tuple[str, ...]
    shapes: Shapes | None
    parents: dict[str, NDArray[np.int64]] = field(default_factory=dict)
    other_ids: dict[str, tuple[str | None, ...]] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """Type and vintage as one word."""
        return f"{self.type}-{self.vintage}"

    @property
    def is_drawn(self) -> bool:
        """Whether any of its places has a polygon."""
        return self.shapes is not None and bool((shapely.area(self.shapes) > 0).any())


@dataclass(frozen=True, eq=False)
class Block:
    """Values of one topic at one level; every array is periods × groups × places, NaN where there is none."""

    estimate: FloatArray
    moe: FloatArray
    lower: FloatArray
    upper: FloatArray
    denominator: FloatArray
    status: CodeArray

    def is_status(self, *codes: str) -> NDArray[np.bool_]:
        """Where the status is one of the given."""
        return np.isin(self.status, [STATUSES.index(code) for code in codes])

    def of_group(self, group: int) -> "Block":
        """The values of one group alone."""
        parts = (getattr(self, field.name)[:, group : group + 1] for field in fields(self))
        return Block(*parts)


@dataclass(frozen=True)
class Loss:
    """Values that cannot be drawn, and why where that is known."""

    level: str
    places: int
    reason: str | None
    reason_es: str | None


@dataclass(frozen=True, eq=False)
class Topic:
    """One indicator with its groups, periods and values by level."""

    indicator: Indicator
    record: Record
    dimensions: tuple[str, ...]
    groups: tuple[tuple[str, ...], ...]
    periods: tuple[str, ...]
    blocks: dict[str, Block]
    losses: tuple[Loss, ...]

    @property
    def reference(self) -> int | None:
        """The position of the group that the others are compared with."""
        wanted = self.indicator.reference
        if not set(wanted) & set(self.dimensions):
            return None
        codes = tuple(wanted.get(name, "total") for name in self.dimensions)
        return self.groups.index(codes) if codes in self.groups else None


@dataclass(frozen=True)
class ContextPoints:
    """Points of another layer: longitude, latitude and label."""

    record: Record
    points: tuple[tuple[float, float, str], ...]


@dataclass(frozen=True)
class OtherName:
    """A name by which people look for a place."""

    name: str
    level: str
    position: int


@dataclass(frozen=True, eq=False)
class MapContent:
    """Everything that a page or a picture is made from; levels finest first, the state last.

    spanish: caveats in Spanish by the English ones, as far as they are declared.
    """

    manifest: MapManifest
    state: State
    levels: dict[str, Level]
    topics: tuple[Topic, ...]
    context: tuple[ContextPoints, ...]
    names: tuple[OtherName, ...]
    spanish: Mapping[str, str] = field(default_factory=dict)

    @property
    def drawn(self) -> list[Level]:
        """The levels that have polygons."""
        return [level for level in self.levels.values() if level.is_drawn]

    @property
    def whole(self) -> str | None:
        """The key of the level that is the state, when there are values for it."""
        return next((key for key, level in self.levels.items() if level.type == STATE), None)
