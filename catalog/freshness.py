"""Whether a layer is as fresh as its agency promises.

Four dates are kept apart, because confusing them makes frozen data read as fresh:

changed_at    when the data themselves changed. We see a change when we poll, so where the source names an
              earlier date, that one counts.
claimed_at    what the source says of its last change
checked_at    when the source was last read with success
covers_until  the end of the time that the data cover

Only the first is judged. Source of the rule: Connecticut Open Data Handbook, update frequency.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from catalog.records import Record
from catalog.vocabulary import vocabulary

FreshnessClass = Literal["up-to-date", "late", "never-stale", "unknown"]

GRACE_SHARE = 0.1
LEAST_GRACE = timedelta(days=1)
_UNKNOWN = "unknown"


@dataclass(frozen=True)
class Freshness:
    """The class of a layer's freshness, its four dates, and after which moment it is late (None: never)."""

    code: FreshnessClass
    changed_at: datetime
    claimed_at: datetime | None
    checked_at: datetime | None
    covers_until: str | None
    late_after: datetime | None

    def age(self, now: datetime) -> timedelta:
        """How long ago the data changed; for layers without a deadline this is all there is to say."""
        return now - self.changed_at


def freshness(record: Record, now: datetime, checked_at: datetime | None = None) -> Freshness:
    """The freshness of a layer at a moment."""
    deadline = late_after(record)
    code = undated_class(record) or ("late" if deadline and now > deadline else "up-to-date")
    return Freshness(
        code=code,
        changed_at=changed_at(record),
        claimed_at=record.source_claims_at,
        checked_at=checked_at,
        covers_until=record.period.end,
        late_after=deadline,
    )


def changed_at(record: Record) -> datetime:
    """When the data changed: as we saw it, or as the source says where that is earlier."""
    if record.source_claims_at is None:
        return record.data_changed_at
    return min(record.data_changed_at, record.source_claims_at)


def late_after(record: Record) -> datetime | None:
    """The moment after which a layer is late: one period and some grace after its data changed.

    The grace is a tenth of the period, and a day at least. None where no update is promised.
    """
    days = vocabulary("update-frequencies").term(record.cadence).attributes.get("days")
    if not isinstance(days, int):
        return None
    period = timedelta(days=days)
    return changed_at(record) + period + max(period * GRACE_SHARE, LEAST_GRACE)


def undated_class(record: Record) -> FreshnessClass | None:
    """The class of a layer that cannot be late, because no date is promised; None where one is."""
    if late_after(record) is not None:
        return None
    return "unknown" if record.cadence == _UNKNOWN else "never-stale"
