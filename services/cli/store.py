"""`townline history`, `rollback`, `verify` and `reindex`."""

from typing import Annotated

import typer

from services.cli.context import FAILED, plain_errors, townline
from services.cli.options import AsJson, Layer


def history(context: typer.Context, layer: Layer, as_json: AsJson = False) -> None:
    """Show every publication and rollback of a layer.

    Example: townline history towns
    """
    import json
    from datetime import UTC

    from rich.markup import escape
    from rich.table import Column, Table

    with plain_errors():
        run = townline(context)
        entries = run.home_of(layer).history(layer)
    if as_json:
        typer.echo(json.dumps([entry.model_dump(mode="json") for entry in entries], indent=1))
        return
    when = Column("When (UTC)", no_wrap=True)
    table = Table(when, "Event", "Version", "Rows", "Who", "Why", Column("Manifest", no_wrap=True), box=None)
    for entry in entries:
        rows = "" if entry.rows is None else f"{entry.rows:,}"
        at = f"{entry.at.astimezone(UTC):%Y-%m-%d %H:%M}"
        table.add_row(
            at,
            entry.event,
            str(entry.version),
            rows,
            escape(entry.who),
            escape(entry.reason),
            entry.manifest_sha256[:12],
        )
    run.console.print(table)


def rollback(
    context: typer.Context,
    layer: Layer,
    version: Annotated[
        int, typer.Argument(help="The version to go back to; `townline history LAYER` numbers them.")
    ],
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why; it is kept in the history.")],
    who: Annotated[
        str | None, typer.Option(metavar="NAME", help="Who; kept in the history. Default: the user's name.")
    ] = None,
) -> None:
    """Make an older version of a layer current again.

    Example: townline rollback towns 3 --reason "wrong upload"
    """
    import getpass

    from catalog import index

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
    """Hash every file again and compare it with the manifests; end with 1 when a file is not as it was published.

    Example: townline verify
    """
    import json

    from rich.markup import escape

    with plain_errors():
        run = townline(context)
        stores = [run.home_of(layer)] if layer else [run.filled, run.private]
        faults = [fault for store in stores for fault in store.verify(layer)]
    if as_json:
        found = [
            {"layer": fault.layer, "file": str(fault.file), "message": fault.message} for fault in faults
        ]
        typer.echo(json.dumps(found, indent=1))
    else:
        for fault in faults:
            run.console.print(f"[bold red]fault[/] {escape(str(fault))}", soft_wrap=True)
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
    from catalog import index
    from layers.publish.version import rebuildable_files

    with plain_errors():
        run = townline(context)
        names = layers or run.filled.layers()
        for name in names:
            version = run.store.current(name)
            for file, build in rebuildable_files(version.record).items():
                with run.store.rebuilding(version, file) as path:
                    build(version.data, version.record, path)
        count = index.rebuild(run.store)
    run.console.print(
        f"serving index and tiles of {len(names)} layers and the search index over {count} records are rebuilt"
    )
