"""`townline report`: place profiles, an atlas of them, and comparisons as accessible PDF files."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from services.cli.context import plain_errors, townline
from services.cli.help import Command, Group
from services.cli.options import AsJson, InLanguage, Language, OneType, OnlyIndicators, Open, Rule

app = typer.Typer(
    cls=Group, help="Place profiles, atlases and comparisons as accessible PDF files.", no_args_is_help=True
)

Out = Annotated[Path, typer.Option(metavar="FOLDER", help="Folder for the files.")]


class Form(StrEnum):
    """What an atlas is written as."""

    BOOK = "book"
    FILES = "files"
    BOTH = "both"


@app.command("profile", cls=Command)
def profile(
    context: typer.Context,
    places: Annotated[list[str], typer.Argument(help="Names, villages or ids of places.")],
    kind: OneType = None,
    indicator: OnlyIndicators = None,
    language: InLanguage = Language.ENGLISH,
    out: Out = Path("reports"),
    as_json: AsJson = False,
    show: Open = False,
    rule: Rule = None,
) -> None:
    """Write the profile of each place: every indicator with its error, beside the region and the state.

    Example: townline report profile Storrs --language es --out build/reports
    """
    from services.cli.written_reports import files_of, material_of, places_of, tell
    from services.reports.atlas import sheets_of
    from services.reports.writing import write_all

    with plain_errors():
        run = townline(context)
        material = material_of(run, indicator)
        chosen = places_of(material, places, kind)
        out.mkdir(parents=True, exist_ok=True)
        sheets = sheets_of(chosen, material, language)
        paths = list(write_all(files_of(chosen, sheets, language, out)))
        tell(run, paths, material, as_json, show, rule)


@app.command("atlas", cls=Command)
def atlas(
    context: typer.Context,
    kind: Annotated[
        str | None,
        typer.Option(
            "--places",
            metavar="TYPE",
            help="Type of the places, such as town. Default: towns, else counties.",
        ),
    ] = None,
    indicator: OnlyIndicators = None,
    form: Annotated[Form, typer.Option("--as", help="One file with contents, a file per place, or both.")] = (
        Form.BOTH
    ),
    language: InLanguage = Language.ENGLISH,
    out: Out = Path("reports"),
    processes: Annotated[
        int, typer.Option(min=1, max=64, metavar="NUMBER", help="Processes that make profiles.")
    ] = 2,
    as_json: AsJson = False,
    show: Open = False,
    rule: Rule = None,
) -> None:
    """Write the profiles of all places of a type.

    Example: townline report atlas --places town --as book
    """
    from services.cli.written_reports import files_of, material_of, tell
    from services.reports.atlas import book_of, places_of_type, sheets_of, usual_type
    from services.reports.writing import Task, write_all

    with plain_errors():
        run = townline(context)
        material = material_of(run, indicator)
        kind = kind or usual_type(material.places)
        chosen = places_of_type(material.places, kind)
        out.mkdir(parents=True, exist_ok=True)
        sheets = sheets_of(chosen, material, language)
        tasks = [] if form is Form.BOOK else files_of(chosen, sheets, language, out)
        if form is not Form.FILES:
            book = book_of(sheets, kind, material, language)
            tasks = [Task(book, language, out / f"atlas-{kind}.{language}.pdf"), *tasks]
        made = write_all(tasks, processes)
        paths = list(run.bar(made, "writing profiles", len(tasks)))
        tell(run, paths, material, as_json, show, rule)


@app.command("brief", cls=Command)
def brief(
    context: typer.Context,
    places: Annotated[list[str], typer.Argument(help="Two to six names, villages or ids of places.")],
    kind: OneType = None,
    indicator: OnlyIndicators = None,
    language: InLanguage = Language.ENGLISH,
    out: Out = Path("reports"),
    as_json: AsJson = False,
    show: Open = False,
    rule: Rule = None,
) -> None:
    """Write a page that compares two to six places of a type.

    Example: townline report brief Hartford "New Haven" Bridgeport
    """
    from services.cli.written_reports import material_of, places_of, tell
    from services.reports.brief import brief_of
    from services.reports.writing import Task, write

    with plain_errors():
        run = townline(context)
        material = material_of(run, indicator)
        chosen = places_of(material, places, kind)
        document = brief_of([material.profile(place) for place in chosen], material, language)
        out.mkdir(parents=True, exist_ok=True)
        path = out / f"brief-{'-'.join(place.key.geoid for place in chosen)}.{language}.pdf"
        write(Task(document, language, path))
        tell(run, [path], material, as_json, show, rule)
