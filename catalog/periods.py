"""The first and last moment of a year, month or day that a record names."""

from calendar import monthrange
from datetime import UTC, date, datetime, time


def first_moment(text: str) -> datetime:
    """The first second of a year, month or day, in UTC."""
    return datetime.combine(_day(text, last=False), time(0, 0, 0), UTC)


def last_moment(text: str) -> datetime:
    """The last second of a year, month or day, in UTC."""
    return datetime.combine(_day(text, last=True), time(23, 59, 59), UTC)


def _day(text: str, *, last: bool) -> date:
    year, *rest = (int(part) for part in text.split("-"))
    month = rest[0] if rest else (12 if last else 1)
    day = rest[1] if len(rest) > 1 else (monthrange(year, month)[1] if last else 1)
    return date(year, month, day)
