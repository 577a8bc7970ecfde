"""Values as found in data → codes of a vocabulary, and codes → labels."""

import json
import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc

from catalog.errors import DataError, nearest
from catalog.vocabulary import Vocabulary

Language = Literal["en", "es"]
MOST_SHOWN = 20

_SPACE = re.compile(r"\s+")


class UnseenValue(DataError):
    """Values that a vocabulary does not know; the message has the lines to add."""


class RefusedByVocabulary(DataError):
    """Values that a vocabulary refuses, with its reasons."""


@dataclass(frozen=True, order=True)
class Fix:
    """One spelling that was mended: as found, the code it became, and in how many rows."""

    found: str
    code: str
    rows: int


@dataclass(frozen=True)
class Encoded:
    """Codes as a string array in the order of the values (null stays null), and every spelling mended."""

    codes: pa.Array
    fixes: tuple[Fix, ...]


def fold(text: str) -> str:
    """A text without differences of case, accents and spacing."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return _SPACE.sub(" ", plain.casefold()).strip()


def encode(values: pa.Array | pa.ChunkedArray | Sequence[str | None], of: Vocabulary) -> Encoded:
    """The codes of values: a code, a known fix or a label in English or Spanish.

    Differences of case, accents and spacing, and those that the vocabulary rewrites, are mended where only one
    code is meant. Each distinct value is looked up once.

    Raises:
        RefusedByVocabulary: some values are refused; each with the reason.
        UnseenValue: some values are not known; the message has the lines to add and the file.
        DataError: the values are not texts.

    """
    texts = _texts(values)
    counted = pc.value_counts(texts)
    found = {
        str(value): count
        for value, count in zip(
            counted.field("values").to_pylist(), counted.field("counts").to_pylist(), strict=True
        )
        if value is not None
    }
    spellings = _Spellings(of)
    outcomes = {value: spellings.outcome(value) for value in found}
    refused = {value: outcome.reason for value, outcome in outcomes.items() if outcome.reason}
    if refused:
        raise RefusedByVocabulary(_refusal(of, refused))
    codes = {value: outcome.code for value, outcome in outcomes.items() if outcome.code}
    if unseen := found.keys() - codes.keys():
        raise UnseenValue(lines_to_add(of, unseen))
    fixes = sorted(Fix(value, code, found[value]) for value, code in codes.items() if value != code)
    return Encoded(_mapped(texts, codes), tuple(fixes))


def mended(values: Iterable[str], of: Vocabulary) -> dict[str, str]:
    """The codes of those values that are another spelling of one; what is a code, refused or not known is left out."""
    spellings = _Spellings(of)
    found = {value: spellings.outcome(value).code for value in dict.fromkeys(values)}
    return {value: code for value, code in found.items() if code is not None and code != value}


def likely(value: str, of: Vocabulary) -> str | None:
    """The code of the most similar spelling, when one is near enough to be the same word misspelt."""
    return _Spellings(of).likely(value)


def decode(
    codes: pa.Array | pa.ChunkedArray | Sequence[str | None], of: Vocabulary, language: Language = "en"
) -> pa.Array:
    """The labels of codes in English or Spanish; null stays null.

    Raises:
        UnknownCode: a code is not of the vocabulary.

    """
    texts = _texts(codes)
    terms = [of.term(str(code)) for code in pc.unique(texts).to_pylist() if code is not None]
    return _mapped(texts, {term.code: term.label_es if language == "es" else term.label for term in terms})


def lines_to_add(of: Vocabulary, values: Collection[str]) -> str:
    """What to write into the vocabulary's file so that these values are known."""
    spellings = _Spellings(of)
    shown = sorted(values)[:MOST_SHOWN]
    more = f" ({len(values) - len(shown)} more are not shown)" if len(values) > len(shown) else ""
    return "\n".join(
        [
            f"{_number(values)} not in the vocabulary {of.id!r}{more}; add to {of.file}",
            "where it is another spelling of a code:",
            "fixes:",
            *(_fix_line(of, spellings.likely(value), value) for value in shown),
            "or where it is a code of its own:",
            "terms:",
            *(_term_line(value) for value in shown),
        ]
    )


