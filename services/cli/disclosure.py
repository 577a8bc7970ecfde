"""`townline disclosure`: the audit of what is released of registers, and the control of a bare table."""

from pathlib import Path
from typing import Annotated

import typer

from services.cli.context import FAILED, plain_errors, townline
from services.cli.help import Command, Group
from services.cli.options import AsJson

app = typer.Typer(
    cls=Group,
    help="Protect tables of counts of people, and check what is published of registers.",
    no_args_is_help=True,
)


@app.command("audit", cls=Command)
def audit(
    context: typer.Context,
    releases: Annotated[
        list[str] | None, typer.Argument(help="Releases to print; all when none is named.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Audit the published releases of registers again, all of a register together, and print their certificates.

    Ends with 1 when readers can compute a hidden cell to less than the policy's width, or when a published file
    shows what its pattern hides. No count of people is printed.

    Example: townline disclosure audit
    """
    import json

    from services.cli.audits import audited, print_audits

    with plain_errors():
        run = townline(context)
        found = audited(run, releases or [])
    if as_json:
        typer.echo(json.dumps([vars(one) | {"narrowest": one.narrowest_text} for one in found], indent=1))
    else:
        print_audits(run, found)
    if not all(one.safe for one in found):
        raise typer.Exit(FAILED)


@app.command("table", cls=Command)
def table(
    file: Annotated[
        Path,
        typer.Argument(
            exists=True, dir_okay=False, readable=True, help="CSV or Parquet file, one row per finest cell."
        ),
    ],
    by: Annotated[
        list[str], typer.Option(metavar="COLUMN", help="A dimension: a column of codes; once per dimension.")
    ],
    count: Annotated[str, typer.Option(metavar="COLUMN", help="Column of counts.")] = "count",
    within: Annotated[
        list[str] | None,
        typer.Option(
            metavar="COLUMN=…",
            help="Coarser columns of a dimension, such as town=county,region; once per dimension.",
        ),
    ] = None,
    policy: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Name of a policy, such as wa-doh; `docs/methods.md` lists them."),
    ] = None,
    threshold: Annotated[
        int | None,
        typer.Option(
            metavar="COUNT", help="Instead of a policy: smallest count of people that may be shown."
        ),
    ] = None,
    zeros_shown: Annotated[
        bool | None,
        typer.Option(
            "--zeros-shown/--zeros-hidden", help="With --threshold: whether zeros are shown. Default: shown."
        ),
    ] = None,
    width: Annotated[
        float | None,
        typer.Option(
            metavar="PEOPLE", help="With --threshold: narrowest interval of a hidden cell. Default: 1 person."
        ),
    ] = None,
    total: Annotated[
        str, typer.Option(metavar="CODE", help="Code that marks a margin in the file.")
    ] = "Total",
    absent_zero: Annotated[
        bool,
        typer.Option("--absent-zero", help="Combinations without a row count 0, and readers know not which."),
    ] = False,
    hidden: Annotated[
        str | None,
        typer.Option(
            metavar="COLUMN",
            help="Column with true where a row is hidden: audit that pattern instead of making one. "
            "Only what the file holds counts as published, so give its margins too.",
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="CSV file for the protected table. Default: none is written."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Protect a bare table of counts with all its margins, or audit a pattern of hidden cells that it brings.

    Prints a certificate without any count. Ends with 1 when the table is bad, cannot be protected, or the pattern
    lets readers compute a hidden cell to less than the policy's width.

    Example: townline disclosure table people.csv --by town --by race --within town=county --policy wa-doh
    --out protected.csv
    """
    import json

    from layers.derive.plain_tables import Layout
    from services.cli.protected_tables import coarser, controlled, policy_of

    with plain_errors():
        rule = policy_of(policy, threshold, width, zeros_shown)
        layout = Layout(tuple(by), count, coarser(within or []), total, absent_zero)
        told, safe = controlled(file, layout, rule, hidden, out)
    if as_json:
        typer.echo(json.dumps(told, indent=1))
    else:
        for name, value in told.items():
            typer.echo(f"{name}: {value}")
    if not safe:
        raise typer.Exit(FAILED)
