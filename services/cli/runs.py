"""Running over many layers: a progress bar while it lasts, a table at the end, the right exit code."""

from collections.abc import Callable, Iterable, Sequence

import typer
from rich.markup import escape
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Column, Table

from catalog.errors import TownlineError
from catalog.manifests import LayerManifest
from catalog.receipts import Receipt
from layers.ingest import Outcome, Run, ingest_layer
from services.cli.context import FAILED
from services.cli.run import Townline

Job = tuple[str, Callable[[Run], list[Outcome]]]

_SIGNS = {"published": "[green]published[/]", "unchanged": "[dim]unchanged[/]"}


def ingesting(manifest: LayerManifest) -> Callable[[Run], list[Outcome]]:
    """The ingestion of one layer as a job."""
    return lambda run: [ingest_layer(run, manifest)]


def outcomes_of(run: Townline, title: str, jobs: Sequence[Job], *, force: bool) -> list[Outcome]:
    """The outcomes of all jobs, one after the other, under a progress bar on the error stream."""
    outcomes: list[Outcome] = []
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed}/{task.total}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=run.messages, transient=True, disable=run.quiet) as progress:
        task = progress.add_task(title, total=len(jobs))
        for name, job in jobs:

            def tell(stage: str, rows: int, name: str = name) -> None:
                done = f", {rows:,} rows" if rows else ""
                progress.update(task, description=f"{name}: {stage}{done}")

            mirror = run.settings.mirror
            made = Run(run.profile, run.store, run.private, mirror, force=force, reason=title, progress=tell)
            outcomes += _attempt(name, job, made)
            progress.advance(task)
    return outcomes


def _attempt(name: str, job: Callable[[Run], list[Outcome]], run: Run) -> list[Outcome]:
    """The outcomes of a job; an expected error before any of its layers is the failure of one, so that others go on."""
    started = run.clock()
    try:
        return job(run)
    except TownlineError as error:
        receipt = Receipt(
            layer=name, outcome="failed", started_at=started, finished_at=run.clock(), error=str(error)
        )
        return [Outcome(name, receipt)]


def report(run: Townline, outcomes: Iterable[Outcome], *, as_json: bool) -> None:
    """Print what happened to every layer, failures in full, and end the command with 1 when there is one."""
    done = list(outcomes)
    if as_json:
        for outcome in done:
            typer.echo(outcome.receipt.model_dump_json(exclude_none=True))
    else:
        run.console.print(_table(done))
        for outcome in done:
            if outcome.receipt.error:
                sign = f"[bold red]{outcome.receipt.outcome}[/]"
                run.console.print(f"{sign} {escape(outcome.receipt.error)}", soft_wrap=True)
    if any(outcome.failed for outcome in done):
        raise typer.Exit(FAILED)


def _table(outcomes: list[Outcome]) -> Table:
    layers, ended = Column("Layer", overflow="fold"), Column("Outcome", no_wrap=True)
    table = Table(layers, ended, "Version", "Rows in", "Rows out", "Dropped or changed", box=None)
    for outcome in outcomes:
        receipt = outcome.receipt
        sign = _SIGNS.get(receipt.outcome, f"[bold red]{receipt.outcome}[/]")
        told = [f"{loss.rows:,}: {loss.reason}" for loss in receipt.losses]
        told += [note.message for note in receipt.steps if note.step == "inputs"]
        numbers = [_number(receipt.version), _number(receipt.rows_in), _number(receipt.rows_out)]
        table.add_row(outcome.layer, sign, *numbers, escape("; ".join(told)))
    return table


def _number(value: int | None) -> str:
    return "" if value is None else f"{value:,}"
