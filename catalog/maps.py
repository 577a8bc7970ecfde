"""What a state's profile says of its maps: `config/<state>/maps/*.yml`, one map page each."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field, model_validator

from catalog.configuration import Strict, load_folder
from catalog.errors import ConfigurationError, Problem, nearest
from catalog.grammar import ColumnName, LayerId
from catalog.indicators import Indicator
from catalog.manifests import Profile
from catalog.manifests.layer import PlaceType

Measure = Literal[
    "estimate", "gap_reference", "verdict_reference", "gap_state", "ratio_state", "verdict_state"
]
"""What a map can show: the value, or the value against the reference group or against the whole state."""

ClassMethod = Literal["quantiles", "equal_interval"]


class Classes(Strict):
    """How values are put into classes; the breaks are shared by all groups and periods."""

    method: ClassMethod = "quantiles"
    number: Annotated[int, Field(ge=3, le=7)] = 5


class Opening(Strict):
    """What a page shows first; what is not given is the first there is."""

    indicator: LayerId | None = None
    group: Annotated[
        dict[ColumnName, str], Field(description="code per dimension; total where none is given")
    ] = {}
    period: str | None = None
    places: PlaceType | None = None
    measure: Measure = "estimate"


class ContextLayer(Strict):
    """A published layer that can be drawn over the map for orientation."""

    layer: LayerId
    label: Annotated[ColumnName | None, Field(description="column with the name that is shown")] = None


class Finder(Strict):
    """A table of other names, such as ZIP codes, of places that the map shows."""

    layer: LayerId
    name: Annotated[ColumnName, Field(description="column that people search for")]
    place: Annotated[ColumnName, Field(description="column with the name or id of the place")]
    type: PlaceType
    weight: Annotated[
        ColumnName | None, Field(description="of several places the one with the most of this is found first")
    ] = None


class Multiples(Strict):
    """A sheet of small maps, one for each group of a dimension, with the same classes."""

    id: LayerId
    indicator: LayerId
    by: Annotated[ColumnName, Field(description="dimension whose groups are drawn")]
    groups: Annotated[tuple[str, ...], Field(description="codes in their order; all when none is given")] = ()
    places: Annotated[PlaceType | None, Field(description="those the page opens with when not given")] = None
    period: Annotated[str | None, Field(description="the last when none is given")] = None
    measure: Measure = "estimate"


class Variable(Strict):
    """One of the two indicators of a bivariate map, for one group."""

    indicator: LayerId
    group: Annotated[
        dict[ColumnName, str], Field(description="code per dimension; total where none is given")
    ] = {}
    period: Annotated[str | None, Field(description="the last when none is given")] = None


class Bivariate(Strict):
    """A map of two indicators at once, each in thirds of its places."""

    id: LayerId
    across: Annotated[Variable, Field(description="rises from left to right in the legend")]
    up: Annotated[Variable, Field(description="rises from bottom to top in the legend")]
    places: PlaceType


class MapManifest(Strict):
    """One map: indicators by groups and places, and how it opens."""

    id: LayerId
    title: str
    title_es: str
    description: Annotated[str, Field(min_length=20)]
    description_es: Annotated[str, Field(min_length=20)]
    indicators: Annotated[tuple[LayerId, ...], Field(min_length=1)]
    by: Annotated[
        tuple[ColumnName, ...] | None,
        Field(description="dimensions that may be split; all when not given, others stay at their total"),
    ] = None
    places: Annotated[tuple[PlaceType, ...], Field(min_length=1, description="finest first")]
    periods: Annotated[tuple[str, ...], Field(description="all when none is given")] = ()
    classes: Classes = Classes()
    opening: Opening = Opening()
    context: tuple[ContextLayer, ...] = ()
    find: tuple[Finder, ...] = ()
    multiples: Annotated[tuple[Multiples, ...], Field(description="printed beside the page")] = ()
    bivariate: Annotated[tuple[Bivariate, ...], Field(description="printed beside the page")] = ()

    @property
    def sheets(self) -> tuple[str, ...]:
        """The ids of the printed sheets."""
        return (*(sheet.id for sheet in self.multiples), *(pair.id for pair in self.bivariate))

    @model_validator(mode="after")
    def _named_once(self) -> "MapManifest":
        for what, names in (
            ("indicators", self.indicators),
            ("places", self.places),
            ("periods", self.periods),
            ("multiples and bivariate", self.sheets),
        ):
            twice = sorted({name for name in names if names.count(name) > 1})
            if twice:
                raise ValueError(f"{what} named twice: {', '.join(twice)}")
        return self

    @model_validator(mode="after")
    def _opens_with_its_own(self) -> "MapManifest":
        opening = self.opening
        self._refuse_unknown("opening", opening.indicator, opening.places, opening.period)
        return self

    @model_validator(mode="after")
    def _prints_its_own(self) -> "MapManifest":
        for number, sheet in enumerate(self.multiples):
            self._refuse_unknown(f"multiples[{number}]", sheet.indicator, sheet.places, sheet.period)
        for number, pair in enumerate(self.bivariate):
            for name, shown in (("across", pair.across), ("up", pair.up)):
                where = f"bivariate[{number}].{name}"
                self._refuse_unknown(where, shown.indicator, pair.places, shown.period)
        return self

    def _refuse_unknown(
        self, where: str, indicator: str | None, places: PlaceType | None, period: str | None
    ) -> None:
        for what, value, known in (
            ("indicator", indicator, self.indicators),
            ("places", places, self.places),
            ("period", period, self.periods),
        ):
            if value is not None and known and value not in known:
                raise ValueError(
                    f"{where}.{what} is {value!r}, which the map does not show; {nearest(value, known)}"
                )


def load_maps(profile: Profile, indicators: dict[str, Indicator]) -> dict[str, MapManifest]:
    """The maps of a profile by their id, in the order of their ids; none where there is no folder.

    Raises:
        ConfigurationError: all mistakes of all files together, unknown indicators and dimensions among them.

    """
    folder = profile.folder / "maps"
    if not folder.is_dir():
        return {}
    maps = load_folder(folder, MapManifest)
    problems = [
        Problem(folder / f"{name}.yml", 1, where, message)
        for name, manifest in maps.items()
        for where, message in _mistakes(manifest, indicators, profile)
    ]
    if problems:
        raise ConfigurationError(problems)
    return maps


def _mistakes(
    manifest: MapManifest, indicators: dict[str, Indicator], profile: Profile
) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for name in manifest.indicators:
        if name not in indicators:
            found.append(("indicators", f"no indicator {name!r}; {nearest(name, list(indicators))}"))
    shown = [indicators[name] for name in manifest.indicators if name in indicators]
    dimensions = {dimension.name for indicator in shown for dimension in indicator.dimensions}
    for name in (*(manifest.by or ()), *manifest.opening.group):
        if name not in dimensions:
            found.append(
                ("by", f"no indicator has the dimension {name!r}; {nearest(name, sorted(dimensions))}")
            )
    found += _mistakes_of_sheets(manifest, indicators)
    for layer in (*(item.layer for item in manifest.context), *(item.layer for item in manifest.find)):
        if layer not in profile.layers:
            found.append(("context", f"no layer {layer!r}; {nearest(layer, list(profile.layers))}"))
    return found


def _split(manifest: MapManifest) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Where the printed sheets name dimensions, of which indicator, and which."""
    for number, sheet in enumerate(manifest.multiples):
        yield f"multiples[{number}].by", sheet.indicator, (sheet.by,)
    for number, pair in enumerate(manifest.bivariate):
        for name, shown in (("across", pair.across), ("up", pair.up)):
            yield f"bivariate[{number}].{name}.group", shown.indicator, tuple(shown.group)


def _mistakes_of_sheets(manifest: MapManifest, indicators: dict[str, Indicator]) -> Iterator[tuple[str, str]]:
    for where, name, dimensions in _split(manifest):
        if name not in indicators:
            continue  # said already
        own = [dimension.name for dimension in indicators[name].dimensions]
        for dimension in dimensions:
            if dimension not in own:
                yield where, f"{name} has no dimension {dimension!r}; {nearest(dimension, own)}"
            elif manifest.by is not None and dimension not in manifest.by:
                yield where, f"the map does not split by {dimension!r}; {nearest(dimension, manifest.by)}"
