"""`townline ingest`."""

from typing import Annotated

import typer
from rich.markup import escape
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from catalog import index
from catalog.manifests import LayerManifest
from layers.ingest import Outcome, Run, ingest_layer
from services.cli.context import FAILED, Townline, plain_errors, townline

_SIGNS = {"published": "[green]published[/]", "unchanged": "[dim]unchanged[/]"}


def ingest(
    context: typer.Context,
    layers: Annotated[
        list[str] | None, typer.Argument(help="Layers to ingest; all when none is named.")
    ] = None,
    force: Annotated[bool, typer.Option(help="Publish a new version even when nothing changed.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the receipts as JSON lines.")] = False,
) -> None:
    """Bring layers up to date from their sources.

    A layer that fails is quarantined and the others go on; the published version stays.

    Example: townline --mirror ../mirror ingest towns hospitals
    """
    with plain_errors():
        run = townline(context)
        names = layers or list(run.profile.layers)
        manifests = [run.profile.layer(name) for name in names]
        outcomes = _ingest_all(run, manifests, force=force)
        index.rebuild(run.store)
    if as_json:
        for outcome in outcomes:
            typer.echo(outcome.receipt.model_dump_json(exclude_none=True))
    else:
        run.console.print(_table(outcomes))
        for outcome in outcomes:
            if outcome.receipt.error:
                run.console.print(
                    f"[bold red]{outcome.receipt.outcome}[/] {escape(outcome.receipt.error)}", soft_wrap=True
                )
    if any(outcome.failed for outcome in outcomes):
        raise typer.Exit(FAILED)


def _ingest_all(run: Townline, manifests: list[LayerManifest], *, force: bool) -> list[Outcome]:
    outcomes: list[Outcome] = []
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed}/{task.total}"),
    )
    with Progress(*columns, TimeElapsedColumn(), console=run.messages, transient=True) as progress:
        task = progress.add_task("ingesting", total=len(manifests))
        for manifest in manifests:

            def tell(stage: str, rows: int, name: str = manifest.id) -> None:
                done = f", {rows:,} rows" if rows else ""
                progress.update(task, description=f"{name}: {stage}{done}")

            outcomes.append(
                ingest_layer(
                    Run(run.profile, run.store, run.private, run.settings.mirror, force=force, progress=tell),
                    manifest,
                )
            )
            progress.advance(task)
    return outcomes


def _table(outcomes: list[Outcome]) -> Table:
    table = Table("Layer", "Outcome", "Version", "Rows in", "Rows out", "Dropped", box=None)
    for outcome in outcomes:
        receipt = outcome.receipt
        sign = _SIGNS.get(receipt.outcome, f"[bold red]{receipt.outcome}[/]")
        lost = "; ".join(f"{loss.rows:,}: {loss.reason}" for loss in receipt.losses)
        numbers = [_number(receipt.version), _number(receipt.rows_in), _number(receipt.rows_out)]
        table.add_row(outcome.layer, sign, *numbers, escape(lost))
    return table


def _number(value: int | None) -> str:
    return "" if value is None else f"{value:,}"
