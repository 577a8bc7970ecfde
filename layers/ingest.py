"""The ingestion of one layer; the order of its stages is fixed here and nowhere else.

lock → snapshot → open and normalise, batch by batch → write → checks → record → serving index → publish.

Whatever fails before the last stage leaves the published version as it was.
"""

import hashlib
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa

from catalog.configuration import State
from catalog.errors import DataError, TownlineError
from catalog.manifests import LayerManifest, Profile
from catalog.receipts import CheckResult, Receipt
from catalog.records import Bounds, GeometryType, Grid, PublishedColumn, PublishedFile, Record
from catalog.store import Draft, Store, Version
from layers.checks import Observations, check_grid, check_rows
from layers.describe import data_changed_at, published_file, record_of, same_content
from layers.dissolve import dissolved
from layers.normalise import Normaliser, Notes, normaliser, published_columns
from layers.publish import publish_version, write_data
from layers.rasters import write_raster
from layers.sources import OpenedPart, Snapshot, open_part, snapshot

_THREADS = 2

Progress = Callable[[str, int], None]
"""Told of each stage: its name and the rows done so far."""


@dataclass(frozen=True)
class Run:
    """What an ingestion needs beside the manifest."""

    profile: Profile
    store: Store
    private: Store
    mirrors: tuple[Path, ...] = ()
    force: bool = False
    who: str = "townline"
    reason: str = "ingest"
    clock: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))
    progress: Progress = field(default=lambda stage, rows: None)

    def home_of(self, manifest: LayerManifest) -> Store:
        """The store a layer belongs into: restricted layers never reach the public one."""
        return self.private if manifest.access == "restricted" else self.store


@dataclass(frozen=True)
class Outcome:
    """How the ingestion of one layer ended."""

    layer: str
    receipt: Receipt

    @property
    def failed(self) -> bool:
        """Whether nothing was published because something was wrong."""
        return self.receipt.outcome in ("quarantined", "failed")


@dataclass(frozen=True)
class Contents:
    """The data of a draft, written and measured."""

    file: PublishedFile
    rows: int | None
    bounds: Bounds | None
    columns: tuple[PublishedColumn, ...] = ()
    geometry_type: GeometryType | None = None
    grid: Grid | None = None


def ingest_layer(run: Run, manifest: LayerManifest) -> Outcome:
    """The outcome of bringing one layer up to date; expected errors end in its receipt."""
    ingestion = _Ingestion(run, manifest)
    try:
        receipt = ingestion.work()
    except TownlineError as error:
        located = error.located(layer=manifest.id) if isinstance(error, DataError) else error
        receipt = ingestion.receipt("failed", error=str(located))
        ingestion.home.quarantine(receipt)
    return Outcome(manifest.id, receipt)


