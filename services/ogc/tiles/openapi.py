"""The operations on tiles, for the OpenAPI document."""

from collections.abc import Mapping
from typing import Any

from services.ogc.operations.parts import BINARY, Document, get, query
from services.ogc.paging import VERSION
from services.ogc.tiles import matrices
from services.ogc.tiles.tilesets import MEDIA_TYPE

_TAG = "tiles"
_JSON: Document = {"application/json": {"type": "object"}}
_EMPTY = {"204": {"description": "Nothing is drawn there"}}


def tile_paths(resources: Mapping[str, Any]) -> Document:
    """The paths of the tiles of pygeoapi's `resources`; none when no collection has tiles."""
    layers = [
        name
        for name, one in resources.items()
        if any(provider["type"] == "tile" for provider in one.get("providers", ()))
    ]
    return _paths(layers) if layers else {}


def _paths(layers: list[str]) -> Document:
    sets, tiles = "/tileMatrixSets", "/collections/{tiledCollectionId}/tiles"
    one = f"{tiles}/{{tileMatrixSetId}}"
    collection = _in_path("tiledCollectionId", "A collection with tiles.", {"type": "string", "enum": layers})
    name = _in_path("tileMatrixSetId", "Tile matrix set.", {"type": "string", "enum": [matrices.NAME]})
    number: Document = {"type": "integer", "minimum": 0}
    place = [
        _in_path("tileMatrix", "Zoom.", number | {"maximum": matrices.LEVELS - 1}),
        _in_path("tileRow", "Row, from the north.", number),
        _in_path("tileCol", "Column, from the west.", number),
    ]
    version = query(
        VERSION, "The version of the data; default: the current one.", {"type": "integer", "minimum": 1}
    )
    json, tileset = [_format("json")], [collection, name, _format("json", "tilejson")]
    tile = get(
        "getTile",
        "A vector tile",
        _TAG,
        {MEDIA_TYPE: BINARY},
        [collection, name, *place, _format("mvt"), version],
    )
    tile["get"]["responses"] |= _EMPTY
    return {
        sets: get("getTileMatrixSets", "Tile matrix sets", _TAG, _JSON, json),
        f"{sets}/{{tileMatrixSetId}}": get(
            "getTileMatrixSet", "A tile matrix set", _TAG, _JSON, [name, *json]
        ),
        tiles: get("getTilesets", "Tilesets of a collection", _TAG, _JSON, [collection, *json]),
        one: get("getTileset", "A tileset; as TileJSON with f=tilejson", _TAG, _JSON, tileset),
        f"{one}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}": tile,
    }


def _in_path(name: str, description: str, schema: Document) -> Document:
    return {"name": name, "in": "path", "description": description, "required": True, "schema": schema}


def _format(*names: str) -> Document:
    return query("f", "Format of the answer.", {"type": "string", "enum": list(names), "default": names[0]})
