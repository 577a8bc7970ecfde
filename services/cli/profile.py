"""`townline profile`."""

import dataclasses
import json
from typing import Annotated

import typer
from rich.table import Table

from catalog.places import Gazetteer, Places, load_places
from catalog.vocabulary import vocabulary
from services.cli.context import Townline, plain_errors, townline
from services.cli.indicators import AsJson, chosen_indicators
from services.indicator_rows import Value
from services.profiles import Line, Profile, profile_of


def profile(
    context: typer.Context,
    place: Annotated[str, typer.Argument(help="Name, village or id of a place.")],
    kind: Annotated[
        str | None, typer.Option("--type", help="Place type, where several have the name.")
    ] = None,
    indicator: Annotated[list[str] | None, typer.Option("--indicator", help="Only these indicators.")] = None,
    as_json: AsJson = False,
) -> None:
    """Print every indicator of a place with its error, beside its region and the state.

    Example: townline profile Storrs
    """
    with plain_errors():
        run = townline(context)
        places = Places(load_places(run.profile.folder), run.store)
        hit = Gazetteer.of(places).find(place, kind)
        found = profile_of(hit.place, chosen_indicators(run, indicator or []), places, run.store)
    if as_json:
        typer.echo(json.dumps(dataclasses.asdict(found) | {"found_as": hit.through}))
        return
    _print(run, found, hit.through)


def _print(run: Townline, found: Profile, through: str | None) -> None:
    kind = vocabulary("place-types").term(found.place.key.type).label
    around = [*found.place.within, *([found.region.name] if found.region else [])]
    where = f", in {', '.join(around)}" if around else ""
    alias = f' ("{through}")' if through else ""
    ids = ", ".join(f"{key.geoid} ({key.vintage})" for key in found.ids)
    run.console.print(f"[bold]{found.place.name}[/]{alias}: {kind.lower()}{where}; id {ids}")
    for title in dict.fromkeys(line.title for line in found.lines):
        lines = [line for line in found.lines if line.title == title]
        table = Table(
            "Group",
            "Place",
            "Region",
            "State",
            "Against the state",
            box=None,
            title=f"{title} ({lines[0].unit}, {lines[0].period})",
            title_justify="left",
        )
        for line in lines:
            others = [_shown(value, line) for value in (line.place, line.region, line.state)]
            table.add_row(line.label, *others, line.against_state or "")
        run.console.print(table)


def _shown(value: Value | None, line: Line) -> str:
    """The estimate ± its margin with the symbol of its status, or the symbol of why there is none."""
    if value is None:
        return ""
    symbol = str(vocabulary("statuses").term(value.status).attributes.get("symbol") or "")
    if value.estimate is None:
        return symbol
    margin = "" if value.moe is None else f" ± {value.moe:,.{line.decimals}f}"
    return f"{value.estimate:,.{line.decimals}f}{symbol}{margin}"
