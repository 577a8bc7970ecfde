"""Places of a type in the order of an indicator, with their intervals and a word on what the order is worth."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from catalog.errors import TownlineError, nearest
from catalog.indicators.indicator import TIDY_COLUMNS
from catalog.records import Record
from catalog.store import Version
from catalog.vocabulary import TOTAL
from layers.measures.acs import Significance
from layers.measures.ranking import Ranks, ranked

_SHOWN = ("geoid", "name", "estimate", "moe", "lower", "upper", "status", "reliability")


class NothingToRank(TownlineError):
    """The table has no values of that type of place, group, period or vintage; the message says which it has."""


@dataclass(frozen=True)
class Choice:
    """What is ranked: the newest period and vintage where none is given, everyone where no code is given."""

    place_type: str
    codes: Mapping[str, str]
    period: str | None = None
    vintage: str | None = None
    falling: bool = True


@dataclass(frozen=True)
class RankedPlace:
    """A place with its rank, value, margin at 90% and limits.

    best_rank, worst_rank: the ranks between which it stands once only significant differences count.
    differs_from_next: whether it differs from the place after it by more than sampling error; None where a
    margin is missing, and for the last place.
    """

    rank: int
    tied: bool
    best_rank: int
    worst_rank: int
    geoid: str
    name: str
    estimate: float
    moe: float | None
    lower: float | None
    upper: float | None
    status: str
    reliability: str | None
    differs_from_next: bool | None


@dataclass(frozen=True)
class UnrankedPlace:
    """A place without a value, and why."""

    geoid: str
    name: str
    status: str


@dataclass(frozen=True)
class Ranking:
    """The places in order; those without a value; and a note where the order says less than it seems to."""

    place_type: str
    vintage: str
    period: str
    codes: dict[str, str]
    places: tuple[RankedPlace, ...]
    unranked: tuple[UnrankedPlace, ...]
    note: str | None


def dimensions(record: Record) -> tuple[str, ...]:
    """The columns by which an indicator's table is split."""
    return tuple(column.name for column in record.columns if column.name not in TIDY_COLUMNS)


def ranking(version: Version, choice: Choice) -> Ranking:
    """The ranking of an indicator's table.

    Raises:
        NothingToRank: the table has no such values.

    """
    codes = _codes(version.record, choice.codes)
    rows = _chosen(version, choice, codes)
    for name, given in (("period", choice.period), ("vintage", choice.vintage)):
        rows = _of(rows, name, given or pc.max(rows[name]).as_py())
    rows = rows.sort_by("geoid")
    found = ranked(_numbers(rows, "estimate"), _numbers(rows, "moe"), falling=choice.falling)
    return Ranking(
        choice.place_type,
        rows["vintage"][0].as_py(),
        rows["period"][0].as_py(),
        codes,
        _places(rows, found),
        tuple(
            UnrankedPlace(row["geoid"], row["name"], row["status"])
            for row in rows.filter(pc.is_null(rows["estimate"])).to_pylist()
        ),
        _note(found),
    )


def _codes(record: Record, given: Mapping[str, str]) -> dict[str, str]:
    known = dimensions(record)
    for name in given:
        if name not in known:
            raise NothingToRank(f"{record.id!r} is not split by {name!r}; {nearest(name, known)}")
    return {name: given.get(name, TOTAL) for name in known}


def _chosen(version: Version, choice: Choice, codes: Mapping[str, str]) -> pa.Table:
    """The rows of the places and the group, of the newest vintage where the same places stand in several.

    When there are none, the first condition that none fulfils is named.
    """
    columns = ["place_type", "vintage", "period", *codes, *_SHOWN]
    rows = pq.read_table(version.data, columns=columns)
    for name, value in (("place_type", choice.place_type), *codes.items()):
        rows = _of(rows, name, value)
    return _of(rows, "vintage", str(pc.max(rows["vintage"]).as_py()))


def _of(rows: pa.Table, name: str, value: str) -> pa.Table:
    found = rows.filter(pc.equal(rows[name], value))
    if not found.num_rows:
        held = sorted(pc.unique(rows[name]).to_pylist())
        raise NothingToRank(f"no values with {name} {value!r}; {nearest(value, held)}")
    return found


def _numbers(rows: pa.Table, name: str) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    return np.asarray(rows[name].to_numpy(), dtype=np.float64)


def _places(rows: pa.Table, found: Ranks) -> tuple[RankedPlace, ...]:
    differs = [_told(int(code)) for code in found.differs]
    shown = rows.select(_SHOWN).take(pa.array(found.order)).to_pylist()
    marks = {
        "rank": found.rank.tolist(),
        "tied": found.tied.tolist(),
        "best_rank": found.best.tolist(),
        "worst_rank": found.worst.tolist(),
        "differs_from_next": [*differs, None],
    }
    return tuple(
        RankedPlace(**row, **{name: values[number] for name, values in marks.items()})
        for number, row in enumerate(shown)
    )


def _told(code: int) -> bool | None:
    return None if code == Significance.UNKNOWN else code == Significance.DIFFERENT


def _note(found: Ranks) -> str | None:
    alike = int((found.differs == Significance.NOT_DIFFERENT).sum())
    unknown = int((found.differs == Significance.UNKNOWN).sum())
    pairs, parts = found.differs.size, []
    if alike:
        parts.append(
            f"{alike} of {pairs} neighbours in rank do not differ significantly at 90% confidence: "
            "their order may be chance."
        )
    if unknown:
        parts.append(
            f"Of {unknown} of {pairs} neighbours in rank it is not known whether they differ: "
            "the source gives no margin of error."
        )
    return " ".join(parts) or None
