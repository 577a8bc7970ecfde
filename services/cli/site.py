"""`townline site`."""

from pathlib import Path
from typing import Annotated

import typer

from services.cli.context import plain_errors, townline
from services.cli.options import Open, Rule


def site(
    context: typer.Context,
    out: Annotated[
        Path,
        typer.Option(metavar="FOLDER", help="Folder for the site; one that holds other files is refused."),
    ],
    url: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            help="Address of the served site, for links to the OGC API and QGIS, "
            "such as https://gis.example.gov (TOWNLINE_SERVE_URL).",
        ),
    ] = None,
    show: Open = False,
    rule: Rule = None,
) -> None:
    """Write the site as a folder that any web server, or a browser alone, can show.

    Stories are checked: one that names an unknown layer, indicator or place stops the command.

    Example: townline site --out build/site --open
    """
    import webbrowser

    from services.cli.run import settings_of
    from services.cli.site_files import site_files
    from services.settings import ServiceSettings

    with plain_errors():
        run = townline(context)
        service = settings_of(ServiceSettings, url=url)
        done = site_files(run, service, out, rule)
        run.console.print(
            f"{done.files:,} files, {done.bytes / 1e6:,.1f} MB in [bold]{out}[/]; open {out / 'index.html'}",
            soft_wrap=True,
        )
        if show:
            webbrowser.open((done.folder / "index.html").as_uri())
