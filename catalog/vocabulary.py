"""Vocabularies: code lists with labels, known fixes and refused values, one YAML file each."""

import re
from collections.abc import Iterable
from functools import cache, partial
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, ValidationInfo, field_validator, model_validator

from catalog.configuration.files import load_model
from catalog.configuration.model import Strict
from catalog.errors import BadRequest, nearest
from catalog.grammar import ColumnName
from catalog.term_attributes import Attribute, Kind, check_attributes

FOLDER = Path(__file__).parent / "vocabularies"
TOTAL = "total"
CODE = r"^[A-Za-z0-9]+([._-][A-Za-z0-9]+)*$"


class UnknownCode(BadRequest):
    """A value that is not in its vocabulary."""


class Term(Strict):
    """One code with what it means."""

    code: Annotated[str, Field(pattern=CODE)]
    label: str
    label_es: str
    definition: Annotated[str, Field(min_length=1)]
    source: Annotated[str | None, Field(description="where it is not the vocabulary's own source")] = None
    attributes: Annotated[
        dict[str, Attribute], Field(description="facts such as an ISO code or a number of days")
    ] = {}
    parts: Annotated[tuple[str, ...], Field(description="codes whose people together are this one's")] = ()


class Rewrite(Strict):
    """One way of writing that is brought to another before spellings are compared."""

    pattern: Annotated[str, Field(description="regular expression, found in lower case and without accents")]
    by: Annotated[str, Field(description="what stands in its place; \\1 is its first group")] = ""

    @field_validator("pattern")
    @classmethod
    def _is_regular_expression(cls, value: str) -> str:
        try:
            re.compile(value)
        except re.error as error:
            raise ValueError(f"not a regular expression: {error}") from error
        return value


def _of_its_kind(term: Term, info: ValidationInfo) -> Term:
    """The term, its attributes checked against the vocabulary's kind; the error stands at the term's line."""
    kind: Kind = info.data.get("kind", "list")
    check_attributes(kind, term.code, term.attributes, compound=bool(term.parts))
    return term


