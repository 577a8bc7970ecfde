"""How to open a layer in the programs that people use: short texts to copy."""

from dataclasses import dataclass

from catalog.records import Record
from services.web.render import Frame


@dataclass(frozen=True)
class Program:
    """A program, what to do in it, and the text to copy there."""

    name: str
    steps: str
    code: str
    language: str = "text"


def programs(record: Record, frame: Frame) -> list[Program]:
    """The programs that can open a layer; without an OGC API they open the published file."""
    links, words = frame.links, frame.words
    if not record.files and (record.kind == "raster" or links.ogc is None):
        return []
    file = links.full_file(record.id, record.version, record.files[0].name) if record.files else ""
    if record.kind == "raster":
        return _for_raster(file, frame)
    if links.ogc is None:
        return _for_file(record, file, frame)
    api, layer = links.ogc, record.id
    return [
        Program("QGIS", words("help.qgis"), api),
        Program("ArcGIS Pro", words("help.arcgis"), api),
        Program(
            "R",
            words("help.r"),
            f'library(sf)\n{_name(layer)} <- read_sf("OAPIF:{api}", "{layer}")',
            "r",
        ),
        Program(
            "Python",
            words("help.python"),
            f'import geopandas\n\n{_name(layer)} = geopandas.read_file(\n    "OAPIF:{api}", layer="{layer}"\n)',
            "python",
        ),
    ]


def _for_raster(file: str, frame: Frame) -> list[Program]:
    words, address = frame.words, file
    vsi = f"/vsicurl/{address}" if address.startswith("http") else address
    return [
        Program("QGIS", words("help.qgis_raster"), vsi),
        Program("ArcGIS Pro", words("help.arcgis_raster"), address),
        Program("R", words("help.r_raster"), f'library(terra)\nlayer <- rast("{vsi}")', "r"),
        Program(
            "Python",
            words("help.python_raster"),
            f'import rasterio\n\nwith rasterio.open("{address}") as layer:\n    cells = layer.read(1)',
            "python",
        ),
    ]


def _for_file(record: Record, file: str, frame: Frame) -> list[Program]:
    words, name = frame.words, _name(record.id)
    reader = "geopandas" if record.kind == "features" else "pandas"
    r_code = f'library(arrow)\n{name} <- read_parquet("{file}")'
    if record.kind == "features":
        r_code = f'library(sf)\n{name} <- read_sf("{file}")'
    return [
        Program("QGIS", words("help.qgis_file"), file),
        Program("ArcGIS Pro", words("help.arcgis_file"), file),
        Program("R", words("help.r_file"), r_code, "r"),
        Program(
            "Python",
            words("help.python_file"),
            f'import {reader}\n\n{name} = {reader}.read_parquet("{file}")',
            "python",
        ),
    ]


def _name(layer: str) -> str:
    return layer.replace("-", "_")
