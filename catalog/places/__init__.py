"""Places: their types, ids, vintages, names and how they nest; and joins that say what did not match."""

from catalog.places.configuration import (
    Crosswalk,
    KnownGap,
    Nesting,
    PlacesConfiguration,
    Roster,
    load_places,
)
from catalog.places.gazetteer import AmbiguousPlace, Gazetteer, Hit, UnknownPlace, normal
from catalog.places.joins import JoinReport, Translation, Unmatched
from catalog.places.registry import Place, PlaceKey, Places, UnknownPlaceSet

__all__ = [
    "AmbiguousPlace",
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
    "Roster",
    "Translation",
    "UnknownPlace",
    "UnknownPlaceSet",
    "Unmatched",
    "load_places",
    "normal",
]
