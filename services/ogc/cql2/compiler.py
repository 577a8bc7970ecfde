"""The tree as parameterised SQL, with every type checked.

As in SQL, what is compared with a missing value is neither true nor false, and selects nothing.
"""

from collections.abc import Callable, Iterable, Sequence

from services.ogc.cql2 import functions, spatial, temporal
from services.ogc.cql2.condition import Condition
from services.ogc.cql2.errors import BadExpression
from services.ogc.cql2.patterns import glob
from services.ogc.cql2.scope import Kind, Queryable, Scope, Term
from services.ogc.cql2.tree import Call, Instant, Literal, Node, Property

_COMPARISONS = frozenset({"=", "<>", "<", ">", "<=", ">="})
_EQUALITY = frozenset({"=", "<>"})
_ARITHMETIC = {
    "+": "({} + {})",
    "-": "({} - {})",
    "*": "({} * {})",
    "/": "(CAST({} AS REAL) / {})",
    "div": "CAST(CAST({} AS REAL) / {} AS INTEGER)",
    "%": "cql2_modulo({}, {})",
    "^": "cql2_power({}, {})",
}
_FOLDS: dict[str, Callable[[str | None], str | None]] = {
    "casei": functions.casei,
    "accenti": functions.accenti,
}


def compiled(tree: Node, queryables: Iterable[Queryable], crs_uri: str) -> Condition:
    """The condition of an expression over queryables; its geometries are in a coordinate reference system.

    Raises:
        BadExpression: it names what there is not, or compares what cannot be compared.

    """
    scope = Scope(queryables, crs_uri)
    sql = _truth(tree, scope, is_conjunct=True)
    return Condition(sql, tuple(scope.values.items()), tuple(scope.tests.items()))


def _truth(node: Node, scope: Scope, *, is_conjunct: bool = False) -> str:
    """SQL that is true, false or null."""
    if isinstance(node, Call):
        if node.op == "and":
            return _joined("AND", [_truth(part, scope, is_conjunct=is_conjunct) for part in _parts(node)])
        if node.op == "or":
            return _joined("OR", [_truth(part, scope) for part in _parts(node)])
        if node.op == "not":
            (inner,) = _exactly(node, 1)
            return f"NOT ({_truth(inner, scope)})"
        if node.op in spatial.NAMES:
            return spatial.spatial_sql(node.op, node.args, scope, is_conjunct=is_conjunct)
        if node.op in temporal.NAMES:
            return temporal.temporal_sql(node.op, node.args, scope)
        if node.op in _PREDICATES:
            return _PREDICATES[node.op](node, scope)
    found = _term(node, scope)
    if found.kind is not Kind.BOOLEAN:
        raise BadExpression(f"a condition is needed; {_said(node)} is {found.kind.value}")
    return found.sql


def _term(node: Node, scope: Scope) -> Term:
    """A value in SQL."""
    if isinstance(node, Literal):
        return _literal(node.value, scope)
    if isinstance(node, Property):
        found = scope.look_up(node)
        return Term(found.sql, found.kind)
    if isinstance(node, Instant):
        return Term(scope.bind(node.text), Kind.DATE if node.is_date else Kind.TIMESTAMP)
    if not isinstance(node, Call):
        raise BadExpression("geometries and intervals stand only in S_… and T_… functions")
    if node.op in _ARITHMETIC:
        left, right = (_of_kind(Kind.NUMBER, part, node.op, scope) for part in _exactly(node, 2))
        return Term(_ARITHMETIC[node.op].format(left, right), Kind.NUMBER)
    if node.op in _FOLDS:
        (inner,) = _exactly(node, 1)
        return _folded(node.op, inner, scope)
    if node.op in _CONDITIONS:
        return Term(f"({_truth(node, scope)})", Kind.BOOLEAN)
    raise _unknown(node.op)


def _literal(value: str | int | float | bool, scope: Scope) -> Term:
    if isinstance(value, bool):
        return Term(str(int(value)), Kind.BOOLEAN)
    return Term(scope.bind(value), Kind.TEXT if isinstance(value, str) else Kind.NUMBER)


def _folded(op: str, inner: Node, scope: Scope) -> Term:
    constant = _constant_text(Call(op, (inner,)))
    if constant is not None:
        return Term(scope.bind(constant), Kind.TEXT)
    return Term(f"{op}({_of_kind(Kind.TEXT, inner, op, scope)})", Kind.TEXT)


def _constant_text(node: Node) -> str | None:
    """The text that a literal inside any number of foldings is."""
    if isinstance(node, Literal) and isinstance(node.value, str):
        return node.value
    if isinstance(node, Call) and node.op in _FOLDS and len(node.args) == 1:
        return _FOLDS[node.op](_constant_text(node.args[0]))
    return None


