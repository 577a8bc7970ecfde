"""Dimensions: the columns by which a table of indicators is split."""

from typing import Annotated

from pydantic import Field, model_validator

from catalog.configuration.model import Strict
from catalog.grammar import ColumnName
from catalog.tabulation.sums import overlaps
from catalog.vocabulary import TOTAL, UnknownCode, Vocabulary, vocabulary


class Dimension(Strict):
    """One column of codes, such as race or age; intersections are several such columns.

    A row that is not split by a dimension has the code `total` in its column.
    """

    name: ColumnName
    vocabulary: Annotated[str, Field(description="name of the vocabulary of its codes")]
    tabulation: Annotated[
        str | None,
        Field(description="tabulation of the vocabulary whose codes it has, default all; needed for race"),
    ] = None

    @model_validator(mode="after")
    def _exists(self) -> "Dimension":
        try:
            found = self.values
            if self.tabulation is not None:
                found.tabulation(self.tabulation)
        except UnknownCode as error:
            raise ValueError(str(error)) from error
        if found.kind == "race" and self.tabulation is None:
            raise ValueError(
                f"a dimension of race says how race was tabulated: {', '.join(found.tabulations)}"
            )
        return self

    @property
    def values(self) -> Vocabulary:
        """The vocabulary."""
        return vocabulary(self.vocabulary)

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes that split the total, in the order of the tabulation or vocabulary."""
        return self.values.tabulation(self.tabulation) if self.tabulation else self.values.codes

    @property
    def allowed(self) -> tuple[str, ...]:
        """The codes that its column may hold: `total` and those that split it."""
        return (TOTAL, *self.codes)

    @property
    def additive(self) -> bool:
        """Whether its codes may be summed: nobody is in two of them."""
        return not overlaps(self.values, self.codes)

    def label(self, code: str, language: str = "en") -> str:
        """The label of a code of the column, `total` included, in English (`en`) or Spanish (`es`).

        Raises:
            UnknownCode: the code is not one of the vocabulary.

        """
        if code == TOTAL:
            return "Total"
        term = self.values.term(code)
        return term.label_es if language == "es" else term.label
