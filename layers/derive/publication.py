"""The publication of a derived layer; the order of its stages is fixed here and nowhere else.

lock → are the inputs as they were? → make → write → record → serving index → publish.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa

from catalog.errors import DataError, TownlineError
from catalog.manifests import PlaceReference
from catalog.manifests.layer import Access
from catalog.receipts import Receipt
from catalog.records import LayerInput, PublishedColumn, Record
from catalog.store import Draft, Store, Version
from layers.describe import published_file, same_content
from layers.ingest import Outcome, Run
from layers.normalise import Notes
from layers.publish import publish_version, write_data


@dataclass(frozen=True)
class Product:
    """What a derivation made.

    rows: with exactly the columns, and `geometry` (well-known binary, OGC:CRS84) where the layer has one.
    inputs: the exact versions that it was made from. Terms and agency are those of `source`, the record of the
    first input, and so is the access unless another is given. beside: writes further files into the version's folder
    and returns them.
    """

    rows: pa.Table
    columns: tuple[PublishedColumn, ...]
    key: tuple[str, ...]
    inputs: tuple[LayerInput, ...]
    source: Record
    places: PlaceReference | None = None
    caveats: tuple[str, ...] = ()
    attribution: tuple[str, ...] = ()
    access: Access | None = None
    beside: Callable[[Path], tuple[Path, ...]] | None = None

    @property
    def published_access(self) -> Access:
        """Who may read the layer."""
        return self.access or self.source.access

    @property
    def has_geometry(self) -> bool:
        """Whether the layer is one of features."""
        return "geometry" in self.rows.column_names


@dataclass(frozen=True)
class Declared:
    """What is known of a derived layer before it is made; `sha256` is of all declarations behind it."""

    id: str
    title: str
    title_es: str
    description: str
    theme: str
    keywords: tuple[str, ...]
    sha256: str


def publish_derived(run: Run, home: Store, declared: Declared, make: Callable[[Notes], Product]) -> Outcome:
    """The outcome of bringing one derived layer up to date; expected errors end in its receipt.

    When the declaration and all inputs are those of the current version nothing is made; otherwise the receipt
    says what changed. Errors leave the published version as it was.
    """
    derivation = _Derivation(run, home, declared)
    try:
        receipt = derivation.work(make)
    except TownlineError as error:
        located = error.located(layer=declared.id) if isinstance(error, DataError) else error
        receipt = derivation.receipt("failed", error=str(located))
        home.quarantine(receipt)
    return Outcome(declared.id, receipt)


class _Derivation:
    """One run over one derived layer."""

    def __init__(self, run: Run, home: Store, declared: Declared) -> None:
        self.run, self.home, self.declared = run, home, declared
        self.notes = Notes()
        self.started: datetime = run.clock()
        self.rows: int | None = None

    def work(self, make: Callable[[Notes], Product]) -> Receipt:
        with self.home.open_draft(self.declared.id) as draft:
            current = self.home.find(self.declared.id)
            changes = list(self._changes(current))
            if current and not changes and not self.run.force:
                return self._unchanged(current)
            for change in changes:
                self.notes.add("inputs", change)
            self.run.progress("computing", 0)
            product = make(self.notes)
            record = self._write(draft, product)
            if current and not self.run.force and same_content(current.record, record):
                return self._unchanged(current)
            self.run.progress("indexing", record.rows or 0)
            version = publish_version(
                draft,
                record,
                lambda: self.receipt("published", version=draft.number),
                who=self.run.who,
                reason="; ".join(changes) or "derive",
            )
            return version.receipt

    def receipt(self, outcome: str, *, version: int | None = None, error: str | None = None) -> Receipt:
        return Receipt.model_validate(
            {
                "layer": self.declared.id,
                "outcome": outcome,
                "version": version,
                "started_at": self.started,
                "finished_at": self.run.clock(),
                "rows_out": self.rows,
                "losses": self.notes.losses,
                "steps": self.notes.steps,
                "error": error,
                "manifest_sha256": self.declared.sha256,
            }
        )

    def _changes(self, current: Version | None) -> Iterator[str]:
        """What is no longer as it was when the current version was made."""
        if current is None:
            return
        if current.receipt.manifest_sha256 != self.declared.sha256:
            yield "the declaration changed"
        for known in current.record.inputs:
            now = self._find(known.layer)
            if now is None:
                yield f"{known.layer} is no longer published"
            elif now.manifest.data_sha256 != known.sha256:
                yield f"{known.layer}: version {known.version} → {now.number}"

    def _find(self, layer: str) -> Version | None:
        return self.run.store.find(layer) or self.run.private.find(layer)

    def _unchanged(self, current: Version) -> Receipt:
        self.rows = current.receipt.rows_out
        receipt = self.receipt("unchanged", version=current.number)
        self.home.note_checked(receipt)
        return receipt

    def _write(self, draft: Draft, product: Product) -> Record:
        out = draft.path("data.parquet")
        with TemporaryDirectory(prefix="workspace-", dir=draft.folder) as folder:
            written = write_data(
                product.rows.to_batches(max_chunksize=65_536),
                out,
                columns=product.columns,
                key=product.key,
                geometry=product.has_geometry,
                workspace=Path(folder),
                restricted=product.published_access == "restricted",
                progress=lambda rows: self.run.progress("writing", rows),
            )
        self.rows = written.rows
        others = product.beside(draft.folder) if product.beside else ()
        now, source, declared = self.run.clock(), product.source, self.declared
        return Record(
            id=declared.id,
            version=draft.number,
            kind="features" if product.has_geometry else "table",
            state=self.run.profile.state.id,
            title=declared.title,
            title_es=declared.title_es,
            description=declared.description,
            agency=source.agency,
            contact=source.contact,
            theme=declared.theme,
            keywords=declared.keywords,
            licence=source.licence,
            attribution="; ".join(dict.fromkeys(product.attribution)) or None,
            cadence=source.cadence,
            access=product.published_access,
            period=source.period,
            places=product.places,
            caveats=product.caveats,
            source_url=source.source_url,
            key=product.key,
            columns=product.columns,
            geometry_type=written.geometry_type,
            rows=written.rows,
            bounds=written.bounds,
            files=tuple(published_file(path) for path in (out, *others)),
            inputs=product.inputs,
            published_at=now,
            data_changed_at=now,
        )