class Vocabulary(Strict):
    """A code list: the codes, spellings that are mended to a code, and values refused with a reason."""

    id: str
    title: str
    title_es: str
    description: str
    source: str
    kind: Annotated[Kind, Field(description="what the terms' attributes say; it decides what overlaps")] = (
        "list"
    )
    question: Annotated[
        Literal["separate", "combined"] | None,
        Field(description="race vocabularies: whether Hispanic origin is asked apart or with race"),
    ] = None
    links: Annotated[
        dict[ColumnName, str],
        Field(description="attribute → vocabulary of its values; in a table, the table's dimensions"),
    ] = {}
    overlapping: Annotated[
        tuple[str, ...], Field(max_length=8, description="codes of which one person may have several")
    ] = ()
    terms: Annotated[tuple[Annotated[Term, AfterValidator(_of_its_kind)], ...], Field(min_length=1)]
    tabulations: Annotated[
        dict[ColumnName, tuple[str, ...]], Field(description="named lists of codes that are shown together")
    ] = {}
    rewrites: Annotated[
        tuple[Rewrite, ...],
        Field(
            description="in this order, on values and spellings alike, where they are not equal as they stand"
        ),
    ] = ()
    fixes: Annotated[dict[str, str], Field(description="value as found → code")] = {}
    refused: Annotated[dict[str, str], Field(description="value as found → why it cannot be used")] = {}

    @model_validator(mode="after")
    def _codes_are_unique_and_known(self) -> "Vocabulary":
        codes = self.codes
        twice = sorted({code for code in codes if codes.count(code) > 1})
        if twice:
            raise ValueError(f"codes given twice: {', '.join(twice)}")
        self._known("fixes lead to", self.fixes.values())
        self._known("overlapping names", self.overlapping)
        for name, members in self.tabulations.items():
            self._known(f"the tabulation {name!r} names", members)
        for term in self.terms:
            self._known(f"the parts of {term.code!r} name", term.parts)
        try:
            TopologicalSorter({term.code: term.parts for term in self.terms}).prepare()
        except CycleError as error:
            raise ValueError(f"parts lead back to their whole: {' ← '.join(error.args[1])}") from error
        both = sorted(set(self.refused) & {*codes, *self.fixes})
        if both:
            raise ValueError(f"refused and accepted at once: {', '.join(both)}")
        return self

    @model_validator(mode="after")
    def _kind_and_question_agree(self) -> "Vocabulary":
        if (self.kind == "race") != (self.question is not None):
            raise ValueError("question (separate or combined) goes with kind race, and only with it")
        if TOTAL in self.codes:
            raise ValueError(f"{TOTAL!r} stands for a column that is not split and cannot be a code")
        return self

    @model_validator(mode="after")
    def _linked_codes_are_known(self) -> "Vocabulary":
        for attribute, name in self.links.items():
            allowed = {TOTAL, None, *vocabulary(name).codes}
            for term in self.terms:
                value = term.attributes.get(attribute)
                if value not in allowed:
                    raise ValueError(
                        f"term {term.code!r}: {attribute} is {value!r}, which is neither {TOTAL!r} "
                        f"nor a code of the vocabulary {name!r}"
                    )
        return self

    def __hash__(self) -> int:
        return hash(self.id)

    def _known(self, what: str, codes: Iterable[str]) -> None:
        lost = sorted(set(codes) - set(self.codes))
        if lost:
            raise ValueError(f"{what} unknown codes: {', '.join(lost)}")

    @property
    def codes(self) -> tuple[str, ...]:
        """All codes, in the file's order."""
        return tuple(term.code for term in self.terms)

    @property
    def file(self) -> str:
        """The file that holds it, relative to the repository."""
        return f"catalog/vocabularies/{self.id}.yml"

    def term(self, code: str) -> Term:
        """The term of a code.

        Raises:
            UnknownCode: no such code; the nearest are named.

        """
        for term in self.terms:
            if term.code == code:
                return term
        raise UnknownCode(
            f"{code!r} is not a code of the vocabulary {self.id!r}; {nearest(code, self.codes)}"
        )

    def tabulation(self, name: str) -> tuple[str, ...]:
        """The codes of a tabulation.

        Raises:
            UnknownCode: no such tabulation; the nearest are named.

        """
        try:
            return self.tabulations[name]
        except KeyError:
            raise UnknownCode(
                f"the vocabulary {self.id!r} has no tabulation {name!r}; "
                f"{nearest(name, list(self.tabulations))}"
            ) from None


@cache
def vocabulary(name: str, folder: Path = FOLDER) -> Vocabulary:
    """The vocabulary of a name, read once.

    Raises:
        UnknownCode: there is no vocabulary of that name.

    """
    path = folder / f"{name}.yml"
    if not path.is_file():
        raise UnknownCode(f"there is no vocabulary {name!r}; {nearest(name, names(folder))}")
    return load_model(path, Vocabulary)


def names(folder: Path = FOLDER) -> list[str]:
    """The names of all vocabularies, sorted."""
    return sorted(path.stem for path in folder.glob("*.yml"))


def CodeOf(name: str) -> AfterValidator:  # noqa: N802 (an annotation, written like a type)
    """The annotation that makes a string of a model be one of a vocabulary's codes."""
    return AfterValidator(partial(checked_code, name))


def checked_code(name: str, value: str) -> str:
    """The value, where it is a code of the vocabulary.

    Raises:
        ValueError: it is refused or unknown.

    """
    found = vocabulary(name)
    if value in found.refused:
        raise ValueError(f"{value!r} is refused: {found.refused[value]}")
    try:
        found.term(value)
    except UnknownCode as error:
        raise ValueError(str(error)) from error
    return value
