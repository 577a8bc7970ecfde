"""`townline indicators`."""

import typer

from services.cli.context import plain_errors, townline
from services.cli.options import AsJson, InLanguage, Language


def indicators(
    context: typer.Context, language: InLanguage = Language.ENGLISH, as_json: AsJson = False
) -> None:
    """List the state's indicators: what they measure, by which dimensions and from which layer.

    Example: townline indicators --language es
    """
    import json

    from services.cli.chosen import chosen_indicators
    from services.cli.indicator_list import print_list

    with plain_errors():
        run = townline(context)
        found = chosen_indicators(run, [])
    if as_json:
        typer.echo(json.dumps([indicator.model_dump(mode="json", exclude_none=True) for indicator in found]))
    else:
        print_list(run, found, language)
