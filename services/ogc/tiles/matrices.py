"""The tile matrix set WebMercatorQuad, as OGC 17-083r4, annex D, defines it."""

from typing import Any

Document = dict[str, Any]

NAME = "WebMercatorQuad"
URI = f"http://www.opengis.net/def/tilematrixset/OGC/1.0/{NAME}"
CRS = "http://www.opengis.net/def/crs/EPSG/0/3857"
TITLE = "Web Mercator, each zoom with twice as many tiles a side as the one before"
LEVELS = 25
HALF_WORLD = 20037508.342789244  # metres from the middle to the edge
_SCALE = 559082264.0287178  # of zoom 0, for pixels of 0.28 mm
_PIXELS = 256


def tile_matrix_set() -> Document:
    """The whole definition, in the JSON of OGC 17-083r4."""
    return {
        "id": NAME,
        "title": TITLE,
        "uri": URI,
        "crs": CRS,
        "orderedAxes": ["X", "Y"],
        "wellKnownScaleSet": "http://www.opengis.net/def/wkss/OGC/1.0/GoogleMapsCompatible",
        "tileMatrices": [_matrix(zoom) for zoom in range(LEVELS)],
    }


def _matrix(zoom: int) -> Document:
    return {
        "id": str(zoom),
        "scaleDenominator": _SCALE / 2**zoom,
        "cellSize": 2 * HALF_WORLD / _PIXELS / 2**zoom,
        "cornerOfOrigin": "topLeft",
        "pointOfOrigin": [-HALF_WORLD, HALF_WORLD],
        "tileWidth": _PIXELS,
        "tileHeight": _PIXELS,
        "matrixWidth": 2**zoom,
        "matrixHeight": 2**zoom,
    }
