"""`townline history`, `rollback`, `verify` and `reindex`."""

import getpass
import json
from typing import Annotated

import typer
from rich.table import Table

from catalog import index
from layers.publish import rebuildable_files
from services.cli.context import FAILED, plain_errors, townline

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def history(context: typer.Context, layer: str, as_json: AsJson = False) -> None:
    """Show every publication and rollback of a layer.

    Example: townline history towns
    """
    with plain_errors():
        run = townline(context)
        entries = run.home_of(layer).history(layer)
    if as_json:
        typer.echo(json.dumps([entry.model_dump(mode="json") for entry in entries], indent=1))
        return
    table = Table("When", "Event", "Version", "Rows", "Who", "Why", "Manifest", box=None)
    for entry in entries:
        rows = "" if entry.rows is None else f"{entry.rows:,}"
        when = entry.at.isoformat(timespec="seconds")
        table.add_row(
            when, entry.event, str(entry.version), rows, entry.who, entry.reason, entry.manifest_sha256[:12]
        )
    run.console.print(table)


def rollback(
    context: typer.Context,
    layer: str,
    version: int,
    reason: Annotated[str, typer.Option(help="Why; it is kept in the history.")],
    who: Annotated[str | None, typer.Option(help="Who; default: the user's name.")] = None,
) -> None:
    """Make an older version of a layer current again.

    Example: townline rollback towns 3 --reason "wrong upload"
    """
    with plain_errors():
        run = townline(context)
        run.home_of(layer).rollback(layer, version, who=who or getpass.getuser(), reason=reason)
        index.rebuild(run.store)
    run.console.print(f"{layer} is at version {version} again")


def verify(
    context: typer.Context,
    layer: Annotated[
        str | None, typer.Argument(help="Layer to verify; everything when none is named.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Hash every file again and compare it with the manifests.

    Example: townline verify
    """
    with plain_errors():
        run = townline(context)
        stores = [run.home_of(layer)] if layer else [run.store, run.private]
        faults = [fault for store in stores for fault in store.verify(layer)]
    if as_json:
        found = [
            {"layer": fault.layer, "file": str(fault.file), "message": fault.message} for fault in faults
        ]
        typer.echo(json.dumps(found, indent=1))
    else:
        for fault in faults:
            run.console.print(f"[bold red]fault[/] {fault}", soft_wrap=True)
        run.console.print("everything is as it was published" if not faults else f"{len(faults)} faults")
    if faults:
        raise typer.Exit(FAILED)


def reindex(
    context: typer.Context,
    layers: Annotated[
        list[str] | None,
        typer.Argument(help="Layers whose serving index and tiles are made anew; default: all."),
    ] = None,
) -> None:
    """Rebuild serving indexes and tiles of current versions and the search index from the published files.

    Example: townline reindex towns
    """
    with plain_errors():
        run = townline(context)
        names = layers or run.store.layers()
        for name in names:
            version = run.store.current(name)
            for file, build in rebuildable_files(version.record).items():
                with run.store.rebuilding(version, file) as path:
                    build(version.data, version.record, path)
        count = index.rebuild(run.store)
    run.console.print(
        f"serving index and tiles of {len(names)} layers and the search index over {count} records are rebuilt"
    )
