"""`townline indicators`."""

import json
from enum import StrEnum
from typing import Annotated

import typer
from rich.table import Column, Table

from catalog.errors import TownlineError, nearest
from catalog.indicators import Indicator, load_indicators
from services.cli.context import Townline, plain_errors, townline
from services.reports.words import Words

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


class Language(StrEnum):
    """A language that the commands over places and indicators print."""

    ENGLISH = "en"
    SPANISH = "es"


InLanguage = Annotated[Language, typer.Option("--language", help="Language of titles and labels.")]

_SAYS: dict[str, dict[str, str]] = {
    "en": {
        "indicator": "Indicator",
        "what": "What it says",
        "by": "by",
        "from": "from",
        "higher_is_better": "higher is better",
        "lower_is_better": "lower is better",
    },
    "es": {
        "indicator": "Indicador",
        "what": "Qué dice",
        "by": "por",
        "from": "de",
        "higher_is_better": "más alto es mejor",
        "lower_is_better": "más bajo es mejor",
    },
}


class UnknownIndicator(TownlineError):
    """No such indicator; the nearest names are given."""


def indicators(
    context: typer.Context, language: InLanguage = Language.ENGLISH, as_json: AsJson = False
) -> None:
    """List the state's indicators: what they measure, by which dimensions and from which layer.

    Example: townline indicators
    """
    with plain_errors():
        run = townline(context)
        found = chosen_indicators(run, [])
    if as_json:
        typer.echo(json.dumps([indicator.model_dump(mode="json", exclude_none=True) for indicator in found]))
        return
    words, says = Words(language), _SAYS[language]
    table = Table(Column(says["indicator"], no_wrap=True), says["what"], box=None)
    for indicator in found:
        table.add_row(indicator.id, f"{words.title(indicator)}\n[dim]{_facts(indicator, words)}[/]")
    run.console.print(table)


def _facts(indicator: Indicator, words: Words) -> str:
    """Unit, dimensions, layer and direction of an indicator in one line."""
    says = _SAYS[words.language]
    names = " × ".join(
        words.either(one.values.title, one.values.title_es).lower() for one in indicator.dimensions
    )
    return ", ".join(
        part
        for part in (
            words.unit(indicator),
            f"{says['by']} {names}" if names else "",
            f"{says['from']} {indicator.source.layer}",
            says.get(indicator.direction, ""),
        )
        if part
    )


def chosen_indicators(run: Townline, names: list[str]) -> list[Indicator]:
    """The indicators of some names, or all.

    Raises:
        UnknownIndicator: no such indicator.

    """
    known = load_indicators(run.profile)
    for name in names:
        if name not in known:
            raise UnknownIndicator(f"there is no indicator {name!r}; {nearest(name, list(known))}")
    return [known[name] for name in (names or known)]
