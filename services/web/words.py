"""The words, numbers and dates of the site in the languages that it speaks."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from babel.numbers import format_compact_decimal

from catalog.manifests.layer import Period
from catalog.records import PublishedColumn, Record
from catalog.vocabulary import vocabulary
from services.numbers import number
from services.speech import Speech, texts_of

NAMES = {"en": "English", "es": "Español"}
_LOCALES = {"en": "en_US", "es": "es_US"}
_FOLDER = Path(__file__).parent / "texts"
_UNITS = ((1_000_000_000, "GB", 1), (1_000_000, "MB", 1), (1_000, "kB", 0))


def texts(language: str) -> dict[str, str]:
    """The texts of the site in a language, by key."""
    return texts_of(_FOLDER, language)


@dataclass(frozen=True)
class Words(Speech):
    """How the site speaks in one language."""

    folder: ClassVar[Path] = _FOLDER

    def has(self, key: str) -> bool:
        """Whether there is a text of that key."""
        return key in texts(self.language)

    def plural(self, key: str, count: int) -> str:
        """The text `key.one` or `key.many` with its {count}."""
        return self(f"{key}.{'one' if count == 1 else 'many'}", count=self.number(count))

    def number(self, value: float, decimals: int | None = None) -> str:
        """A number with separators; `decimals` digits after the point, or up to three as needed."""
        return number(value, decimals)

    def short(self, value: float) -> str:
        """A large number in few signs, such as 1.2M."""
        locale = _LOCALES[self.language]
        return str(format_compact_decimal(value, format_type="short", locale=locale, fraction_digits=1))

    def size(self, count: int) -> str:
        """A number of bytes with its unit."""
        for limit, unit, decimals in _UNITS:
            if count >= limit:
                return f"{self.number(count / limit, decimals)} {unit}"
        return f"{count} bytes"

    def title(self, thing: Record | PublishedColumn) -> str:
        """The title of a layer or column; the English one where there is no other."""
        return thing.title_es if self.language == "es" and thing.title_es else thing.title

    def covers(self, period: Period) -> str:
        """The time that a layer covers as people write it; nothing where it is not known."""
        if period.start and period.end:
            return self.period(f"{period.start}/{period.end}")
        if period.start or period.end:
            key = "period.since" if period.start else "period.until"
            return self(key, period=self.period(period.start or period.end or ""))
        return ""

    def term(self, name: str, code: str) -> str:
        """The label of a code of a vocabulary."""
        return self.label(vocabulary(name).term(code))

    def listed(self, parts: Sequence[str]) -> str:
        """Some words joined as in a sentence."""
        if len(parts) < 2:
            return "".join(parts)
        return f"{', '.join(parts[:-1])} {self('list.and')} {parts[-1]}"
