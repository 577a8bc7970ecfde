"""`townline disclosure audit`."""

import json
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from catalog.errors import TownlineError, nearest
from catalog.places import load_places
from catalog.registers import Register, load_registers
from layers.derive import AuditedRelease, audit_register
from layers.ingest import Run
from services.cli.context import FAILED, Townline, plain_errors, townline
from services.cli.indicators import AsJson

disclosure = typer.Typer(
    help="Check what is published of registers of people.", no_args_is_help=True, rich_markup_mode="rich"
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
    names = ("Release", "Pattern version", "Public versions", "Cells", "Primary", "Complementary")
    table = Table(*names, "Narrowest interval", "Policy", "Pattern", "Verdict", box=None)
    for one in found:
        versions = ", ".join(str(number) for number in one.versions) or "none"
        verdict = "[green]safe[/]" if one.safe else "[bold red]unsafe[/]"
        numbers = (f"{number:,}" for number in (one.cells, one.primary, one.complementary))
        table.add_row(
            one.release,
            str(one.version),
            versions,
            *numbers,
            one.narrowest_text,
            one.policy,
            one.pattern[:16],
            verdict,
        )
    run.console.print(table if found else "nothing is released of any register")
    for one in found:
        for finding in one.findings:
            run.console.print(f"[bold red]unsafe[/] {one.release}: {escape(finding)}", soft_wrap=True)
