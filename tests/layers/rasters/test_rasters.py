import math
import resource
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from rasterio.transform import from_origin
from rio_cogeo import cog_validate

from catalog.errors import StoreError
from catalog.manifests import RasterRules, Source
from layers.errors import ContradictedCRS, MissingCRS
from layers.normalise import Notes
from layers.rasters import WrittenRaster, write_raster
from layers.rasters.errors import EmptyRaster, UnknownBand, UnlistedClass, UnsettledNodata, UnsupportedGrid
from layers.sources.errors import DamagedFile, UnknownFormat

COVER = np.array([[0, 1, 1], [2, 255, 1]], np.uint8)
CLASSES = [
    {"value": 0, "label": "Water", "colour": "#0000ff"},
    {"value": 1, "label": "Forest", "colour": "#00ff00"},
    {"value": 2, "label": "Town", "colour": "#ff0000"},
]
BOGUS = "+proj=longlat +ellps=clrk66 +no_defs"


def tiff(path: Path, *bands: np.ndarray, **profile: Any) -> Path:
    """A GeoTIFF of cells of half a degree whose north-west corner is 73° W 42° N."""
    height, width = bands[0].shape
    defaults = {"crs": "EPSG:4326", "transform": from_origin(-73, 42, 0.5, 0.5), "nodata": None}
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        width=width,
        height=height,
        count=len(bands),
        dtype=bands[0].dtype,
        **defaults | profile,
    ) as file:
        for number, band in enumerate(bands, 1):
            file.write(band, number)
    return path


def band(name: str = "cover", **more: Any) -> dict[str, Any]:
    return {"name": name, "title": name.title(), "description": f"The {name} of the cell.", **more}


def rules(*bands: dict[str, Any], **more: Any) -> RasterRules:
    return RasterRules.model_validate({"bands": bands or [band(classes=CLASSES)], **more})


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "data.tif"


@pytest.fixture
def notes() -> Notes:
    return Notes()


@pytest.fixture
def written(tmp_path: Path, out: Path, notes: Notes) -> Callable[..., WrittenRaster]:
    def write(path: Path, declared: RasterRules) -> WrittenRaster:
        workspace = tmp_path / "workspace"
        workspace.mkdir(exist_ok=True)
        return write_raster(
            path,
            Source(mirror=path.name),
            declared,
            out,
            notes,
            name=path.name,
            layer="cover",
            workspace=workspace,
        )

    return write


def test_classes_nodata_and_texts_are_in_the_file(tmp_path: Path, out: Path, notes: Notes, written) -> None:
    result = written(tiff(tmp_path / "a.tif", COVER), rules(nodata=255))
    assert cog_validate(out, quiet=True) == (True, [], [])
    with rasterio.open(out) as file:
        assert (file.read(1) == COVER).all()
        assert (file.nodata, file.crs.to_epsg(), file.descriptions) == (255, 4326, ("cover",))
        assert file.tags(1) == {
            "class_0": "Water",
            "class_1": "Forest",
            "class_2": "Town",
            "title": "Cover",
            "description": "The cover of the cell.",
        }
        assert {value: file.colormap(1)[value] for value in (0, 1, 2)} == {
            0: (0, 0, 255, 255),
            1: (0, 255, 0, 255),
            2: (255, 0, 0, 255),
        }
    grid = result.grid
    assert (grid.crs, grid.width, grid.height, grid.cell, grid.nodata) == ("EPSG:4326", 3, 2, (0.5, 0.5), 255)
    assert grid.bands[0].classes[2].label == "Town"
    assert result.bounds == (-73, 41, -71.5, 42)
    assert [(step.message, step.rows) for step in notes.steps if step.step == "cells"] == [
        ("cells with a value", 5),
        ("cells without data", 1),
    ]
    assert [path.name for path in out.parent.iterdir() if "data.tif." in path.name] == []


def test_equal_input_gives_equal_bytes(tmp_path: Path, out: Path, written) -> None:
    path = tiff(tmp_path / "a.tif", COVER)
    contents = []
    for _ in range(2):
        written(path, rules(nodata=255))
        contents.append(out.read_bytes())
    assert contents[0] == contents[1]