class _Ingestion:
    """One run over one layer: collects what the receipt needs."""

    def __init__(self, run: Run, manifest: LayerManifest) -> None:
        self.run, self.manifest = run, manifest
        self.home = run.home_of(manifest)
        self.notes = Notes()
        self.started = run.clock()
        self.snapshots: list[Snapshot] = []
        self.checks: tuple[CheckResult, ...] = ()
        self.seen = Observations(manifest, run.profile.state)
        self.rows_in = 0
        self.rows_out: int | None = None
        self.declared = declaration_sha256(manifest, run.profile.state)

    def work(self) -> Receipt:
        with self.home.open_draft(self.manifest.id) as draft:
            current = self.home.find(self.manifest.id)
            self._fetch()
            if current and not self.run.force and self._is_known(current):
                return self._unchanged(current)
            contents = self._write(draft)
            self.rows_out = contents.rows
            self.checks = self._check(contents, current)
            if not all(check.passed for check in self.checks):
                receipt = self.receipt("quarantined", error=_failures(self.checks))
                self.home.quarantine(receipt)
                return receipt
            record = self._record(draft, contents, current)
            if current and not self.run.force and same_content(current.record, record):
                return self._unchanged(current)
            return self._publish(draft, record)

    def receipt(self, outcome: str, *, version: int | None = None, error: str | None = None) -> Receipt:
        return Receipt.model_validate(
            {
                "layer": self.manifest.id,
                "outcome": outcome,
                "version": version,
                "started_at": self.started,
                "finished_at": self.run.clock(),
                "fetched": [snapshot.fetched for snapshot in self.snapshots],
                "rows_in": None if self.manifest.kind == "raster" else self.rows_in,
                "rows_out": self.rows_out,
                "losses": self.notes.losses,
                "steps": self.notes.steps,
                "checks": self.checks,
                "error": error,
                "manifest_sha256": self.declared,
            }
        )

    def _fetch(self) -> None:
        for source in self.manifest.sources:
            self.run.progress("fetching", 0)
            self.snapshots.append(
                snapshot(source, self.home, mirrors=self.run.mirrors, layer=self.manifest.id)
            )

    def _is_known(self, current: Version) -> bool:
        known = [fetched.sha256 for fetched in current.receipt.fetched]
        return current.receipt.manifest_sha256 == self.declared and known == [
            snapshot.fetched.sha256 for snapshot in self.snapshots
        ]

    def _unchanged(self, current: Version) -> Receipt:
        self.rows_in, self.rows_out = current.receipt.rows_in or 0, current.receipt.rows_out
        receipt = self.receipt("unchanged", version=current.number)
        self.home.note_checked(receipt)
        return receipt

    def _write(self, draft: Draft) -> Contents:
        with TemporaryDirectory(prefix="workspace-", dir=draft.folder) as folder:
            if self.manifest.kind == "raster":
                return self._write_raster(draft, Path(folder))
            return self._write_rows(draft, Path(folder))

    def _write_rows(self, draft: Draft, workspace: Path) -> Contents:
        columns = published_columns(self.manifest)
        out = draft.path("data.parquet")
        batches = self._batches(workspace)
        if self.manifest.dissolve:
            batches = iter([dissolved(batches, self.manifest.key, self.notes)])
        written = write_data(
            self.seen.watched(batches),
            out,
            columns=columns,
            key=self.manifest.key,
            geometry=self.manifest.kind == "features",
            workspace=workspace,
            restricted=self.manifest.access == "restricted",
            progress=lambda rows: self.run.progress("writing", rows),
        )
        return Contents(published_file(out), written.rows, written.bounds, columns, written.geometry_type)

    def _batches(self, workspace: Path) -> Iterator[pa.RecordBatch]:
        for number, (source, taken) in enumerate(zip(self.manifest.sources, self.snapshots, strict=True)):
            unpacked = workspace / f"part-{number}"
            unpacked.mkdir()
            part = open_part(
                taken.object.path, source, name=taken.name, layer=self.manifest.id, workspace=unpacked
            )
            normalise = normaliser(self.manifest, part, source, self.run.profile.state, self.notes)
            yield from self._normalised(part, normalise)

    def _normalised(self, part: OpenedPart, normalise: Normaliser) -> Iterator[pa.RecordBatch]:
        """The batches of a file in its order, some at a time: the libraries run in parallel."""
        waiting: deque[Future[pa.RecordBatch]] = deque()
        row = part.first_row
        with ThreadPoolExecutor(_THREADS) as pool:
            try:
                for batch in part.batches():
                    self.rows_in += batch.num_rows
                    waiting.append(pool.submit(normalise, batch, row))
                    row += batch.num_rows
                    if len(waiting) > _THREADS:
                        yield waiting.popleft().result()
                    self.run.progress("normalising", self.rows_in)
                while waiting:
                    yield waiting.popleft().result()
            except DataError as error:
                raise error.located(file=part.name, layer=self.manifest.id) from error
            finally:
                for future in waiting:
                    future.cancel()

    def _write_raster(self, draft: Draft, workspace: Path) -> Contents:
        if self.manifest.raster is None:
            raise TownlineError(f"layer {self.manifest.id!r} has no raster rules")
        taken, out = self.snapshots[0], draft.path("data.tif")
        self.run.progress("writing the raster", 0)
        written = write_raster(
            taken.object.path,
            self.manifest.sources[0],
            self.manifest.raster,
            out,
            self.notes,
            name=taken.name,
            layer=self.manifest.id,
            workspace=workspace,
        )
        return Contents(published_file(out), None, written.bounds, grid=written.grid)

    def _check(self, contents: Contents, current: Version | None) -> tuple[CheckResult, ...]:
        state = self.run.profile.state
        if contents.grid is not None:
            return check_grid(self.manifest, state, contents.grid, contents.bounds)
        lost = sum(loss.rows for loss in self.notes.losses)
        accounted = self.rows_in == (contents.rows or 0) + lost
        account = CheckResult(
            check="account",
            passed=accounted,
            message=f"{self.rows_in} rows in = {contents.rows} rows out + {lost} explained losses",
        )
        return (account, *check_rows(self.manifest, self.seen, current.record if current else None))

    def _record(self, draft: Draft, contents: Contents, current: Version | None) -> Record:
        now, files = self.run.clock(), (contents.file,)
        claims = [snapshot.fetched.modified_at for snapshot in self.snapshots if snapshot.fetched.modified_at]
        return record_of(
            self.manifest,
            self.run.profile.state,
            version=draft.number,
            columns=contents.columns,
            rows=contents.rows,
            bounds=contents.bounds,
            geometry_type=contents.geometry_type,
            grid=contents.grid,
            files=files,
            now=now,
            data_changed_at=data_changed_at(current.record if current else None, files, now),
            source_claims_at=max(claims, default=None),
        )

    def _publish(self, draft: Draft, record: Record) -> Receipt:
        self.run.progress("indexing", record.rows or 0)
        version = publish_version(
            draft,
            record,
            lambda: self.receipt("published", version=draft.number),
            who=self.run.who,
            reason=self.run.reason,
        )
        return version.receipt


def declaration_sha256(manifest: LayerManifest, state: State) -> str:
    """A hash of all that is declared about a layer: when it changes, the layer is made anew."""
    return hashlib.sha256((manifest.model_dump_json() + state.model_dump_json()).encode()).hexdigest()


def _failures(checks: tuple[CheckResult, ...]) -> str:
    return "; ".join(f"{check.check}: {check.message}" for check in checks if not check.passed)
