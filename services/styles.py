"""How a layer is drawn, chosen from its columns: by verdict, by classes of a value, or plainly.

Previews and QGIS files share it, so that a layer looks the same in both.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor, log10
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray

from catalog.maps import Classes
from catalog.records import PublishedColumn, Record
from catalog.store import Version
from catalog.vocabulary import vocabulary
from layers.measures.verdicts import LABELS, Verdict
from services.holdings import stored_version
from services.kept import kept_by_layer
from services.maps import palette
from services.maps.classes import estimate_breaks

CLASSES = Classes()
_SPANISH = {
    Verdict.NO_CLEAR_DIFFERENCE: "sin diferencia clara",
    Verdict.CLEARLY_BETTER: "claramente mejor",
    Verdict.CLEARLY_WORSE: "claramente peor",
    Verdict.UNRELIABLE: "poco fiable",
    Verdict.SUPPRESSED: "suprimido",
    Verdict.NO_POPULATION: "sin población",
}
_COLOURS = {
    Verdict.NO_CLEAR_DIFFERENCE: palette.NO_DIFFERENCE,
    Verdict.CLEARLY_BETTER: palette.BETTER,
    Verdict.CLEARLY_WORSE: palette.WORSE,
    Verdict.UNRELIABLE: palette.UNRELIABLE,
    Verdict.SUPPRESSED: palette.SUPPRESSED,
    Verdict.NO_POPULATION: palette.NO_POPULATION,
}
PLAIN_COLOUR = palette.SEQUENTIAL[5][3]


@dataclass(frozen=True)
class Range:
    """A class of numbers: from above `lower` (or from it, in the first class) to `upper`."""

    lower: float
    upper: float
    colour: str


@dataclass(frozen=True)
class Category:
    """A class of a code."""

    code: str
    label: str
    label_es: str
    colour: str


@dataclass(frozen=True)
class Style:
    """The column that is drawn and its classes; none of both for a plain layer."""

    column: PublishedColumn | None = None
    ranges: tuple[Range, ...] = ()
    categories: tuple[Category, ...] = ()
    decimals: int = 0

    def classes(self, values: Sequence[object]) -> list[int | None]:
        """The number of the class of each value, None where it has no value."""
        if self.categories:
            numbers = {category.code: number for number, category in enumerate(self.categories)}
            return [numbers.get(str(value)) for value in values]
        limits = [found.upper for found in self.ranges[:-1]]
        return [None if value is None else _class_of(float(str(value)), limits) for value in values]


PLAIN = Style()
"""The style of a layer without a value to colour it by."""


def label_column(record: Record) -> str | None:
    """The column that people know a feature by: its name where there is one, else the key."""
    names = [column.name for column in record.columns if column.type == "string"]
    if record.places:
        return record.places.name or record.places.id
    named = [name for name in names if name == "name" or name.endswith("_name")]
    return next(iter([*named, *record.key]), None)


def style_of(version: Version) -> Style:
    """The style of a version of a layer of features; made once, since versions never change."""
    return _style(version.folder.parents[2], version.layer, version.number)


@kept_by_layer
def _style(root: Path, layer: str, number: int) -> Style:
    version = stored_version(root, layer, number)
    record = version.record
    for column in record.columns:
        if _is_verdict(column):
            return _by_verdict(column, _texts(version, column.name))
    for column in _value_columns(record):
        style = _by_value(column, _numbers(version, column.name))
        if len(style.ranges) > 1:
            return style
    return PLAIN


def _is_verdict(column: PublishedColumn) -> bool:
    return column.type == "string" and (column.name == "verdict" or column.name.endswith("_verdict"))


def _value_columns(record: Record) -> list[PublishedColumn]:
    """The values that a layer is about: estimates before other numbers with a unit.

    Boundaries are about places and not about a value, even where they carry areas.
    """
    if record.theme == "boundaries":
        return []
    numbers = [column for column in record.columns if column.type in ("integer", "number")]
    estimates = [column for column in numbers if column.name.split("_")[-1] == "estimate"]
    return [*estimates, *(column for column in numbers if column.unit and column not in estimates)]


def _by_verdict(column: PublishedColumn, codes: set[str]) -> Style:
    """The six verdicts in their order; codes that are none of them follow, labelled as their vocabulary does."""
    known = {code.name.lower(): code for code in Verdict}
    found = {code: known.get(code.lower().replace("-", "_").replace(" ", "_")) for code in sorted(codes)}
    verdicts = sorted((verdict, code) for code, verdict in found.items() if verdict is not None)
    categories = [
        Category(code, LABELS[verdict], _SPANISH[verdict], _COLOURS[verdict]) for verdict, code in verdicts
    ]
    for code in (code for code, verdict in found.items() if verdict is None):
        term = vocabulary(column.vocabulary).term(code) if column.vocabulary else None
        labels = (term.label, term.label_es) if term else (code, code)
        categories.append(Category(code, *labels, palette.MISSING))
    return Style(column, categories=tuple(categories))


def _by_value(column: PublishedColumn, values: NDArray[np.float64]) -> Style:
    known = values[np.isfinite(values)]
    if not len(known):
        return PLAIN
    decimals = 0 if column.type == "integer" else _decimals(known)
    limits = estimate_breaks(known, CLASSES, decimals)
    ends = [float(known.min()), *limits, float(known.max())]
    colours = palette.SEQUENTIAL[len(limits) + 1]
    ranges = (Range(*found) for found in zip(ends[:-1], ends[1:], colours, strict=True))
    return Style(column, ranges=tuple(ranges), decimals=decimals)


def _decimals(values: NDArray[np.float64]) -> int:
    """Digits after the point that tell the classes apart: three digits of the spread."""
    spread = float(values.max() - values.min()) or abs(float(values.max())) or 1.0
    return min(6, max(0, 1 - floor(log10(spread)) + 1)) if spread < 100 else 0


def _class_of(value: float, limits: list[float]) -> int:
    return int(np.searchsorted(limits, value, side="left"))


def _numbers(version: Version, name: str) -> NDArray[np.float64]:
    column = pq.read_table(version.data, columns=[name])[name]
    values: NDArray[np.float64] = column.to_pandas().to_numpy(dtype=np.float64, na_value=np.nan)
    return values


def _texts(version: Version, name: str) -> set[str]:
    return {
        str(value)
        for value in pq.read_table(version.data, columns=[name])[name].unique().to_pylist()
        if value is not None
    }
