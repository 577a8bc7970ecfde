"""`townline vocab` and `townline crosswalk`."""

from typing import TYPE_CHECKING, Annotated

import typer

from services.cli.context import plain_errors, townline
from services.cli.options import AsJson

if TYPE_CHECKING:
    from catalog.vocabulary import Vocabulary
    from services.cli.run import Townline


def vocab(
    context: typer.Context,
    name: Annotated[
        str | None, typer.Argument(help="A vocabulary; all are listed when none is named.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show a vocabulary: its codes in English and Spanish, its tabulations, spellings mended and refused.

    Example: townline vocab age-bands
    """
    import json

    from catalog import vocabulary as vocabularies

    with plain_errors():
        run = townline(context)
        found = [vocabularies.vocabulary(item) for item in ([name] if name else vocabularies.names())]
    if as_json:
        typer.echo(json.dumps([item.model_dump(mode="json", exclude_none=True) for item in found]))
    elif name is None:
        _print_all(run, found)
    else:
        _print_one(run, found[0])


def crosswalk(
    context: typer.Context,
    origin: Annotated[
        str,
        typer.Argument(
            metavar="FROM",
            help="Place type and vintage, such as tract:2020; types: `townline vocab place-types`.",
        ),
    ],
    target: Annotated[str, typer.Argument(metavar="TO", help="Place type and vintage, such as tract:2022.")],
    as_json: AsJson = False,
) -> None:
    """Show which places of one set belong to which of another, what is left over on both sides, and why.

    Two vintages of one type go through the crosswalk; two types of one vintage through the nesting. The pairs
    themselves are in the JSON.

    Example: townline crosswalk tract:2020 tract:2022
    """
    import json

    from rich.table import Table

    from catalog.places import Places, load_places
    from services.cli.place_sets import joined

    first, second = _place_set("FROM", origin), _place_set("TO", target)
    with plain_errors():
        run = townline(context)
        places = Places(load_places(run.profile.folder), run.filled)
        pairs, found = joined(run, places, first, second)
    if as_json:
        sides = {side: [vars(item) for item in getattr(found, side)] for side in ("left", "right")}
        typer.echo(json.dumps({"matched": found.matched, "pairs": pairs, **sides}))
        return
    run.console.print(f"{origin} → {target}: {found.matched:,} matched")
    table = Table("Left over", "Id", "Reason", box=None)
    for side, items in ((origin, found.left), (target, found.right)):
        for item in items:
            table.add_row(side, item.id, item.reason or "not known")
    run.console.print(table if found.left or found.right else "nothing is left over on either side")


def _place_set(argument: str, text: str) -> tuple[str, str]:
    from catalog.vocabulary import vocabulary

    kind, _, vintage = text.partition(":")
    known = vocabulary("place-types").codes
    if kind not in known or not vintage:
        raise typer.BadParameter(
            f"{text!r} is not a place type and a vintage, such as tract:2020; types: {', '.join(known)}",
            param_hint=argument,
        )
    return kind, vintage


def _print_all(run: "Townline", found: "list[Vocabulary]") -> None:
    from rich.table import Column, Table

    table = Table(Column("Vocabulary", no_wrap=True), "Codes", "Title", "Title in Spanish", box=None)
    for item in found:
        table.add_row(item.id, str(len(item.terms)), item.title, item.title_es)
    run.console.print(table)


def _print_one(run: "Townline", found: "Vocabulary") -> None:
    from rich.table import Column, Table

    run.console.print(f"[bold]{found.title}[/] ({found.id})\n{found.description}\nSource: {found.source}\n")
    table = Table(Column("Code", overflow="fold"), "Label", "Label in Spanish", "Definition", box=None)
    for term in found.terms:
        table.add_row(term.code, term.label, term.label_es, term.definition)
    run.console.print(table)
    for name, codes in found.tabulations.items():
        run.console.print(f"[bold]tabulation {name}[/]: {', '.join(codes)}")
    for value, code in found.fixes.items():
        run.console.print(f"mended: {value!r} → {code}", markup=False, highlight=False)
    for value, reason in found.refused.items():
        run.console.print(f"refused: {value!r}: {reason}", markup=False, highlight=False)
