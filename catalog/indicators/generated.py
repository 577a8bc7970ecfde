"""Groups made from the vocabulary of a table."""

from collections.abc import Iterator
from itertools import product
from typing import Annotated

from pydantic import Field, model_validator

from catalog.configuration import Strict
from catalog.grammar import ColumnName
from catalog.indicators.lines import Lines, TableLines
from catalog.tabulation import Dimension
from catalog.vocabulary import TOTAL, UnknownCode, Vocabulary, vocabulary


class GeneratedGroups(Strict):
    """Every combination of the indicator's codes, each made of the fewest lines of a table.

    The codes of numerator and denominator that are given here stand in place of the group's own: `{age: total}`
    in the denominator makes shares of all ages, `{income: poor}` in the numerator counts the poor.
    """

    vocabulary: Annotated[str, Field(description="vocabulary of kind table: its codes are the lines")]
    numerator: dict[ColumnName, str] = {}
    denominator: Annotated[
        dict[ColumnName, str] | None, Field(description="none for counts, which have no denominator")
    ] = None

    @model_validator(mode="after")
    def _codes_are_known(self) -> "GeneratedGroups":
        try:
            table = vocabulary(self.vocabulary)
        except UnknownCode as error:
            raise ValueError(str(error)) from error
        if table.kind != "table":
            raise ValueError(f"the vocabulary {table.id!r} is of kind {table.kind}, not of kind table")
        for fixed in (self.numerator, self.denominator or {}):
            for name, code in fixed.items():
                _check_code(table, name, code)
        return self

    def lines(self, dimensions: tuple[Dimension, ...]) -> Iterator[tuple[dict[str, str], Lines, Lines]]:
        """Each group's codes with the lines of its numerator and of its denominator.

        Raises:
            NoLines: the table does not hold a group; the group is named.

        """
        table = TableLines(vocabulary(self.vocabulary))
        names = [dimension.name for dimension in dimensions]
        for codes in product(*(dimension.allowed for dimension in dimensions)):
            group = dict(zip(names, codes, strict=True))
            below = () if self.denominator is None else table.making(group | self.denominator)
            yield group, table.making(group | self.numerator), below


def _check_code(table: Vocabulary, name: str, code: str) -> None:
    if name not in table.links:
        raise ValueError(f"the table {table.id!r} is not split by {name!r}: {', '.join(table.links)}")
    if code != TOTAL:
        try:
            vocabulary(table.links[name]).term(code)
        except UnknownCode as error:
            raise ValueError(str(error)) from error
