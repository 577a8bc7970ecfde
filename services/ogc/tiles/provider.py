"""pygeoapi's tile provider over the tileset of a version.

pygeoapi makes links and conformance classes of it; tiles and their descriptions are answered by our routes.
"""

import warnings
from pathlib import Path
from typing import Any

from pydantic import PydanticDeprecatedSince20

from services.holdings import stored_version
from services.ogc.tiles import matrices
from services.ogc.tiles.tilesets import MEDIA_TYPE, Tileset, tileset_of

with warnings.catch_warnings():
    # pygeoapi declares models in pydantic's old way in a module that this one imports
    warnings.simplefilter("ignore", PydanticDeprecatedSince20)
    from pygeoapi.provider.tile import BaseTileProvider, ProviderTileNotFoundError


def tile_provider(common: dict[str, Any], tiles: Tileset) -> dict[str, Any]:
    """The definition of the provider; `common` names the data (root of the store), the layer and the version."""
    first, last = tiles.zooms
    return common | {
        "type": "tile",
        "name": f"{__name__}.{TileProvider.__qualname__}",
        "format": {"name": "mvt", "mimetype": MEDIA_TYPE},
        "options": {"zoom": {"min": first, "max": last}, "schemes": [matrices.NAME]},
    }


class TileProvider(BaseTileProvider):  # type: ignore[misc]
    """Tiles of one version of a layer."""

    def __init__(self, provider_def: dict[str, Any]) -> None:
        super().__init__(provider_def)
        self.tile_type = "vector"
        self._version = stored_version(
            Path(provider_def["data"]), provider_def["layer"], provider_def["version"]
        )

    def get_layer(self) -> str:
        """The name of the layer inside the tiles."""
        return self._version.layer

    def get_fields(self) -> dict[str, str]:
        """The fields of the tiles' features and their types."""
        tiles = tileset_of(self._version)
        return dict(tiles.layers[0]["fields"]) if tiles else {}

    def get_tiles(
        self, layer: str, tileset: str, z: str, y: str, x: str, format_: str | None = None
    ) -> bytes | None:
        """A tile as it is stored (gzip), or None where nothing is drawn."""
        tiles = tileset_of(self._version)
        zoom, row, column = int(z), int(y), int(x)
        if tiles is None or not tiles.zooms[0] <= zoom <= tiles.zooms[1]:
            raise ProviderTileNotFoundError(user_msg=f"layer {layer!r} has no tiles of zoom {zoom}")
        return tiles.archive.tile(zoom, column, row)
