"""The text encoding of CQL2 (OGC 21-065r2, annex B), read by recursive descent.

Binding, weakest first: OR, AND, NOT, comparisons, + and -, * / % and DIV, ^, the sign of a number.
"""

from collections.abc import Callable

from services.ogc.cql2 import instants, shapes
from services.ogc.cql2.errors import BadExpression
from services.ogc.cql2.tokens import Token, tokens
from services.ogc.cql2.tree import (
    Call,
    Instant,
    Interval,
    Literal,
    Node,
    Property,
    check_depth,
    check_length,
    within_limits,
)

_RESERVED = frozenset({"AND", "OR", "NOT", "LIKE", "BETWEEN", "IN", "IS", "NULL", "TRUE", "FALSE", "DIV"})
_COMPARISONS = frozenset({"=", "<>", "<", ">", "<=", ">="})
_OPEN_END = ".."


def parse_text(text: str) -> Node:
    """The tree of an expression.

    Raises:
        BadExpression: it is not CQL2 text, is too long, too deep or has too many parts.

    """
    check_length(text)
    return within_limits(_Reader(text).whole())


class _Reader:
    """A place among the words of an expression, and what can be read from there."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = tokens(text)
        self._place = 0
        self._depth = 0

    def whole(self) -> Node:
        """The whole expression."""
        found = self._either()
        if self._now.kind != "end":
            raise self._unexpected("an operator such as AND, = or the end")
        return found

    @property
    def _now(self) -> Token:
        return self._tokens[self._place]

    def _next(self) -> Token:
        token = self._now
        self._place += token.kind != "end"
        return token

    def _take(self, *words: str) -> Token | None:
        """The word here, when it is one of these."""
        is_word = self._now.kind in ("name", "sign") and self._now.word in words
        return self._next() if is_word else None

    def _expect(self, word: str) -> Token:
        found = self._take(word)
        if found is None:
            raise self._unexpected(repr(word))
        return found

    def _unexpected(self, wanted: str) -> BadExpression:
        token = self._now
        given = repr(token.text) if token.kind != "end" else "the end"
        return BadExpression(f"{wanted} is needed at character {token.start + 1}; given: {given}")

    def _either(self) -> Node:
        self._depth += 1
        check_depth(self._depth)
        found = self._several("OR", lambda: self._several("AND", self._negation))
        self._depth -= 1
        return found

    def _several(self, word: str, read: Callable[[], Node]) -> Node:
        parts = [read()]
        while self._take(word):
            parts.append(read())
        return parts[0] if len(parts) == 1 else Call(word.lower(), tuple(parts))

    def _negation(self) -> Node:
        times = 0
        while self._take("NOT"):
            times += 1
        found = self._predicate()
        return Call("not", (found,)) if times % 2 else found

    def _predicate(self) -> Node:
        left = self._sum()
        if self._now.word in _COMPARISONS:
            return Call(self._next().text, (left, self._sum()))
        if self._take("IS"):
            negative = self._take("NOT")
            self._expect("NULL")
            return _negated(Call("isNull", (left,)), negative)
        negative = self._take("NOT")
        if self._take("LIKE"):
            return _negated(Call("like", (left, self._sum())), negative)
        if self._take("BETWEEN"):
            low = self._sum()
            self._expect("AND")
            return _negated(Call("between", (left, low, self._sum())), negative)
        if self._take("IN"):
            return _negated(Call("in", (left, *self._arguments())), negative)
        if negative:
            raise self._unexpected("LIKE, BETWEEN or IN")
        return left

    def _sum(self) -> Node:
        return self._chain(("+", "-"), lambda: self._chain(("*", "/", "%", "DIV"), self._power))

    def _chain(self, words: tuple[str, ...], read: Callable[[], Node]) -> Node:
        found = read()
        while sign := self._take(*words):
            found = Call(sign.text.lower(), (found, read()))
        return found

    def _power(self) -> Node:
        base = self._signed()
        return Call("^", (base, self._signed())) if self._take("^") else base

    def _signed(self) -> Node:
        if self._take("+"):
            return self._primary()
        if not self._take("-"):
            return self._primary()
        found = self._primary()
        if isinstance(found, Literal) and isinstance(found.value, int | float):
            return Literal(-found.value)
        return Call("*", (Literal(-1), found))

    def _primary(self) -> Node:
        token = self._next()
        if token.kind == "number":
            return Literal(_number(token.text))
        if token.kind == "text":
            return Literal(token.content)
        if token.kind == "quoted":
            return Property(token.content)
        if token.kind == "name":
            return self._named(token)
        if token.text == "(":
            found = self._either()
            self._expect(")")
            return found
        self._place -= token.kind != "end"
        raise self._unexpected("a property, a value or '('")

    def _named(self, token: Token) -> Node:
        word = token.word
        if word in ("TRUE", "FALSE"):
            return Literal(word == "TRUE")
        if word in shapes.WKT_NAMES and (self._now.text == "(" or self._now.word in ("Z", "M", "ZM")):
            return self._geometry(token)
        if self._now.text == "(":
            return self._call(token)
        if word in _RESERVED:
            self._place -= 1
            raise self._unexpected(
                "a property or a value (a property of such a name stands in double quotes)"
            )
        return Property(token.text)

    def _call(self, token: Token) -> Node:
        if token.word in ("DATE", "TIMESTAMP"):
            (text,) = self._quoted(1)
            return instants.day(text) if token.word == "DATE" else instants.moment(text)
        arguments = self._arguments()
        if token.word == "INTERVAL":
            return _interval(arguments)
        if token.word == "BBOX":
            return shapes.box_of([_coordinate(argument) for argument in arguments])
        return Call(token.text.lower(), arguments)

    def _arguments(self) -> tuple[Node, ...]:
        self._expect("(")
        found = [self._either()]
        while self._take(","):
            found.append(self._either())
        self._expect(")")
        return tuple(found)

    def _quoted(self, number: int) -> tuple[str, ...]:
        arguments = self._arguments()
        texts = [a.value for a in arguments if isinstance(a, Literal) and isinstance(a.value, str)]
        if len(texts) != number or len(arguments) != number:
            raise BadExpression("DATE and TIMESTAMP take one quoted text")
        return tuple(texts)

    def _geometry(self, first: Token) -> Node:
        """The literal from its name to the bracket that closes it."""
        self._take("Z", "M", "ZM")
        open_brackets = 0
        while True:
            token = self._next()
            open_brackets += {"(": 1, ")": -1}.get(token.text, 0)
            if token.kind == "end":
                raise BadExpression(f"the geometry at character {first.start + 1} is not closed")
            if open_brackets == 0:
                return shapes.shape_of_wkt(self._text[first.start : token.end])


def _negated(node: Node, negative: Token | None) -> Node:
    return Call("not", (node,)) if negative else node


def _number(text: str) -> int | float:
    return int(text) if text.isdigit() and len(text) < 19 else float(text)


def _coordinate(node: Node) -> float:
    if isinstance(node, Literal) and isinstance(node.value, int | float):
        return float(node.value)
    raise BadExpression("BBOX takes 4 or 6 numbers")


def _interval(arguments: tuple[Node, ...]) -> Interval:
    if len(arguments) != 2:
        raise BadExpression("INTERVAL takes two ends")
    return Interval(*(_end(argument) for argument in arguments))


def _end(node: Node) -> Instant | Property | None:
    if isinstance(node, Instant | Property):
        return node
    if isinstance(node, Literal) and isinstance(node.value, str):
        return None if node.value == _OPEN_END else instants.instant(node.value)
    raise BadExpression("an end of INTERVAL is a quoted date or time, '..', or a property")
