"""`townline disclosure`: the audit of what is released of registers, and the control of a bare table."""

import json
from pathlib import Path
from typing import Annotated

import numpy as np
import pandas as pd
import typer
from rich.markup import escape
from rich.table import Table

from catalog.errors import DataError, TownlineError, nearest
from catalog.places import load_places
from catalog.registers import Register, load_registers
from layers.derive import AuditedRelease, Layout, PlainTable, audit_register, plain_table
from layers.ingest import Run
from layers.measures.errors import MeasureError
from layers.measures.suppression import (
    TOTAL,
    Audit,
    SuppressionPolicy,
    certify,
    named_policy,
)
from services.cli.context import FAILED, Townline, plain_errors, townline
from services.cli.indicators import AsJson

disclosure = typer.Typer(
    help="Protect tables of counts of people, and check what is published of registers.",
    no_args_is_help=True,
    rich_markup_mode="rich",
)


class UnknownRelease(TownlineError):
    """No such release; the nearest names are given."""


@disclosure.command()
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
    with plain_errors():
        run = townline(context)
        found = _audited(run, releases or [])
    if as_json:
        typer.echo(json.dumps([vars(one) | {"narrowest": one.narrowest_text} for one in found], indent=1))
    else:
        _print(run, found)
    if not all(one.safe for one in found):
        raise typer.Exit(FAILED)


def _audited(run: Townline, names: list[str]) -> list[AuditedRelease]:
    registers = load_registers(run.profile)
    known = [release.id for register in registers.values() for release in register.releases]
    for name in names:
        if name not in known:
            raise UnknownRelease(f"there is no release {name!r}; {nearest(name, known)}")
    places = load_places(run.profile.folder)
    made = Run(run.profile, run.store, run.private)
    found: list[AuditedRelease] = []
    for register in registers.values():
        if not names or _has(register, names):
            found += audit_register(made, register, places)
    return [one for one in found if not names or one.release in names]


def _has(register: Register, names: list[str]) -> bool:
    return any(release.id in names for release in register.releases)


def _print(run: Townline, found: list[AuditedRelease]) -> None:
    for one in found:
        facts = Table(show_header=False, box=None, title=escape(one.release), title_justify="left")
        facts.add_row("verdict", "[green]safe[/]" if one.safe else "[bold red]unsafe[/]")
        facts.add_row("narrowest interval", one.narrowest_text)
        for name, number in (
            ("cells", one.cells),
            ("primary", one.primary),
            ("complementary", one.complementary),
        ):
            facts.add_row(name, f"{number:,}")
        facts.add_row("policy", one.policy)
        facts.add_row("pattern", f"{one.pattern[:16]}, version {one.version}")
        facts.add_row("public versions", ", ".join(str(number) for number in one.versions) or "none")
        run.console.print(facts)
    if not found:
        run.console.print("nothing is released of any register")
    for one in found:
        for finding in one.findings:
            run.console.print(f"[bold red]unsafe[/] {one.release}: {escape(finding)}", soft_wrap=True)


@disclosure.command()
def table(
    file: Annotated[Path, typer.Argument(help="CSV file with one row per finest cell.", exists=True)],
    by: Annotated[list[str], typer.Option(help="Column of codes; once per dimension.")],
    count: Annotated[str, typer.Option(help="Column of counts.")] = "count",
    within: Annotated[
        list[str] | None,
        typer.Option(help="Coarser columns of a dimension, such as town=county,region."),
    ] = None,
    policy: Annotated[str | None, typer.Option(help="Name of a policy; see docs/methods.md.")] = None,
    threshold: Annotated[
        int | None, typer.Option(help="Smallest count that may be shown, instead of a policy.")
    ] = None,
    zeros_shown: Annotated[
        bool, typer.Option("--zeros-shown/--zeros-hidden", help="With --threshold: whether zeros are shown.")
    ] = True,
    width: Annotated[
        float, typer.Option(help="With --threshold: narrowest interval of persons for a hidden cell.")
    ] = 1.0,
    total: Annotated[str, typer.Option(help="Code of a margin in the file.")] = TOTAL,
    absent_zero: Annotated[
        bool,
        typer.Option("--absent-zero", help="Combinations without a row count 0, and readers know not which."),
    ] = False,
    hidden: Annotated[
        str | None,
        typer.Option(
            help="Column with true where a row is hidden: audit that pattern instead of making one."
        ),
    ] = None,
    out: Annotated[Path | None, typer.Option(help="CSV file to write with the protected table.")] = None,
    as_json: AsJson = False,
) -> None:
    """Protect a bare table of counts with all its margins, or audit a pattern of hidden cells that it brings.

    Prints a certificate without any count. Ends with 1 when the table is bad, cannot be protected, or the pattern
    lets readers compute a hidden cell to less than the policy's width.

    Example: townline disclosure table people.csv --by town --by race --within town=county --policy wa-doh
    """
    with plain_errors():
        rule = _policy(policy, threshold, width, zeros_shown=zeros_shown)
        rows = pd.read_csv(file, dtype=str, keep_default_na=False, na_values=[""])
        made = plain_table(rows, Layout(tuple(by), count, _coarser(within or []), total, absent_zero))
        told, safe = (
            _protected(made, rule, out) if hidden is None else _pattern_audited(made, rule, rows, hidden)
        )
    if as_json:
        typer.echo(json.dumps(told, indent=1))
    else:
        for name, value in told.items():
            typer.echo(f"{name}: {value}")
    if not safe:
        raise typer.Exit(FAILED)


def _policy(name: str | None, threshold: int | None, width: float, *, zeros_shown: bool) -> SuppressionPolicy:
    if (name is None) == (threshold is None):
        raise DataError("either --policy or --threshold is needed, and not both")
    try:
        if name is not None:
            return named_policy(name)
        return SuppressionPolicy(
            f"below {threshold}", "given to the command", threshold or 0, zeros_shown, minimum_width=width
        )
    except MeasureError as error:
        raise DataError(str(error)) from error


def _coarser(given: list[str]) -> dict[str, tuple[str, ...]]:
    found = {}
    for one in given:
        name, sign, levels = one.partition("=")
        if not (name and sign and levels):
            raise DataError(
                f"--within is {one!r}; allowed: a dimension, =, and its coarser columns with commas"
            )
        found[name] = tuple(level.strip() for level in levels.split(","))
    return found


def _protected(made: PlainTable, rule: SuppressionPolicy, out: Path | None) -> tuple[dict[str, object], bool]:
    pattern = made.protected(rule)
    if out is not None:
        made.shown(pattern).to_csv(out, index=False)
    return dict(certify(pattern).to_dict()), True


def _pattern_audited(
    made: PlainTable, rule: SuppressionPolicy, rows: pd.DataFrame, column: str
) -> tuple[dict[str, object], bool]:
    if column not in rows.columns:
        raise DataError(f"the table has no column {column}; it has {', '.join(rows.columns)}")
    flags = rows[column].str.strip().str.lower()
    odd = np.flatnonzero(~flags.isin(["true", "false", "1", "0"])) + 2
    if len(odd):
        raise DataError(f"lines {', '.join(map(str, odd[:10]))}: {column} is neither true nor false")
    found: Audit = made.audited(flags.isin(["true", "1"]).to_numpy(), rule)
    narrow = found.narrower_than(rule.minimum_width)
    told: dict[str, object] = {
        "hidden": len(found.rows),
        "recovered": len(found.recovered),
        "recovered lines": (found.recovered + 2).tolist(),
        "narrower than the policy": len(narrow),
        "narrowest": "unbounded" if found.narrowest == np.inf else found.narrowest,
    }
    return told, not len(narrow)
