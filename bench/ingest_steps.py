"""What `bench_ingest` runs in processes of its own; each prints one line of JSON.

python -m bench.ingest_steps files FOLDER ROWS
python -m bench.ingest_steps decode FILE
python -m bench.ingest_steps ingest FILE FOLDER [LAYER]
"""

import json
import sys
import time
from pathlib import Path

_STARTED = time.perf_counter()

MANIFEST = """
id: {layer}
kind: features
title: Parcels
description: Made-up parcels for a benchmark.
agency: Nobody
theme: housing
licence: CC0-1.0
cadence: as-needed
sources:
  - {{mirror: {name}}}
key: [parcel_id]
geometry: {{type: polygon, max_area_change: 1, crs: {{code: EPSG:2234}}}}
columns:
  - {{name: parcel_id, type: string, required: true, title: Parcel, description: Number of the parcel.}}
  - {{name: town, type: string, title: Town, description: Town.}}
  - {{name: land_use, type: string, title: Land use, description: Use of the land.}}
  - {{name: owner, type: string, title: Owner, description: Owner of the parcel.}}
  - {{name: assessed, type: number, unit: US dollars, title: Assessed value, description: Assessed value.}}
  - {{name: acres, type: number, unit: acres, title: Area, description: Area of the parcel.}}
  - {{name: year_built, type: integer, title: Year built, description: Year of the building.}}
"""


def files(folder: Path, rows: int) -> dict[str, str]:
    """The paths of the made-up parcels in each format."""
    from bench.parcels import parcel_files

    return {ending: str(path) for ending, path in parcel_files(folder, rows).items()}


def decode(path: Path) -> dict[str, float]:
    """Seconds to read all rows of a file in Arrow batches and do nothing with them."""
    import pyogrio

    started = time.perf_counter()
    with pyogrio.open_arrow(path, batch_size=65_536, use_pyarrow=True) as (_, reader):
        rows = sum(batch.num_rows for batch in reader)
    return {"rows": rows, "seconds": time.perf_counter() - started}


def ingest(path: Path, folder: Path, layer: str = "parcels") -> dict[str, float]:
    """Seconds from the start of the process until the data file is finished, and until all is published."""
    from catalog.configuration import State, load_model
    from catalog.manifests import LayerManifest, Profile
    from catalog.store import Store
    from layers.ingest import Run, ingest_layer

    manifest_file = folder / f"{layer}.yml"
    manifest_file.write_text(MANIFEST.format(layer=layer, name=path.name))
    manifest = load_model(manifest_file, LayerManifest)
    state = State(
        id="connecticut",
        name="Connecticut",
        fips="09",
        bounds=(-73.75, 40.94, -71.75, 42.07),
        projected_crs="EPSG:2234",
    )
    stages: dict[str, tuple[float, float]] = {}

    def reached(stage: str, rows: int = 0) -> None:
        stages.setdefault(stage, (time.perf_counter() - _STARTED, time.process_time()))

    run = Run(
        profile=Profile(folder, state, {manifest.id: manifest}),
        store=Store(folder / "store"),
        private=Store(folder / "private"),
        mirrors=(path.parent,),
        progress=reached,
    )
    receipt = ingest_layer(run, manifest).receipt
    if receipt.outcome != "published":
        raise SystemExit(f"{receipt.outcome}: {receipt.error}")
    reached("published")
    data, processor = stages["indexing"]
    return {
        "rows": receipt.rows_out or 0,
        "data": data,
        "data_processor": processor,
        "all": stages["published"][0],
    }


if __name__ == "__main__":
    match sys.argv[1:]:
        case "files", folder, rows:
            print(json.dumps(files(Path(folder), int(rows))))
        case "decode", path:
            print(json.dumps(decode(Path(path))))
        case "ingest", path, folder, *layer:
            print(json.dumps(ingest(Path(path), Path(folder), *layer)))
        case _:
            raise SystemExit(__doc__)
