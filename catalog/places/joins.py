"""Joins between ids: what matched on both sides, what did not, and why where that is known."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

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


class Counterparts:
    """The ids of two vintages that share ground, from the pairs of a crosswalk: renamed, split or merged."""

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        self._forward: dict[str, list[str]] = defaultdict(list)
        self._backward: dict[str, list[str]] = defaultdict(list)
        for one, other in pairs:
            self._forward[one].append(other)
            self._backward[other].append(one)

    def of(self, item: str) -> tuple[str, ...]:
        """All ids of the other vintage that an id shares ground with."""
        return tuple(self._forward.get(item, ()))

    @cached_property
    def same(self) -> dict[str, str]:
        """The id of the same place in the other vintage; places that were split or merged have none."""
        return {
            one: others[0]
            for one, others in self._forward.items()
            if len(others) == 1 and len(self._backward[others[0]]) == 1
        }

    def reason(self, item: str) -> str | None:
        """Why an id of the crosswalk has no single counterpart."""
        others = self._forward.get(item, [])
        if not others or item in self.same:
            return None
        if len(others) > 1:
            return f"split into {_first(others)}"
        beside = [one for one in self._backward[others[0]] if one != item]
        return f"merged with {_first(beside)} into {others[0]}"


def translate(ids: Iterable[str], found: Counterparts, gaps: Iterable[KnownGap] = ()) -> Translation:
    """Ids of places that a crosswalk says are the same, with the report of both sides.

    An id that was split or merged has no counterpart: its numbers are those of another area.
    """
    given = tuple(ids)
    told = report(given, found.same, gaps)
    left = tuple(Unmatched(item.id, item.reason or found.reason(item.id)) for item in told.left)
    return Translation(tuple(found.same.get(item) for item in given), replace(told, left=left))


def _first(ids: list[str]) -> str:
    more = f" and {len(ids) - 5} more" if len(ids) > 5 else ""
    return ", ".join(sorted(ids)[:5]) + more


def _reason(item: str, gaps: tuple[KnownGap, ...]) -> str | None:
    return next((gap.reason for gap in gaps if re.fullmatch(gap.pattern, item)), None)


def _told(side: str, items: tuple[Unmatched, ...]) -> str:
    if not items:
        return f"none left over on the {side}"
    reasons = sorted({item.reason for item in items if item.reason})
    why = f" ({', '.join(reasons)})" if reasons else ""
    return f"{len(items)} left over on the {side}{why}: {', '.join(item.id for item in items[:10])}"
