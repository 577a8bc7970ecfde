"""Composite indexes of a state: `config/<state>/indexes/*.yml`."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field, model_validator

from catalog.configuration import Strict, load_folder
from catalog.grammar import ColumnName, LayerId
from catalog.manifests import Profile
from catalog.manifests.layer import PlaceType
from catalog.vocabulary import CodeOf


class Number(Strict):
    """One number of each place: a column of a published layer, in the rows where all equalities hold."""

    layer: Annotated[LayerId, Field(description="default: the `layer` of the index")]
    column: ColumnName
    place: Annotated[ColumnName, Field(description="column with the place's id")] = "geoid"
    where: Annotated[dict[ColumnName, str], Field(description="column → value")] = {}


class Variable(Number):
    """A number that enters the index."""

    id: ColumnName
    title: str
    title_es: str
    moe: Annotated[ColumnName | None, Field(description="column with the 90% margin of error")] = None
    high_is_bad: bool = True
    threshold: Annotated[float | None, Field(description="for method threshold_count")] = None


class Theme(Strict):
    """Variables that belong together."""

    id: ColumnName
    title: str
    title_es: str
    variables: Annotated[tuple[Variable, ...], Field(min_length=1)]


class CompositeIndex(Strict):
    """An index of several themes; ranks are among the state's places of the type."""

    id: LayerId
    title: str
    title_es: str
    definition: Annotated[str, Field(min_length=20)]
    definition_es: str
    theme: Annotated[str, CodeOf("themes")] = "equity"
    keywords: tuple[str, ...] = ()
    method: Literal["percentile_rank_sum", "z_score_mean", "threshold_count"]
    decimals: Annotated[int | None, Field(ge=0, le=10)] = 4
    flag_at: Annotated[
        float | None, Field(gt=0, lt=1, description="a variable whose rank is at or above it is flagged")
    ] = None
    layer: Annotated[
        LayerId | None, Field(description="layer of all numbers that name none: another state's is one line")
    ] = None
    population: Annotated[
        Number | None, Field(description="people of each place; where there are none, the place has no ranks")
    ] = None
    places: PlaceType
    vintage: Annotated[str, Field(pattern=r"^\d{4}$")]
    missing: Annotated[tuple[float, ...], Field(description="numbers that stand for a missing value")] = ()
    source: Annotated[str, Field(description="where the method comes from")]
    caveats: tuple[str, ...] = ()
    themes: Annotated[tuple[Theme, ...], Field(min_length=1)]

    @model_validator(mode="before")
    @classmethod
    def _one_layer_for_all(cls, value: object) -> object:
        if not isinstance(value, dict) or not value.get("layer"):
            return value
        given = {"layer": value["layer"]}
        themes = [
            theme | {"variables": [given | one for one in theme.get("variables") or ()]}
            for theme in value.get("themes") or ()
        ]
        people = value.get("population")
        return value | {"themes": themes, "population": given | people if people else None}

    @model_validator(mode="after")
    def _consistent(self) -> "CompositeIndex":
        names = [variable.id for variable in self.variables] + [theme.id for theme in self.themes]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"ids given twice: {', '.join(twice)}")
        without = [variable.id for variable in self.variables if variable.threshold is None]
        if self.method == "threshold_count" and without:
            raise ValueError(f"method threshold_count needs a threshold for: {', '.join(without)}")
        if self.flag_at is not None and self.method != "percentile_rank_sum":
            raise ValueError(f"flag_at is for method percentile_rank_sum, not {self.method}")
        return self

    @property
    def variables(self) -> tuple[Variable, ...]:
        """All variables, theme by theme."""
        return tuple(self._variables())

    def _variables(self) -> Iterator[Variable]:
        for theme in self.themes:
            yield from theme.variables


def load_indexes(profile: Profile) -> dict[str, CompositeIndex]:
    """The indexes of a profile by their id; none where there is no folder.

    Raises:
        ConfigurationError: all mistakes of all files together.

    """
    folder = profile.folder / "indexes"
    return load_folder(folder, CompositeIndex) if folder.is_dir() else {}
