"""pygeoapi's coverage provider over the cloud-optimised GeoTIFF of a version."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pygeoapi.provider.base import (
    BaseProvider,
    ProviderInvalidQueryError,
    ProviderNoDataError,
    ProviderRequestEntityTooLargeError,
)

from catalog.errors import Corrupted
from catalog.manifests.rules import Band
from catalog.records import Grid
from services.holdings import stored_version
from services.ogc import crs
from services.ogc.coverages.coveragejson import coverage_json
from services.ogc.coverages.grid import Extract, NoCells, Request, TooManyCells, extract, geotiff
from services.ogc.coverages.scaling import scaling
from services.ogc.coverages.subset import NAME, subset
from services.ogc.paging import asked


class CoverageProvider(BaseProvider):  # type: ignore[misc]
    """Windows of one version of a raster layer.

    Its definition names the `data` (root folder of the store), the `layer`, the `version`, the most cells in
    one answer (`max_cells`, `max_json_cells`) and where the whole `file` can be had.
    """

    def __init__(self, provider_def: dict[str, Any]) -> None:
        super().__init__(provider_def)
        self.version = stored_version(
            Path(provider_def["data"]), provider_def["layer"], provider_def["version"]
        )
        self._limits = {"json": provider_def["max_json_cells"], "GTiff": provider_def["max_cells"]}
        self._file = provider_def["file"]
        self.axes = ["x", "y"]
        self.num_bands = len(self.grid.bands)
        self.filename = f"{self.version.layer}.tif"
        self._fields = {band.name: _field(band) for band in self.grid.bands}
        self._coverage_properties = {
            "width": self.grid.width,
            "height": self.grid.height,
            "resx": self.grid.cell[0],
            "resy": self.grid.cell[1],
        }

    @property
    def grid(self) -> Grid:
        """The grid that the record describes."""
        grid = self.version.record.grid
        if grid is None:
            raise Corrupted(f"layer {self.version.layer!r}: the record of a raster has no grid")
        return grid

    def get_fields(self) -> dict[str, dict[str, Any]]:
        """The schemas of the bands."""
        return self._fields

    def query(
        self,
        properties: Sequence[str] = (),
        format_: str = "json",
        **_read_from_the_request: Any,
    ) -> dict[str, Any] | bytes:
        """The cells that touch the box: CoverageJSON as a dict, or a GeoTIFF's bytes."""
        bands = {band.name: number for number, band in enumerate(self.grid.bands, start=1)}
        chosen = tuple(properties) or tuple(bands)
        request = Request(
            tuple(bands[name] for name in chosen),
            *_box(asked().parameters),
            frozenset(bands[band.name] for band in self.grid.bands if not band.classes),
            scaling(asked().parameters),
        )
        found = self._extract(request, format_)
        if format_ == "json":
            return coverage_json(
                found, tuple(b for name in chosen for b in self.grid.bands if b.name == name)
            )
        return geotiff(found)

    def _extract(self, request: Request, format_: str) -> Extract:
        try:
            return extract(self.version.data, request, self._limits[format_])
        except TooManyCells as error:
            raise ProviderRequestEntityTooLargeError(
                f"{error}: ask for less with bbox, subset, properties or scale-factor,"
                f" or take the whole file: {self._file}"
            ) from error
        except NoCells as error:
            raise ProviderNoDataError(user_msg=str(error)) from error
        except crs.UnusableBox as error:
            raise ProviderInvalidQueryError(user_msg=str(error)) from error


def _box(parameters: Mapping[str, str]) -> tuple[tuple[float, ...], str | None]:
    """The box that checked parameters ask for and its system, None being the raster's own; no box is the whole."""
    if NAME in parameters:
        part = subset(parameters[NAME])
        return part.box, None if part.is_own else crs.CRS84
    sides = parameters["bbox"].split(",") if "bbox" in parameters else ()
    return tuple(map(float, sides)), parameters.get("bbox-crs", crs.CRS84)


def _field(band: Band) -> dict[str, Any]:
    """The schema of a band: whole numbers with their meaning where the band has classes."""
    schema: dict[str, Any] = {
        "type": "integer" if band.classes else "number",
        "title": band.title,
        "description": band.description,
    }
    if band.unit:
        schema["x-ogc-unit"] = band.unit
    if band.classes:
        schema["oneOf"] = [{"const": found.value, "title": found.label} for found in band.classes]
    return schema
