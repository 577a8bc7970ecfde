"""What a search for records may ask."""

from catalog.index import SORTABLE
from services.ogc.crs import CRS84
from services.ogc.parameters import FILTER, Resource
from services.ogc.records.parameters import LISTS
from services.ogc.records.schemas import PROPERTIES

SINGLE = tuple(name for name in PROPERTIES if name not in LISTS)
"""Properties of which a parameter of their name is one value, as in OGC API Features part 3."""
_HANDED = frozenset({"f", "q", "datetime", "limit", "offset", "sortby", "resulttype", *LISTS})

RESOURCE = Resource(
    checks=("q", "bbox", "datetime", "limit", "offset", "sortby", "resulttype", *FILTER),
    crs=(CRS84,),
    sortable=tuple(SORTABLE),
    filters=frozenset({*LISTS, *SINGLE}),
    handed=_HANDED,
)
