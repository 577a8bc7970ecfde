"""The manifest of one layer."""

from typing import Annotated, Literal

from pydantic import Field, HttpUrl, model_validator

from catalog.configuration.model import Strict
from catalog.grammar import ColumnName, LayerId
from catalog.manifests.columns import Column
from catalog.manifests.rules import Checks, GeometryRules, RasterRules, RowFilter
from catalog.manifests.sources import Source
from catalog.vocabulary import CodeOf

Kind = Literal["features", "table", "raster"]
Access = Literal["public", "restricted"]
PlaceType = Annotated[str, CodeOf("place-types")]


def check_translated(texts: tuple[str, ...], spanish: tuple[str, ...]) -> None:
    """Nothing, where every text has its Spanish one or none has.

    Raises:
        ValueError: some have none.

    """
    if spanish and len(spanish) != len(texts):
        raise ValueError(f"caveats_es has {len(spanish)} texts and caveats {len(texts)}: one each, or none")


class Contact(Strict):
    """Who answers questions about the layer."""

    name: str
    email: Annotated[str | None, Field(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")] = None
    url: str | None = None


class Period(Strict):
    """The time that the data cover, as ISO dates, months or years."""

    start: Annotated[str | None, Field(pattern=r"^\d{4}(-\d{2}(-\d{2})?)?$")] = None
    end: Annotated[str | None, Field(pattern=r"^\d{4}(-\d{2}(-\d{2})?)?$")] = None


class PlaceReference(Strict):
    """That the layer's rows are places of a type and vintage, or are keyed by them."""

    type: PlaceType
    vintage: Annotated[str, Field(pattern=r"^\d{4}$", description="year of the ids' definition")]
    id: ColumnName
    name: ColumnName | None = None
    prefix: Annotated[
        str,
        Field(
            description="what the place's id has before the column's text, where names alone are not unique"
        ),
    ] = ""
    within: Annotated[
        str | None, Field(description="what all the places are in, for neighbourhoods of one city")
    ] = None
    within_column: Annotated[
        ColumnName | None, Field(description="column with the name of what each place is in")
    ] = None


class LayerManifest(Strict):
    """Identity, origin, shape and rules of one layer."""

    id: LayerId
    kind: Annotated[Kind, Field(description="rows with geometry, rows without, or cells of a grid")]
    title: str
    title_es: str | None = None
    description: Annotated[str, Field(min_length=20)]
    agency: str
    contact: Contact | None = None
    theme: Annotated[str, CodeOf("themes")]
    keywords: tuple[str, ...] = ()
    licence: Annotated[str, CodeOf("licences")]
    attribution: str | None = None
    homepage: Annotated[
        HttpUrl | None, Field(description="page about the data, where people can read on")
    ] = None
    cadence: Annotated[str, CodeOf("update-frequencies")]
    access: Annotated[
        Access, Field(description="restricted layers go to the private store, which no service opens")
    ] = "public"
    period: Period = Period()
    places: PlaceReference | None = None
    caveats: tuple[str, ...] = ()
    caveats_es: Annotated[
        tuple[str, ...], Field(description="the same in Spanish, in the same order; none leaves them English")
    ] = ()
    sources: Annotated[
        tuple[Source, ...],
        Field(min_length=1, description="the files that the layer is made of, one after the other"),
    ]
    where: Annotated[tuple[RowFilter, ...], Field(description="all must hold for a row to be kept")] = ()
    columns: Annotated[tuple[Column, ...], Field(description="for features and tables, in their order")] = ()
    unlisted: Annotated[
        Literal["refuse", "drop"],
        Field(description="what happens to columns of the source that no column names"),
    ] = "drop"
    key: Annotated[
        tuple[ColumnName, ...], Field(description="columns that together make a row unique; never empty")
    ] = ()
    time: Annotated[
        ColumnName | None,
        Field(
            description="date or datetime column that says when a row's fact holds; `datetime` filters by it"
        ),
    ] = None
    dissolve: Annotated[
        bool, Field(description="rows with the same key become one place; their other columns must agree")
    ] = False
    geometry: Annotated[GeometryRules | None, Field(description="for features")] = None
    raster: Annotated[RasterRules | None, Field(description="for rasters")] = None
    checks: Checks = Checks()

    @model_validator(mode="after")
    def _caveats_are_translated_together(self) -> "LayerManifest":
        check_translated(self.caveats, self.caveats_es)
        return self

    @model_validator(mode="after")
    def _parts_fit_the_kind(self) -> "LayerManifest":
        wanted = {
            "features": {"columns", "key", "geometry"},
            "table": {"columns", "key"},
            "raster": {"raster"},
        }[self.kind]
        given = {name for name in ("columns", "key", "geometry", "raster") if getattr(self, name)}
        problems = [f"{name} is needed" for name in sorted(wanted - given)]
        problems += [f"{name} has no place here" for name in sorted(given - wanted)]
        if self.dissolve and not (self.geometry and self.geometry.type == "polygon"):
            problems.append("dissolve is for polygons")
        if problems:
            raise ValueError(f"a layer of kind {self.kind}: {'; '.join(problems)}")
        return self

    @model_validator(mode="after")
    def _names_are_declared(self) -> "LayerManifest":
        names = [name for column in self.columns for name in (column.name, column.status_name) if name]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"columns declared twice: {', '.join(twice)}")
        used = {*self.key, *(rule.column for rule in self.where), *([self.time] if self.time else [])}
        if self.places and self.kind != "raster":
            named = (self.places.id, self.places.name, self.places.within_column)
            used |= {name for name in named if name}
        unknown = sorted(used - set(names))
        if unknown:
            raise ValueError(f"not among the columns: {', '.join(unknown)} (columns: {', '.join(names)})")
        if any(c.name == self.time and c.type not in ("date", "datetime") for c in self.columns):
            raise ValueError(f"time: {self.time!r} must be a date or datetime column")
        return self
