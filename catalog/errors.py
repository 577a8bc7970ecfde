"""Every error that Townline raises on purpose.

TownlineError
├── ConfigurationError      mistakes in YAML files, all at once
├── BadRequest              somebody asked for what there is not, or as is not allowed; the message says what is
├── DataError               the data are not what the manifest says (file, layer, column, row)
│   ├── UnknownColumn       (a BadRequest, too)
│   └── further leaves are beside the step that raises them (layers.errors)
└── StoreError
    ├── UnknownLayer        (a BadRequest, too)
    ├── UnknownVersion      (a BadRequest, too)
    ├── LayerLocked
    └── Corrupted
"""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path


class TownlineError(Exception):
    """An expected failure with a message for the person who can mend it."""


@dataclass(frozen=True, order=True)
class Problem:
    """One mistake in one configuration file."""

    file: Path
    line: int
    where: str
    message: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}"
        return f"{place}: {self.where}: {self.message}" if self.where else f"{place}: {self.message}"


class ConfigurationError(TownlineError):
    """Mistakes in configuration files, reported together."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        count = len(self.problems)
        head = f"{count} mistake{'s' if count != 1 else ''} in the configuration"
        super().__init__("\n".join([head, *(f"  {problem}" for problem in self.problems)]))


class BadRequest(TownlineError):
    """Somebody asked for what there is not, or as is not allowed; the message says what is."""


class DataError(TownlineError):
    """Data that are not what their manifest says: the message names the file, layer, column and row."""

    def __init__(
        self,
        message: str,
        *,
        file: str | None = None,
        layer: str | None = None,
        column: str | None = None,
        row: int | None = None,
    ) -> None:
        self.file, self.layer, self.column, self.row = file, layer, column, row
        parts = {"layer": layer, "file": file, "column": column, "row": row}
        where = ", ".join(f"{name} {value}" for name, value in parts.items() if value is not None)
        self.message = message
        super().__init__(f"{where}: {message}" if where else message)

    def located(self, *, file: str | None = None, layer: str | None = None) -> "DataError":
        """The same error with the file and the layer filled in where it did not know them."""
        return type(self)(
            self.message,
            file=self.file or file,
            layer=self.layer or layer,
            column=self.column,
            row=self.row,
        )


class UnknownColumn(DataError, BadRequest):
    """Somebody named a column that the data do not have; the nearest names are given."""


class StoreError(TownlineError):
    """The store cannot do what was asked."""


class UnknownLayer(StoreError, BadRequest):
    """No such layer; the nearest names are given."""

    def __init__(self, layer: str, known: Sequence[str]) -> None:
        self.layer = layer
        super().__init__(f"there is no layer {layer!r}; {nearest(layer, known)}")


class UnknownVersion(StoreError, BadRequest):
    """No such version of a layer."""


class LayerLocked(StoreError):
    """Another process is writing this layer."""


class Corrupted(StoreError):
    """A stored file is not what its manifest says."""


def nearest(name: str, known: Sequence[str]) -> str:
    """A phrase naming the known names nearest to a wrong one, or all when there are few."""
    if not known:
        return "none are known"
    near = get_close_matches(name, known, n=3, cutoff=0.5)
    if near:
        return "did you mean " + " or ".join(near) + "?"
    shown = sorted(known)[:12]
    more = f" and {len(known) - len(shown)} more" if len(known) > len(shown) else ""
    return "known: " + ", ".join(shown) + more
