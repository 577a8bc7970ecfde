"""`townline derive` and `townline indicators`."""

import json
from typing import Annotated

import typer
from rich.markup import escape
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from catalog import index
from catalog.errors import TownlineError, nearest
from catalog.indicators import Indicator, load_indicators
from catalog.places import load_places
from layers.derive import derive_indicator
from layers.ingest import Outcome, Run
from services.cli.context import FAILED, Townline, plain_errors, townline

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


class UnknownIndicator(TownlineError):
    """No such indicator; the nearest names are given."""


def derive(
    context: typer.Context,
    indicators: Annotated[
        list[str] | None, typer.Argument(help="Indicators to compute; all when none is named.")
    ] = None,
    force: Annotated[bool, typer.Option(help="Publish a new version even when nothing changed.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the receipts as JSON lines.")] = False,
) -> None:
    """Compute indicators from the published layers and publish them as layers.

    An indicator that fails is reported and the others go on. Nothing is computed where the inputs and the
    declaration are those of the current version.

    Example: townline derive population-by-race
    """
    with plain_errors():
        run = townline(context)
        chosen = chosen_indicators(run, indicators or [])
        outcomes = _derive_all(run, chosen, force=force)
        index.rebuild(run.store)
    if as_json:
        for outcome in outcomes:
            typer.echo(outcome.receipt.model_dump_json(exclude_none=True))
    else:
        _print(run, outcomes)
    if any(outcome.failed for outcome in outcomes):
        raise typer.Exit(FAILED)


def indicators(context: typer.Context, as_json: AsJson = False) -> None:
    """List the state's indicators: what they measure, by which dimensions and from which layer.

    Example: townline indicators
    """
    with plain_errors():
        run = townline(context)
        found = chosen_indicators(run, [])
    if as_json:
        typer.echo(json.dumps([indicator.model_dump(mode="json", exclude_none=True) for indicator in found]))
        return
    table = Table("Indicator", "Kind", "Unit", "By", "From", "Better", "Title", box=None)
    for indicator in found:
        by = " × ".join(dimension.name for dimension in indicator.dimensions)
        better = {"higher_is_better": "higher", "lower_is_better": "lower"}.get(indicator.direction, "")
        table.add_row(
            indicator.id, indicator.kind, indicator.unit, by, indicator.source.layer, better, indicator.title
        )
    run.console.print(table)


def chosen_indicators(run: Townline, names: list[str]) -> list[Indicator]:
    """The indicators of some names, or all.

    Raises:
        UnknownIndicator: no such indicator.

    """
    known = load_indicators(run.profile)
    for name in names:
        if name not in known:
            raise UnknownIndicator(f"there is no indicator {name!r}; {nearest(name, list(known))}")
    return [known[name] for name in (names or known)]


def _derive_all(run: Townline, chosen: list[Indicator], *, force: bool) -> list[Outcome]:
    outcomes: list[Outcome] = []
    places = load_places(run.profile.folder)
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed}/{task.total}"),
    )
    with Progress(*columns, TimeElapsedColumn(), console=run.messages, transient=True) as progress:
        task = progress.add_task("deriving", total=len(chosen))
        for indicator in chosen:

            def tell(stage: str, rows: int, name: str = indicator.id) -> None:
                done = f", {rows:,} rows" if rows else ""
                progress.update(task, description=f"{name}: {stage}{done}")

            made = Run(run.profile, run.store, run.private, force=force, reason="derive", progress=tell)
            outcomes += derive_indicator(made, indicator, places)
            progress.advance(task)
    return outcomes


def _print(run: Townline, outcomes: list[Outcome]) -> None:
    signs = {"published": "[green]published[/]", "unchanged": "[dim]unchanged[/]"}
    table = Table("Layer", "Outcome", "Version", "Rows", "What changed", box=None)
    for outcome in outcomes:
        receipt = outcome.receipt
        changed = "; ".join(note.message for note in receipt.steps if note.step == "inputs")
        numbers = ["" if value is None else f"{value:,}" for value in (receipt.version, receipt.rows_out)]
        sign = signs.get(receipt.outcome, f"[bold red]{receipt.outcome}[/]")
        table.add_row(outcome.layer, sign, *numbers, escape(changed))
    run.console.print(table)
    for outcome in outcomes:
        if outcome.receipt.error:
            run.console.print(
                f"[bold red]{outcome.receipt.outcome}[/] {escape(outcome.receipt.error)}", soft_wrap=True
            )
