"""`townline site`."""

import webbrowser
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from services.cli.context import plain_errors, townline
from services.cli.rules import Rule, write_rule


def site(
    context: typer.Context,
    out: Annotated[Path, typer.Option(help="Folder for the site; one that holds other files is refused.")],
    url: Annotated[
        str | None,
        typer.Option(
            help="Address of the served site, for links to the OGC API and QGIS (TOWNLINE_SERVE_URL)."
        ),
    ] = None,
    show: Annotated[bool, typer.Option("--open", help="Open the first page in the browser.")] = False,
    rule: Rule = None,
) -> None:
    """Write the site as a folder that any web server, or a browser alone, can show.

    Stories are checked: one that names an unknown layer, indicator or place stops the command.

    Example: townline site --out build/site --open
    """
    # pygeoapi takes a second to import, and only this command and serve need it
    from services.holdings import read_holdings
    from services.ogc.config import base_config
    from services.settings import ServiceSettings
    from services.site import make_site
    from services.site_export import Export, write_site
    from services.web.faces import identity_of, make_faces
    from services.web.render import TEMPLATES
    from services.web.views.methods import DOCUMENT

    run = townline(context)
    with plain_errors():
        service = ServiceSettings.model_validate({"url": url}) if url else ServiceSettings()
        faces = make_faces(run.settings, service)
        shelf = faces.shelf(read_holdings(faces.store))
        served = make_site(service, faces.declared.profile.state)
        identity = identity_of(base_config(service.config, served, TEMPLATES), shelf)
        known = served if "url" in service.model_fields_set else None
        done = write_site(Export(shelf, identity, datetime.now(UTC), known), out)
    run.console.print(
        f"{done.files:,} files, {done.bytes / 1e6:,.1f} MB in [bold]{out}[/]; open {out / 'index.html'}"
    )
    declared = sorted(path for path in run.settings.profile.rglob("*") if path.is_file())
    maps = [shelf.maps / f"{name}.{kind}" for name in shelf.declared.maps for kind in ("html", "png")]
    files = [*declared, *maps, service.config, shelf.docs / DOCUMENT]
    write_rule(run, rule, [out / "index.html"], files=files, layers=shelf.holdings.layers)
    if show:
        webbrowser.open((done.folder / "index.html").as_uri())
