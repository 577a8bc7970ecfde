"""Tables of a place's profile: the numbers in words and the intervals on a scale shared by the rows."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from catalog.indicators import Indicator
from catalog.vocabulary import TOTAL
from services.numbers import number
from services.profiles import Line, Profile
from services.reports.model import Interval, Row, Table
from services.reports.scales import Scale, scale_of
from services.reports.words import Words


@dataclass(frozen=True)
class Heads:
    """The names over the columns: of the place, its region if it has one, and the state if it is another place."""

    place: str
    region: str | None
    state: str | None

    @classmethod
    def of(cls, profile: Profile, state: str) -> "Heads":
        """The heads of a profile's tables."""
        whole = profile.place.key.type == "state"
        return cls(
            profile.place.name, profile.region.name if profile.region else None, None if whole else state
        )


def overview(
    lines: Sequence[Line], indicators: dict[str, Indicator], heads: Heads, words: Words
) -> list[Table]:
    """One table per unit with everyone's value of every indicator."""
    kept = headline(lines, indicators)
    by_unit: dict[tuple[str, bool], list[Line]] = {}
    for line in kept:
        by_unit.setdefault((line.unit, indicators[line.indicator].kind == "count"), []).append(line)
    return [
        _table(own, indicators, heads, words, title=capital(words.unit(indicators[own[0].indicator])))
        for own in by_unit.values()
    ]


def headline(lines: Sequence[Line], indicators: dict[str, Indicator]) -> list[Line]:
    """The lines for everyone; not those that are the whole by definition, and a number that two have once."""
    kept = [line for line in lines if _is_total(line) and not is_whole(line, indicators[line.indicator])]
    shown: dict[tuple[object, ...], Line] = {}
    for line in sorted(kept, key=lambda line: len(line.codes)):
        shown.setdefault(_number(line, indicators[line.indicator]), line)
    chosen = {line.indicator for line in shown.values()}
    return [line for line in kept if line.indicator in chosen]


def by_group(
    lines: Sequence[Line], indicators: dict[str, Indicator], heads: Heads, words: Words
) -> list[Table]:
    """One table per indicator that has groups; groups by several dimensions where there are none by one."""
    tables = []
    for indicator in indicators.values():
        own = [line for line in lines if line.indicator == indicator.id]
        if all(_is_total(line) for line in own):
            continue
        kept = [line for line in single(own) if not (_is_total(line) and is_whole(line, indicator))]
        tables.append(_table(kept, indicators, heads, words, title=words.title(indicator)))
    return tables


def single(lines: Sequence[Line]) -> Sequence[Line]:
    """The lines of one indicator that split it by one dimension at most; all where none does."""
    plain = [line for line in lines if sum(code != TOTAL for code in line.codes.values()) <= 1]
    return lines if all(_is_total(line) for line in plain) else plain


def is_whole(line: Line, indicator: Indicator) -> bool:
    """Whether a share is the whole by definition: everyone is the whole of everyone, in the state too."""
    values = [value.estimate for value in (line.place, line.state) if value]
    return indicator.kind == "share" and all(value == indicator.per for value in values)


def _is_total(line: Line) -> bool:
    return all(code == TOTAL for code in line.codes.values())


def _number(line: Line, indicator: Indicator) -> tuple[object, ...]:
    """What makes two lines of everyone the same number."""
    values = [
        None if value is None or value.estimate is None else round(value.estimate, line.decimals)
        for value in (line.place, line.state)
    ]
    return (line.unit, line.period, indicator.universe, *values)


def _table(
    lines: Sequence[Line], indicators: dict[str, Indicator], heads: Heads, words: Words, *, title: str
) -> Table:
    alone = len({line.indicator for line in lines}) == 1 and any(line.codes for line in lines)
    first = indicators[lines[0].indicator]
    grouped = alone and not all(_is_total(line) for line in lines)
    drawn = first.kind != "count" and any(line.place.estimate is not None for line in lines)
    scale = scale_of(lines) if drawn else None
    judged = heads.state is not None and any(line.against_state for line in lines)
    names = [name for name in (heads.place, heads.region, heads.state) if name]
    period = Counter(line.period for line in lines).most_common(1)[0][0]
    about = f"{words.unit(first)}, {words.period(period)}" if grouped else words.period(period)
    return Table(
        title=title,
        about=about,
        first=words("group" if grouped else "indicator"),
        heads=(*names, *([words("against", state=heads.state)] if judged else [])),
        chart=words("interval", confidence=confidence(first)) if scale else None,
        ends=scale_ends(scale, lines) if scale else ("", ""),
        rows=tuple(
            Row(
                words.group(indicators[line.indicator], line)
                if grouped
                else _titled(line, period, indicators, words),
                _cells(line, heads, words, judged=judged),
                strong=grouped and _is_total(line),
                interval=interval_of(line, scale, indicators[line.indicator], words) if scale else None,
            )
            for line in lines
        ),
        judged=judged,
    )


def capital(text: str) -> str:
    """A text with a capital at its beginning."""
    return text[:1].upper() + text[1:]


def _titled(line: Line, period: str, indicators: dict[str, Indicator], words: Words) -> str:
    """The indicator's title, with the period where it is another than the table's."""
    title = words.title(indicators[line.indicator])
    return title if line.period == period else f"{title}, {words.period(line.period)}"


def _cells(line: Line, heads: Heads, words: Words, *, judged: bool) -> tuple[str, ...]:
    cells = [words.value(line.place, line.decimals)]
    if heads.region:
        cells.append(words.value(line.region, line.decimals))
    if heads.state:
        cells.append(words.value(line.state, line.decimals))
    if judged:
        cells.append(words(line.against_state or "not compared"))
    return tuple(cells)


def confidence(indicator: Indicator) -> str:
    """The confidence of an indicator's limits in percent."""
    return f"{100 * indicator.policy.confidence:g}"


def scale_ends(scale: Scale, lines: Sequence[Line]) -> tuple[str, str]:
    """The two ends of a scale as text."""
    percent = "%" if lines[0].unit == "percent" else ""
    return f"{scale.low:,.10g}{percent}", f"{scale.high:,.10g}{percent}"


def interval_of(line: Line, scale: Scale, indicator: Indicator, words: Words) -> Interval | None:
    """The interval of a line on a scale, None without a value; the words say what the table beside does not."""
    place = line.place
    if place.estimate is None:
        return None
    digits = line.decimals
    if place.lower is None or place.upper is None:
        alt = words("point alt", value=number(place.estimate, digits))
    else:
        limits = {"lower": number(place.lower, digits), "upper": number(place.upper, digits)}
        alt = words("interval alt", confidence=confidence(indicator), **limits)
    return Interval(
        estimate=scale.at(place.estimate) or 0.0,
        lower=scale.at(place.lower),
        upper=scale.at(place.upper),
        region=scale.at(line.region.estimate) if line.region else None,
        state=scale.at(line.state.estimate) if line.state else None,
        firm=place.status != "unreliable",
        alt=alt,
    )
