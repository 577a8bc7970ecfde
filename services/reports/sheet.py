"""The profile of a place as a report."""

from collections.abc import Iterable, Sequence
from itertools import groupby

from catalog.indicators import Indicator
from catalog.vocabulary import vocabulary
from services.profiles import Line, Profile
from services.reports import tables
from services.reports.locating import located
from services.reports.material import Material
from services.reports.model import Note, Sheet, Table
from services.reports.sources import caveats_of, dated, sources_of
from services.reports.words import Words

_VERDICTS = ("higher", "lower", "no clear difference", "unreliable")


def sheet_of(profile: Profile, material: Material, language: str = "en") -> Sheet:
    """The report of a profile: its numbers are those of the profile, none is computed anew."""
    words = Words(language)
    indicators = {indicator.id: indicator for indicator in material.indicators_of(profile)}
    heads = tables.Heads.of(profile, material.state_name)
    overview = tables.overview(profile.lines, indicators, heads, words)
    groups = tables.by_group(profile.lines, indicators, heads, words)
    return Sheet(
        name=profile.place.name,
        subtitle=subtitle(profile, material, words),
        ids=words("ids", ids=", ".join(_ids(profile))),
        dated=dated(indicators.values(), material, words),
        picture=located([profile], material, words),
        summary=_summary(profile.lines, indicators, material, words),
        overview=tuple(overview),
        groups=tuple(groups),
        absent=_absent(profile, material, words),
        key=_key(heads, words),
        reading=reading(profile.lines, [*overview, *groups], material.state_name, words),
        about=tuple(_about(indicators.values(), words)),
        sources=sources_of(indicators.values(), [profile], material, words),
        caveats=caveats_of(indicators.values(), material, words),
    )


def subtitle(profile: Profile, material: Material, words: Words) -> str:
    """What kind of place it is and where."""
    kind = words.kind(profile.place.key.type)
    if profile.region is None:
        return words("kind in state", kind=kind, state=material.state_name)
    return words(
        "kind in region",
        kind=kind,
        region=profile.region.name,
        region_kind=words.kind(profile.region.key.type).lower(),
        state=material.state_name,
    )


def _ids(profile: Profile) -> list[str]:
    ordered = sorted(profile.ids, key=lambda key: key.vintage, reverse=True)
    return [f"{key.geoid} ({key.vintage})" for key in ordered]


def _summary(
    lines: Sequence[Line], indicators: dict[str, Indicator], material: Material, words: Words
) -> tuple[Note, ...]:
    """For each verdict against the state the indicators that have it, by everyone's value."""
    found: dict[str, list[str]] = {verdict: [] for verdict in _VERDICTS}
    for line in tables.headline(lines, indicators):
        if line.against_state:
            found[line.against_state].append(words.title(indicators[line.indicator]))
    return tuple(
        words.note(words(f"summary {verdict}", state=material.state_name), "; ".join(titles))
        for verdict, titles in found.items()
        if titles
    )


def _absent(profile: Profile, material: Material, words: Words) -> Note | None:
    found = {line.indicator for line in profile.lines}
    titles = [words.title(indicator) for indicator in material.indicators if indicator.id not in found]
    name = profile.place.name
    if not profile.lines:
        return words.note(words("no data", place=name), words("nothing", place=name))
    if not titles:
        return None
    return words.note(
        words("no data", place=name), words("no data text", place=name, titles="; ".join(titles))
    )


def _key(heads: tables.Heads, words: Words) -> dict[str, str]:
    key = {"place": words("key place", place=heads.place), "unreliable": words("key unreliable")}
    beside = {"region": heads.region, "state": heads.state}
    return key | {name: value for name, value in beside.items() if value}


def reading(lines: Sequence[Line], shown: Sequence[Table], state: str, words: Words) -> tuple[Note, ...]:
    """How to read the numbers, with every sign that occurs."""
    if not shown:
        return ()
    told = [words.note(words("margin"), words("note margin"))]
    if any(line.against_state for line in lines):
        told.append(words.note(words("against", state=state), words("note verdict")))
    if any(table.chart for table in shown):
        told.append(words.note(words("intervals"), words("note interval")))
    if _has_more(lines):
        told.append(words.note(words("combined"), words("note combined")))
    return (*told, *signs(lines, words))


def _has_more(lines: Sequence[Line]) -> bool:
    """Whether there are groups by several dimensions that the tables leave out."""
    by_indicator = [list(own) for _, own in groupby(lines, key=lambda line: line.indicator)]
    return any(len(tables.single(own)) < len(own) for own in by_indicator)


def signs(lines: Iterable[Line], words: Words) -> list[Note]:
    """The signs of values that are uncertain or not there, where there are any."""
    met = {value.status for line in lines for value in (line.place, line.region, line.state) if value}
    return [
        words.note(
            f"{term.attributes.get('symbol') or ''} {words.label(term)}".strip(),
            words.either(term.definition, words(f"note {term.code}")),
        )
        for term in vocabulary("statuses").terms
        if term.code in met and term.attributes.get("symbol")
    ]


def _about(indicators: Iterable[Indicator], words: Words) -> Iterable[Note]:
    for indicator in indicators:
        universe = words("counted among", universe=words.either(indicator.universe, indicator.universe_es))
        text = words.either(indicator.definition, indicator.definition_es)
        yield words.note(words.title(indicator), f"{text} {universe}")