def test_values_outside_the_class_table_are_refused(tmp_path: Path, out: Path, written) -> None:
    odd = np.array([[0, 7, 7], [9, 1, 255]], np.uint8)
    with pytest.raises(UnlistedClass) as caught:
        written(tiff(tmp_path / "a.tif", odd), rules(nodata=255))
    message = (
        "layer cover, file a.tif, column cover: values outside the class table: 7 (2 cells), 9 (1 cells)"
    )
    assert str(caught.value) == message
    assert not out.exists()


@pytest.mark.parametrize("kind", [np.int32, np.float32])
def test_classes_of_wider_cells(tmp_path: Path, out: Path, written, kind: type) -> None:
    written(tiff(tmp_path / "a.tif", COVER.astype(kind)), rules(nodata=255))
    with rasterio.open(out) as file:
        assert (file.read(1) == COVER).all()
    with pytest.raises(UnlistedClass, match=r"255 \(1 cells\)"):
        written(tiff(tmp_path / "a.tif", COVER.astype(kind)), rules())


def test_nodata_of_the_file_and_of_the_manifest(tmp_path: Path, notes: Notes, written) -> None:
    assert written(tiff(tmp_path / "a.tif", COVER, nodata=255), rules()).grid.nodata == 255
    path = tiff(tmp_path / "b.tif", COVER, nodata=0)
    with pytest.raises(UnsettledNodata, match="0 is the file's nodata and a class; declare another"):
        written(path, rules())
    assert written(path, rules(nodata=255)).grid.nodata == 255
    assert "the file says 0; 255 as declared" in [step.message for step in notes.steps]
    with pytest.raises(UnsettledNodata, match="1 is the declared nodata and a class"):
        written(path, rules(nodata=1))


@pytest.mark.parametrize("nodata", [-9999, 1.5, 256])
def test_nodata_that_the_cells_cannot_hold(tmp_path: Path, written, nodata: float) -> None:
    with pytest.raises(UnsettledNodata, match="no value of the cells' type uint8"):
        written(tiff(tmp_path / "a.tif", COVER), rules(nodata=nodata))


HEAT = np.array([[1.5, math.nan], [-3.25, 4.0]], np.float32)


def test_nan_becomes_the_declared_nodata(tmp_path: Path, out: Path, notes: Notes, written) -> None:
    continuous = rules(band("heat", unit="degC"), nodata=-9999)
    result = written(tiff(tmp_path / "a.tif", HEAT, nodata=math.nan), continuous)
    assert result.grid.nodata == -9999
    with rasterio.open(out) as file:
        assert file.read(1).tolist() == [[1.5, -9999], [-3.25, 4.0]]
        assert file.units == ("degC",)
    assert ("NaN became nodata", 1) in [(step.message, step.rows) for step in notes.steps]


def test_nan_without_a_declared_nodata(tmp_path: Path, written) -> None:
    continuous = rules(band("heat"))
    with pytest.raises(UnsettledNodata, match="1 cells are NaN: declare a number"):
        written(tiff(tmp_path / "a.tif", HEAT), continuous)
    with pytest.raises(UnsettledNodata, match="the file's nodata is NaN: declare a number"):
        written(tiff(tmp_path / "a.tif", HEAT, nodata=math.nan), continuous)
    with pytest.raises(UnsettledNodata, match="1 cells are infinite"):
        written(tiff(tmp_path / "a.tif", np.array([[1, math.inf]], np.float32)), continuous)


def test_nothing_but_nodata(tmp_path: Path, written) -> None:
    with pytest.raises(EmptyRaster, match="every cell is nodata"):
        written(tiff(tmp_path / "a.tif", np.full((2, 2), 255, np.uint8)), rules(nodata=255))


def test_bands_are_chosen_and_ordered(tmp_path: Path, out: Path, written) -> None:
    path = tiff(tmp_path / "a.tif", HEAT, HEAT + 10, HEAT + 20)
    chosen = rules(band("high", index=3), band("low", index=1), nodata=-1)
    assert [found.name for found in written(path, chosen).grid.bands] == ["high", "low"]
    with rasterio.open(out) as file:
        assert file.descriptions == ("high", "low")
        assert file.read()[:, 0, 0].tolist() == [21.5, 1.5]
    with pytest.raises(UnknownBand, match="column more: the file has 3 bands, not 4"):
        written(path, rules(band("more", index=4)))


