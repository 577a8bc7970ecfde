"""Lists and descriptions of tilesets: OGC API Tiles (20-057), their metadata (17-083r4), TileJSON 3.0."""

from typing import Any

from services.ogc import crs
from services.ogc.paging import VERSION
from services.ogc.tiles import matrices
from services.ogc.tiles.tilesets import MEDIA_TYPE, Tileset
from services.site import Site

Document = dict[str, Any]
Links = list[dict[str, Any]]

TILEJSON_TYPE = "application/json"
_REL = "http://www.opengis.net/def/rel/ogc/1.0"
_DIMENSIONS = {"Point": 0, "MultiPoint": 0, "LineString": 1, "MultiLineString": 1}


def tile_matrix_sets(site: Site) -> Document:
    """The list of tile matrix sets: one."""
    address = f"{site.ogc}/tileMatrixSets"
    one = {
        "id": matrices.NAME,
        "title": matrices.TITLE,
        "uri": matrices.URI,
        "crs": matrices.CRS,
        "links": [_json("self", "Definition", f"{address}/{matrices.NAME}?f=json")],
    }
    return {"links": [_json("self", "This document", f"{address}?f=json")], "tileMatrixSets": [one]}


def tilesets(tiles: Tileset, site: Site) -> Document:
    """The list of a collection's tilesets: one."""
    collection = site.collection(tiles.record.id)
    return {
        "links": [
            _json("self", "This document", f"{collection}/tiles?f=json"),
            _json("collection", tiles.record.title, f"{collection}?f=json"),
        ],
        "tilesets": [_in_short(tiles, site)],
    }


def tileset(tiles: Tileset, site: Site) -> Document:
    """The description of the tileset."""
    first, last = tiles.zooms
    return _in_short(tiles, site) | {
        "description": tiles.record.description,
        "attribution": tiles.record.attribution,
        "version": str(tiles.record.version),
        "mediaTypes": [MEDIA_TYPE],
        "tileMatrixSetLimits": [_limits(tiles, zoom) for zoom in range(first, last + 1)],
        "boundingBox": _bounding_box(tiles),
        "layers": [_layer(tiles, first, last)],
    }


def tilejson(tiles: Tileset, site: Site) -> Document:
    """TileJSON 3.0, as MapLibre takes it; its tiles stay on the version that they were described with."""
    record = tiles.record
    first, last = tiles.zooms
    said = {
        "tilejson": "3.0.0",
        "name": record.title,
        "description": record.description,
        "attribution": record.attribution,
        "version": f"{record.version}.0.0",
        "scheme": "xyz",
        "tiles": [f"{template(tiles, site)}&{VERSION}={record.version}"],
        "minzoom": first,
        "maxzoom": last,
        "bounds": list(record.bounds) if record.bounds else None,
        "vector_layers": tiles.layers,
    }
    return {name: value for name, value in said.items() if value is not None}


def collection_links(tiles: Tileset, site: Site) -> Links:
    """What a collection says of its tiles: the archive, TileJSON, and the address for QGIS and other XYZ clients."""
    address = f"{site.collection(tiles.record.id)}/tiles/{matrices.NAME}"
    first, last = tiles.zooms
    return [
        {
            "rel": "enclosure",
            "type": tiles.file.media_type,
            "title": tiles.file.title,
            "href": site.file(tiles.record.id, tiles.record.version, tiles.file.name),
            "length": tiles.file.bytes,
        },
        {
            "rel": "describedby",
            "type": TILEJSON_TYPE,
            "title": "Vector tiles: TileJSON, for MapLibre",
            "href": f"{address}?f=tilejson",
        },
        {
            "rel": "item",
            "type": MEDIA_TYPE,
            "title": f"Vector tiles, zoom {first} to {last}: address of an XYZ connection, for QGIS",
            "href": template(tiles, site),
        },
    ]


def template(tiles: Tileset, site: Site) -> str:
    """The address of a tile of the current version, with {z}, {y} and {x} to fill in; the row comes first."""
    return f"{site.collection(tiles.record.id)}/tiles/{matrices.NAME}/{{z}}/{{y}}/{{x}}?f=mvt"


def _in_short(tiles: Tileset, site: Site) -> Document:
    collection = site.collection(tiles.record.id)
    address = f"{collection}/tiles/{matrices.NAME}"
    names = "{tileMatrix}/{tileRow}/{tileCol}"
    tile = {"rel": "item", "type": MEDIA_TYPE, "title": "A tile", "href": f"{address}/{names}?f=mvt"}
    definition = f"{site.ogc}/tileMatrixSets/{matrices.NAME}?f=json"
    return {
        "title": tiles.record.title,
        "dataType": "vector",
        "crs": matrices.CRS,
        "tileMatrixSetURI": matrices.URI,
        "links": [
            _json("self", "Description of the tileset", f"{address}?f=json"),
            _json(f"{_REL}/tiling-scheme", f"Tile matrix set {matrices.NAME}", definition),
            tile | {"templated": True},
            _json("describedby", "TileJSON", f"{address}?f=tilejson"),
            _json(f"{_REL}/geodata", tiles.record.title, f"{collection}?f=json"),
        ],
    }


def _limits(tiles: Tileset, zoom: int) -> Document:
    first_column, first_row, last_column, last_row = tiles.limits(zoom)
    return {
        "tileMatrix": str(zoom),
        "minTileRow": first_row,
        "maxTileRow": last_row,
        "minTileCol": first_column,
        "maxTileCol": last_column,
    }


def _bounding_box(tiles: Tileset) -> Document:
    west, south, east, north = tiles.record.bounds or (-180.0, -90.0, 180.0, 90.0)
    return {"lowerLeft": [west, south], "upperRight": [east, north], "crs": crs.CRS84}


def _layer(tiles: Tileset, first: int, last: int) -> Document:
    record, fields = tiles.record, tiles.layers[0]["fields"]
    columns = [column for column in record.columns if column.name in fields]
    return {
        "id": record.id,
        "title": record.title,
        "dataType": "vector",
        "geometryDimension": _DIMENSIONS.get(record.geometry_type or "", 2),
        "minTileMatrix": str(first),
        "maxTileMatrix": str(last),
        "boundingBox": _bounding_box(tiles),
        "propertiesSchema": {
            "type": "object",
            "properties": {
                column.name: {
                    "title": column.title,
                    "description": column.description,
                    "type": _type(column.type),
                }
                for column in columns
            },
        },
    }


def _type(name: str) -> str:
    return "string" if name in ("date", "datetime") else name


def _json(rel: str, title: str, address: str) -> dict[str, Any]:
    return {"rel": rel, "type": "application/json", "title": title, "href": address}
