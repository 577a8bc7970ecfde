"""`townline report`: place profiles, an atlas of them, and comparisons as accessible PDF files."""

import json
import webbrowser
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from rich.progress import track

from catalog.places import Gazetteer, Place, Places, load_places
from services.caveats import caveats_in_spanish
from services.cli.context import Townline, plain_errors, townline
from services.cli.indicators import AsJson, chosen_indicators
from services.cli.rules import Rule, write_rule

if TYPE_CHECKING:
    from services.reports.material import Material
    from services.reports.model import Sheet
    from services.reports.writing import Task

app = typer.Typer(
    help="Place profiles, atlases and comparisons as accessible PDF files.", no_args_is_help=True
)

Language = Annotated[Literal["en", "es"], typer.Option(help="Language of the report.")]
Out = Annotated[Path, typer.Option(help="Folder for the files.")]
Type = Annotated[str | None, typer.Option("--type", help="Place type, where several have the name.")]
Open = Annotated[bool, typer.Option("--open", help="Open the first file.")]
Only = Annotated[list[str] | None, typer.Option("--indicator", help="Only these indicators.")]


class Form(StrEnum):
    """What an atlas is written as."""

    BOOK = "book"
    FILES = "files"
    BOTH = "both"


@app.command("profile")
def profile(
    context: typer.Context,
    names: Annotated[list[str], typer.Argument(metavar="PLACE...", help="Names, villages or ids.")],
    kind: Type = None,
    indicator: Only = None,
    language: Language = "en",
    out: Out = Path("reports"),
    as_json: AsJson = False,
    show: Open = False,
    rule: Rule = None,
) -> None:
    """Write the profile of each place: every indicator with its error, beside the region and the state.

    Example: townline report profile Storrs --language es --out build/reports
    """
    with plain_errors():
        run = townline(context)
        material = _material(run, indicator)
        chosen = _found(material, names, kind)
        from services.reports.atlas import sheets_of
        from services.reports.writing import write_all

        out.mkdir(parents=True, exist_ok=True)
        sheets = sheets_of(chosen, material, language)
        paths = list(write_all(_files(chosen, sheets, language, out)))
    _tell(run, paths, material, as_json, show, rule)


@app.command("atlas")
def atlas(
    context: typer.Context,
    kind: Annotated[
        str | None, typer.Option("--type", help="Place type; default: towns, else counties.")
    ] = None,
    indicator: Only = None,
    form: Annotated[Form, typer.Option("--as", help="One file with contents, a file per place, or both.")] = (
        Form.BOTH
    ),
    language: Language = "en",
    out: Out = Path("reports"),
    processes: Annotated[int, typer.Option(min=1, max=64, help="Processes that make profiles.")] = 2,
    as_json: AsJson = False,
    show: Open = False,
    rule: Rule = None,
) -> None:
    """Write the profiles of all places of a type.

    Example: townline report atlas --type town --as book
    """
    with plain_errors():
        run = townline(context)
        material = _material(run, indicator)
        from services.reports.atlas import book_of, places_of_type, sheets_of, usual_type
        from services.reports.writing import Task, write_all

        kind = kind or usual_type(material.places)
        out.mkdir(parents=True, exist_ok=True)
        places = places_of_type(material.places, kind)
        sheets = sheets_of(places, material, language)
        tasks = [] if form is Form.BOOK else _files(places, sheets, language, out)
        if form is not Form.FILES:
            book = book_of(sheets, kind, material, language)
            tasks = [Task(book, language, out / f"atlas-{kind}.{language}.pdf"), *tasks]
        made = write_all(tasks, processes)
        paths = list(track(made, "writing profiles", len(tasks), console=run.messages, transient=True))
    _tell(run, paths, material, as_json, show, rule)


@app.command("brief")
def brief(
    context: typer.Context,
    names: Annotated[list[str], typer.Argument(metavar="PLACE PLACE...", help="Two to six places.")],
    kind: Type = None,
    indicator: Only = None,
    language: Language = "en",
    out: Out = Path("reports"),
    as_json: AsJson = False,
    show: Open = False,
    rule: Rule = None,
) -> None:
    """Write a page that compares two to six places of a type.

    Example: townline report brief Hartford "New Haven" Bridgeport
    """
    with plain_errors():
        run = townline(context)
        material = _material(run, indicator)
        chosen = _found(material, names, kind)
        from services.reports.brief import brief_of
        from services.reports.writing import Task, write

        document = brief_of([material.profile(place) for place in chosen], material, language)
        out.mkdir(parents=True, exist_ok=True)
        path = out / f"brief-{'-'.join(place.key.geoid for place in chosen)}.{language}.pdf"
        write(Task(document, language, path))
    _tell(run, [path], material, as_json, show, rule)


def _material(run: Townline, indicators: list[str] | None) -> "Material":
    from services.reports.material import Material  # with shapely and numpy: only when it is needed

    places = Places(load_places(run.profile.folder), run.store)
    chosen = tuple(chosen_indicators(run, indicators or []))
    spanish = caveats_in_spanish([*run.profile.layers.values(), *chosen])
    return Material(run.profile.state, places, chosen, run.store, spanish)


def _files(places: list[Place], sheets: "list[Sheet]", language: str, out: Path) -> "list[Task]":
    """The profile of each place as it is to be written."""
    from services.reports.atlas import file_names
    from services.reports.writing import Task

    names = file_names(places, language)
    return [Task(sheet, language, out / name) for sheet, name in zip(sheets, names, strict=True)]


def _found(material: "Material", names: list[str], kind: str | None) -> list[Place]:
    gazetteer = Gazetteer.of(material.places)
    return [gazetteer.find(name, kind).place for name in names]


def _tell(
    run: Townline, paths: list[Path], material: "Material", as_json: bool, show: bool, rule: Path | None
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
        for path in paths:
            run.console.print(
                f"{path}  {path.stat().st_size / 1000:,.0f} kB", highlight=False, soft_wrap=True
            )
    if show and paths:
        webbrowser.open(paths[0].resolve().as_uri())