def test_scale_and_offset_are_kept(tmp_path: Path, out: Path, written) -> None:
    path = tiff(tmp_path / "a.tif", COVER)
    with rasterio.open(path, "r+") as file:
        file.scales, file.offsets = (0.1,), (-40,)
    written(path, rules(band("heat")))
    with rasterio.open(out) as file:
        assert (file.scales, file.offsets) == ((0.1,), (-40.0,))


# coordinate reference systems


def test_a_bogus_system_is_settled_with_a_reason(tmp_path: Path, out: Path, notes: Notes, written) -> None:
    path = tiff(tmp_path / "a.tif", COVER, crs=BOGUS)
    with pytest.raises(MissingCRS, match=r"is no known one; declare raster\.crs; .* could be degrees"):
        written(path, rules(nodata=255))
    with pytest.raises(ContradictedCRS, match=r"EPSG:4326 \(WGS 84\)") as caught:
        written(path, rules(nodata=255, crs={"code": "EPSG:4326"}))
    assert "the file says" in str(caught.value)
    settled = {"code": "EPSG:4326", "overrides": "the ellipsoid comes from the conversion"}
    assert written(path, rules(nodata=255, crs=settled)).grid.crs == "EPSG:4326"
    assert any("the ellipsoid comes from the conversion" in step.message for step in notes.steps)
    with rasterio.open(out) as file:
        assert file.crs.to_epsg() == 4326


def test_a_missing_system_is_declared(tmp_path: Path, written) -> None:
    path = tiff(tmp_path / "a.tif", COVER, crs=None, transform=from_origin(300_000, 250_000, 30, 30))
    with pytest.raises(MissingCRS, match="300000, 249940, 300090, 250000 are units of a projected system"):
        written(path, rules(nodata=255))
    result = written(path, rules(nodata=255, crs={"code": "EPSG:26956"}))
    assert result.grid.cell == (30, 30)
    west, south, east, north = result.bounds
    assert -72.9 < west < east < -72.7
    assert 41.5 < south < north < 41.8


# grids


def test_the_window_keeps_the_cells_that_it_touches(tmp_path: Path, out: Path, written) -> None:
    cells = np.arange(100, dtype=np.uint8).reshape(10, 10)
    path = tiff(tmp_path / "a.tif", cells)
    plain = band("heat")
    result = written(path, rules(plain, window=(-72.5, 40.0, -71.0, 41.5)))
    assert result.bounds == (-72.5, 40.0, -71.0, 41.5)
    with rasterio.open(out) as file:
        assert (file.read(1) == cells[1:4, 1:4]).all()
    assert written(path, rules(plain, window=(-72.4, 40.1, -71.1, 41.4))).bounds == (-72.5, 40.0, -71.0, 41.5)
    assert written(path, rules(plain, window=(-80, 41.5, -72.6, 50))).bounds == (-73.0, 41.5, -72.5, 42.0)
    with pytest.raises(UnsupportedGrid, match="lies outside the raster"):
        written(path, rules(plain, window=(10, 50, 11, 51)))


def test_a_window_of_a_projected_raster(tmp_path: Path, written) -> None:
    cells = np.ones((100, 100), np.uint8)
    path = tiff(tmp_path / "a.tif", cells, crs="EPSG:26956", transform=from_origin(300_000, 250_000, 30, 30))
    whole = written(path, rules(band("heat"))).bounds
    middle = ((whole[0] + whole[2]) / 2, (whole[1] + whole[3]) / 2)
    window = (middle[0] - 0.001, middle[1] - 0.001, middle[0] + 0.001, middle[1] + 0.001)
    result = written(path, rules(band("heat"), window=window))
    assert result.bounds[0] <= window[0] < window[2] <= result.bounds[2]
    assert (result.grid.width, result.grid.height) == (6, 8)  # 166 m by 222 m in cells of 30 m


