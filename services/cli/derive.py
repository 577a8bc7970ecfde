"""`townline derive`."""

from typing import Annotated

import typer

from catalog import index
from catalog.store import Store
from layers.derive import chosen, derivations
from services.cli.context import plain_errors, townline
from services.cli.rules import Rule, pointers, write_rule
from services.cli.runs import outcomes_of, report


def derive(
    context: typer.Context,
    names: Annotated[
        list[str] | None, typer.Argument(help="Indicators, indexes or releases; all when none is named.")
    ] = None,
    force: Annotated[bool, typer.Option(help="Publish a new version even when nothing changed.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the receipts as JSON lines.")] = False,
    rule: Rule = None,
) -> None:
    """Compute indicators, composite indexes and releases of registers, and publish them as layers.

    What fails is reported and the others go on. Nothing is computed where the inputs and the declaration are those
    of the current version.

    Example: townline derive population-by-race
    """
    with plain_errors():
        run = townline(context)
        plan = chosen(derivations(run.profile), names or [])
        outcomes = outcomes_of(run, "derive", [(one.name, one.derive) for one in plan], force=force)
        index.rebuild(Store(run.store.root))  # another one: it asks for every layer
    report(run, outcomes, as_json=as_json)
    made = {outcome.layer for outcome in outcomes}
    kinds = ("indicators", "indexes", "registers")
    write_rule(
        run,
        rule,
        pointers(sorted(made), run.store, run.private),
        files=[path for kind in kinds for path in sorted((run.profile.folder / kind).glob("*.yml"))],
        without=made,
    )
