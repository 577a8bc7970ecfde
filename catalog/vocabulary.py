"""Vocabularies: code lists with labels, known fixes and refused values, one YAML file each."""

from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from catalog.configuration.files import load_model
from catalog.configuration.model import Strict
from catalog.errors import TownlineError, nearest

FOLDER = Path(__file__).parent / "vocabularies"

Attribute = str | int | float | bool | None


class UnknownCode(TownlineError):
    """A value that is not in its vocabulary."""


class Term(Strict):
    """One code with what it means."""

    code: str
    label: str
    label_es: str
    definition: str | None = None
    source: str | None = None
    attributes: Annotated[
        dict[str, Attribute], Field(description="facts such as an ISO code or a number of days")
    ] = {}


class Vocabulary(Strict):
    """A code list: the codes, spellings that are mended to a code, and values refused with a reason."""

    id: str
    title: str
    title_es: str
    description: str
    source: str
    terms: Annotated[tuple[Term, ...], Field(min_length=1)]
    fixes: Annotated[dict[str, str], Field(description="value as found → code")] = {}
    refused: Annotated[dict[str, str], Field(description="value as found → why it cannot be used")] = {}

    @model_validator(mode="after")
    def _codes_are_unique_and_known(self) -> "Vocabulary":
        codes = [term.code for term in self.terms]
        twice = sorted({code for code in codes if codes.count(code) > 1})
        if twice:
            raise ValueError(f"codes given twice: {', '.join(twice)}")
        lost = sorted({code for code in self.fixes.values() if code not in codes})
        if lost:
            raise ValueError(f"fixes lead to unknown codes: {', '.join(lost)}")
        both = sorted(set(self.refused) & {*codes, *self.fixes})
        if both:
            raise ValueError(f"refused and accepted at once: {', '.join(both)}")
        return self

    @property
    def codes(self) -> tuple[str, ...]:
        """All codes, in the file's order."""
        return tuple(term.code for term in self.terms)

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


@cache
def vocabulary(name: str, folder: Path = FOLDER) -> Vocabulary:
    """The vocabulary of a name, read once.

    Raises:
        UnknownCode: there is no vocabulary of that name.

    """
    path = folder / f"{name}.yml"
    if not path.is_file():
        raise UnknownCode(
            f"there is no vocabulary {name!r}; {nearest(name, [p.stem for p in folder.glob('*.yml')])}"
        )
    return load_model(path, Vocabulary)


def CodeOf(name: str) -> AfterValidator:  # noqa: N802 (an annotation, written like a type)
    """The annotation that makes a string of a model be one of a vocabulary's codes."""

    def check(value: str) -> str:
        found = vocabulary(name)
        if value in found.refused:
            raise ValueError(f"{value!r} is refused: {found.refused[value]}")
        try:
            found.term(value)
        except UnknownCode as error:
            raise ValueError(str(error)) from error
        return value

    return AfterValidator(check)
