"""`townline list` and `townline show`."""

import json
from typing import Annotated

import typer
from rich.table import Table

from catalog import index
from catalog.records import Record
from services.cli.context import plain_errors, townline


def list_layers(
    context: typer.Context,
    search: Annotated[str | None, typer.Option("--search", "-q", help="Words; commas mean or.")] = None,
    bbox: Annotated[
        tuple[float, float, float, float] | None, typer.Option(help="West, south, east and north in degrees.")
    ] = None,
    theme: Annotated[str | None, typer.Option(help="Code of a theme.")] = None,
    kind: Annotated[str | None, typer.Option(help="features, table or raster.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the records as JSON.")] = False,
) -> None:
    """List the published layers, or those that fit a search.

    Example: townline list --search "census tracts"
    """
    with plain_errors():
        run = townline(context)
        query = index.Query(
            text=search,
            boxes=(bbox,) if bbox else None,
            themes=(theme,) if theme else None,
            kinds=(kind,) if kind else None,
        )
        records = index.search(run.store.catalog_index, query)
    if as_json:
        typer.echo(json.dumps([record.model_dump(mode="json", exclude_none=True) for record in records]))
        return
    table = Table("Layer", "Kind", "Rows", "Version", "Updated", "Title", box=None)
    for record in records:
        rows = "" if record.rows is None else f"{record.rows:,}"
        updated = record.data_changed_at.date().isoformat()
        table.add_row(record.id, record.kind, rows, str(record.version), updated, record.title)
    run.console.print(table)


def show(
    context: typer.Context,
    layer: str,
    version: Annotated[int | None, typer.Option(help="Version; default: the current one.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print record and receipt as JSON.")] = False,
) -> None:
    """Show what is known of a layer: record, columns, steps and losses of its last run.

    Example: townline show towns
    """
    with plain_errors():
        run = townline(context)
        home = run.home_of(layer)
        found = home.current(layer) if version is None else home.version(layer, version)
        record, receipt = found.record, found.receipt
    if as_json:
        both = {"record": record.model_dump(mode="json"), "receipt": receipt.model_dump(mode="json")}
        typer.echo(json.dumps(both, indent=1))
        return
    run.console.print(
        f"[bold]{record.title}[/] ({record.id}, version {record.version})\n{record.description}\n"
    )
    run.console.print(_facts(record))
    columns = Table("Column", "Type", "Unit", "Description", box=None, title="Columns", title_justify="left")
    for column in record.columns:
        columns.add_row(column.name, column.type, column.unit or "", column.description)
    steps = Table("Step", "Column", "Rows", "What was done", box=None, title="Steps", title_justify="left")
    for note in receipt.steps:
        steps.add_row(
            note.step, note.column or "", "" if note.rows is None else f"{note.rows:,}", note.message
        )
    for loss in receipt.losses:
        steps.add_row("dropped", "", f"{loss.rows:,}", loss.reason)
    run.console.print(columns if record.columns else "", steps if receipt.steps or receipt.losses else "")


def _facts(record: Record) -> Table:
    facts = Table(box=None, show_header=False)
    bounds = ", ".join(f"{value:.4f}" for value in record.bounds) if record.bounds else None
    values = {
        "Agency": record.agency,
        "Licence": record.licence,
        "Updated": f"{record.cadence}; data changed {record.data_changed_at.date()}",
        "Rows": None if record.rows is None else f"{record.rows:,}",
        "Geometry": record.geometry_type,
        "Bounds": bounds,
        "Files": ", ".join(f"{file.name} ({file.bytes:,} bytes)" for file in record.files),
        "Caveats": " ".join(record.caveats) or None,
        "Source": record.source_url,
    }
    for name, value in values.items():
        if value is not None:
            facts.add_row(name, value)
    return facts
