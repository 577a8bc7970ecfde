"""`townline indicators`."""

import json
from typing import Annotated

import typer
from rich.table import Table

from catalog.errors import TownlineError, nearest
from catalog.indicators import Indicator, load_indicators
from services.cli.context import Townline, plain_errors, townline

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


class UnknownIndicator(TownlineError):
    """No such indicator; the nearest names are given."""


def indicators(context: typer.Context, as_json: AsJson = False) -> None:
    """List the state's indicators: what they measure, by which dimensions and from which layer.

    Example: townline indicators
    """
    with plain_errors():
        run = townline(context)
        found = chosen_indicators(run, [])
    if as_json:
        typer.echo(json.dumps([indicator.model_dump(mode="json", exclude_none=True) for indicator in found]))
        return
    table = Table("Indicator", "Kind", "Unit", "By", "From", "Better", "Title", box=None)
    for indicator in found:
        by = " × ".join(dimension.name for dimension in indicator.dimensions)
        better = {"higher_is_better": "higher", "lower_is_better": "lower"}.get(indicator.direction, "")
        table.add_row(
            indicator.id, indicator.kind, indicator.unit, by, indicator.source.layer, better, indicator.title
        )
    run.console.print(table)


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
