"""Where a layer's bytes come from and how its file is to be read."""

from pathlib import PurePosixPath
from typing import Annotated, Literal

from pydantic import Field, HttpUrl, StringConstraints, field_validator, model_validator

from catalog.configuration.model import Strict
from catalog.grammar import compiled

Format = Literal[
    "shapefile",
    "geopackage",
    "filegdb",
    "geojson",
    "topojson",
    "esrijson",
    "kml",
    "flatgeobuf",
    "parquet",
    "csv",
    "xlsx",
    "geotiff",
]


class PackageFile(Strict):
    """A file that an installed Python distribution carries."""

    distribution: str
    path: Annotated[str, Field(description="path inside the distribution's installed files")]


class Header(Strict):
    """The header of a delimited or spreadsheet file."""

    preamble: Annotated[int, Field(ge=0, description="lines before the header")] = 0
    rows: Annotated[int, Field(ge=0, le=3, description="header rows; 0 when the file has none")] = 1
    take: Annotated[
        Literal["last", "first", "join"], Field(description="which of several header rows names the columns")
    ] = "last"
    names: Annotated[tuple[str, ...], Field(description="names to use when the file has no header row")] = ()


class Source(Strict):
    """One file of a layer; a layer of several parts has several sources with the same columns."""

    live: Annotated[HttpUrl | None, Field(description="the official source")] = None
    mirror: Annotated[str | None, Field(description="path inside the mirror folder")] = None
    package: PackageFile | None = None
    format: Annotated[Format | None, Field(description="default: by the file's ending")] = None
    member: Annotated[
        str | None, Field(description="path inside the archive; default: the only dataset in it")
    ] = None
    layer: Annotated[
        str | None, Field(description="layer, sheet or object inside the file; default: the only one")
    ] = None
    encoding: Annotated[
        str, Field(description="of delimited files and of shapefiles without a code page")
    ] = "utf-8"
    delimiter: Annotated[
        str,
        StringConstraints(strip_whitespace=False, min_length=1, max_length=1),
        Field(description='character between the cells of a delimited file; a tab is `"\\t"`'),
    ] = ","
    header: Header = Header()
    footer: Annotated[
        str | None,
        Field(
            min_length=1,
            description="regular expression that the first line after the records of a delimited file begins "
            "with; it and all lines after it are left out",
        ),
    ] = None
    constants: Annotated[
        dict[str, str],
        Field(description="columns that the file lacks, with their one value for all its rows"),
    ] = {}

    @field_validator("footer")
    @classmethod
    def _is_regular_expression(cls, value: str | None) -> str | None:
        return compiled(value)

    @field_validator("mirror", "member")
    @classmethod
    def _stays_inside(cls, value: str | None) -> str | None:
        if value is not None and (PurePosixPath(value).is_absolute() or ".." in PurePosixPath(value).parts):
            raise ValueError("must be a relative path without '..'")
        return value

    @model_validator(mode="after")
    def _has_an_origin(self) -> "Source":
        if not (self.live or self.mirror or self.package):
            raise ValueError("one of live, mirror or package is needed")
        if self.header.rows == 0 and not self.header.names:
            raise ValueError("header.names are needed when header.rows is 0")
        return self
