"""The operations on tiles, for the OpenAPI document."""

from collections.abc import Sequence

from services.ogc.operations.parameters import parameters_of
from services.ogc.operations.parts import BINARY, Document, get, in_path
from services.ogc.tiles import matrices
from services.ogc.tiles.resources import TILE, TILESET, TILESETS
from services.ogc.tiles.tilesets import MEDIA_TYPE

TAG = "tiles"
_JSON: Document = {"application/json": {"type": "object"}}
_EMPTY: Document = {"204": {"description": "Nothing is drawn there"}}


def tile_paths(layers: Sequence[str]) -> Document:
    """The paths of the tiles of these layers; none when there are none."""
    if not layers:
        return {}
    sets, tiles = "/tileMatrixSets", "/collections/{tiledCollectionId}/tiles"
    one = f"{tiles}/{{tileMatrixSetId}}"
    names: Document = {"type": "string", "enum": list(layers)}
    collection = in_path("tiledCollectionId", "A collection with tiles.", names)
    name = in_path("tileMatrixSetId", "Tile matrix set.", {"type": "string", "enum": [matrices.NAME]})
    listed, described = parameters_of(TILESETS), parameters_of(TILESET)
    place = [collection, name, *_place(), *parameters_of(TILE)]
    tile = get("getTile", "A vector tile", TAG, {MEDIA_TYPE: BINARY}, place)
    tile["get"]["responses"] |= _EMPTY
    return {
        sets: get("getTileMatrixSets", "Tile matrix sets", TAG, _JSON, listed),
        f"{sets}/{{tileMatrixSetId}}": get(
            "getTileMatrixSet", "A tile matrix set", TAG, _JSON, [name, *listed]
        ),
        tiles: get("getTilesets", "Tilesets of a collection", TAG, _JSON, [collection, *listed]),
        one: get(
            "getTileset",
            "A tileset; as TileJSON with f=tilejson",
            TAG,
            _JSON,
            [collection, name, *described],
        ),
        f"{one}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}": tile,
    }


def _place() -> list[Document]:
    number: Document = {"type": "integer", "minimum": 0}
    return [
        in_path("tileMatrix", "Zoom.", number | {"maximum": matrices.LEVELS - 1}),
        in_path("tileRow", "Row, from the north.", number),
        in_path("tileCol", "Column, from the west.", number),
    ]
