"""The words, numbers and dates of the reports in the languages that they are written in."""

from dataclasses import dataclass
from pathlib import Path
from string import Formatter
from typing import TYPE_CHECKING, ClassVar

from catalog.indicators import Indicator
from catalog.vocabulary import TOTAL, vocabulary
from services.licences import licence_labels
from services.numbers import number
from services.reports.model import Note, Passage, Passages
from services.speech import Speech, texts_of

if TYPE_CHECKING:
    from services.indicator_rows import Value
    from services.profiles import Line

_FOLDER = Path(__file__).parent / "texts"
NO_BREAK = "\u00a0"


def texts(language: str) -> dict[str, str]:
    """The texts of the reports in a language, by key."""
    return texts_of(_FOLDER, language)


@dataclass(frozen=True)
class Words(Speech):
    """How a report speaks in one language; numbers are written alike in both, as in US Spanish."""

    folder: ClassVar[Path] = _FOLDER

    def passage(self, english: str, spanish: str | None = None) -> Passage:
        """The text of the language; the English one, marked as such, where there is no other."""
        if self.language == "en" or spanish:
            return Passage(self.either(english, spanish))
        return Passage(english, "en")

    def passages(self, key: str, **values: str | Passage) -> Passages:
        """The text of a key, its {places} filled by texts of the report's language or by passages of any.

        Raises:
            KeyError: there is no such text.

        """
        found: list[Passage] = []
        for literal, name, _, _ in Formatter().parse(texts(self.language)[key]):
            value = values[name] if name else ""
            found += [Passage(literal), value if isinstance(value, Passage) else Passage(value)]
        return tuple(passage for passage in found if passage.text)

    def note(self, term: str, *text: str | Passage) -> Note:
        """A term and what is said of it in one or more passages."""
        return Note(term, tuple(part if isinstance(part, Passage) else Passage(part) for part in text))

    def kind(self, place_type: str) -> str:
        """A place type in words."""
        return self.label(vocabulary("place-types").term(place_type))

    def kinds(self, place_type: str) -> str:
        """A place type in words, for several places."""
        attributes = vocabulary("place-types").term(place_type).attributes
        return self.either(str(attributes["plural"]), str(attributes["plural_es"]))

    def title(self, indicator: Indicator) -> str:
        """An indicator's title."""
        return self.either(indicator.title, indicator.title_es)

    def unit(self, indicator: Indicator) -> str:
        """An indicator's unit; one that has no translation as it is declared."""
        known = texts(self.language).get(f"unit {indicator.unit}")
        return known or self.either(indicator.unit, indicator.unit_es)

    def group(self, indicator: Indicator, line: "Line") -> str:
        """The labels of a line's codes."""
        labels = [
            indicator.dimension(name).label(code, self.language)
            for name, code in line.codes.items()
            if code != TOTAL
        ]
        return " · ".join(labels) or self("total")

    def value(self, value: "Value | None", decimals: int) -> str:
        """The estimate with its sign ± its margin, as `townline profile` has it, or why there is none."""
        if value is None:
            return self("no value")
        status = vocabulary("statuses").term(value.status)
        symbol = str(status.attributes.get("symbol") or "")
        if value.estimate is None:
            return f"{self.label(status)}{NO_BREAK}{symbol}"
        margin = "" if value.moe is None else f"{NO_BREAK}±{NO_BREAK}{number(value.moe, decimals)}"
        return f"{number(value.estimate, decimals)}{symbol}{margin}"

    def licence(self, code: str) -> str:
        """A licence in words."""
        return self.either(*licence_labels(code))
