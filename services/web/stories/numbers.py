"""Numbers of indicators for stories, read from the indicators' published tables."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import isnan
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq

from catalog.errors import TownlineError, nearest
from catalog.indicators import Indicator
from catalog.places import normal
from catalog.records import Record
from catalog.store import Version
from catalog.vocabulary import TOTAL
from services.web.shelf import Shelf
from services.web.words import Words

_ARGUMENTS = ("indicator", "place", "type", "vintage", "period")
_LARGEST_FIRST = ("state", "planning_region", "county", "town")


type Row = dict[Hashable, Any]


class NoNumber(TownlineError):
    """No such indicator, place, period or group, or a value that is not shown."""


@dataclass(frozen=True)
class Cell:
    """One value of an indicator with what explains it; numbers are None where there are none."""

    indicator: Indicator
    layer: Record
    place: str
    period: str
    codes: Mapping[str, str]
    status: str
    estimate: float | None
    moe: float | None
    lower: float | None
    upper: float | None
    numerator: float | None
    denominator: float | None

    def group(self, words: Words) -> str:
        """The group that the value is of."""
        parts = [
            self.indicator.dimension(name).label(code, words.language)
            for name, code in self.codes.items()
            if code != TOTAL
        ]
        return ", ".join(parts) or words("story.total")

    def shown(self, value: float, words: Words) -> str:
        """A value in the indicator's unit and digits."""
        number = words.number(value, self.indicator.decimals)
        unit = self.indicator.unit
        form = f"unit.{unit.replace(' ', '_')}"
        return words(form, value=number) if words.has(form) else f"{number} {unit}"


def one_cell(shelf: Shelf, asked: Mapping[str, str]) -> Cell:
    """The value of an indicator for a place; the newest period and vintage and the total unless others are asked for.

    Raises:
        NoNumber: something asked for is unknown, or its value is not shown.

    """
    indicator, version, rows = _rows_of_place(shelf, asked)
    codes = _codes(indicator, asked)
    fitting = [row for row in rows if all(row[name] == code for name, code in codes.items())]
    if not fitting:
        raise NoNumber(f"indicator {indicator.id!r} has no value for {_named(codes)} there")
    cell = _cell(indicator, version, fitting[0])
    if cell.estimate is None:
        raise NoNumber(f"the value of indicator {indicator.id!r} there is not shown: it is {cell.status}")
    return cell


def cells(shelf: Shelf, asked: Mapping[str, str], by: str) -> list[Cell]:
    """The values of all groups of one dimension, the total first, then in the order of the dimension.

    Raises:
        NoNumber: something asked for is unknown.

    """
    indicator, version, rows = _rows_of_place(shelf, asked)
    known = [dimension.name for dimension in indicator.dimensions]
    if by not in known:
        raise NoNumber(f"indicator {indicator.id!r} is not split by {by!r}; {nearest(by, known)}")
    fixed = {name: code for name, code in _codes(indicator, asked).items() if name != by}
    by_code = {row[by]: row for row in rows if all(row[name] == code for name, code in fixed.items())}
    found = [code for code in indicator.dimension(by).allowed if code in by_code]
    if not found:
        raise NoNumber(f"indicator {indicator.id!r} has no groups by {by!r} there")
    return [_cell(indicator, version, by_code[code]) for code in found]


def _rows_of_place(shelf: Shelf, asked: Mapping[str, str]) -> tuple[Indicator, Version, list[Row]]:
    indicator, version = _indicator(shelf, asked["indicator"])
    _known_arguments(indicator, asked)
    table = _table(version.folder.parents[2], version.layer, version.number, version.data)
    rows = _of_place(table, asked["place"], asked.get("type"))
    for name in ("period", "vintage"):
        rows = _of(rows, name, asked.get(name), indicator)
    ids = sorted(str(one) for one in rows["geoid"].unique())
    if len(ids) > 1:
        raise NoNumber(f"{asked['place']!r} can be {', '.join(ids)}; give the id")
    return indicator, version, rows.to_dict("records")


def _of(rows: pd.DataFrame, name: str, given: str | None, indicator: Indicator) -> pd.DataFrame:
    """The rows of one period or vintage: the newest, as in rankings, where none is given."""
    known = sorted(str(one) for one in rows[name].unique())
    if given is not None and given not in known:
        raise NoNumber(f"indicator {indicator.id!r} has no {name} {given!r} there; {nearest(given, known)}")
    return rows.loc[rows[name] == (given or known[-1])]


def _indicator(shelf: Shelf, name: str) -> tuple[Indicator, Version]:
    known = shelf.declared.indicators
    if name not in known:
        raise NoNumber(f"there is no indicator {name!r}; {nearest(name, list(known))}")
    version = shelf.holdings.layers.get(f"indicator-{name}")
    if version is None:
        raise NoNumber(f"indicator {name!r} is not published yet; compute it with `townline derive {name}`")
    return known[name], version


def _known_arguments(indicator: Indicator, asked: Mapping[str, str]) -> None:
    known = [*_ARGUMENTS, *(dimension.name for dimension in indicator.dimensions)]
    if unknown := [name for name in asked if name not in known]:
        raise NoNumber(
            f"indicator {indicator.id!r} does not know {', '.join(unknown)}; known: {', '.join(known)}"
        )


def _of_place(table: pd.DataFrame, place: str, kind: str | None) -> pd.DataFrame:
    """The rows of one place, by name or id, of all its vintages and periods: of several types the largest."""
    inside = table if kind is None else table.loc[table["place_type"] == kind]
    rows = inside.loc[(inside["plain"] == normal(place)) | (inside["geoid"] == place)]
    if rows.empty:
        names = [str(name) for name in inside["name"].unique()]
        of_type = f" of type {kind}" if kind else ""
        raise NoNumber(f"there is no place {place!r}{of_type}; {nearest(place, names)}")
    largest = min((str(one) for one in rows["place_type"].unique()), key=_size)
    return rows.loc[rows["place_type"] == largest]


def _size(kind: str) -> int:
    return _LARGEST_FIRST.index(kind) if kind in _LARGEST_FIRST else len(_LARGEST_FIRST)


def _codes(indicator: Indicator, asked: Mapping[str, str]) -> dict[str, str]:
    for dimension in indicator.dimensions:
        code = asked.get(dimension.name, TOTAL)
        if code not in dimension.allowed:
            raise NoNumber(f"{code!r} is not a code of {dimension.name}; {nearest(code, dimension.allowed)}")
    return indicator.full({name: code for name, code in asked.items() if name not in _ARGUMENTS})


def _named(codes: Mapping[str, str]) -> str:
    return ", ".join(f"{name}={code}" for name, code in codes.items()) or "the total"


def _cell(indicator: Indicator, version: Version, row: Row) -> Cell:
    def number(name: str) -> float | None:
        value = float(row[name])
        return None if isnan(value) else value

    codes = {dimension.name: row[dimension.name] for dimension in indicator.dimensions}
    numbers = {
        name: number(name) for name in ("estimate", "moe", "lower", "upper", "numerator", "denominator")
    }
    return Cell(indicator, version.record, row["name"], row["period"], codes, row["status"], **numbers)


@lru_cache(maxsize=32)
def _table(root: Path, layer: str, number: int, data: Path) -> pd.DataFrame:
    """The tidy table of a version, with names as they are compared."""
    table: pd.DataFrame = pq.read_table(data).to_pandas()
    plain: Sequence[str] = [normal(str(name)) for name in table["name"]]
    return table.assign(plain=plain)
