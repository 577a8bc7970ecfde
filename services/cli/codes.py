"""`townline vocab` and `townline crosswalk`."""

import json
from collections.abc import Iterable
from typing import Annotated

import pyarrow.parquet as pq
import typer
from rich.table import Column, Table

from catalog import vocabulary as vocabularies
from catalog.places import JoinReport, Places, load_places
from catalog.places.joins import report
from services.cli.context import Townline, plain_errors, townline
from services.cli.indicators import AsJson


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
    with plain_errors():
        run = townline(context)
        found = [vocabularies.vocabulary(item) for item in ([name] if name else vocabularies.names())]
    if as_json:
        typer.echo(json.dumps([item.model_dump(mode="json", exclude_none=True) for item in found]))
    elif name is None:
        table = Table(Column("Vocabulary", no_wrap=True), "Codes", "Title", "Title in Spanish", box=None)
        for item in found:
            table.add_row(item.id, str(len(item.terms)), item.title, item.title_es)
        run.console.print(table)
    else:
        _print_one(run, found[0])


def crosswalk(
    context: typer.Context,
    origin: Annotated[
        str, typer.Argument(metavar="FROM", help="Place type and vintage, such as tract:2020.")
    ],
    target: Annotated[str, typer.Argument(metavar="TO", help="Place type and vintage, such as tract:2022.")],
    as_json: AsJson = False,
) -> None:
    """Show which places of one set belong to which of another, what is left over on both sides, and why.

    Two vintages of one type go through the crosswalk; two types of one vintage through the nesting.

    Example: townline crosswalk tract:2020 tract:2022
    """
    with plain_errors():
        run = townline(context)
        places = Places(load_places(run.profile.folder), run.store)
        pairs, joined = _joined(run, places, _place_set(origin), _place_set(target))
    if as_json:
        sides = {side: [vars(item) for item in getattr(joined, side)] for side in ("left", "right")}
        typer.echo(json.dumps({"matched": joined.matched, "pairs": pairs, **sides}))
        return
    run.console.print(f"{origin} → {target}: {joined.matched:,} matched")
    table = Table("Left over", "Id", "Reason", box=None)
    for side, items in ((origin, joined.left), (target, joined.right)):
        for item in items:
            table.add_row(side, item.id, item.reason or "not known")
    run.console.print(table if joined.left or joined.right else "nothing is left over on either side")


def _place_set(text: str) -> tuple[str, str]:
    kind, _, vintage = text.partition(":")
    known = vocabularies.vocabulary("place-types").codes
    if kind not in known or not vintage:
        raise typer.BadParameter(
            f"{text!r} is not a place type and a vintage, such as tract:2020; types: {', '.join(known)}"
        )
    return kind, vintage


def _joined(
    run: Townline, places: Places, origin: tuple[str, str], target: tuple[str, str]
) -> tuple[dict[str, str], JoinReport]:
    ids = _ids(run, places, *origin)
    if origin[0] == target[0]:
        found = places.translate(origin[0], ids, origin[1], target[1])
        pairs = {one: other for one, other in zip(ids, found.ids, strict=True) if other is not None}
        return pairs, found.report
    if origin[1] != target[1]:
        raise typer.BadParameter("two types are compared in one vintage: translate the vintage first")
    parents = places.parents(origin[0], target[0], origin[1])
    pairs = {item: parents[item] for item in ids if item in parents}
    left = report(ids, parents, places.gaps(origin[0])).left
    right = report(pairs.values(), _ids(run, places, *target), places.gaps(target[0])).right
    return pairs, JoinReport(len(pairs), left, right)


def _ids(run: Townline, places: Places, kind: str, vintage: str) -> list[str]:
    """The ids that boundaries, rosters and the published tables of indicators have."""
    found = {place.key.geoid for place in places.of(kind, vintage)} if places.lists(kind, vintage) else set()
    for layer in run.store.layers():
        if layer.startswith("indicator-"):
            found |= set(_ids_of_table(run, layer, kind, vintage))
    return sorted(found)


def _ids_of_table(run: Townline, layer: str, kind: str, vintage: str) -> Iterable[str]:
    wanted = [("place_type", "==", kind), ("vintage", "==", vintage)]
    table = pq.read_table(run.store.current(layer).data, columns=["geoid"], filters=wanted)
    return [str(geoid) for geoid in table["geoid"].unique().to_pylist()]


def _print_one(run: Townline, found: vocabularies.Vocabulary) -> None:
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
