"""What every command shares: the run that it belongs to, and how errors end it."""

import errno
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer

from catalog.errors import BadRequest, ConfigurationError, TownlineError

if TYPE_CHECKING:
    from services.cli.run import Townline

FAILED = 1
USAGE = 2


def townline(context: typer.Context) -> "Townline":
    """The run that a command belongs to, begun when it is first asked for, with the options of the root."""
    from services.cli.run import Townline, start

    root = context.find_root()
    if not isinstance(root.obj, Townline):
        root.obj = start(**{name: root.params[name] for name in ("profile", "store", "private", "mirror")})
    return root.obj


@contextmanager
def plain_errors() -> Iterator[None]:
    """End the command with one message and the right exit code where an expected error comes up.

    2 stands for a wrong request or configuration, 1 for everything else that cannot be done.
    """
    try:
        yield
    except TownlineError as error:
        _say(str(error))
        raise typer.Exit(USAGE if isinstance(error, ConfigurationError | BadRequest) else FAILED) from error
    except OSError as error:
        if error.filename is None or error.errno == errno.EPIPE:
            raise
        _say(f"{error.strerror}: {error.filename}")
        raise typer.Exit(FAILED) from error


def _say(message: str) -> None:
    from rich.console import Console
    from rich.markup import escape

    Console(file=sys.stderr, highlight=False, soft_wrap=True).print(f"[bold red]error:[/] {escape(message)}")
