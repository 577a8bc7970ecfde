"""From the batches of an opened file to those of a published layer, in small steps that are noted."""

from layers.normalise.normaliser import Normaliser, normaliser
from layers.normalise.notes import Notes
from layers.normalise.schema import published_columns, published_geometry_type, published_schema

__all__ = [
    "Normaliser",
    "Notes",
    "normaliser",
    "published_columns",
    "published_geometry_type",
    "published_schema",
]
