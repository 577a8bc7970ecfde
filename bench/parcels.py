"""Made-up parcels for benchmarks: small polygons in State Plane feet, some invalid, in no spatial order."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyogrio
import shapely
from numpy.typing import NDArray

CRS = "EPSG:2234"
INVALID_SHARE = 0.003
# feet; inside 73.6–71.9° west, 41.0–42.0° north
WEST, SOUTH, EAST, NORTH = 775_000, 565_000, 1_225_000, 920_000
DRIVERS = {"gpkg": "GPKG", "shp": "ESRI Shapefile", "geojson": "GeoJSON"}
_CHUNK = 100_000


def parcel_files(folder: Path, rows: int) -> dict[str, Path]:
    """The same parcels as GeoPackage, shapefile and GeoJSON; made once, in a folder of their own."""
    home = folder / f"parcels-{rows}"
    home.mkdir(parents=True, exist_ok=True)
    files = {ending: home / f"parcels.{ending}" for ending in DRIVERS}
    missing = [ending for ending, path in files.items() if not path.exists()]
    if missing:
        table = parcels(rows)
        for ending in missing:
            _write(table, files[ending], DRIVERS[ending])
    return files


def parcels(rows: int) -> pa.Table:
    """Parcels as an Arrow table; equal for equal numbers of rows."""
    generator = np.random.default_rng(20240501)
    polygons = np.concatenate(
        [_polygons(generator, min(_CHUNK, rows - start)) for start in range(0, rows, _CHUNK)]
    )
    numbers = np.arange(rows)
    towns = np.array([f"Town {number:03}" for number in range(169)])
    uses = np.array(["Residential", "Commercial", "Industrial", "Forest", "Farm", "Public"])
    years = generator.integers(1700, 2024, rows)
    return pa.table(
        {
            "parcel_id": pa.array([f"CT-{number:07}" for number in generator.permutation(rows)]),
            "town": pa.array(towns[generator.integers(0, len(towns), rows)]),
            "land_use": pa.array(uses[generator.integers(0, len(uses), rows)]),
            "owner": pa.array([f"Owner {number}" for number in generator.integers(0, rows // 2 + 1, rows)]),
            "assessed": pa.array(generator.integers(10_000, 2_000_000, rows).astype(float)),
            "acres": pa.array(np.round(generator.gamma(1.5, 0.5, rows), 3)),
            "year_built": pa.array(years, mask=numbers % 11 == 0),
            "geometry": pa.array(shapely.to_wkb(polygons), pa.binary()),
        }
    )


def _polygons(generator: np.random.Generator, rows: int) -> NDArray[np.object_]:
    """Star-shaped polygons of 8 to 32 corners, 60 to 160 feet wide; 0.3 % have two corners swapped."""
    corners = generator.integers(8, 33, rows)
    first = np.cumsum(corners) - corners
    polygon = np.repeat(np.arange(rows), corners)
    turn = 2 * np.pi * (np.arange(corners.sum()) - first[polygon]) / corners[polygon]
    radius = generator.uniform(30, 80, len(turn))
    centre = np.column_stack([generator.uniform(WEST, EAST, rows), generator.uniform(SOUTH, NORTH, rows)])
    points = centre[polygon] + radius[:, None] * np.column_stack([np.cos(turn), np.sin(turn)])
    swapped = first[generator.random(rows) < INVALID_SHARE]
    points[np.concatenate([swapped, swapped + 1])] = points[np.concatenate([swapped + 1, swapped])]
    rings = shapely.linearrings(np.round(points, 2), indices=polygon)
    found: NDArray[np.object_] = shapely.polygons(rings)
    return found


def _write(table: pa.Table, path: Path, driver: str) -> None:
    temporary = path.with_name(f"unfinished-{path.name}")
    pyogrio.write_arrow(
        table, temporary, driver=driver, geometry_name="geometry", geometry_type="Polygon", crs=CRS
    )
    for part in temporary.parent.glob(f"{temporary.stem}.*"):
        part.replace(part.with_name(part.name.removeprefix("unfinished-")))
