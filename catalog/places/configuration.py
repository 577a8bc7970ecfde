"""What a state's profile says of its places: `config/<state>/places.yml`."""

import re
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, Field, field_validator, model_validator

from catalog.configuration import Strict, load_model
from catalog.grammar import ColumnName, LayerId
from catalog.manifests import RowFilter
from catalog.manifests.layer import PlaceType

Vintage = Annotated[str, Field(pattern=r"^\d{4}$", description="year of the ids' definition")]


class Crosswalk(Strict):
    """A layer that pairs the ids of places in two vintages.

    An id with one counterpart on both sides is the same place. One that stands with several was split or merged:
    it has no counterpart, and its counts are added up where all its parts lie.
    """

    type: PlaceType
    from_vintage: Vintage
    to_vintage: Vintage
    layer: LayerId
    from_column: ColumnName
    to_column: ColumnName


class Nesting(Strict):
    """A layer that says which place each place lies in."""

    child: PlaceType
    parent: PlaceType
    vintage: Vintage
    layer: LayerId
    child_column: ColumnName
    parent_column: ColumnName


class Roster(Strict):
    """A layer that names places of a type for which nobody draws polygons, such as school districts.

    Places of the type and vintage that boundaries draw keep the names that they have there.
    """

    type: PlaceType
    vintage: Vintage
    layer: LayerId
    id_column: ColumnName
    name_column: ColumnName
    pattern: Annotated[
        str, Field(description="regular expression that the whole id matches; other rows are no such place")
    ] = ".*"
    where: Annotated[tuple[RowFilter, ...], Field(description="all must hold for a row to be a place")] = ()
    newest_by: Annotated[
        ColumnName | None,
        Field(description="column whose highest value says which of several names is in use; all are found"),
    ] = None
    name_pattern: Annotated[
        str | None,
        Field(
            description="regular expression of the name, with groups `name` and `within` for its two parts"
        ),
    ] = None
    within_column: Annotated[
        ColumnName | None,
        Field(
            description="column with the name of a place that it lies in; in rows of several it lies in all"
        ),
    ] = None

    @field_validator("name_pattern")
    @classmethod
    def _has_its_groups(cls, value: str | None) -> str | None:
        if value is not None and set(re.compile(value).groupindex) != {"name", "within"}:
            raise ValueError("needs the groups `(?P<name>…)` and `(?P<within>…)`")
        return value


class KnownGap(Strict):
    """Places that are rightly without a counterpart, with the reason."""

    type: PlaceType
    pattern: Annotated[str, Field(description="regular expression that the whole id matches")]
    reason: str
    reason_es: str | None = None

    @field_validator("pattern")
    @classmethod
    def _is_regular_expression(cls, value: str) -> str:
        re.compile(value)
        return value


class Whole(Strict):
    """The state itself as a place."""

    geoid: Annotated[str, Field(pattern=r"^\d{2}$")]
    name: str


def _one_or_several(value: object) -> object:
    return (value,) if isinstance(value, str) else value


Layers = Annotated[tuple[LayerId, ...], BeforeValidator(_one_or_several), Field(min_length=1)]


class PlacesConfiguration(Strict):
    """A state's places: where each type and vintage is drawn, and how ids and types go together."""

    state: Whole
    boundaries: Annotated[
        dict[PlaceType, dict[Vintage, Layers]],
        Field(description="type → vintage → layer or layers with the polygons"),
    ]
    rosters: tuple[Roster, ...] = ()
    crosswalks: tuple[Crosswalk, ...] = ()
    nesting: tuple[Nesting, ...] = ()
    known_gaps: tuple[KnownGap, ...] = ()
    aliases: Annotated[
        dict[str, str],
        Field(description="other names and villages → name of the place that they are or are in"),
    ] = {}

    @property
    def layers(self) -> tuple[str, ...]:
        """Every layer that is named here, once."""
        drawn = (layer for vintages in self.boundaries.values() for one in vintages.values() for layer in one)
        rosters = (one.layer for one in self.rosters)
        crosswalks = (one.layer for one in self.crosswalks)
        return tuple(dict.fromkeys([*drawn, *rosters, *crosswalks, *(one.layer for one in self.nesting)]))

    @model_validator(mode="after")
    def _crosswalks_change_the_vintage(self) -> "PlacesConfiguration":
        for crosswalk in self.crosswalks:
            if crosswalk.from_vintage == crosswalk.to_vintage:
                raise ValueError(f"the crosswalk in layer {crosswalk.layer!r} has one vintage on both sides")
        return self


def load_places(profile: Path) -> PlacesConfiguration:
    """The places of a profile folder such as `config/connecticut`."""
    return load_model(profile / "places.yml", PlacesConfiguration)
