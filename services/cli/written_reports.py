"""Reports for the command line: what they are made from, and what was written."""

import json
import webbrowser
from pathlib import Path

import typer

from catalog.places import Place, Places, load_places
from services.caveats import caveats_in_spanish
from services.cli.chosen import chosen_indicators, find_places
from services.cli.output import tell_files
from services.cli.rules import write_rule
from services.cli.run import Townline
from services.reports.atlas import file_names
from services.reports.material import Material
from services.reports.model import Sheet
from services.reports.writing import Task


def material_of(run: Townline, indicators: list[str] | None) -> Material:
    """The state, its places, and the named indicators or all."""
    places = Places(load_places(run.profile.folder), run.filled)
    chosen = tuple(chosen_indicators(run, indicators or []))
    spanish = caveats_in_spanish([*run.profile.layers.values(), *chosen])
    return Material(run.profile.state, places, chosen, run.store, spanish)


def files_of(places: list[Place], sheets: list[Sheet], language: str, out: Path) -> list[Task]:
    """The profile of each place as it is to be written."""
    names = file_names(places, language)
    return [Task(sheet, language, out / name) for sheet, name in zip(sheets, names, strict=True)]


def places_of(material: Material, names: list[str], kind: str | None) -> list[Place]:
    """The places of some names or ids."""
    return [hit.place for hit in find_places(material.places, names, kind)]


def tell(
    run: Townline, paths: list[Path], material: Material, as_json: bool, show: bool, rule: Path | None
) -> None:
    """Say what was written; open the first file; write the rule, processes of their own having read, too."""
    names = [indicator.id for indicator in material.indicators]
    write_rule(
        run,
        rule,
        paths,
        declared=[f"indicators/{name}.yml" for name in names],
        layers=(*(f"indicator-{name}" for name in names), *material.places.configuration.layers),
    )
    if as_json:
        typer.echo(json.dumps([str(path) for path in paths]))
    else:
        tell_files(run, paths)
    if show and paths:
        webbrowser.open(paths[0].resolve().as_uri())
