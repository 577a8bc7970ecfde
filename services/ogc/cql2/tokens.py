"""The words of the text encoding."""

import re
from dataclasses import dataclass
from typing import Literal as OneOf

from services.ogc.cql2.errors import BadExpression

Kind = OneOf["number", "text", "quoted", "name", "sign", "end"]

_TOKEN = re.compile(
    r"(?P<number>(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"
    r"|(?P<text>'(?:''|\\'|[^'])*')"
    r'|(?P<quoted>"(?:""|[^"])*")'
    r"|(?P<name>[^\W0-9][\w:.]*)"
    r"|(?P<sign><>|<=|>=|[=<>+\-*/%^(),])"
)
_SPACE = re.compile(r"\s*")


@dataclass(frozen=True)
class Token:
    """A word: its kind, what stands there, and where."""

    kind: Kind
    text: str
    start: int
    end: int

    @property
    def word(self) -> str:
        """The word in capitals when it is a name, as keywords are compared; else what stands there."""
        return self.text.upper() if self.kind == "name" else self.text

    @property
    def content(self) -> str:
        """What a quoted text or name says."""
        quote, inner = self.text[0], self.text[1:-1]
        unescaped = inner.replace(quote * 2, quote)
        return unescaped.replace("\\'", "'") if quote == "'" else unescaped


def tokens(text: str) -> list[Token]:
    """The words of an expression and, last, its end.

    Raises:
        BadExpression: a character or an open quote is no word.

    """
    found: list[Token] = []
    place = _skip_space(text, 0)
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None:
            quote = "the quote is not closed" if text[place] in "'\"" else "this is no word of CQL2"
            raise BadExpression(f"{quote}, at character {place + 1}: {text[place : place + 20]!r}")
        found.append(Token(_kind(match), match[0], match.start(), match.end()))
        place = _skip_space(text, match.end())
    return [*found, Token("end", "", len(text), len(text))]


def _kind(match: re.Match[str]) -> Kind:
    kinds: tuple[Kind, ...] = ("number", "text", "quoted", "name", "sign")
    return next(kind for kind in kinds if kind == match.lastgroup)


def _skip_space(text: str, place: int) -> int:
    match = _SPACE.match(text, place)
    return match.end() if match else place
