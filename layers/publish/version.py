"""The last stage of every layer: serving index and tiles, then the version becomes current."""

from collections.abc import Callable
from pathlib import Path

from catalog.receipts import Receipt
from catalog.records import Record
from catalog.store import SERVING_INDEX, TILES, Draft, Version
from layers.publish.index import build_serving_index
from layers.publish.tiles import build_tiles, is_tiled

Builder = Callable[[Path, Record, Path], None]
"""Makes a file from the data file and the record of a version."""


def rebuildable_files(record: Record) -> dict[str, Builder]:
    """The files that are made from the data file of a version, by name, and what makes each of them.

    Restricted layers have none: nothing ever serves them.
    """
    if record.access == "restricted":
        return {}
    files: dict[str, Builder] = {}
    if record.kind != "raster":
        files[SERVING_INDEX] = build_serving_index
    if is_tiled(record):
        files[TILES] = build_tiles
    return files


def publish_version(
    draft: Draft, record: Record, receipt: Callable[[], Receipt], *, who: str, reason: str
) -> Version:
    """The published version of a draft whose data file is written.

    The receipt is asked for last, so that its end is the end of the run.

    Raises:
        StoreError: the disk is full or read-only.

    """
    data = draft.path("data.parquet")
    for name, build in rebuildable_files(record).items():
        build(data, record, draft.path(name))
    return draft.publish(record, receipt(), who=who, reason=reason, at=record.published_at)
