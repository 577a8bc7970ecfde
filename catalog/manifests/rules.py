"""Rules of a manifest: coordinate reference system, geometry, raster bands, row filters and checks."""

from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from catalog.configuration.model import Strict
from catalog.grammar import ColumnName

CrsCode = Annotated[str, Field(pattern=r"^(EPSG:[0-9]+|OGC:CRS84)$", description="EPSG:n or OGC:CRS84")]
Handling = Literal["refuse", "drop", "keep"]


class Crs(Strict):
    """The declared coordinate reference system, and whether it settles a contradiction."""

    code: CrsCode
    overrides: Annotated[
        str | None, Field(description="why the declared system is right although the file says another one")
    ] = None


class PointColumns(Strict):
    """Coordinates in two columns, named as in the source; of several names the first one present is taken."""

    x: tuple[str, ...]
    y: tuple[str, ...]

    @field_validator("x", "y", mode="before")
    @classmethod
    def _one_or_several(cls, value: object) -> object:
        return (value,) if isinstance(value, str) else value


class GeometryRules(Strict):
    """What geometry the layer has and what happens to geometries that are not as they should be."""

    type: Literal["point", "line", "polygon"]
    points: Annotated[PointColumns | None, Field(description="for tables with coordinates")] = None
    wkt: Annotated[str | None, Field(description="source column with well-known text")] = None
    crs: Annotated[Crs | None, Field(description="needed where the file declares none")] = None
    null: Annotated[Handling, Field(description="what happens to rows without a geometry")] = "refuse"
    empty: Annotated[Handling, Field(description="what happens to geometries without extent")] = "refuse"
    invalid: Annotated[
        Literal["repair", "drop", "refuse"], Field(description="what happens to invalid geometries")
    ] = "repair"
    max_area_change: Annotated[
        float, Field(ge=0, le=1, description="largest share of a polygon's area that its repair may change")
    ] = 0.01

    @model_validator(mode="after")
    def _one_source(self) -> "GeometryRules":
        if self.points and self.wkt:
            raise ValueError("points and wkt exclude each other")
        if (self.points or self.wkt) and self.crs is None:
            raise ValueError("coordinates in columns need a declared crs")
        if self.points and self.type != "point":
            raise ValueError(f"points give type point, not {self.type}")
        return self


class RasterClass(Strict):
    """One class of a categorical band."""

    value: int
    label: str
    label_es: str | None = None
    colour: Annotated[str | None, Field(pattern=r"^#[0-9a-f]{6}$")] = None


class Band(Strict):
    """One band of a raster."""

    name: ColumnName
    index: Annotated[int, Field(ge=1, description="band of the source file, from 1")] = 1
    title: str
    description: str
    unit: str | None = None
    classes: tuple[RasterClass, ...] = ()


class RasterRules(Strict):
    """What a raster's bands mean; nodata and system are declared where the file is silent or wrong."""

    bands: Annotated[tuple[Band, ...], Field(min_length=1)]
    nodata: Annotated[
        float | None, Field(description="the number of cells without a value; default: the file's")
    ] = None
    crs: Crs | None = None
    window: Annotated[
        tuple[float, float, float, float] | None,
        Field(description="west, south, east, north in degrees: the part to keep of a larger raster"),
    ] = None


class RowFilter(Strict):
    """Rows to keep: those where the published column's whole value matches the pattern."""

    column: ColumnName
    pattern: Annotated[str, Field(description="regular expression that the whole value matches")]


class Checks(Strict):
    """Limits that a version must keep to be published."""

    rows: Annotated[int | None, Field(ge=0, description="exact number of rows")] = None
    min_rows: Annotated[int, Field(ge=0)] = 1
    max_change: Annotated[
        float, Field(ge=0, description="largest change of the row count against the last version, as a share")
    ] = 0.2
    bounds: Annotated[
        tuple[float, float, float, float] | None,
        Field(description="west, south, east, north in degrees; default: the state's bounds"),
    ] = None
