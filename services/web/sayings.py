"""What is said of a layer in the language of the page, and which parts of it stay English.

Records are described in English. Where a description was put together from a declared definition and sentences of
ours, both of which have a translation, it is put together again in the other language.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from services.web.words import texts

ENGLISH = "en"
PREFIX = "said."
"""Keys of the sentences that descriptions of derived layers have."""


class Part(NamedTuple):
    """A part of a text and its language."""

    text: str
    language: str


def said(text: str, language: str, translations: Mapping[str, str]) -> list[Part]:
    """An English text in a language: its beginning, when it is a known sentence, then the rest, and so on.

    translations: declared English sentences and what they are in the language.
    """
    if language == ENGLISH:
        return [Part(text, ENGLISH)]
    known = dict(_ours(language)) | dict(translations)
    longest_first = sorted(known, key=len, reverse=True)
    parts: list[Part] = []
    rest = text
    while rest:
        found = next((one for one in longest_first if _begins(rest, one)), None)
        if found is None:
            parts.append(Part(rest, ENGLISH))
            break
        parts.append(Part(known[found], language))
        rest = rest[len(found) :].strip()
    return parts


def _begins(text: str, sentence: str) -> bool:
    """Whether a text begins with a sentence, and goes on, if it does, with another one."""
    return bool(sentence) and text.startswith(sentence) and text[len(sentence) :][:1] in ("", " ")


def _ours(language: str) -> Iterator[tuple[str, str]]:
    for key, english in texts(ENGLISH).items():
        if key.startswith(PREFIX):
            yield english, texts(language)[key]
