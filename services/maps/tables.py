"""Published indicator tables as blocks of values over levels of places."""

import re
from itertools import product

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from catalog.errors import DataError
from catalog.indicators import Indicator
from catalog.maps import MapManifest
from catalog.places import Places
from catalog.store import Store
from catalog.vocabulary import TOTAL
from services.maps.errors import NothingToShow, UnknownChoice
from services.maps.levels import boundary_vintage, read_level
from services.maps.model import NO_POPULATION, STATE, STATUSES, Block, Level, Loss, Topic

NUMBERS = ("estimate", "moe", "lower", "upper", "denominator")


def table_layer(indicator: str) -> str:
    """The layer in which an indicator's table is published."""
    return f"indicator-{indicator}"


def read_topic(
    store: Store, places: Places, manifest: MapManifest, indicator: Indicator, levels: dict[str, Level]
) -> Topic:
    """An indicator's values as the map shows them; levels that are new are added to `levels`.

    Raises:
        UnknownLayer: the indicator's table is not published yet.
        UnknownChoice: the table has none of the map's periods or places.
        NothingToShow: no value is left.

    """
    version = store.current(table_layer(indicator.id))
    named = tuple(dimension.name for dimension in indicator.dimensions)
    shown = tuple(name for name in named if manifest.by is None or name in manifest.by)
    columns = ["place_type", "vintage", "geoid", "period", *named, *NUMBERS, "status"]
    frame = pq.read_table(version.data, columns=columns).to_pandas()
    for name in set(named) - set(shown):
        frame = frame[frame[name] == TOTAL]
    frame = frame[frame["place_type"].isin([*manifest.places, STATE])]
    frame = _in_periods(frame, manifest)
    if frame.empty:
        raise NothingToShow(f"indicator {indicator.id!r} has no value for {', '.join(manifest.places)}")
    groups = _groups(frame, indicator, shown)
    periods = tuple(sorted(frame["period"].unique()))
    frame = frame.assign(
        group=_codes(pd.MultiIndex.from_frame(frame[list(shown)]) if shown else None, groups, len(frame)),
        at=pd.Index(periods).get_indexer(frame["period"]),
    )
    blocks: dict[str, Block] = {}
    losses: list[Loss] = []
    for (kind, vintage), rows in frame.groupby(["place_type", "vintage"], sort=False):
        level = _level(store, places, levels, str(kind), str(vintage))
        size = (len(periods), len(groups), len(level.ids))
        block = blocks.setdefault(level.key, _empty(size))
        losses += _fill(block, rows, level, places, str(vintage))
    return Topic(indicator, version.record, shown, groups, periods, blocks, tuple(losses))


def _in_periods(frame: pd.DataFrame, manifest: MapManifest) -> pd.DataFrame:
    if not manifest.periods:
        return frame
    known = sorted(frame["period"].unique())
    for period in manifest.periods:
        if period not in known:
            raise UnknownChoice("period", period, known)
    return frame[frame["period"].isin(manifest.periods)]


def _groups(frame: pd.DataFrame, indicator: Indicator, shown: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """The groups that the table has, in the order of the vocabularies."""
    if not shown:
        return ((),)
    present = set(frame[list(shown)].itertuples(index=False, name=None))
    ordered = product(*(indicator.dimension(name).allowed for name in shown))
    groups = tuple(codes for codes in ordered if codes in present)
    unknown = present - set(groups)
    if unknown:
        raise DataError(f"codes that the indicator does not have: {sorted(unknown)[0]}", layer=indicator.id)
    return groups


def _codes(keys: pd.MultiIndex | None, groups: tuple[tuple[str, ...], ...], rows: int) -> np.ndarray:
    if keys is None:
        return np.zeros(rows, dtype=np.int64)
    return pd.MultiIndex.from_tuples(groups).get_indexer(keys)


def _level(store: Store, places: Places, levels: dict[str, Level], kind: str, vintage: str) -> Level:
    drawn = vintage if kind == STATE else boundary_vintage(places, kind, vintage)
    if kind == STATE:
        same = next((level for level in levels.values() if level.type == STATE), None)
        if same:
            return same
    key = f"{kind}-{drawn}"
    if key not in levels:
        levels[key] = read_level(store, places, kind, drawn)
    return levels[key]


def _empty(size: tuple[int, int, int]) -> Block:
    status = np.full(size, STATUSES.index("missing"), dtype=np.int8)
    estimate, moe, lower, upper, denominator = (np.full(size, np.nan) for _ in NUMBERS)
    return Block(estimate, moe, lower, upper, denominator, status)


def _fill(block: Block, rows: pd.DataFrame, level: Level, places: Places, vintage: str) -> list[Loss]:
    """Put the rows into the block; the result tells of the places that have no polygon."""
    given = rows["geoid"].unique()
    moved = given if level.type == STATE else places.translate(level.type, given, vintage, level.vintage).ids
    position = {geoid: number for number, geoid in enumerate(level.ids)}
    where = {old: position.get(new or "", -1) for old, new in zip(given, moved, strict=True)}
    at = rows["geoid"].map(where).to_numpy()
    found = at >= 0
    cells = (rows["at"].to_numpy()[found], rows["group"].to_numpy()[found], at[found])
    kept = rows[found]
    for name in NUMBERS:
        getattr(block, name)[cells] = kept[name].to_numpy(dtype=np.float64)
    codes = pd.Index(STATUSES).get_indexer(pd.Index(kept["status"]))
    if (codes < 0).any():
        unknown = kept["status"].iloc[int(np.argmax(codes < 0))]
        raise DataError(f"status {unknown!r} is not in the vocabulary 'statuses'", column="status")
    block.status[cells] = codes
    nobody = (block.denominator == 0) & block.is_status("not_applicable")
    block.status[nobody] = STATUSES.index(NO_POPULATION)
    return _losses([old for old in given if where[old] < 0], level, places)


def _losses(ids: list[str], level: Level, places: Places) -> list[Loss]:
    found: list[Loss] = []
    left = set(ids)
    for gap in places.gaps(level.type):
        matched = {geoid for geoid in left if re.fullmatch(gap.pattern, geoid)}
        if matched:
            found.append(Loss(level.key, len(matched), gap.reason, gap.reason_es))
            left -= matched
    return [*found, Loss(level.key, len(left), None, None)] if left else found
