"""`townline explain`."""

from typing import Annotated

import typer

from services.cli.context import plain_errors, townline
from services.cli.options import AsJson, Layer


def explain_number(
    context: typer.Context,
    layer: Layer,
    column: Annotated[str, typer.Argument(help="One of its columns; `townline show LAYER` names them.")],
    place: Annotated[str, typer.Argument(help="Id or name of a place.")],
    where: Annotated[
        list[str] | None,
        typer.Option(
            metavar="COLUMN=VALUE",
            help="For tables with several rows per place, such as sex=female; may be repeated.",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Walk a published number back to its inputs: indicator, row, source cells, versions, bytes and origin.

    Restricted inputs are named and never opened.

    Example: townline explain poverty-by-age-town age_00_17_estimate Hartford
    """
    pairs = dict(_pair(text) for text in where or [])

    import json

    from rich.markup import escape

    from catalog.indexes import load_indexes
    from catalog.indicators import load_indicators
    from layers.derive.explain import Question, explain

    with plain_errors():
        run = townline(context)
        question = Question(layer, column, place, pairs)
        steps = explain(run.store, load_indicators(run.profile), question, load_indexes(run.profile))
    if as_json:
        typer.echo(json.dumps([vars(step) for step in steps], indent=1, default=str))
        return
    for step in steps:
        indent = "  " * step.depth
        run.console.print(f"{indent}[bold]{escape(step.about)}[/]", soft_wrap=True, highlight=False)
        for name, value in step.facts.items():
            run.console.print(f"{indent}  {name}: {escape(str(value))}", soft_wrap=True, highlight=False)


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not (name and equals):
        raise typer.BadParameter(f"{text!r} is not column=value, such as sex=female", param_hint="'--where'")
    return name, value
