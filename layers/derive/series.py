"""One series per place over several tables and vintages: ids are moved to the newest vintage, or the gap is told."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pandas as pd
import pyarrow.parquet as pq

from catalog.errors import DataError
from catalog.indicators import Indicator
from catalog.periods import moments
from catalog.places import Places, UnknownPlaceSet
from catalog.store import Version
from layers.normalise import Notes

SAME, RENAMED = "same id", "renamed by the crosswalk"
NOT_THERE = "the table of the period does not have the place"


@dataclass(frozen=True, eq=False)
class Series:
    """One row per place of `vintage`, period and group, gaps included.

    rows: geoid, name, period, the dimensions, the columns of the tidy table, and `source_vintage`, `source_id`,
    `moved` (how the id came to the vintage, or why the value is missing). periods: in the order of time.
    """

    rows: pd.DataFrame
    vintage: str
    periods: tuple[str, ...]


def series(
    indicator: Indicator, tables: Sequence[Version], kind: str, places: Places, notes: Notes
) -> Series:
    """The series of all places of a type; the first table is the newest and gives the vintage.

    A table with the vintage for a period is taken as it is. Other ids are moved where a crosswalk gives each exactly
    one new id; what cannot be moved so (counties to planning regions, two places made one) is a gap with its reason:
    the earlier indicator can add it up from towns or tracts by `derived`.

    Raises:
        DataError: the newest table has no such places, or two tables have values for one place, period and group.

    """
    frames = [_of_kind(table, kind) for table in tables]
    newest = frames[0]
    if newest.empty:
        raise DataError(f"the indicator {indicator.id!r} has no {kind}", layer=tables[0].layer)
    vintage = str(newest["vintage"].max())
    dimensions = [one.name for one in indicator.dimensions]
    parts: list[pd.DataFrame] = []
    gaps: dict[str, str] = {}
    mergers: dict[tuple[str, str], str] = {}
    for table, frame in zip(tables, frames, strict=True):
        periods = pq.read_table(table.data, columns=["period"])["period"].unique().to_pylist()
        gaps |= dict.fromkeys(periods, f"the table {table.layer} has no {kind}")
        for period, rows in frame.groupby("period", sort=True):
            own = vintage if (rows["vintage"] == vintage).any() else rows["vintage"].max()
            moved, reason, merged = _moved(rows[rows["vintage"] == own], kind, vintage, places, notes)
            parts.append(moved)
            gaps[str(period)] = reason
            mergers |= {(str(period), geoid): f"several places of {own} became this one" for geoid in merged}
    found = pd.concat(parts, ignore_index=True)
    key = ["geoid", "period", *dimensions]
    if found.duplicated(key).any():
        raise DataError(
            f"{int(found.duplicated(key).sum())} values stand for the same place, period and group in "
            f"{', '.join(table.layer for table in tables)}; each period belongs to one of them",
            layer=tables[0].layer,
        )
    periods = tuple(sorted(gaps, key=moments))
    rows = _filled(found, newest[newest["vintage"] == vintage], periods, dimensions)
    pairs = zip(rows["period"], rows["geoid"], strict=True)
    told = pd.Series([mergers.get(pair, gaps[pair[0]]) for pair in pairs], index=rows.index)
    return Series(rows.assign(moved=rows["moved"].fillna(told)), vintage, periods)


def _of_kind(table: Version, kind: str) -> pd.DataFrame:
    frame = pd.DataFrame(pq.read_table(table.data, filters=[("place_type", "=", kind)]).to_pandas())
    return frame.assign(period=frame["period"].astype(str), vintage=frame["vintage"].astype(str))


def _moved(
    rows: pd.DataFrame, kind: str, vintage: str, places: Places, notes: Notes
) -> tuple[pd.DataFrame, str, tuple[str, ...]]:
    """The rows with ids of the vintage, why another place may have none, and the places that several became."""
    own = str(rows["vintage"].iloc[0])
    rows = rows.assign(source_vintage=own, source_id=rows["geoid"], moved=SAME)
    if own == vintage:
        return rows, NOT_THERE, ()
    given = set(rows["geoid"])
    try:
        listed = places.of(kind, own) if places.lists(kind, own) else []
        known = sorted(given | {place.key.geoid for place in listed})
        counterparts = places.counterparts(kind, own, vintage)
    except UnknownPlaceSet:
        reason = f"no crosswalk takes {kind} {own} to {vintage}: such places cannot be moved exactly"
        notes.add("series", reason, rows=len(given))
        return rows.iloc[:0], reason, ()
    found = {old: counterparts.of(old) for old in known}
    parts = Counter(new for others in found.values() for new in others)
    unique = {
        old: others[0]
        for old, others in found.items()
        if old in given and [parts[one] for one in others] == [1]
    }
    lost = sorted(given - set(unique))
    notes.add(
        "series",
        f"{kind} {own} to {vintage}: {len(unique)} ids renamed, {len(lost)} cannot be moved exactly",
        rows=len(unique),
        examples=lost,
    )
    chosen = rows[rows["geoid"].isin(unique)]
    told = f"{RENAMED} {own}–{vintage}"
    moved = chosen.assign(geoid=chosen["geoid"].map(unique), vintage=vintage, moved=told)
    return moved, NOT_THERE, tuple(new for new, count in parts.items() if count > 1)


def _filled(
    found: pd.DataFrame,
    newest: pd.DataFrame,
    periods: Sequence[str],
    dimensions: list[str],
) -> pd.DataFrame:
    """Every place and group in every period; what is not there is missing, never zero."""
    names = dict(_names(found)) | dict(_names(newest))
    groups = found[dimensions].drop_duplicates() if dimensions else pd.DataFrame(index=[0])
    grid = pd.DataFrame({"geoid": sorted(names)}).merge(pd.DataFrame({"period": periods}), how="cross")
    grid = grid.merge(groups, how="cross")
    rows = grid.merge(found.drop(columns="name"), on=["geoid", "period", *dimensions], how="left")
    rows.insert(1, "name", rows["geoid"].map(names))
    return rows.assign(status=rows["status"].fillna("missing"))


def _names(rows: pd.DataFrame) -> Iterator[tuple[str, str]]:
    return zip(rows["geoid"], rows["name"], strict=True)
