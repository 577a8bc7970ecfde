"""A raster layer as a small picture in Web Mercator, coloured by its classes or from low to high."""

from pathlib import Path

import numpy as np
import rasterio
from numpy.typing import NDArray
from rasterio.enums import Resampling
from rasterio.vrt import WarpedVRT
from rasterio.warp import transform_bounds

from catalog.records import Bounds, Record
from services.maps import palette

_LONGER_SIDE = 512
_RAMP = palette.SEQUENTIAL[7]
_HUES = ("#4e79a7", "#f28e2b", "#59a14f", "#b07aa1", "#edc948", "#76b7b2", "#e15759", "#9c755f", "#bab0ac")


def picture(path: Path, record: Record) -> tuple[NDArray[np.uint8], Bounds]:
    """Red, green, blue and opacity of the first band, and the bounds of the picture in degrees."""
    with (
        rasterio.open(path) as source,
        WarpedVRT(source, crs="EPSG:3857", resampling=Resampling.nearest) as warped,
    ):
        shrink = max(1.0, max(warped.width, warped.height) / _LONGER_SIDE)
        shape = (max(1, round(warped.height / shrink)), max(1, round(warped.width / shrink)))
        cells = warped.read(1, out_shape=shape, masked=True)
        west, south, east, north = transform_bounds("EPSG:3857", "OGC:CRS84", *warped.bounds)
    values, present = np.ma.getdata(cells), ~np.ma.getmaskarray(cells)
    colours = class_colours(record)
    rgb = _of_classes(values, colours) if colours else _of_values(values.astype(np.float64), present)
    rgba: NDArray[np.uint8] = np.dstack([rgb, np.where(present, 255, 0)]).astype(np.uint8)
    return rgba, (west, south, east, north)


def class_colours(record: Record) -> dict[int, str]:
    """The colour of each class of the first band: its own, or one of a fixed row."""
    bands = record.grid.bands if record.grid else ()
    classes = bands[0].classes if bands else ()
    return {found.value: found.colour or _HUES[at % len(_HUES)] for at, found in enumerate(classes)}


def _of_classes(values: NDArray[np.generic], colours: dict[int, str]) -> NDArray[np.uint8]:
    rgb = np.full((*values.shape, 3), _parts(palette.MISSING), dtype=np.uint8)
    for value, colour in colours.items():
        rgb[values == value] = _parts(colour)
    return rgb


def _of_values(values: NDArray[np.float64], present: NDArray[np.bool_]) -> NDArray[np.uint8]:
    known = values[present & np.isfinite(values)]
    low, high = (float(known.min()), float(known.max())) if known.size else (0.0, 1.0)
    share = np.nan_to_num((values - low) / ((high - low) or 1.0))
    steps = np.clip((share * len(_RAMP)).astype(int), 0, len(_RAMP) - 1)
    rgb: NDArray[np.uint8] = np.array([_parts(colour) for colour in _RAMP], dtype=np.uint8)[steps]
    return rgb


def _parts(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
