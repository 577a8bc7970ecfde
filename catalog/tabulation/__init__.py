"""Who a code counts: overlaps, nesting, the bridge between race questions, and dimensions of tables."""

from catalog.tabulation.bridge import Bridge, Correspondence, NotBridged, Relation, bridge
from catalog.tabulation.dimension import Dimension
from catalog.tabulation.extents import Extents, extents
from catalog.tabulation.sums import CountedTwice, NotNested, check_sum, exact_parts, overlaps, table_lines

__all__ = [
    "Bridge",
    "Correspondence",
    "CountedTwice",
    "Dimension",
    "Extents",
    "NotBridged",
    "NotNested",
    "Relation",
    "bridge",
    "check_sum",
    "exact_parts",
    "extents",
    "overlaps",
    "table_lines",
]
