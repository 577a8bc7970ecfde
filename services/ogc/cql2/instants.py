"""Dates and times as the serving index holds them (`catalog.serving.DATETIME_FORMAT`)."""

import re
from datetime import UTC, date, datetime

from services.ogc.cql2.errors import BadExpression
from services.ogc.cql2.tree import Instant

_DATE = re.compile(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")
_TIMESTAMP = re.compile(
    r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?([Zz]|[+-][0-9]{2}:[0-9]{2})?$"
)


def day(text: str) -> Instant:
    """A date.

    Raises:
        BadExpression: it is none.

    """
    try:
        if not _DATE.match(text):
            raise ValueError(text)
        return Instant(date.fromisoformat(text).isoformat(), is_date=True)
    except ValueError as error:
        raise BadExpression(f"a date such as 2024-07-01 is needed; given: {text!r}") from error


def moment(text: str) -> Instant:
    """A date and time, brought to UTC; without a zone it is taken as UTC.

    Raises:
        BadExpression: it is none.

    """
    try:
        if not _TIMESTAMP.match(text):
            raise ValueError(text)
        found = datetime.fromisoformat(text.upper())
        in_utc = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise BadExpression(
            f"a date and time such as 2024-07-01T12:00:00Z is needed; given: {text!r}"
        ) from error
    return Instant(in_utc.isoformat(timespec="microseconds").replace("+00:00", "Z"), is_date=False)


def instant(text: str) -> Instant:
    """A date, or a date and time.

    Raises:
        BadExpression: it is neither.

    """
    return day(text) if _DATE.match(text) else moment(text)
