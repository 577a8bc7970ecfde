"""The audit of what is released of registers, and how it is told."""

from rich.markup import escape
from rich.table import Table

from catalog.errors import BadRequest, nearest
from catalog.places import load_places
from catalog.registers import Register, load_registers
from layers.derive.disclosure import AuditedRelease, audit_register
from layers.ingest import Run
from services.cli.run import Townline


class UnknownRelease(BadRequest):
    """No such release; the nearest names are given."""


def audited(run: Townline, names: list[str]) -> list[AuditedRelease]:
    """The named releases, or all, audited again.

    Raises:
        UnknownRelease: no such release.

    """
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


def print_audits(run: Townline, found: list[AuditedRelease]) -> None:
    """Print verdict, numbers of cells and findings of each release; no count of people."""
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
