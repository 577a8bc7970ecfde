"""Tiny layers: a manifest, a file of one batch, and what normalisation makes of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pytest
import shapely

from catalog.configuration import State
from catalog.manifests import LayerManifest
from layers.normalise import Notes, normaliser
from layers.sources.opened import OpenedPart

COLUMN = {"type": "string", "title": "T", "description": "D."}


@dataclass(frozen=True)
class Normalised:
    """The published rows with the notes of the run."""

    batch: pa.RecordBatch
    notes: Notes

    def column(self, name: str) -> list[Any]:
        return self.batch.column(name).to_pylist()

    @property
    def shapes(self) -> list[Any]:
        return [None if wkb is None else shapely.from_wkb(wkb) for wkb in self.column("geometry")]

    def noted(self, step: str) -> dict[str, int | None]:
        return {note.message: note.rows for note in self.notes.steps if note.step == step}

    @property
    def lost(self) -> dict[str, int]:
        return {loss.reason: loss.rows for loss in self.notes.losses}


@pytest.fixture(scope="session")
def connecticut() -> State:
    return State(
        id="connecticut",
        name="Connecticut",
        fips="09",
        bounds=(-73.75, 40.94, -71.75, 42.07),
        projected_crs="EPSG:2234",
    )


@pytest.fixture(scope="session")
def layer() -> Callable[..., LayerManifest]:
    """A manifest from its columns; what is not told takes the simplest value."""

    def build(*columns: dict[str, Any], **rules: Any) -> LayerManifest:
        declared = [{**COLUMN, **column} for column in columns] or [{**COLUMN, "name": "id"}]
        base = {
            "id": "tiny",
            "kind": "features" if "geometry" in rules else "table",
            "title": "Tiny",
            "description": "A layer as small as possible.",
            "agency": "Agency",
            "theme": "education",
            "licence": "MIT",
            "cadence": "annually",
            "sources": [{"mirror": "tiny.csv"}],
            "columns": declared,
            "key": [declared[0]["name"]],
        }
        return LayerManifest.model_validate({**base, **rules})

    return build


@pytest.fixture(scope="session")
def part() -> Callable[..., OpenedPart]:
    """An opened file of one batch, from its columns."""

    def build(
        columns: dict[str, Any] | pa.RecordBatch, *, crs: str | None = None, geometry: str | None = None
    ) -> OpenedPart:
        batch = columns if isinstance(columns, pa.RecordBatch) else pa.record_batch(columns)
        return OpenedPart("tiny.csv", "csv", batch.schema, geometry, crs, 2, lambda: iter([batch]))

    return build


@pytest.fixture(scope="session")
def normalise(connecticut: State, part: Callable[..., OpenedPart]) -> Callable[..., Normalised]:
    """The first batch of a file after normalisation; its first row has number 2."""

    def run(
        manifest: LayerManifest, columns: dict[str, Any] | pa.RecordBatch, *, source: int = 0, **opened: Any
    ) -> Normalised:
        found = part(columns, **opened)
        notes = Notes()
        work = normaliser(manifest, found, manifest.sources[source], connecticut, notes)
        return Normalised(work(next(found.batches()), found.first_row), notes)

    return run


@pytest.fixture(scope="session")
def one(
    layer: Callable[..., LayerManifest], normalise: Callable[..., Normalised]
) -> Callable[..., Normalised]:
    """One column `value` beside a key that counts the rows."""

    def run(cells: Sequence[Any] | pa.Array, *, access: str = "public", **declared: Any) -> Normalised:
        manifest = layer({"name": "row"}, {"name": "value", **declared}, access=access)
        values = cells if isinstance(cells, pa.Array) else pa.array(cells, pa.string())
        return normalise(manifest, {"row": pa.array([str(n) for n in range(len(values))]), "value": values})

    return run


@pytest.fixture(scope="session")
def shaped(
    layer: Callable[..., LayerManifest], normalise: Callable[..., Normalised]
) -> Callable[..., Normalised]:
    """Geometries given as well-known text in a WKB column, in degrees unless told otherwise."""

    def run(
        texts: Sequence[str | bytes | None],
        kind: str,
        *,
        crs: str | None = "OGC:CRS84",
        access: str = "public",
        **rules: Any,
    ) -> Normalised:
        manifest = layer(geometry={"type": kind, **rules}, access=access)
        wkb = [
            text if isinstance(text, bytes | None) else shapely.to_wkb(shapely.from_wkt(text))
            for text in texts
        ]
        rows = {"id": pa.array([str(n) for n in range(len(texts))]), "geom": pa.array(wkb, pa.binary())}
        return normalise(manifest, rows, crs=crs, geometry="geom")

    return run
