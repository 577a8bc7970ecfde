"""The commands, put together."""

from pathlib import Path
from typing import Annotated

import typer

from services.cli.change import change
from services.cli.codes import crosswalk, vocab
from services.cli.context import start
from services.cli.derive import derive
from services.cli.disclosure import disclosure
from services.cli.disparity import disparity
from services.cli.explain import explain_number
from services.cli.indicators import indicators
from services.cli.ingest import ingest
from services.cli.look import list_layers, show
from services.cli.map import map_ as map_command
from services.cli.measures import measures
from services.cli.profile import profile as profile_command
from services.cli.report import app as report_commands
from services.cli.serve import serve
from services.cli.site import site
from services.cli.spatial import spatial
from services.cli.store import history, reindex, rollback, verify
from services.cli.survey import survey

app = typer.Typer(
    name="townline",
    help="A state's geospatial catalog and its disparity maps.",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback()
def root(
    context: typer.Context,
    profile: Annotated[
        Path | None,
        typer.Option(help="Folder of the state's profile, such as config/connecticut (TOWNLINE_PROFILE)."),
    ] = None,
    store: Annotated[Path | None, typer.Option(help="Root of the store (TOWNLINE_STORE).")] = None,
    private: Annotated[
        Path | None, typer.Option(help="Root of the store for restricted layers (TOWNLINE_PRIVATE).")
    ] = None,
    mirror: Annotated[
        list[Path] | None,
        typer.Option(
            help="Folder with copies of the sources, read instead of the network; may be given several times, "
            "the first that has a file wins (TOWNLINE_MIRROR)."
        ),
    ] = None,
) -> None:
    """A state's geospatial catalog and its disparity maps.

    Example: townline --profile config/north-carolina ingest
    """
    context.obj = start(profile, store, private, mirror)


app.command("ingest")(ingest)
app.command("derive")(derive)
app.command("indicators")(indicators)
app.command("disparity")(disparity)
app.command("change")(change)
app.command("measures")(measures)
app.command("survey")(survey)
app.command("explain")(explain_number)
app.command("spatial")(spatial)
app.command("profile")(profile_command)
app.command("vocab")(vocab)
app.command("crosswalk")(crosswalk)
app.command("list")(list_layers)
app.command("show")(show)
app.command("history")(history)
app.command("rollback")(rollback)
app.command("verify")(verify)
app.command("reindex")(reindex)
app.command("map")(map_command)
app.add_typer(report_commands, name="report")
app.command("serve")(serve)
app.add_typer(disclosure, name="disclosure")
app.command("site")(site)


def main() -> None:
    """Run the command."""
    app()
