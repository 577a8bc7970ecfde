"""The record of a version: what its manifest declares and what was found in the data."""

import mimetypes
from datetime import datetime
from pathlib import Path

from catalog.configuration import State
from catalog.manifests import LayerManifest
from catalog.records import Bounds, GeometryType, Grid, PublishedColumn, PublishedFile, Record
from catalog.store.files import sha256_of

_TITLES = {".parquet": "GeoParquet", ".tif": "Cloud-optimised GeoTIFF"}
_MEDIA_TYPES = {
    ".parquet": "application/vnd.apache.parquet",
    ".tif": "image/tiff; application=geotiff; profile=cloud-optimized",
}
_DECLARED = (
    "id",
    "kind",
    "title",
    "title_es",
    "description",
    "agency",
    "contact",
    "theme",
    "keywords",
    "licence",
    "attribution",
    "cadence",
    "access",
    "period",
    "places",
    "caveats",
    "key",
    "time",
)


def record_of(
    manifest: LayerManifest,
    state: State,
    *,
    version: int,
    columns: tuple[PublishedColumn, ...],
    rows: int | None,
    bounds: Bounds | None,
    geometry_type: GeometryType | None,
    grid: Grid | None,
    files: tuple[PublishedFile, ...],
    now: datetime,
    data_changed_at: datetime,
    source_claims_at: datetime | None,
) -> Record:
    """The record of a version made from its manifest's sources."""
    declared = {name: getattr(manifest, name) for name in _DECLARED}
    live = next((source.live for source in manifest.sources if source.live), manifest.homepage)
    return Record(
        **declared,
        version=version,
        state=state.id,
        source_url=str(live) if live else None,
        columns=columns,
        geometry_type=geometry_type,
        rows=rows,
        bounds=bounds,
        grid=grid,
        files=files,
        published_at=now,
        data_changed_at=data_changed_at,
        source_claims_at=source_claims_at,
    )


def published_file(path: Path) -> PublishedFile:
    """A file as the record lists it."""
    media_type = (
        _MEDIA_TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    )
    return PublishedFile(
        name=path.name,
        title=_TITLES.get(path.suffix, path.name),
        media_type=media_type,
        bytes=path.stat().st_size,
        sha256=sha256_of(path),
    )


def data_changed_at(previous: Record | None, files: tuple[PublishedFile, ...], now: datetime) -> datetime:
    """When the data last changed: not now, where the published files are those of the version before."""
    if previous is not None and [file.sha256 for file in previous.files] == [file.sha256 for file in files]:
        return previous.data_changed_at
    return now


def same_content(one: Record, other: Record) -> bool:
    """Whether two records differ in nothing but their version and dates."""
    moving = {"version", "published_at", "data_changed_at", "source_claims_at"}
    return one.model_dump_json(exclude=moving) == other.model_dump_json(exclude=moving)
