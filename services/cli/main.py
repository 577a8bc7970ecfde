"""The commands, put together."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from services.cli.change import change
from services.cli.codes import crosswalk, vocab
from services.cli.derive import derive
from services.cli.disclosure import app as disclosure_commands
from services.cli.disparity import disparity
from services.cli.explain import explain_number
from services.cli.help import Command, Group
from services.cli.indicators import indicators
from services.cli.ingest import ingest
from services.cli.look import list_layers, show
from services.cli.map import map_
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
    cls=Group,
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback()
def root(
    profile: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help="The state's profile, such as config/connecticut (TOWNLINE_PROFILE). Default: config/north-carolina.",
        ),
    ] = None,
    store: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Root of the store (TOWNLINE_STORE). Default: store."),
    ] = None,
    private: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help="Root of the store of restricted layers (TOWNLINE_PRIVATE). Default: private.",
        ),
    ] = None,
    mirror: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="FOLDER",
            help="Copies of the sources, read instead of the network; may be repeated, the first that has a file wins "
            "(TOWNLINE_MIRROR).",
        ),
    ] = None,
) -> None:
    """A state's geospatial catalog and its disparity maps.

    These options stand before the command; `townline COMMAND --help` tells more of a command. Commands end with 0 when
    all is well, with 1 when something failed or was found to be wrong, and with 2 when they were asked for what there
    is not.

    Example: townline --profile config/north-carolina --store build/north-carolina/store list
    """


_COMMANDS: dict[str, dict[str, Callable[..., Any] | typer.Typer]] = {
    "Look up": {
        "list": list_layers,
        "show": show,
        "history": history,
        "indicators": indicators,
        "vocab": vocab,
        "crosswalk": crosswalk,
        "profile": profile_command,
        "explain": explain_number,
    },
    "Analyse": {
        "disparity": disparity,
        "change": change,
        "spatial": spatial,
        "measures": measures,
        "survey": survey,
        "disclosure": disclosure_commands,
    },
    "Show": {"map": map_, "report": report_commands, "site": site, "serve": serve},
    "Make and keep layers": {
        "ingest": ingest,
        "derive": derive,
        "verify": verify,
        "reindex": reindex,
        "rollback": rollback,
    },
}

for _panel, _commands in _COMMANDS.items():
    for _name, _command in _commands.items():
        if isinstance(_command, typer.Typer):
            app.add_typer(_command, name=_name, rich_help_panel=_panel)
        else:
            app.command(_name, cls=Command, rich_help_panel=_panel)(_command)


def main() -> None:
    """Run the command."""
    app()
