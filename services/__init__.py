"""Shows layers: OGC API, web application, maps, reports and the command line.

In a notebook, with the profile and store of the environment:

    from services import declared_map, disparity_map, indicator_frame, layer_frame

    disparity_map("low-income", places="town")              a folium map that needs no network
    declared_map("living-conditions")                       a map that the profile declares
    indicator_frame("low-income", places="town")            a GeoDataFrame of its values, with metadata in attrs
    layer_frame("hospitals")                                a published layer as a GeoDataFrame
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from services.notebook import declared_map, disparity_map, indicator_frame, layer_frame

__all__ = ["declared_map", "disparity_map", "indicator_frame", "layer_frame"]


def __getattr__(name: str) -> Any:
    """A name of `services.notebook`, imported when it is first used: the service itself does without geopandas."""
    if name not in __all__:
        raise AttributeError(f"module 'services' has no attribute {name!r}; it has {', '.join(__all__)}")
    return getattr(import_module("services.notebook"), name)
