"""A comparison of several places as a report of one page."""

from collections.abc import Sequence
from dataclasses import replace

from catalog.indicators import Indicator
from layers.measures.acs import Significance, significant
from services.profiles import Line, Profile
from services.reports import tables
from services.reports.errors import NothingToReport, WrongNumber
from services.reports.locating import located
from services.reports.material import Material
from services.reports.model import Brief, Note, Panel, Row, Table
from services.reports.scales import scale_of
from services.reports.sheet import signs
from services.reports.sources import dated, sources_of
from services.reports.words import Words

FEWEST, MOST = 2, 6


def brief_of(profiles: Sequence[Profile], material: Material, language: str = "en") -> Brief:
    """The comparison of two to six places, beside the state, by everyone's value of each indicator.

    Raises:
        WrongNumber: fewer or more places, a place twice, or places of several types.
        NothingToReport: no indicator has a value for any of them.

    """
    _check(profiles)
    words = Words(language)
    indicators = {indicator.id: indicator for indicator in material.indicators}
    compared = _compared(profiles, indicators)
    if not compared:
        raise NothingToReport(f"no indicator has a value for {_names(profiles)}")
    profiles = [replace(profile, region=None) for profile in profiles]
    shown = [indicator for indicator in material.indicators if indicator.id in compared]
    lines = [line for found in compared.values() for line in found if line]
    kind = words.kinds(profiles[0].place.key.type)
    return Brief(
        title=words("brief title", places=_names(profiles)),
        subtitle=words("kind in state", kind=kind, state=material.state_name),
        dated=dated(shown, material, words),
        picture=located(profiles, material, words),
        table=_table(profiles, compared, indicators, material.state_name, words),
        panels=tuple(
            panel
            for row, (id_, found) in enumerate(compared.items())
            if (panel := _panel(row, profiles, found, indicators[id_], words)) is not None
        ),
        key={
            "place": words("key places"),
            "unreliable": words("key unreliable"),
            "state": words("key state", state=material.state_name),
        },
        reading=_reading(lines, words),
        sources=sources_of(shown, profiles, material, words),
    )


def _check(profiles: Sequence[Profile]) -> None:
    places = [profile.place for profile in profiles]
    if not FEWEST <= len({place.key for place in places}) == len(places) <= MOST:
        named = ", ".join(place.name for place in places)
        raise WrongNumber(f"a brief compares {FEWEST} to {MOST} different places; given: {named}")
    if len({place.key.type for place in places}) > 1:
        named = ", ".join(f"{place.name} ({place.key.type})" for place in places)
        raise WrongNumber(f"a brief compares places of one type; given: {named}")


def _names(profiles: Sequence[Profile]) -> str:
    return ", ".join(profile.place.name for profile in profiles)


def _compared(profiles: Sequence[Profile], indicators: dict[str, Indicator]) -> dict[str, list[Line | None]]:
    """For each indicator everyone's line of every place, None where a place has none."""
    headlines = [
        {line.indicator: replace(line, region=None) for line in tables.headline(profile.lines, indicators)}
        for profile in profiles
    ]
    shown = {id_ for found in headlines for id_ in found}
    return {id_: [found.get(id_) for found in headlines] for id_ in indicators if id_ in shown}


def _table(
    profiles: Sequence[Profile],
    compared: dict[str, list[Line | None]],
    indicators: dict[str, Indicator],
    state: str,
    words: Words,
) -> Table:
    heads = (*(profile.place.name for profile in profiles), state, words("extremes"))
    rows = []
    for id_, found in compared.items():
        line = next(line for line in found if line)
        cells = [words.value(one.place if one else None, line.decimals) for one in found]
        rows.append(
            Row(
                f"{words.title(indicators[id_])} ({words.unit(indicators[id_])}, {words.period(line.period)})",
                (*cells, words.value(line.state, line.decimals), _extremes(profiles, found, words)),
            )
        )
    return Table("", "", words("indicator"), heads, None, ("", ""), tuple(rows), judged=True)


def _extremes(profiles: Sequence[Profile], found: Sequence[Line | None], words: Words) -> str:
    """Whether the highest and the lowest reliable value differ by more than chance explains, in words."""
    firm = sorted(
        (line.place.estimate, line.place.moe, profile.place.name)
        for profile, line in zip(profiles, found, strict=True)
        if line and line.place.estimate is not None and line.place.moe is not None
        if line.place.status != "unreliable"
    )
    if len(firm) < FEWEST:
        return words("extremes unknown")
    (low, low_moe, lowest), (high, high_moe, highest) = firm[0], firm[-1]
    code = Significance(int(significant(high, high_moe, low, low_moe)))
    clear = "extremes clear" if code is Significance.DIFFERENT else "extremes unclear"
    return words(clear, high=highest, low=lowest)


def _panel(
    row: int, profiles: Sequence[Profile], found: Sequence[Line | None], indicator: Indicator, words: Words
) -> Panel | None:
    """The intervals of the places on one scale; None for counts, which grow with the place."""
    lines = [line for line in found if line]
    if indicator.kind == "count":
        return None
    scale = scale_of(lines)
    named = [profile.place.name for profile in profiles]
    values = [
        words("chart value", place=name, value=words.value(line.place if line else None, lines[0].decimals))
        for name, line in zip(named, found, strict=True)
    ]
    title = words.title(indicator)
    return Panel(
        row=row,
        title=title,
        ends=tables.scale_ends(scale, lines),
        intervals=tuple(
            (name, tables.interval_of(line, scale, indicator, words) if line else None)
            for name, line in zip(named, found, strict=True)
        ),
        alt=words("chart alt", title=title, unit=words.unit(indicator), values="; ".join(values)),
    )


def _reading(lines: Sequence[Line], words: Words) -> tuple[Note, ...]:
    return (
        words.note(words("margin"), words("note margin")),
        words.note(words("extremes"), words("note extremes")),
        *signs(lines, words),
    )
