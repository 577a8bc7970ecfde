"""Options that several commands have: one name and one meaning each."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]
Receipts = Annotated[bool, typer.Option("--json", help="Print one receipt per layer, as JSON lines.")]
Force = Annotated[bool, typer.Option("--force", help="Publish a new version even when nothing changed.")]
Open = Annotated[bool, typer.Option("--open", help="Open what was made in the browser.")]

Indicator = Annotated[
    str, typer.Argument(help="An indicator that is derived; `townline indicators` lists them.")
]
OnlyIndicators = Annotated[
    list[str] | None,
    typer.Option(
        "--indicator", metavar="NAME", help="Only this indicator; may be repeated. Default: all of the state."
    ),
]
PlaceTypes = Annotated[
    str, typer.Option("--places", metavar="TYPE", help="Type of the places, such as town, county or tract.")
]
OneType = Annotated[
    str | None,
    typer.Option(
        "--places",
        metavar="TYPE",
        help="Type of the place, such as town, where places of several types have the name.",
    ),
]
Layer = Annotated[str, typer.Argument(help="A published layer; `townline list` names them.")]
Measures = Annotated[
    list[str] | None,
    typer.Option(
        "--measure",
        metavar="NAME",
        help="A measure of disparity; may be repeated. Default: all that fit. `docs/methods.md` explains them.",
    ),
]
Confidence = Annotated[
    float,
    typer.Option(metavar="SHARE", min=0, max=1, help="Confidence of limits and classes, such as 0.9."),
]
CsvOut = Annotated[
    Path | None, typer.Option(metavar="FILE", help="CSV file for the result. Default: printed.")
]
Rule = Annotated[
    Path | None,
    typer.Option(
        metavar="TARGET",
        help="For make: on success write TARGET, which lists what was made, and TARGET.d, the files it was made from.",
    ),
]


class Language(StrEnum):
    """A language that commands print and reports are written in."""

    ENGLISH = "en"
    SPANISH = "es"


InLanguage = Annotated[Language, typer.Option("--language", help="Language of titles, labels and texts.")]
