"""`townline map`."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from services.cli.context import FAILED, plain_errors, townline
from services.cli.options import AsJson, InLanguage, Language, Open, Rule


class Picture(StrEnum):
    """Kinds of pictures."""

    PNG = "png"
    SVG = "svg"
    PDF = "pdf"


def map_(
    context: typer.Context,
    names: Annotated[
        list[str] | None, typer.Argument(help="Maps that the profile declares, by their id.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Every map that the profile declares.")] = False,
    indicator: Annotated[
        str | None,
        typer.Option(
            metavar="NAME", help="Instead: a map of this indicator; `townline indicators` lists them."
        ),
    ] = None,
    by: Annotated[
        list[str] | None,
        typer.Option(
            metavar="DIMENSION",
            help="With --indicator: dimension to split it by, such as age; may be repeated. Default: all.",
        ),
    ] = None,
    places: Annotated[
        list[str] | None,
        typer.Option(
            metavar="TYPE",
            help="With --indicator: type of the places, such as town, finest first; may be repeated. "
            "Default: all usual.",
        ),
    ] = None,
    period: Annotated[
        list[str] | None,
        typer.Option(
            metavar="PERIOD",
            help="With --indicator: a period, such as 2018/2022; may be repeated. Default: all.",
        ),
    ] = None,
    out: Annotated[Path, typer.Option(metavar="FOLDER", help="Folder for the files.")] = Path("maps"),
    picture: Annotated[
        list[Picture] | None, typer.Option(help="Kind of picture; may be repeated. Default: png.")
    ] = None,
    language: InLanguage = Language.ENGLISH,
    show: Open = False,
    as_json: AsJson = False,
    rule: Rule = None,
) -> None:
    """Draw maps: for each a page that works without a network, and a picture.

    The page speaks both languages; `--language` is that of the pictures. A map that fails is reported, the others go
    on, and the command ends with 1.

    Example: townline map --indicator low-income --places town --out build/maps --open
    """
    import json
    import webbrowser

    from services.cli.drawn_maps import Wanted, draw, tell, write_map_rule

    with plain_errors():
        run = townline(context)
        wanted = Wanted(names or [], everything, indicator, by or [], places or [], period or [])
        manifests = wanted.manifests(run)
        results = draw(run, manifests, out, tuple(picture or (Picture.PNG,)), language, indicator is None)
        if as_json:
            typer.echo(json.dumps([result.document for result in results], indent=1))
        else:
            tell(run, results)
        if any(result.error for result in results):
            raise typer.Exit(FAILED)
        write_map_rule(run, rule, manifests, results)
        if show:
            for result in results:
                if result.files:
                    webbrowser.open(result.files.page.resolve().as_uri())