def _comparison(node: Call, scope: Scope) -> str:
    left, right = _alike(_exactly(node, 2), node.op, scope)
    if left.kind is Kind.BOOLEAN and node.op not in _EQUALITY:
        raise BadExpression(
            f"true and false have no order: {node.op!r} compares texts, numbers, dates or times"
        )
    return f"{left.sql} {node.op} {right.sql}"


def _like(node: Call, scope: Scope) -> str:
    value, pattern = _exactly(node, 2)
    text = _constant_text(pattern)
    if text is None:
        raise BadExpression(
            "LIKE needs a quoted pattern, in which % stands for any text and _ for one character"
        )
    return f"{_of_kind(Kind.TEXT, value, 'LIKE', scope)} GLOB {scope.bind(glob(text))}"


def _between(node: Call, scope: Scope) -> str:
    value, low, high = _alike(_exactly(node, 3), "BETWEEN", scope)
    if value.kind is Kind.BOOLEAN:
        raise BadExpression("true and false have no order: BETWEEN compares texts, numbers, dates or times")
    return f"{value.sql} BETWEEN {low.sql} AND {high.sql}"


def _in(node: Call, scope: Scope) -> str:
    if len(node.args) < 2:
        raise BadExpression("IN needs a value and at least one value to compare it with")
    value, *listed = _alike(node.args, "IN", scope)
    return f"{value.sql} IN ({', '.join(term.sql for term in listed)})"


def _is_null(node: Call, scope: Scope) -> str:
    (value,) = _exactly(node, 1)
    return f"{_term(value, scope).sql} IS NULL"


_PREDICATES: dict[str, Callable[[Call, Scope], str]] = {
    **dict.fromkeys(_COMPARISONS, _comparison),
    "like": _like,
    "between": _between,
    "in": _in,
    "isNull": _is_null,
}
_CONDITIONS = frozenset({"and", "or", "not", *_PREDICATES, *spatial.NAMES, *temporal.NAMES})


def _alike(args: Sequence[Node], op: str, scope: Scope) -> list[Term]:
    """Terms of one kind that has an order or equality."""
    terms = [_term(node, scope) for node in args]
    kinds = list(dict.fromkeys(term.kind for term in terms))
    if len(kinds) > 1:
        said = " with ".join(f"{_said(args[_first(terms, kind)])} ({kind.value})" for kind in kinds[:2])
        raise BadExpression(f"{op!r} cannot compare {said}{_advice(kinds)}")
    if kinds[0] is Kind.GEOMETRY:
        raise BadExpression(f"{op!r} cannot compare geometries; S_INTERSECTS and its kin can")
    return terms


def _first(terms: Sequence[Term], kind: Kind) -> int:
    return next(number for number, term in enumerate(terms) if term.kind is kind)


def _advice(kinds: Sequence[Kind]) -> str:
    if {Kind.DATE, Kind.TIMESTAMP} <= set(kinds):
        return "; T_INTERSECTS finds what lies in a day, T_BEFORE and T_AFTER what lies before and after it"
    if Kind.DATE in kinds:
        return "; a date is written DATE('2024-07-01')"
    if Kind.TIMESTAMP in kinds:
        return "; a date and time is written TIMESTAMP('2024-07-01T12:00:00Z')"
    return ""


def _of_kind(kind: Kind, node: Node, op: str, scope: Scope) -> str:
    found = _term(node, scope)
    if found.kind is not kind:
        raise BadExpression(f"{op!r} needs {kind.value}; {_said(node)} is {found.kind.value}")
    return found.sql


def _exactly(node: Call, number: int) -> tuple[Node, ...]:
    if len(node.args) != number:
        raise BadExpression(f"{node.op!r} takes {number} arguments; given: {len(node.args)}")
    return node.args


def _parts(node: Call) -> tuple[Node, ...]:
    if len(node.args) < 2:
        raise BadExpression(f"{node.op!r} takes at least 2 arguments; given: {len(node.args)}")
    return node.args


def _joined(word: str, parts: Sequence[str]) -> str:
    """Conditions joined, halves within halves: SQLite bounds how deep an expression may be."""
    if len(parts) == 1:
        return parts[0] if parts[0].startswith("{") else f"({parts[0]})"
    middle = len(parts) // 2
    return f"({_joined(word, parts[:middle])} {word} {_joined(word, parts[middle:])})"


def _said(node: Node) -> str:
    """A node as messages call it."""
    if isinstance(node, Property | Literal):
        return repr(node.name if isinstance(node, Property) else node.value)
    return f"{node.op!r}" if isinstance(node, Call) else "the literal"


def _unknown(op: str) -> BadExpression:
    if op.startswith("a_"):
        return BadExpression(f"{op.upper()} compares arrays, and no property here is one")
    known = ", ".join(sorted({*_FOLDS, *spatial.NAMES, *temporal.NAMES}))
    return BadExpression(f"there is no function or operator {op!r}; functions: {known.upper()}")
