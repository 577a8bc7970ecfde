"""Where an indicator's numbers come from: the layer, its rows, their places and periods."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from catalog.configuration import Strict
from catalog.grammar import ColumnName, LayerId
from catalog.manifests import RowFilter
from catalog.manifests.layer import PlaceType
from catalog.places.configuration import Vintage

PeriodName = Annotated[
    str,
    Field(
        pattern=r"^\d{4}(-\d{2}){0,2}([/-]\d{4}(-\d{2}){0,2})?$",
        description="a date, month, year, span of years or ISO 8601 interval",
    ),
]


class LevelColumn(Strict):
    """A column that says of each row what type of place it is."""

    column: ColumnName
    values: Annotated[
        dict[str, PlaceType], Field(description="value → place type, where it is not the type's own code")
    ] = {}
    otherwise: Annotated[
        PlaceType | None, Field(description="type of the rows with any other value; none refuses them")
    ] = None
    ignored: Annotated[
        tuple[str, ...], Field(description="values whose rows this indicator leaves alone")
    ] = ()


class PlaceRule(Strict):
    """Which place a row is about."""

    type: Annotated[PlaceType | LevelColumn, Field(description="one type, or the column that says it")]
    vintage: Vintage
    id: Annotated[
        tuple[ColumnName, ...], Field(description="columns with the id; the first that has one is taken")
    ] = ()
    name: Annotated[
        ColumnName | None, Field(description="column with the name; without an id it is looked up")
    ] = None

    @model_validator(mode="before")
    @classmethod
    def _one_or_several(cls, value: object) -> object:
        if isinstance(value, dict) and isinstance(value.get("id"), str):
            return value | {"id": (value["id"],)}
        return value

    @model_validator(mode="after")
    def _found_by_something(self) -> "PlaceRule":
        if not self.id and self.name is None:
            raise ValueError("id or name is needed: the column that says which place a row is about")
        return self

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that it reads."""
        level = (self.type.column,) if isinstance(self.type, LevelColumn) else ()
        return tuple(dict.fromkeys((*level, *self.id, *((self.name,) if self.name else ()))))


class PeriodRule(Strict):
    """Which time a row is about: always the same, or what a column says."""

    fixed: PeriodName | None = None
    column: ColumnName | None = None

    @model_validator(mode="after")
    def _one_of_them(self) -> "PeriodRule":
        if (self.fixed is None) == (self.column is None):
            raise ValueError("one of fixed and column is needed")
        return self


class SourceRule(Strict):
    """The layer with the numbers, and how its rows are to be taken."""

    layer: LayerId
    where: Annotated[tuple[RowFilter, ...], Field(description="all must hold for a row to be read")] = ()
    place: PlaceRule
    period: PeriodRule


class DerivedPlaces(Strict):
    """Places that the source lacks, or has in another vintage, made of places that it has.

    With `sum_of` whole places are added up, by the nesting in places.yml. With `weighted_from` places are divided
    among the polygons of the derived type by where their people live: by the points of the layer `by`.
    """

    type: PlaceType
    vintage: Vintage
    sum_of: PlaceType | None = None
    weighted_from: PlaceType | None = None
    by: Annotated[
        LayerId | None, Field(description="layer of points with people, such as centres of population")
    ] = None
    population: Annotated[ColumnName, Field(description="column of that layer with the people")] = (
        "population"
    )
    outside: Annotated[
        Literal["left_out", "allocated"],
        Field(
            description="people of a divided place who live in none of the polygons: left out, or allocated to "
            "those that hold the rest, where the polygons are meant to cover it"
        ),
    ] = "left_out"

    @model_validator(mode="after")
    def _one_way(self) -> "DerivedPlaces":
        if (self.sum_of is None) == (self.weighted_from is None):
            raise ValueError("one of sum_of and weighted_from is needed")
        if (self.weighted_from is None) != (self.by is None):
            raise ValueError("weighted_from and by go together: the points say where the people live")
        return self

    @property
    def parts(self) -> str:
        """The type of the places that values are made of."""
        return self.sum_of or self.weighted_from or ""
