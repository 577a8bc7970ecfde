"""`townline serve`."""

from typing import Annotated

import typer

from services.cli.context import plain_errors, townline


def serve(
    context: typer.Context,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = 8000,
) -> None:
    """Serve the catalog, the OGC API and the files until Ctrl-C.

    Example: townline --store build/north-carolina/store serve --port 8000
    """
    # pygeoapi takes a second to import, and only this command needs it
    from services.web import server

    run = townline(context)
    base = f"http://{host}:{port}"
    run.console.print(f"Townline serves [bold]{run.settings.store}[/]; Ctrl-C ends it.")
    for path, what in (
        ("/", "catalog"),
        ("/ogc/", "OGC API (QGIS: add an OGC API - Features connection)"),
        ("/ogc/collections", "collections"),
        ("/health", "health"),
    ):
        run.console.print(f"  {base}{path:<18} {what}", highlight=False)
    with plain_errors():
        server.serve(run.settings, host, port)
