"""The record of a published version: what is served, said and searched of a layer.

A record knows nothing of the formats it is exported to.
"""

from datetime import datetime
from typing import Literal

from pydantic import Field

from catalog.configuration import Strict
from catalog.manifests.layer import Access, Contact, Kind, Period, PlaceReference
from catalog.manifests.rules import Band

Bounds = tuple[float, float, float, float]
GeometryType = Literal["Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon"]


class PublishedColumn(Strict):
    """A column as published."""

    name: str
    type: Literal["string", "integer", "number", "boolean", "date", "datetime"]
    title: str
    title_es: str | None = None
    description: str
    unit: str | None = None
    required: bool = False
    filterable: bool = True
    vocabulary: str | None = None


class PublishedFile(Strict):
    """A file of the version that people may download."""

    name: str
    title: str
    media_type: str
    bytes: int
    sha256: str


class LayerInput(Strict):
    """An exact version of a layer that a derived layer was made from."""

    layer: str
    version: int
    sha256: str


class Grid(Strict):
    """The grid of a raster layer: its size in cells and the size of a cell in the units of its system."""

    crs: str
    width: int
    height: int
    cell: tuple[float, float]
    bands: tuple[Band, ...]
    nodata: float | None = None


class Record(Strict):
    """All that is published about one version of a layer."""

    id: str
    version: int = Field(ge=1)
    kind: Kind
    state: str
    title: str
    title_es: str | None = None
    description: str
    agency: str
    contact: Contact | None = None
    theme: str
    keywords: tuple[str, ...] = ()
    licence: str
    attribution: str | None = None
    cadence: str
    access: Access = "public"
    period: Period = Period()
    places: PlaceReference | None = None
    caveats: tuple[str, ...] = ()
    source_url: str | None = None
    key: tuple[str, ...] = ()
    time: str | None = None
    columns: tuple[PublishedColumn, ...] = ()
    geometry_type: GeometryType | None = None
    rows: int | None = None
    bounds: Bounds | None = None
    grid: Grid | None = None
    files: tuple[PublishedFile, ...] = ()
    inputs: tuple[LayerInput, ...] = ()
    published_at: datetime
    data_changed_at: datetime
    source_claims_at: datetime | None = None

    def column(self, name: str) -> PublishedColumn | None:
        """The column of a name, if there is one."""
        return next((column for column in self.columns if column.name == name), None)
