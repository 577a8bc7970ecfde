"""What every command needs: settings, stores, profile; and how errors end a command."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import typer
from rich.console import Console
from rich.markup import escape

from catalog.errors import ConfigurationError, TownlineError
from catalog.manifests import Profile, load_profile
from catalog.settings import Settings
from catalog.store import Store

FAILED = 1
USAGE = 2


@dataclass(frozen=True)
class Townline:
    """One run of the command."""

    settings: Settings
    console: Console
    messages: Console

    @cached_property
    def store(self) -> Store:
        """The public store."""
        return Store(self.settings.store)

    @cached_property
    def private(self) -> Store:
        """The store of restricted layers."""
        return Store(self.settings.private)

    @cached_property
    def profile(self) -> Profile:
        """The state's profile."""
        return load_profile(self.settings.profile)

    def home_of(self, layer: str) -> Store:
        """The store that holds a layer."""
        return self.private if self.private.find(layer) else self.store


def townline(context: typer.Context) -> Townline:
    """The run that a command belongs to."""
    found = context.find_object(Townline)
    if found is None:
        raise RuntimeError("the command was called without its root")
    return found


def start(
    profile: Path | None, store: Path | None, private: Path | None, mirror: list[Path] | None
) -> Townline:
    """A run with the settings of the environment, changed by the options that were given."""
    given: dict[str, Any] = {
        "profile": profile,
        "store": store,
        "private": private,
        "mirror": tuple(mirror) if mirror else None,
    }
    settings = Settings(**{name: value for name, value in given.items() if value is not None})
    return Townline(settings, Console(), Console(file=sys.stderr))


@contextmanager
def plain_errors() -> Iterator[None]:
    """End the command with one message and the right exit code where an expected error comes up."""
    try:
        yield
    except ConfigurationError as error:
        _say(error)
        raise typer.Exit(USAGE) from error
    except TownlineError as error:
        _say(error)
        raise typer.Exit(FAILED) from error


def _say(error: TownlineError) -> None:
    Console(file=sys.stderr, highlight=False, soft_wrap=True).print(
        f"[bold red]error:[/] {escape(str(error))}"
    )
