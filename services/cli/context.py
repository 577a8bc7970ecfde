"""What every command needs: settings, stores, profile; and how errors end a command."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import typer
from rich.console import Console
from rich.markup import escape

from catalog.errors import ConfigurationError, TownlineError
from catalog.manifests import Profile, load_profile
from catalog.settings import Settings
from catalog.store import HistoryEntry, Store, Version

FAILED = 1
USAGE = 2


class WatchedStore(Store):
    """A store that remembers which layers it was asked for."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.asked: set[str] = set()

    def find(self, layer: str) -> Version | None:
        """The current version of a layer, or None."""
        self.asked.add(layer)
        return super().find(layer)

    def version(self, layer: str, number: int) -> Version:
        """One published version of a layer."""
        self.asked.add(layer)
        return super().version(layer, number)

    def history(self, layer: str) -> tuple[HistoryEntry, ...]:
        """Every publication and rollback of a layer, oldest first."""
        self.asked.add(layer)
        return super().history(layer)


@dataclass(frozen=True)
class Townline:
    """One run of the command, which began at `started` (seconds since 1970)."""

    settings: Settings
    console: Console
    messages: Console
    started: float = field(default_factory=time.time)

    @cached_property
    def store(self) -> WatchedStore:
        """The public store."""
        return WatchedStore(self.settings.store)

    @cached_property
    def private(self) -> WatchedStore:
        """The store of restricted layers."""
        return WatchedStore(self.settings.private)

    @cached_property
    def profile(self) -> Profile:
        """The state's profile."""
        return load_profile(self.settings.profile)

    def home_of(self, layer: str) -> WatchedStore:
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
