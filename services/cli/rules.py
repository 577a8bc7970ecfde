"""What a command read and made, as a rule for make: the option `--rule TARGET`.

make includes the rule at its next run, and so knows that there is nothing to do, or what has changed.
"""

import os
import re
from collections.abc import Iterable
from pathlib import Path

from catalog.store import Store
from catalog.store.files import write_whole
from services.cli.run import Townline

_SPECIAL = re.compile(r"([\s#:\\])")


def write_rule(
    run: Townline,
    target: Path | None,
    made: Iterable[Path],
    *,
    declared: Iterable[str] = (),
    files: Iterable[Path] = (),
    layers: Iterable[str] = (),
    without: Iterable[str] = (),
) -> None:
    """Write the target, dated to the start of the command, and its rule; nothing where no target is given.

    The rule names the state's and the places' file, further declared files of the profile, the given files, and the
    pointers of the given layers and of those that the command asked the stores for, without the layers that it
    published itself. A file that is gone, or that a wildcard found to be new, makes the target out of date, and so
    does a product that is gone.
    """
    if target is None:
        return
    stores = (run.store, run.private)
    asked = {*run.store.asked, *run.private.asked, *layers}.difference(without)
    read = [run.settings.profile / name for name in ("state.yml", "places.yml", *declared)]
    read += [*files, *(store.pointer(layer) for store in stores for layer in sorted(asked))]
    products = [_near(path) for path in made]
    rule = _rule(_near(target), [_near(path) for path in read], products)
    write_whole(target.with_name(f"{target.name}.d"), rule.encode())
    write_whole(target, "".join(f"{path}\n" for path in products).encode())
    os.utime(target, (run.started, run.started))


def pointers(layers: Iterable[str], *stores: Store) -> list[Path]:
    """The pointers of those layers that the stores hold."""
    found = [store.pointer(layer) for layer in layers for store in stores]
    return [path for path in found if path.is_file()]


def _rule(target: Path, read: list[Path], made: list[Path]) -> str:
    """Lines of make; files that must be there have a rule without recipe, so that their loss is a change."""
    there = list(dict.fromkeys(_escaped(path) for path in read if path.exists()))
    missing = dict.fromkeys(_escaped(path) for path in read if not path.exists())
    lines = [f"{_escaped(target)}: {path}" for path in there]
    lines += [f"{_escaped(target)}: $(wildcard {path})" for path in missing]
    products = list(dict.fromkeys(_escaped(path) for path in made))
    lines += [f"{_escaped(target)}: $(if $(wildcard {path}),,{path})" for path in products]
    lines += [f"{_as_target(path)}:" for path in dict.fromkeys([*there, *products])]
    return "\n".join(lines) + "\n"


def _near(path: Path) -> Path:
    """The path as seen from the working folder where it lies below it, so that the folder can be moved."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


def _as_target(escaped: str) -> str:
    """A percent sign stands for anything in a target, and for itself elsewhere."""
    return escaped.replace("%", r"\%")


def _escaped(path: Path) -> str:
    return _SPECIAL.sub(r"\\\1", str(path)).replace("$", "$$")
