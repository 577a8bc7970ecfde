"""Periods that tables and records name: their first and last moment, and how people write them."""

import re
from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta

from babel.dates import format_date, format_skeleton


def first_moment(text: str) -> datetime:
    """The first second of a year, month or day, in UTC."""
    return datetime.combine(_day(text, last=False), time(0, 0, 0), UTC)


def last_moment(text: str) -> datetime:
    """The last second of a year, month or day, in UTC."""
    return datetime.combine(_day(text, last=True), time(23, 59, 59), UTC)


def period_label(period: str, language: str = "en") -> str:
    """A period as people write it in the United States, in English or Spanish; what is no period as it stands.

    Whole years are years (2018–2022), whole months are months (July 1979 – June 1984), other days are days
    (March 21, 2021); one that begins and ends alike is named once.
    """
    try:
        start, end = moments(period)
    except ValueError:  # such as a label that a source gives: nothing better is known of it
        return period
    if (start.month, start.day, end.month, end.day) == (1, 1, 12, 31):
        return "–".join(dict.fromkeys((str(start.year), str(end.year))))
    months = start.day == 1 and (end + timedelta(seconds=1)).day == 1
    ends = (
        (_month(start, language), _month(end, language))
        if months
        else (in_words(start, language), in_words(end, language))
    )
    return " – ".join(dict.fromkeys(ends))


def in_words(day: date, language: str = "en") -> str:
    """A day with its month as a word: March 21, 2021, or 21 de marzo de 2021."""
    return str(format_date(day, format="long", locale=_LOCALES[language]))


def _month(day: date, language: str) -> str:
    return str(format_skeleton("yMMMM", day, locale=_LOCALES[language]))


_LOCALES = {"en": "en_US", "es": "es_US"}


def moments(period: str, first_month: int = 1) -> tuple[datetime, datetime]:
    """The first and last second of a period: a date, month, year, span of years or ISO 8601 interval.

    Years that begin in another month than January, such as school and fiscal years, are named by the two calendar
    years that they touch: from July, 2018-2019 ends with June 2019.

    Raises:
        ValueError: the text is none of these, or ends before it begins.

    """
    found = re.fullmatch(r"(\d{4}(?:-\d{2}){0,2})(?:[/-](\d{4}(?:-\d{2}){0,2}))?", period)
    if found is None:
        raise ValueError(f"{period!r} is no period such as 2022, 2018-2022, 2021-06 or 1974-07/1978-06")
    first, last = found[1], found[2] or found[1]
    if first_month > 1 and re.fullmatch(r"\d{4}-\d{4}", period):
        first, last = f"{first}-{first_month:02d}", f"{last}-{first_month - 1:02d}"
    start, end = first_moment(first), last_moment(last)
    if end < start:
        raise ValueError(f"the period {period!r} ends before it begins")
    return start, end


def overlap(one: str, other: str, first_month: int = 1) -> bool:
    """Whether two periods have a moment in common."""
    (start, end), (other_start, other_end) = moments(one, first_month), moments(other, first_month)
    return start <= other_end and other_start <= end


def _day(text: str, *, last: bool) -> date:
    year, *rest = (int(part) for part in text.split("-"))
    month = rest[0] if rest else (12 if last else 1)
    day = rest[1] if len(rest) > 1 else (monthrange(year, month)[1] if last else 1)
    return date(year, month, day)
