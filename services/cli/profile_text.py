"""The profile of a place as tables."""

from collections.abc import Iterable, Sequence

from rich.table import Table

from catalog.indicators import Indicator
from catalog.vocabulary import Term, vocabulary
from services.cli.run import Townline
from services.indicator_rows import Value
from services.numbers import number
from services.profiles import Line, Profile
from services.reports.words import Words

_SAYS: dict[str, dict[str, str]] = {
    "en": {
        "columns": "Group|Place|Region|State|Against the state",
        "in": "in",
        "id": "id",
        "margin": "±: margin of error at 90% confidence. A value without it is a count, or its margin is not known.",
        "nothing": "no indicator has a published value",
    },
    "es": {
        "columns": "Grupo|Lugar|Región|Estado|Frente al estado",
        "in": "en",
        "id": "identificador",
        "margin": "±: margen de error con una confianza del 90%. Un valor sin él es un recuento, o no se conoce su "
        "margen.",
        "nothing": "ningún indicador tiene un valor publicado",
    },
}


def print_profile(
    run: Townline, found: Profile, through: str | None, chosen: Sequence[Indicator], language: str
) -> None:
    """Print what a place is, one table per indicator with values, and what the signs stand for."""
    words = Words(language)
    run.console.print(_heading(found, through, words))
    for one in chosen:
        lines = [line for line in found.lines if line.indicator == one.id]
        if lines:
            run.console.print(_table(one, lines, found.region is not None, words))
    _explain(run, found, words)


def _heading(found: Profile, through: str | None, words: Words) -> str:
    says = _SAYS[words.language]
    around = [*found.place.within, *([found.region.name] if found.region else [])]
    where = f", {says['in']} {', '.join(around)}" if around else ""
    alias = f' ("{through}")' if through else ""
    ids = ", ".join(f"{key.geoid} ({key.vintage})" for key in found.ids)
    kind = words.kind(found.place.key.type).lower()
    return f"[bold]{found.place.name}[/]{alias}: {kind}{where}; {says['id']} {ids}"


def _table(indicator: Indicator, lines: Sequence[Line], has_region: bool, words: Words) -> Table:
    """The groups of one indicator, with the place beside its region, if it lies in one, and the state."""
    group, own, region, *rest = _SAYS[words.language]["columns"].split("|")
    table = Table(
        *(group, own, *([region] if has_region else []), *rest),
        box=None,
        title=f"{words.title(indicator)} ({words.unit(indicator)}, {words.period(lines[0].period)})",
        title_justify="left",
    )
    for line in lines:
        beside = (line.region, line.state) if has_region else (line.state,)
        others = [_shown(value, line) for value in (line.place, *beside)]
        verdict = words(line.against_state) if line.against_state else ""
        table.add_row(words.group(indicator, line), *others, verdict)
    return table


def _shown(value: Value | None, line: Line) -> str:
    """The estimate ± its margin with the symbol of its status, or the symbol of why there is none."""
    if value is None:
        return ""
    symbol = _symbol(vocabulary("statuses").term(value.status))
    if value.estimate is None:
        return symbol
    margin = "" if value.moe is None else f" ± {number(value.moe, line.decimals)}"
    return f"{number(value.estimate, line.decimals)}{symbol}{margin}"


def _symbol(status: Term) -> str:
    return str(status.attributes.get("symbol") or "")


def _explain(run: Townline, found: Profile, words: Words) -> None:
    """Say what the signs stand for that were printed."""
    says = _SAYS[words.language]
    if not found.lines:
        run.console.print(says["nothing"])
        return
    run.console.print(says["margin"])
    for status in _statuses(found.lines):
        if _symbol(status):
            run.console.print(f"{_symbol(status)}: {words.label(status)}", markup=False)


def _statuses(lines: Iterable[Line]) -> list[Term]:
    """The statuses of all values, in the vocabulary's order."""
    values = (value for line in lines for value in (line.place, line.region, line.state) if value)
    codes = {value.status for value in values}
    return [term for term in vocabulary("statuses").terms if term.code in codes]