@pytest.mark.parametrize(
    ("transform", "message"),
    [
        (rasterio.Affine.identity(), "no position"),
        (rasterio.Affine(0.5, 0, -73, 0, 0.5, 41), "not north-up"),
        (rasterio.Affine(0.5, 0.1, -73, 0.1, -0.5, 41), "rotated"),
    ],
)
@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
def test_grids_that_are_refused(tmp_path: Path, written, transform: rasterio.Affine, message: str) -> None:
    with pytest.raises(UnsupportedGrid, match=message):
        written(tiff(tmp_path / "a.tif", COVER, transform=transform), rules(nodata=255))


def test_a_mask_band_is_refused(tmp_path: Path, written) -> None:
    path = tiff(tmp_path / "a.tif", COVER)
    with rasterio.Env(GDAL_TIFF_INTERNAL_MASK=True), rasterio.open(path, "r+") as file:
        file.write_mask(COVER != 255)
    with pytest.raises(UnsupportedGrid, match="mask or alpha band"):
        written(path, rules(nodata=255))


def checkerboard(size: int) -> np.ndarray:
    """Blocks of four cells, three of class 1 and one of class 2."""
    cells = np.ones((size, size), np.uint8)
    cells[::2, ::2] = 2
    return cells


def test_overviews_of_classes_are_the_most_frequent_class(tmp_path: Path, out: Path, written) -> None:
    written(tiff(tmp_path / "a.tif", checkerboard(1200)), rules(nodata=255))
    with rasterio.open(out) as file:
        assert file.overviews(1) == [2, 4]
        assert (file.read(1, out_shape=(600, 600)) == 1).all()
        assert (file.read(1) == checkerboard(1200)).all()


def test_colours_in_the_file_make_its_values_classes(
    tmp_path: Path, out: Path, written, notes: Notes
) -> None:
    """Codes of classes have no mean, also where nobody declared what they stand for."""
    path = tiff(tmp_path / "a.tif", checkerboard(1200) * 10, photometric="palette")
    with rasterio.open(path, "r+") as file:
        file.write_colormap(1, {10: (255, 0, 0, 255), 20: (0, 255, 0, 255)})
    written(path, rules(band("zone")))
    with rasterio.open(out) as file:
        assert (file.read(1, out_shape=(600, 600)) == 10).all()
    assert "the file's colours are not taken: declare `classes`" in [note.message for note in notes.steps]


def test_overviews_of_measures_are_the_mean(tmp_path: Path, out: Path, written) -> None:
    written(tiff(tmp_path / "a.tif", checkerboard(1200).astype(np.float32)), rules(band("heat")))
    with rasterio.open(out) as file:
        assert file.read(1, out_shape=(600, 600))[5, 5] == pytest.approx(1.25)


def test_a_raster_of_several_blocks_comes_back_whole(tmp_path: Path, out: Path, written) -> None:
    cells = np.random.default_rng(1).integers(0, 3, (2500, 2100), np.uint8)
    path = tiff(tmp_path / "a.tif", cells, transform=from_origin(-73, 42, 0.001, 0.001))
    written(path, rules(window=(-72.9, 40.0, -71.0, 41.9)))
    with rasterio.open(out) as file:
        assert (file.read(1) == cells[100:2000, 100:2000]).all()


# damage


@pytest.mark.parametrize("size", [2_000, 200_000, 600_000])
def test_a_full_disk(tmp_path: Path, written, size: int) -> None:
    cells = np.random.default_rng(1).integers(0, 3, (2000, 2000), np.uint8)
    path = tiff(tmp_path / "a.tif", cells)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        with pytest.raises(StoreError, match="could not be written whole; is the disk full"):
            written(path, rules())
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_truncated_raster(tmp_path: Path, written) -> None:
    cells = np.random.default_rng(1).integers(0, 3, (600, 600), np.uint8)
    path = tiff(tmp_path / "a.tif", cells, compress="deflate")
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(DamagedFile, match=r"layer cover, file a\.tif: cannot be read"):
        written(path, rules())


def test_a_file_of_another_format(tmp_path: Path, written) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a\n1\n")
    with pytest.raises(UnknownFormat, match="is csv; rasters are read from GeoTIFF"):
        written(path, rules())
