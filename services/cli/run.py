"""One run of the command: its settings, stores and profile, and where it prints."""

import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_settings import BaseSettings
from rich.console import Console
from rich.progress import track

from catalog.errors import BadRequest, StoreError
from catalog.manifests import Profile, load_profile
from catalog.settings import Settings
from catalog.store import HistoryEntry, Store, Version


class WrongSettings(BadRequest):
    """An option or a variable of the environment has a value that is not allowed."""


class NothingPublished(StoreError):
    """A folder without any layer: a store that was named wrongly or is not built, a backup that was never made."""


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

    @property
    def filled(self) -> WatchedStore:
        """The public store, which holds layers.

        Raises:
            NothingPublished: it holds none; the message says what to do.

        """
        if not self.store.layers():
            raise NothingPublished(
                f"there is no published layer in {self.store.root}: name another store with --store, or build this one "
                "first (make build STATE=…, or townline ingest and townline derive with the same --store)"
            )
        return self.store

    @cached_property
    def private(self) -> WatchedStore:
        """The store of restricted layers."""
        return WatchedStore(self.settings.private)

    @cached_property
    def profile(self) -> Profile:
        """The state's profile."""
        return load_profile(self.settings.profile)

    @property
    def quiet(self) -> bool:
        """Whether nobody watches: the error stream is not a terminal, so that nothing moves there."""
        return not self.messages.is_terminal

    def bar[Item](self, items: Iterable[Item], what: str, total: int | None = None) -> Iterable[Item]:
        """The items, under a progress bar on the error stream while somebody watches."""
        return track(items, what, total, console=self.messages, transient=True, disable=self.quiet)

    def home_of(self, layer: str) -> WatchedStore:
        """The store that holds a layer."""
        return self.private if self.private.find(layer) else self.store


def start(
    profile: Path | None, store: Path | None, private: Path | None, mirror: list[Path] | None
) -> Townline:
    """A run with the settings of the environment, changed by the options that were given."""
    mirrors = tuple(mirror) if mirror else None
    settings = settings_of(Settings, profile=profile, store=store, private=private, mirror=mirrors)
    return Townline(settings, Console(), Console(file=sys.stderr))


def settings_of[Read: BaseSettings](kind: type[Read], **given: Any) -> Read:
    """The settings of the environment, changed by those that are given and not None.

    Raises:
        WrongSettings: the message names every option or variable with a value that is not allowed.

    """
    try:
        return kind(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        prefix = kind.model_config.get("env_prefix", "")
        wrong = [
            f"{prefix}{'_'.join(map(str, one['loc'])).upper()} is {one['input']!r}: {one['msg']}"
            for one in error.errors()
        ]
        raise WrongSettings("; ".join(wrong)) from error
