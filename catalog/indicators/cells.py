"""In which cells of a layer the numbers stand: long, wide or tidy."""

import re
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, PlainSerializer, model_validator

from catalog.configuration import Strict
from catalog.grammar import ColumnName
from catalog.indicators.generated import GeneratedGroups
from catalog.indicators.source import PeriodName

_TERM = re.compile(r"^(-?)\s*([A-Za-z][A-Za-z0-9_]*)$")


@dataclass(frozen=True)
class Term:
    """One cell of a sum, added or, with a minus before its name, taken away."""

    name: str
    sign: int = 1

    def __str__(self) -> str:
        return f"-{self.name}" if self.sign < 0 else self.name


def _term(value: object) -> object:
    if not isinstance(value, str):
        return value
    match = _TERM.match(value)
    if match is None:
        raise ValueError(f"{value!r} is not a cell's name, with or without a minus before it")
    return Term(match[2], -1 if match[1] else 1)


Sum = Annotated[
    tuple[Annotated[Term, BeforeValidator(_term), PlainSerializer(str)], ...],
    Field(description="cells that are added up; a minus before the name takes away"),
]


class Group(Strict):
    """One group: its code in each dimension (`total` where none is given) and the cells of its numbers."""

    codes: dict[ColumnName, str] = {}
    numerator: Sum = ()
    denominator: Sum = ()
    bins: Annotated[
        tuple[Sum, ...],
        Field(description="the counts of a distribution, bin by bin, in place of a numerator"),
    ] = ()
    period: Annotated[PeriodName | None, Field(description="in place of the source's period")] = None

    @model_validator(mode="after")
    def _has_one_kind_of_number(self) -> "Group":
        if bool(self.numerator) == bool(self.bins) or (self.bins and self.denominator):
            raise ValueError("a group has a numerator, with or without a denominator, or bins and neither")
        if not all(self.bins):
            raise ValueError("every bin needs at least one cell")
        return self

    @property
    def parts(self) -> dict[str, Sum]:
        """The cells by what they are for."""
        bins = {f"bin {place}": cells for place, cells in enumerate(self.bins, start=1)}
        return {"numerator": self.numerator, "denominator": self.denominator} | bins

    @property
    def cells(self) -> tuple[str, ...]:
        """The names of all cells, each once."""
        return tuple(dict.fromkeys(term.name for terms in self.parts.values() for term in terms))


class Bins(Strict):
    """Where the bins of a distribution begin, whose median is the value; the last bin is open."""

    edges: Annotated[
        tuple[float, ...], Field(min_length=2, description="lower edge of each bin, in the indicator's unit")
    ]
    pareto_above: Annotated[
        float | None,
        Field(
            gt=0,
            description="width of a bin above which people thin out within it, as with incomes (2500 at the Census "
            "Bureau); none: they are spread evenly in every bin",
        ),
    ] = None

    @model_validator(mode="after")
    def _edges_rise(self) -> "Bins":
        if list(self.edges) != sorted(set(self.edges)):
            raise ValueError("edges must rise from bin to bin")
        return self


class LongCells(Strict):
    """One row per place and variable, as in tables of the American Community Survey."""

    shape: Literal["long"]
    variable: ColumnName
    estimate: ColumnName
    moe: ColumnName | None = None
    top: Annotated[float | None, Field(description="estimate that means `this or more`")] = None
    bins: Annotated[Bins | None, Field(description="the value is the median of every group's bins")] = None
    groups: tuple[Group, ...] = ()
    generate: Annotated[
        GeneratedGroups | None, Field(description="groups made from a table's vocabulary")
    ] = None

    @model_validator(mode="after")
    def _has_groups(self) -> "LongCells":
        if bool(self.groups) == (self.generate is not None):
            raise ValueError("one of groups and generate is needed")
        return self


class WideCells(Strict):
    """One row per place, one column per variable."""

    shape: Literal["wide"]
    moe: Annotated[
        str | None, Field(pattern=r"^[a-z0-9_]*\{\}[a-z0-9_]*$", description="its name, such as {}_moe")
    ] = None
    top: Annotated[float | None, Field(description="estimate that means `this or more`")] = None
    bins: Annotated[Bins | None, Field(description="the value is the median of every group's bins")] = None
    groups: Annotated[tuple[Group, ...], Field(min_length=1)]


class TidyCells(Strict):
    """One row per place, period and group: columns with codes, and a finished value or its parts."""

    shape: Literal["tidy"]
    codes: Annotated[
        dict[ColumnName, ColumnName], Field(description="dimension → column whose values it encodes")
    ] = {}
    totals: Annotated[
        dict[ColumnName, tuple[str, ...]], Field(description="dimension → values that mean everyone")
    ] = {}
    value: Annotated[ColumnName | None, Field(description="the finished value, in the indicator's unit")] = (
        None
    )
    moe: ColumnName | None = None
    numerator: ColumnName | None = None
    denominator: ColumnName | None = None
    cumulative: Annotated[
        bool, Field(description="counts up over the periods: a value above a later one is flagged")
    ] = False

    @model_validator(mode="after")
    def _has_numbers(self) -> "TidyCells":
        if self.value is None and self.numerator is None:
            raise ValueError("value or numerator is needed")
        unknown = sorted(set(self.totals) - set(self.codes))
        if unknown:
            raise ValueError(f"totals of dimensions without a column: {', '.join(unknown)}")
        return self


Layout = Annotated[LongCells | WideCells | TidyCells, Field(discriminator="shape")]
