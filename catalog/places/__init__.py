"""Places: their types, ids, vintages, names and how they nest; and joins that say what did not match."""

from catalog.places.configuration import Crosswalk, KnownGap, Nesting, PlacesConfiguration, load_places
from catalog.places.gazetteer import Gazetteer, Hit
from catalog.places.joins import JoinReport, Translation, Unmatched
from catalog.places.registry import Place, PlaceKey, Places

__all__ = [
    "Crosswalk",
    "Gazetteer",
    "Hit",
    "JoinReport",
    "KnownGap",
    "Nesting",
    "Place",
    "PlaceKey",
    "Places",
    "PlacesConfiguration",
    "Translation",
    "Unmatched",
    "load_places",
]
