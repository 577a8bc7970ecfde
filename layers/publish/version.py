"""The last stage of every layer with rows: serving index, then the version becomes current."""

from collections.abc import Callable

from catalog.receipts import Receipt
from catalog.records import Record
from catalog.store import SERVING_INDEX, Draft, Version
from layers.publish.index import build_serving_index


def publish_version(
    draft: Draft, record: Record, receipt: Callable[[], Receipt], *, who: str, reason: str
) -> Version:
    """The published version of a draft whose data file is written.

    The receipt is asked for last, so that its end is the end of the run.

    Raises:
        StoreError: the disk is full or read-only.

    """
    if record.kind != "raster":
        build_serving_index(draft.path("data.parquet"), record, draft.path(SERVING_INDEX))
    return draft.publish(record, receipt(), who=who, reason=reason, at=record.published_at)
