"""Geometries compared: the S_… functions of CQL2."""

import shapely

from services.ogc.cql2.condition import SpatialTest
from services.ogc.cql2.errors import BadExpression
from services.ogc.cql2.scope import Kind, Scope
from services.ogc.cql2.shapes import in_crs84
from services.ogc.cql2.tree import Box, Node, Property, Shape

_RELATIONS = {
    "s_contains": "contains",
    "s_crosses": "crosses",
    "s_disjoint": "disjoint",
    "s_equals": "equals",
    "s_intersects": "intersects",
    "s_overlaps": "overlaps",
    "s_touches": "touches",
    "s_within": "within",
}
_TURNED = {"contains": "within", "within": "contains"}
_TO_ITSELF = frozenset({"contains", "equals", "intersects", "within"})
NAMES = frozenset(_RELATIONS)


def spatial_sql(op: str, args: tuple[Node, ...], scope: Scope, *, is_conjunct: bool) -> str:
    """The SQL of a spatial function.

    Args:
        op: its name.
        args: its arguments.
        scope: where properties are looked up.
        is_conjunct: whether the whole condition is false when this is unknown, so that unknown may be false.

    Raises:
        BadExpression: it has not two arguments that are geometries.

    """
    if len(args) != 2:
        raise BadExpression(f"{op.upper()} takes two arguments; given: {len(args)}")
    relation = _RELATIONS[op]
    first, second = args
    if isinstance(second, Property) and not isinstance(first, Property):
        first, second, relation = second, first, _TURNED.get(relation, relation)
    if not isinstance(first, Property):
        return str(int(_constant(relation, _literal(op, first), _literal(op, second), scope)))
    geometry = _geometry(op, first, scope)
    if isinstance(second, Property):
        _geometry(op, second, scope)
        return f"CASE WHEN {geometry} IS NULL THEN NULL ELSE {int(relation in _TO_ITSELF)} END"
    literal = _literal(op, second)
    answer = scope.test(SpatialTest(relation, in_crs84(literal, scope.crs_uri)))
    return answer if is_conjunct else f"CASE WHEN {geometry} IS NULL THEN NULL ELSE {answer} END"


def _geometry(op: str, node: Property, scope: Scope) -> str:
    found = scope.look_up(node)
    if found.kind is not Kind.GEOMETRY:
        raise BadExpression(f"{op.upper()} compares geometries; {node.name!r} is {found.kind.value}")
    return found.sql


def _literal(op: str, node: Node) -> Shape | Box:
    if isinstance(node, Shape | Box):
        return node
    raise BadExpression(f"{op.upper()} takes the property of the geometry and a geometry such as POINT(1 2)")


def _constant(relation: str, first: Shape | Box, second: Shape | Box, scope: Scope) -> bool:
    pair = (in_crs84(first, scope.crs_uri), in_crs84(second, scope.crs_uri))
    return bool(getattr(shapely, relation)(*pair))
