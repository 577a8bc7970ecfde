"""What reports and site have in common: texts by key, codes, periods and dates in the languages that they speak."""

import json
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import ClassVar

from catalog.periods import in_words, period_label
from catalog.vocabulary import Term

LANGUAGES = ("en", "es")
_COMPUTED = "Computed by Townline from: "  # the beginning of the credit of layers that were derived


@cache
def texts_of(folder: Path, language: str) -> dict[str, str]:
    """The texts of a folder in a language, by key."""
    read: dict[str, str] = json.loads((folder / f"{language}.json").read_text(encoding="utf-8"))
    return read


def computed_from(credit: str) -> str | None:
    """Whom a layer was computed from, of its English credit; None where it was not computed."""
    return credit.removeprefix(_COMPUTED) if credit.startswith(_COMPUTED) else None


@dataclass(frozen=True)
class Speech:
    """How texts of a folder are said in one language."""

    language: str
    folder: ClassVar[Path]

    def __call__(self, key: str, **values: object) -> str:
        """The text of a key, its {places} filled.

        Raises:
            KeyError: there is no such text.

        """
        return texts_of(self.folder, self.language)[key].format(**values)

    def either(self, english: str, spanish: str | None) -> str:
        """The text of the language; the English one where there is no other."""
        return spanish if self.language == "es" and spanish else english

    def label(self, term: Term) -> str:
        """The label of a code."""
        return self.either(term.label, term.label_es)

    def period(self, period: str) -> str:
        """A period as people write it."""
        return period_label(period, self.language)

    def date(self, value: date) -> str:
        """A date with the month as a word."""
        return in_words(value, self.language)
