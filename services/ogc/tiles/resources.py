"""What requests for tiles and their descriptions may ask."""

from services.ogc.paging import VERSION
from services.ogc.parameters import Resource

TILESETS = Resource(formats=("json",))
"""Lists of tilesets, and tile matrix sets."""
TILESET = Resource(formats=("json", "tilejson"))
TILE = Resource(formats=("mvt",), checks=(VERSION,))
