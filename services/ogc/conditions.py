"""What the parameters bbox and filter demand, wherever they are taken."""

from collections.abc import Mapping

from services.errors import BadParameter
from services.ogc import crs
from services.ogc.cql2 import BadExpression, Condition, Queryable, compiled, parse_json, parse_text
from services.ogc.cql2.tree import Call, Node
from services.ogc.parameters import CQL2_JSON

Parameters = Mapping[str, str]


def window_of(parameters: Parameters) -> crs.Window | None:
    """The window of the parameters bbox and bbox-crs.

    Raises:
        BadParameter: it has no place in OGC:CRS84.

    """
    if "bbox" not in parameters:
        return None
    sides = [float(side) for side in parameters["bbox"].split(",")]
    try:
        return crs.window(sides, parameters.get("bbox-crs", crs.CRS84))
    except crs.UnusableBox as error:
        raise BadParameter("bbox", str(error)) from error


def condition_of(parameters: Parameters, queryables: list[Queryable], also: list[Node]) -> Condition | None:
    """What the parameters filter, filter-lang and filter-crs demand of queryables, and other trees; None when nothing.

    Raises:
        BadParameter: an expression that is not CQL2, or asks for what there is not.

    """
    trees = list(also)
    try:
        if "filter" in parameters:
            parse = parse_json if parameters.get("filter-lang") == CQL2_JSON else parse_text
            trees.append(parse(parameters["filter"]))
        if not trees:
            return None
        tree = trees[0] if len(trees) == 1 else Call("and", tuple(trees))
        return compiled(tree, queryables, parameters.get("filter-crs", crs.CRS84))
    except BadExpression as error:
        raise BadParameter("filter", str(error)) from error
