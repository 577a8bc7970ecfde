"""`tiles.pmtiles`: the vector tiles of a version, made from its data file.

rules       which layers have tiles, at which zooms and with which columns
projection  longitude and latitude to the unit square of Web Mercator
source      the rows of the data file near a tile
snapping    geometries on the whole-number grid of a zoom
cutting     geometries cut at the borders of tiles
commands    geometries as the commands of a vector tile
attributes  columns as the tags of a vector tile
encoding    protocol buffers
building    the archive
"""

from layers.publish.tiles.building import build_tiles
from layers.publish.tiles.rules import is_tiled

__all__ = ["build_tiles", "is_tiled"]
