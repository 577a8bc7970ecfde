"""`townline report`: place profiles, an atlas of them, and comparisons as accessible PDF files."""

import json
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from rich.progress import track

from catalog.places import Gazetteer, Place, Places, load_places
from services.cli.context import Townline, plain_errors, townline
from services.cli.indicators import AsJson, chosen_indicators

if TYPE_CHECKING:
    from services.reports.material import Material

app = typer.Typer(
    help="Place profiles, atlases and comparisons as accessible PDF files.", no_args_is_help=True
)

Language = Annotated[Literal["en", "es"], typer.Option(help="Language of the report.")]
Out = Annotated[Path, typer.Option(help="Folder for the files.")]
Type = Annotated[str | None, typer.Option("--type", help="Place type, where several have the name.")]
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
) -> None:
    """Write the profile of each place: every indicator with its error, beside the region and the state.

    Example: townline report profile Storrs --language es --out build/reports
    """
    with plain_errors():
        run = townline(context)
        material = _material(run, indicator)
        chosen = _found(material, names, kind)
        from services.reports.atlas import Order, pages_of

        out.mkdir(parents=True, exist_ok=True)
        pages = list(pages_of(chosen, Order(material, language, out)))
    _tell(run, [page.path for page in pages if page.path], as_json)


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
) -> None:
    """Write the profiles of all places of a type.

    Example: townline report atlas --type town --as book
    """
    with plain_errors():
        run = townline(context)
        material = _material(run, indicator)
        from services.reports.atlas import Order, book, pages_of, places_of_type, usual_type

        kind = kind or usual_type(material.places)
        places = places_of_type(material.places, kind)
        out.mkdir(parents=True, exist_ok=True)
        order = Order(material, language, None if form is Form.BOOK else out)
        made = pages_of(places, order, processes)
        pages = list(track(made, "writing profiles", len(places), console=run.messages, transient=True))
        paths = [page.path for page in pages if page.path]
        if form is not Form.FILES:
            path = out / f"atlas-{kind}.{language}.pdf"
            path.write_bytes(book(pages, kind, material, language))
            paths.append(path)
    _tell(run, paths, as_json)


@app.command("brief")
def brief(
    context: typer.Context,
    names: Annotated[list[str], typer.Argument(metavar="PLACE PLACE...", help="Two to six places.")],
    kind: Type = None,
    indicator: Only = None,
    language: Language = "en",
    out: Out = Path("reports"),
    as_json: AsJson = False,
) -> None:
    """Write a page that compares two to six places of a type.

    Example: townline report brief Hartford "New Haven" Bridgeport
    """
    with plain_errors():
        run = townline(context)
        material = _material(run, indicator)
        chosen = _found(material, names, kind)
        from services.reports.brief import brief_of
        from services.reports.pdf import typeset

        document = brief_of([material.profile(place) for place in chosen], material, language)
        out.mkdir(parents=True, exist_ok=True)
        path = out / f"brief-{'-'.join(place.key.geoid for place in chosen)}.{language}.pdf"
        path.write_bytes(typeset("brief", document, language))
    _tell(run, [path], as_json)


def _material(run: Townline, indicators: list[str] | None) -> "Material":
    from services.reports.material import Material  # with shapely and numpy: only when it is needed

    places = Places(load_places(run.profile.folder), run.store)
    chosen = tuple(chosen_indicators(run, indicators or []))
    return Material(run.profile.state, places, chosen, run.store)


def _found(material: "Material", names: list[str], kind: str | None) -> list[Place]:
    gazetteer = Gazetteer.of(material.places)
    return [gazetteer.find(name, kind).place for name in names]


def _tell(run: Townline, paths: list[Path], as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps([str(path) for path in paths]))
        return
    for path in paths:
        run.console.print(f"{path}  {path.stat().st_size / 1000:,.0f} kB", highlight=False, soft_wrap=True)
