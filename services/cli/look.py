"""`townline list` and `townline show`."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from services.cli.context import plain_errors, townline
from services.cli.options import AsJson, Layer

if TYPE_CHECKING:
    from rich.table import Table

    from catalog.receipts import Receipt
    from catalog.records import Record
    from services.cli.run import Townline


class Kind(StrEnum):
    """What a layer holds."""

    FEATURES = "features"
    TABLE = "table"
    RASTER = "raster"


def list_layers(
    context: typer.Context,
    search: Annotated[
        str | None,
        typer.Option("--search", "-q", metavar="WORDS", help="All of these words; a comma means or."),
    ] = None,
    bbox: Annotated[
        tuple[float, float, float, float] | None,
        typer.Option(
            metavar="WEST SOUTH EAST NORTH",
            help="Layers that touch this box, four numbers in degrees, such as --bbox -73 41.5 -72.5 42.",
        ),
    ] = None,
    theme: Annotated[
        str | None, typer.Option(metavar="CODE", help="Code of a theme; `townline vocab themes` lists them.")
    ] = None,
    kind: Annotated[Kind | None, typer.Option(help="What the layer holds.")] = None,
    as_json: AsJson = False,
) -> None:
    """List the published layers, or those that fit a search.

    Example: townline list --search "census tracts"
    """
    import json

    from catalog import index
    from catalog.vocabulary import vocabulary

    with plain_errors():
        run = townline(context)
        query = index.Query(
            text=search,
            boxes=(bbox,) if bbox else None,
            themes=(vocabulary("themes").term(theme).code,) if theme else None,
            kinds=(kind.value,) if kind else None,
        )
        records = index.search(run.filled.catalog_index, query)
    if as_json:
        typer.echo(json.dumps([record.model_dump(mode="json", exclude_none=True) for record in records]))
    elif records:
        _print_list(run, records)
    else:
        run.messages.print("no published layer fits")


def show(
    context: typer.Context,
    layer: Layer,
    version: Annotated[
        int | None, typer.Option(metavar="NUMBER", help="A version. Default: the current one.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show what is known of a layer: record, columns, steps and losses of its last run.

    Example: townline show towns
    """
    import json

    with plain_errors():
        run = townline(context)
        home = run.home_of(layer)
        found = home.current(layer) if version is None else home.version(layer, version)
        record, receipt = found.record, found.receipt
    if as_json:
        both = {"record": record.model_dump(mode="json"), "receipt": receipt.model_dump(mode="json")}
        typer.echo(json.dumps(both, indent=1))
    else:
        _print_layer(run, record, receipt)


def _print_list(run: "Townline", records: "list[Record]") -> None:
    from rich.markup import escape
    from rich.padding import Padding

    for record in records:
        rows = "" if record.rows is None else f", {record.rows:,} rows"
        changed = record.data_changed_at.date().isoformat()
        facts = f"{record.kind}{rows}; version {record.version}, data changed {changed}"
        run.console.print(f"[bold]{record.id}[/]", highlight=False, soft_wrap=True)
        run.console.print(Padding(f"{escape(record.title)}\n[dim]{facts}[/]", (0, 0, 0, 2)))


def _print_layer(run: "Townline", record: "Record", receipt: "Receipt") -> None:
    from rich.markup import escape
    from rich.table import Column, Table

    run.console.print(
        f"[bold]{escape(record.title)}[/] ({record.id}, version {record.version})\n{escape(record.description)}\n"
    )
    run.console.print(_facts(record))
    columns = Table(
        Column("Column", overflow="fold"),
        "Type",
        "Unit",
        "Description",
        box=None,
        title="Columns",
        title_justify="left",
    )
    for column in record.columns:
        columns.add_row(column.name, column.type, escape(column.unit or ""), escape(column.description))
    steps = Table("Step", "Column", "Rows", "What was done", box=None, title="Steps", title_justify="left")
    for note in receipt.steps:
        rows = "" if note.rows is None else f"{note.rows:,}"
        steps.add_row(note.step, note.column or "", rows, escape(note.message))
    for loss in receipt.losses:
        steps.add_row("dropped", "", f"{loss.rows:,}", escape(loss.reason))
    if record.columns:
        run.console.print(columns)
    if receipt.steps or receipt.losses:
        run.console.print(steps)


def _facts(record: "Record") -> "Table":
    from rich.markup import escape
    from rich.table import Column, Table

    facts = Table("", Column("", overflow="fold"), box=None, show_header=False)
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
            facts.add_row(name, escape(value))
    return facts