def _fix_line(of: Vocabulary, likely: str | None, value: str) -> str:
    hint = "" if likely else f"  # {nearest(value, of.codes)}"
    return f"  {_quoted(value)}: {likely or 'CODE'}{hint}"


def _term_line(value: str) -> str:
    code = re.sub(r"[^a-z0-9]+", "_", fold(value)).strip("_") or "CODE"
    return f'  - {{code: {_quoted(code)}, label: {_quoted(value)}, label_es: "…", definition: "…"}}'


def _quoted(text: str) -> str:
    """A text as a YAML string: a JSON string is one."""
    return json.dumps(text, ensure_ascii=False)


def _refusal(of: Vocabulary, refused: Mapping[str, str]) -> str:
    lines = [f"  {value!r}: {reason}" for value, reason in sorted(refused.items())[:MOST_SHOWN]]
    more = [f"  and {len(refused) - MOST_SHOWN} more"] if len(refused) > MOST_SHOWN else []
    return "\n".join([f"{_number(refused)} refused by the vocabulary {of.id!r}:", *lines, *more])


def _number(values: Collection[str]) -> str:
    return f"{len(values)} values are" if len(values) > 1 else "1 value is"


@dataclass(frozen=True)
class _Outcome:
    """A code, or the reason of a refusal, or neither: not known."""

    code: str | None = None
    reason: str | None = None


class _Spellings:
    """All spellings that a vocabulary knows: as written, folded, and folded and rewritten."""

    def __init__(self, of: Vocabulary) -> None:
        as_written = {code: _Outcome(code=code) for code in of.codes}
        as_written |= {found: _Outcome(code=code) for found, code in of.fixes.items()}
        as_written |= {found: _Outcome(reason=reason) for found, reason in of.refused.items()}
        labels = [(label, _Outcome(code=t.code)) for t in of.terms for label in (t.label, t.label_es)]
        self._as_written = as_written
        self._folded: dict[str, set[_Outcome]] = defaultdict(set)
        for spelling, outcome in [*as_written.items(), *labels]:
            self._folded[fold(spelling)].add(outcome)
        self._rewrites = [(re.compile(one.pattern), one.by) for one in of.rewrites]
        self._rewritten: dict[str, set[_Outcome]] = defaultdict(set)
        for spelling, outcomes in self._folded.items() if self._rewrites else ():
            self._rewritten[self._rewrite(spelling)] |= outcomes

    def outcome(self, value: str) -> _Outcome:
        """What a value is; where its folded spelling is that of several, it is not known."""
        if value in self._as_written:
            return self._as_written[value]
        plain = fold(value)
        meant = self._folded.get(plain) or self._rewritten.get(self._rewrite(plain), set())
        return next(iter(meant)) if len(meant) == 1 else _Outcome()

    def _rewrite(self, plain: str) -> str:
        for pattern, by in self._rewrites:
            plain = _SPACE.sub(" ", pattern.sub(by, plain)).strip()
        return plain

    def likely(self, value: str) -> str | None:
        """The code of the most similar spelling, when one is near enough to be the same word misspelt."""
        codes = {
            spelling: next(iter(meant)).code for spelling, meant in self._folded.items() if len(meant) == 1
        }
        near = get_close_matches(fold(value), [s for s, code in codes.items() if code], n=1, cutoff=0.8)
        return codes[near[0]] if near else None


def _texts(values: pa.Array | pa.ChunkedArray | Sequence[str | None]) -> pa.Array:
    if isinstance(values, pa.ChunkedArray):
        values = values.combine_chunks()
    if not isinstance(values, pa.Array):
        try:
            return pa.array(values, pa.string())
        except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
            raise DataError(f"texts are needed: {error}") from error
    held = values.type.value_type if pa.types.is_dictionary(values.type) else values.type
    if held not in (pa.string(), pa.large_string(), pa.string_view(), pa.null()):
        raise DataError(
            f"texts are needed, not {values.type}: codes made of digits lose their zeros as numbers"
        )
    return values.cast(pa.string())


def _mapped(texts: pa.Array, mapping: Mapping[str, str]) -> pa.Array:
    places = pc.index_in(texts, value_set=pa.array(list(mapping), pa.string()))
    return pc.take(pa.array(list(mapping.values()), pa.string()), places)
