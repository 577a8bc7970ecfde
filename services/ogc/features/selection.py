"""Which features a query selects: their numbers (`fid`), counted exactly, one page of them at a time."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from services.ogc.cql2 import Condition, SpatialTest
from services.ogc.crs import Window
from services.ogc.features.blocks import Fids, as_json
from services.ogc.features.connections import connection
from services.ogc.features.order import Order, ordering, stretches
from services.ogc.features.relations import related
from services.ogc.features.windows import first_in, number_in

Values = dict[str, str | int | float | bytes | None]

_MOST_LISTED = 20_000  # beyond it a mask of one byte for each feature is tested faster than a list is built


@dataclass(frozen=True)
class Selection:
    """A condition, and a window that the geometry intersects; None is no condition."""

    condition: Condition | None = None
    window: Window | None = None

    @property
    def test(self) -> SpatialTest | None:
        """The spatial test that is the whole selection, when it is one."""
        return self.condition.lone_test if self.condition and self.window is None else None


@dataclass(frozen=True)
class Place:
    """Where in the selection a page begins and how long it is.

    `after` is the number of the last feature of the page before; it overrules `offset`.
    """

    limit: int
    offset: int = 0
    after: int | None = None
    order: Order = ()


def page_of(index: Path, selection: Selection, place: Place) -> Fids:
    """The numbers of a page's features in their order, and of one more when there is a next page."""
    if place.order:
        return _page_by_sql(index, selection, place)
    after, skipped = (0, place.offset) if place.after is None else (place.after, 0)
    end = skipped + place.limit + 1
    if selection.test is not None:
        every = related(index, selection.test)
        start = int(np.searchsorted(every, after, side="right"))
        return every[start + skipped : start + end]
    if selection.condition is not None:
        return _page_by_sql(index, selection, place)
    if selection.window is not None:
        return first_in(index, selection.window, after, end)[skipped:]
    start = min(after + skipped, rows(index))
    return np.arange(start + 1, min(start + place.limit + 1, rows(index)) + 1, dtype=np.int64)


@lru_cache(maxsize=512)
def matched(index: Path, selection: Selection) -> int:
    """How many features the selection has."""
    if selection.test is not None:
        return len(related(index, selection.test))
    if selection.condition is not None:
        where, values = _where(index, selection)
        sql = f"SELECT count(*) FROM features f WHERE {where}"  # noqa: S608 - see cql2: every value is bound
        return int(connection(index).execute(sql, values).fetchone()[0])
    return rows(index) if selection.window is None else number_in(index, selection.window)


@lru_cache(maxsize=256)
def rows(index: Path) -> int:
    """How many features the index holds."""
    row = connection(index).execute("SELECT value FROM meta WHERE key = 'rows'").fetchone()
    return int(row[0])


def _page_by_sql(index: Path, selection: Selection, place: Place) -> Fids:
    """A page in any order, gathered stretch by stretch from where the page before ended."""
    where, values = _where(index, selection)
    wanted = place.limit + 1
    skipped = place.offset if place.after is None else 0
    found: list[int] = []
    for beyond, last in stretches(index, place.order, place.after):
        sql = (
            f"SELECT f.fid FROM features f WHERE {where} AND {beyond}"  # noqa: S608 - as above
            f" ORDER BY {ordering(place.order)} LIMIT :limit OFFSET :offset"
        )
        bound = values | last | {"limit": wanted - len(found), "offset": skipped}
        found += [fid for (fid,) in connection(index).execute(sql, bound)]
        if len(found) >= wanted:
            break
    return np.array(found, dtype=np.int64)


def _where(index: Path, selection: Selection) -> tuple[str, Values]:
    """A selection as SQL with named values."""
    parts, values = ["1"], Values()
    if selection.condition is not None:
        values |= dict(selection.condition.values)
        answers = {
            name: _membership(index, related(index, test), name, values)
            for name, test in selection.condition.tests
        }
        parts.append(f"({selection.condition.sql.format(**answers)})")
    if selection.window is not None:
        inside = related(index, SpatialTest("intersects", selection.window.outline))
        parts.append(_membership(index, inside, "window", values))
    return " AND ".join(parts), values


def _membership(index: Path, fids: Fids, name: str, values: Values) -> str:
    """The condition that a feature is one of these; its value is added."""
    if len(fids) <= _MOST_LISTED:
        values[name] = as_json(fids)
        return f"f.fid IN (SELECT value FROM json_each(:{name}))"  # noqa: S608 - a name of ours
    mask = np.zeros(rows(index), dtype=np.uint8)
    mask[fids - 1] = 1
    values[name] = mask.tobytes()
    return f"substr(:{name}, f.fid, 1) = x'01'"
