"""The page of a layer: what it holds, how it looks, how good it is, and how to take it along."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from catalog.freshness import changed_at
from catalog.receipts import Receipt, StepNote
from catalog.records import PublishedColumn, Record
from catalog.store import HistoryEntry, Version
from catalog.vocabulary import Vocabulary, vocabulary
from services.holdings import standing
from services.ogc.formats import files_offered
from services.web.help import programs
from services.web.linked import dataset
from services.web.preview import legend, preview, raster_legend
from services.web.render import Frame, render
from services.web.sayings import said
from services.web.shelf import Shelf
from services.web.words import Words

MOST_CODES = 60
"""A longer code list is not repeated on the page but linked."""

MOST_COLUMNS = 16
"""Of a wider layer the other columns are folded away."""


@dataclass(frozen=True)
class Past:
    """An event of a layer's history, and the record of the version when it can still be had."""

    entry: HistoryEntry
    record: Record | None


def layer_page(shelf: Shelf, frame: Frame, version: Version, now: datetime) -> str:
    """The page of a current version."""
    record, words = version.record, frame.words
    drawn = preview(version)
    description = shelf.described(record, words.language)
    covers_state = record.geometry_type in ("Polygon", "MultiPolygon")
    return render(
        "layer.html",
        frame,
        record=record,
        description=description,
        caveats=shelf.caveats(record, words.language),
        credit=said(record.attribution or "", words.language, {}),
        linked=dataset(record, frame, " ".join(part.text for part in description)),
        receipt=version.receipt,
        licence=vocabulary("licences").term(record.licence),
        freshness=shelf.freshness(record, now),
        changed_at=changed_at(record),
        preview=drawn.document(words, b"[]" if covers_state else shelf.base) if drawn else None,
        drawn=drawn,
        legend=legend(drawn, words) if drawn else [],
        raster_keys=raster_legend(record, words),
        columns=[(column, _codes(column)) for column in record.columns],
        steps=list(_steps(version.receipt, words)),
        fetched=[_file_name(one.origin) for one in version.receipt.fetched],
        history=list(_history(shelf, record.id)),
        inputs=[(used, shelf.title(used.layer)) for used in record.inputs],
        uses=[other for other in shelf.records if any(used.layer == record.id for used in other.inputs)],
        programs=programs(record, frame),
        formats=files_offered(record, record.rows or 0, shelf.most_rows) if frame.links.ogc else (),
        most_codes=MOST_CODES,
        most_columns=MOST_COLUMNS,
    )


def _codes(column: PublishedColumn) -> Vocabulary | None:
    return vocabulary(column.vocabulary) if column.vocabulary else None


def _steps(receipt: Receipt, words: Words) -> Iterator[tuple[str, StepNote]]:
    """Each step with its name in plain words; a step without one keeps its own name."""
    for note in receipt.steps:
        key = f"step.{note.step.replace(' ', '_')}"
        yield (words(key) if words.has(key) else note.step.capitalize()), note


def _file_name(origin: str) -> str:
    """The name of a source file, without the folder or the query it came with."""
    path = urlsplit(origin).path or origin
    return PurePosixPath(path.removeprefix("mirror:")).name or origin.split("?")[0]


def _history(shelf: Shelf, layer: str) -> Iterator[Past]:
    """All events, newest first; who did it is not for the public."""
    history = shelf.store.history(layer)
    versions = set(standing(history))
    current = shelf.holdings.current(layer).number
    for entry in reversed(history):
        is_kept = entry.version in versions and entry.event == "published"
        record = shelf.store.version(layer, entry.version).record if is_kept else None
        public = record is not None and record.access == "public" and entry.version != current
        yield Past(entry, record if public else None)
