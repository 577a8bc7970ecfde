"""`townline derive`."""

from typing import Annotated

import typer

from services.cli.context import plain_errors, townline
from services.cli.options import Force, Receipts, Rule


def derive(
    context: typer.Context,
    names: Annotated[
        list[str] | None,
        typer.Argument(help="Indicators, indexes or releases of registers; all when none is named."),
    ] = None,
    force: Force = False,
    as_json: Receipts = False,
    rule: Rule = None,
) -> None:
    """Compute indicators, composite indexes and releases of registers, and publish them as layers.

    What fails is reported, the others go on, and the command ends with 1. Nothing is computed where the inputs and the
    declaration are those of the current version.

    Example: townline derive population-by-race
    """
    from catalog import index
    from catalog.store import Store
    from layers.derive.plan import chosen, derivations
    from services.cli.rules import pointers, write_rule
    from services.cli.runs import outcomes_of, report

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
