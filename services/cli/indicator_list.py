"""The list of indicators as a table."""

from rich.markup import escape
from rich.table import Column, Table

from catalog.indicators import Indicator
from services.cli.run import Townline
from services.reports.words import Words

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


def print_list(run: Townline, indicators: list[Indicator], language: str) -> None:
    """Print id, title and facts of each indicator."""
    words, says = Words(language), _SAYS[language]
    table = Table(Column(says["indicator"], no_wrap=True), says["what"], box=None)
    for one in indicators:
        table.add_row(one.id, f"{escape(words.title(one))}\n[dim]{escape(_facts(one, words))}[/]")
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
