"""Vector tiles of collections, from the archive made at publication.

tilesets   the tiles of one version, and where they lie
matrices   the tile matrix set WebMercatorQuad
resources  what requests may ask
documents  lists and descriptions of tilesets, TileJSON
provider   pygeoapi's tile provider over a tileset
openapi    the operations on tiles
"""
