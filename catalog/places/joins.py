"""Joins between ids: what matched on both sides, what did not, and why where that is known."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from catalog.places.configuration import KnownGap


@dataclass(frozen=True)
class Unmatched:
    """An id without a counterpart."""

    id: str
    reason: str | None


@dataclass(frozen=True)
class JoinReport:
    """What a join matched: counts, and every id left over on either side."""

    matched: int
    left: tuple[Unmatched, ...]
    right: tuple[Unmatched, ...]

    @property
    def unexplained(self) -> tuple[Unmatched, ...]:
        """The leftovers without a known reason."""
        return tuple(item for item in (*self.left, *self.right) if item.reason is None)

    def __str__(self) -> str:
        return f"{self.matched} matched; {_told('left', self.left)}; {_told('right', self.right)}"


@dataclass(frozen=True)
class Translation:
    """Ids of one vintage as ids of another: `ids[i]` is None where there is no counterpart."""

    ids: tuple[str | None, ...]
    report: JoinReport


def report(left: Iterable[str], right: Iterable[str], gaps: Iterable[KnownGap] = ()) -> JoinReport:
    """What a join of two id sets matches; ids that fit a known gap carry its reason."""
    one, other, known = set(left), set(right), tuple(gaps)
    return JoinReport(
        matched=len(one & other),
        left=tuple(Unmatched(item, _reason(item, known)) for item in sorted(one - other)),
        right=tuple(Unmatched(item, _reason(item, known)) for item in sorted(other - one)),
    )


def translate(ids: Iterable[str], crosswalk: Mapping[str, str], gaps: Iterable[KnownGap] = ()) -> Translation:
    """Ids looked up in a one-to-one crosswalk, with the report of both sides."""
    given = tuple(ids)
    return Translation(tuple(crosswalk.get(item) for item in given), report(given, crosswalk, gaps))


def _reason(item: str, gaps: tuple[KnownGap, ...]) -> str | None:
    return next((gap.reason for gap in gaps if re.fullmatch(gap.pattern, item)), None)


def _told(side: str, items: tuple[Unmatched, ...]) -> str:
    if not items:
        return f"none left over on the {side}"
    reasons = sorted({item.reason for item in items if item.reason})
    why = f" ({', '.join(reasons)})" if reasons else ""
    return f"{len(items)} left over on the {side}{why}: {', '.join(item.id for item in items[:10])}"
