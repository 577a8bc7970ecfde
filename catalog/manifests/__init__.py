"""Layer manifests: what a state declares of each layer, one YAML file per layer."""

from catalog.manifests.columns import Column, IdShape
from catalog.manifests.files import Profile, load_profile
from catalog.manifests.layer import LayerManifest, PlaceReference
from catalog.manifests.rules import Checks, Crs, GeometryRules, RasterRules, RowFilter
from catalog.manifests.sources import Source

__all__ = [
    "Checks",
    "Column",
    "Crs",
    "GeometryRules",
    "IdShape",
    "LayerManifest",
    "PlaceReference",
    "Profile",
    "RasterRules",
    "RowFilter",
    "Source",
    "load_profile",
]
