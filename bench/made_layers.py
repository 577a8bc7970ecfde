"""Made-up layers in a store of their own: a seamless coverage of polygons, points and a table.

Every row says in `edition` which publication it belongs to.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import shapely

from catalog.receipts import Receipt
from catalog.records import PublishedColumn, PublishedFile, Record
from catalog.store import Store, Version
from catalog.store.files import sha256_of
from layers.publish import publish_version, write_data

WEST, SOUTH, EAST, NORTH = -73.6, 41.0, -71.9, 42.0
USES = ("residential", "commercial", "industrial", "public")
_TYPES = {"string": pa.string(), "integer": pa.int64(), "number": pa.float64()}
_STATE = {
    "id": "madeland",
    "name": "Madeland",
    "fips": "09",
    "bounds": [-73.75, 40.9, -71.75, 42.1],
    "projected_crs": "EPSG:2234",
}


def column(name: str, kind: str) -> PublishedColumn:
    """A published column."""
    return PublishedColumn.model_validate(
        {"name": name, "type": kind, "title": name.title(), "description": f"The {name}."}
    )


COLUMNS = (column("number", "string"), column("use", "string"), column("value", "number"),
           column("edition", "integer"))  # fmt: skip


def profile(folder: Path) -> Path:
    """The folder of the state's profile."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "state.yml").write_text(json.dumps(_STATE), encoding="utf-8")
    return folder


def coverage(count: int, seed: int = 1) -> np.ndarray:
    """About so many polygons that fill a rectangle without gaps (a Voronoi diagram), in longitude and latitude."""
    points = np.random.default_rng(seed).uniform([WEST, SOUTH], [EAST, NORTH], (count, 2))
    frame = shapely.box(WEST, SOUTH, EAST, NORTH)
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(points), extend_to=frame))
    inner = cells[shapely.covered_by(cells, frame)]
    rounded = shapely.transform(inner, lambda places: np.round(places, 7))
    return shapely.orient_polygons(rounded[shapely.is_valid(rounded)])


def points(count: int, seed: int = 1) -> np.ndarray:
    """So many points in longitude and latitude."""
    places = np.random.default_rng(seed).uniform([WEST, SOUTH], [EAST, NORTH], (count, 2))
    return shapely.points(np.round(places, 7))


def publish(store: Store, layer: str, shapes: np.ndarray | None, rows: int, edition: int) -> Version:
    """A new version of a layer: rows with shapes, or a table without."""
    generator = np.random.default_rng(edition)
    values: Mapping[str, object] = {
        "number": [f"n{number:07d}" for number in range(rows)],
        "use": generator.choice(USES, rows),
        "value": generator.normal(size=rows).round(3),
        "edition": np.full(rows, edition),
    }
    arrays = {one.name: pa.array(values[one.name], _TYPES[one.type]) for one in COLUMNS}
    if shapes is not None:
        arrays["geometry"] = pa.array(shapely.to_wkb(shapes), pa.binary())
    batches = pa.table(arrays).to_batches(max_chunksize=65_536)
    now = datetime.now(UTC)
    with store.open_draft(layer) as draft:
        data = draft.path("data.parquet")
        written = write_data(
            batches,
            data,
            columns=COLUMNS,
            key=["number"],
            geometry=shapes is not None,
            workspace=draft.folder,
        )
        file = PublishedFile(
            name=data.name,
            title="GeoParquet",
            media_type="application/vnd.apache.parquet",
            bytes=data.stat().st_size,
            sha256=sha256_of(data),
        )
        record = Record(
            id=layer,
            version=draft.number,
            kind="table" if shapes is None else "features",
            state="madeland",
            title=layer.title(),
            description="Made up for a benchmark.",
            agency="Nobody",
            theme="boundaries",
            licence="CC0-1.0",
            cadence="as-needed",
            key=("number",),
            columns=COLUMNS,
            rows=written.rows,
            bounds=written.bounds,
            geometry_type=written.geometry_type,
            files=(file,),
            published_at=now,
            data_changed_at=now,
        )
        receipt = Receipt(layer=layer, outcome="published", started_at=now, finished_at=now)
        return publish_version(draft, record, lambda: receipt, who="bench", reason=f"edition {edition}")
